"""Interviews for tests: what is said, word by word at known times, in a real catalogue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from archive import cli
from archive.catalogue import interviews, open_catalogue, transcripts
from archive.catalogue.description import Description
from archive.catalogue.paths import stored
from ingest.transcript import Segment, Transcript, Word

WORD_MS = 400  # each word begins so long after the one before, and lasts 300 ms


def segment(text: str, start_ms: int = 0, channel: int | None = None, *, spaced: bool = True) -> Segment:
    """Return the words of `text`, one every 400 ms."""
    parts = text.split() if spaced else list(text)
    words = tuple(
        Word(part, start_ms + place * WORD_MS, start_ms + place * WORD_MS + 300, 0.9)
        for place, part in enumerate(parts)
    )
    return Segment(words, channel=channel, spaced=spaced)


class Spoken:
    """A catalogue of interviews, each filled by what is said in it."""

    def __init__(self, folder: Path) -> None:
        """Make the archive in `folder`."""
        self.folder = folder
        (folder / "archive.toml").write_text('title = "Test"\n', encoding="utf-8")
        self.path = folder / "archive.db"
        self.db = open_catalogue(self.path, write=True)

    segment = staticmethod(segment)

    def clip(self, name: str, *, seconds: str = "10", rate: str = "25", timecode: str | None = None) -> str:
        """Add a clip and return its hash."""
        (number,) = self.db.execute("SELECT count(*) FROM clips").fetchone()
        digest = f"{number:032x}"
        self.db.execute(
            "INSERT INTO clips (hash, name, path, size, kind, duration, rate, start_timecode, reel)"
            " VALUES (?, ?, ?, 1, 'video', ?, ?, ?, 'A001')",
            [digest, stored(name), f"originals/{digest[:12]}/{stored(name)}", seconds, rate, timecode],
        )
        self.db.execute(
            "INSERT INTO steps (clip, step, settings, state, finished) VALUES (?, 'copy', '{}', 'done', '')",
            [digest],
        )
        return digest

    def interview(
        self, title: str, said: Sequence[str | Segment], *, language: str = "en", **about: Any
    ) -> str:
        """Add an interview in which each string is said in turn on channel 0, and return its slug."""
        clips = about.pop("clips", None) or [(self.clip(f"{title}.mov", timecode="10:00:00:00"), Fraction(0))]
        slug = interviews.create(self.db, title=title, clips=clips, about=Description(**about))
        segments, start = [], 0
        for one in said:
            segments.append(one if isinstance(one, Segment) else segment(one, start, channel=0))
            start = segments[-1].end_ms + 100
        transcripts.save(self.db, slug, Transcript(language, tuple(segments), model="test"), version="1")
        return slug


@pytest.fixture
def spoken(tmp_path: Path) -> Iterator[Spoken]:
    """A catalogue that interviews are put into."""
    made = Spoken(tmp_path)
    yield made
    made.db.close()


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def archive(spoken, capsys, monkeypatch):
    """Run the command in the archive's folder."""
    monkeypatch.chdir(spoken.folder)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
        shown = capsys.readouterr()
        code = ended.value.code
        return Ended(0 if code is None else int(code), shown.out, shown.err)

    return run
