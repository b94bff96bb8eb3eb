"""An archive with a card, a second copy of it, renditions and transcripts, made in a moment and without ffmpeg."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from xxhash import xxh3_128_hexdigest

from archive.catalogue import cards, volumes
from archive.catalogue.cards import Card, Kept
from archive.catalogue.paths import stored
from archive.cli import main
from media import volume
from media.mhl import history
from media.mhl.entry import Entry, Hash

FILES = {
    "DCIM/C0001.MP4": b"the first clip " * 9000,
    "DCIM/C0002.MP4": b"the second clip " * 9000,
    "DCIM/C0001.XML": b"<about>the first clip</about>",
}
THEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Archive:
    """An archive, and where its parts lie."""

    folder: Path
    second: Path
    said: str = ""
    files: dict[str, str] = field(default_factory=dict)  # path below originals/ -> hash

    @property
    def originals(self) -> Path:
        return self.folder / "originals"

    @property
    def database(self) -> Path:
        return self.folder / "archive.db"

    @property
    def log(self) -> Path:
        return self.folder / "logs" / "verify.jsonl"

    def run(self, *arguments, code=0) -> str:
        """Run a command of the archive, in this process, which takes a tenth of the time.

        Its exit code is part of what is tested. What it says on stderr is `said` afterwards.
        """
        with (
            redirect_stdout(StringIO()) as output,
            redirect_stderr(StringIO()) as talk,
            pytest.raises(SystemExit) as ended,
        ):
            main([*map(str, arguments), "--archive", str(self.folder)])
        self.said = talk.getvalue()
        assert (ended.value.code or 0) == code, f"exit {ended.value.code}: {output.getvalue()}{self.said}"
        return output.getvalue()

    def begin(self, *arguments) -> subprocess.Popen:
        """Begin a command of the archive in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "archive", *map(str, arguments), "--archive", str(self.folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def sql(self, statement: str, *parameters) -> list[tuple]:
        """Write to the database behind the program's back."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as db:
            return db.execute(statement, parameters).fetchall()

    def copied(self) -> None:
        """Let the ledger say of every clip that it was copied."""
        self.sql(
            "INSERT OR IGNORE INTO steps (clip, step, settings, state, finished)"
            " SELECT hash, 'copy', '{}', 'done', '' FROM clips"
        )

    def footprint(self) -> dict[str, tuple[int, str]]:
        """Every file of the archive and its second copy but verify's log: when it was written, and its hash."""
        return {
            str(path): (path.stat().st_mtime_ns, xxh3_128_hexdigest(path.read_bytes()))
            for root in (self.folder, self.second)
            for path in root.rglob("*")
            if path.is_file() and path != self.log
        }


@pytest.fixture
def kept(spoken, tmp_path) -> Archive:
    """An archive with the card A001 of three files, its second copy, a rendition and two transcripts."""
    for part in ("originals", "renditions", "logs"):
        (tmp_path / part).mkdir()
    spoken.interview("Garden", ["nobody owns this garden", "we all do"])
    spoken.interview("Theatre", ["the theatre is ours"])
    made = Archive(tmp_path, tmp_path.parent / f"{tmp_path.name}-second")
    made.second.mkdir()
    own, copy = volume.mark(made.originals), volume.mark(made.second)
    os.utime(made.originals / volume.ID_FILE, (0, 0))  # before anything was found whole there
    with spoken.db.atomic():
        volumes.remember(spoken.db, volumes.Volume(own, "originals", Path("originals")))
        volumes.remember(spoken.db, volumes.Volume(copy, "copy", made.second))
        card = cards.add_card(spoken.db, "A001", Path("/media/A001"))
        for name, content in FILES.items():
            _keep(made, spoken.db, card, name, content, (own, copy))
        spoken.db.execute("UPDATE clips SET path = 'originals/A001/DCIM/C000' || rowid || '.MP4'")
        _rendition(made, spoken.db)
    for root in (made.originals / "A001", made.second / "A001"):
        _history(root)
    spoken.db.execute("UPDATE files SET generation = 1")
    spoken.db.close()
    return made


def _keep(made: Archive, db, card: Card, name: str, content: bytes, on: tuple[str, str]) -> None:
    digest = xxh3_128_hexdigest(content)
    below = Path(card.name, name)
    cards.keep(db, Kept(Path("originals", below), card.id, name, digest, len(content), None))
    for folder, number in zip((made.originals, made.second), on, strict=True):
        (folder / below).parent.mkdir(parents=True, exist_ok=True)
        (folder / below).write_bytes(content)
        ctime_ns = (folder / below).lstat().st_ctime_ns
        cards.proven(db, Path("originals", below), number, THEN.isoformat(), ctime_ns)
    made.files[str(below)] = digest


def _rendition(made: Archive, db) -> None:
    (clip,) = db.execute("SELECT hash FROM clips LIMIT 1").fetchone()
    folder = made.folder / "renditions" / clip
    folder.mkdir()
    contents = {
        "poster.jpg": b"a poster",
        "thumbnails.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nthumbnails-1.jpg#xywh=0,0,1,1\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        path = f"renditions/{clip}/{stored(name)}"
        row = [clip, name.partition(".")[0], path, len(content), xxh3_128_hexdigest(content)]
        db.execute("INSERT INTO renditions (clip, kind, path, size, hash) VALUES (?, ?, ?, ?, ?)", row)
    (folder / "thumbnails-1.jpg").write_bytes(b"a sheet")


def _history(root: Path) -> None:
    entries = [
        Entry(name, len(content), THEN, (Hash("xxh128", xxh3_128_hexdigest(content), None, THEN),))
        for name, content in FILES.items()
    ]
    history.append(root, entries, when=THEN, process="transfer")
