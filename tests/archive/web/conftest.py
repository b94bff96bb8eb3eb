"""An archive for the pages: a catalogue filled through its own doors, renditions that are a few bytes."""

import asyncio
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from archive import catalogue, config
from archive.catalogue import interviews, transcripts
from archive.catalogue.description import Description
from archive.web import server
from ingest.transcript import Segment, Transcript, Word

HOSTILE = "<script>alert('x')</script> & \"quotes\""
FIRST, SECOND, SOUND, BROKEN, WAITING, SILENT, EVIL = (f"{number:032x}" for number in range(1, 8))
PLAYABLE = bytes(range(256)) * 40
SHEET = """WEBVTT

00:00:00.000 --> 00:00:02.000
thumbnails-1.jpg#xywh=0,0,160,90

00:00:02.000 --> 00:00:10.000
thumbnails-1.jpg#xywh=160,0,160,90
"""
PEAKS = (
    '{"version":2,"channels":1,"sample_rate":16000,"samples_per_pixel":1600,"bits":8,"length":2,'
    '"data":[-8,9,-90,99]}'
)


class Site:
    """The pages of an archive, asked in this process."""

    def __init__(self, archive: config.Archive) -> None:
        self.archive = archive
        self.datasette = server.build(archive)

    def get(self, path: str, method: str = "GET", **options):
        """Return the response to a request."""
        return asyncio.run(self.datasette.client.request(method, path, **options))

    def text(self, path: str) -> str:
        """Return a page that is there."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.text

    def close(self) -> None:
        """Let go of the files."""
        for database in self.datasette.databases.values():
            database.close()
        self.datasette.executor.shutdown()


def spoken(channel: int, text: str, start_ms: int, each: int = 400) -> Segment:
    """Return a segment whose words begin every `each` milliseconds."""
    words = tuple(
        Word(word, start_ms + place * each, start_ms + place * each + each - 50)
        for place, word in enumerate(text.split())
    )
    return Segment(words, channel=channel)


class Filling:
    """Puts clips, renditions and interviews into a new archive."""

    def __init__(self, archive: config.Archive) -> None:
        self.archive = archive
        self.db = catalogue.open_catalogue(archive.database, write=True)

    def clip(
        self, clip: str, name: str, seconds: int, *made: str, kind: str = "video", timecode: str | None = None
    ):
        """A clip of so many seconds, and files of the renditions named."""
        self.db.execute(
            "INSERT INTO clips (hash, name, path, size, kind, duration, rate, start_timecode)"
            " VALUES (?, ?, ?, 1, ?, ?, '25', ?)",
            [clip, name, f"originals/{clip[:12]}/{name}", kind, str(seconds), timecode],
        )
        folder = self.archive.renditions / clip
        folder.mkdir(parents=True)
        for file in made:
            content = {"thumbnails.vtt": SHEET.encode(), "peaks.json": PEAKS.encode()}.get(file, PLAYABLE)
            (folder / file).write_bytes(content)
            self.db.execute(
                "INSERT INTO renditions (clip, kind, path, size) VALUES (?, ?, ?, ?)",
                [clip, file.partition(".")[0], f"renditions/{clip}/{file}", len(content)],
            )
        self.step(clip, "renditions")

    def step(self, clip: str, step: str, error: str | None = None):
        """A step that is done, or failed with an error."""
        self.db.execute(
            "INSERT OR REPLACE INTO steps (clip, step, settings, state, error, remedy, finished)"
            " VALUES (?, ?, '{}', ?, ?, 'Copy it again.', '2026-01-01T00:00:00')",
            [clip, step, "failed" if error else "done", error],
        )

    def interview(
        self, title: str, *clips: tuple[str, int], said: list[Segment] | None = None, **about
    ) -> str:
        """An interview of clips with their offsets in seconds, and its transcript."""
        placed = [(clip, Fraction(offset)) for clip, offset in clips]
        slug = interviews.create(self.db, title=title, clips=placed, about=Description(**about))
        if said is not None:
            language = about.get("language")
            transcripts.save(self.db, slug, Transcript(language, tuple(said), model="demo"))
        return slug


def fill(archive: config.Archive) -> None:
    """Put one interview of each kind into an archive."""
    to = Filling(archive)
    everything = ("proxy.mp4", "audio.m4a", "poster.jpg", "thumbnails.vtt", "peaks.json", "sound.wav")
    to.clip(FIRST, "A001.mov", 10, *everything, timecode="01:00:00:00")
    (archive.renditions / FIRST / "thumbnails-1.jpg").write_bytes(b"\xff\xd8 a sheet")
    to.clip(SECOND, "A002\N{REPLACEMENT CHARACTER}FF.mov", 10, "proxy.mp4", "poster.jpg")
    to.interview(
        "Occupied theatre",
        (FIRST, 0),
        (SECOND, 10),
        said=[
            spoken(0, "Who owns the theatre?", 1000),
            spoken(1, "Nobody owns it, so everybody has to sweep it.", 4000),
            spoken(1, "We wrote down what it cost.", 12000),
        ],
        language="en",
        place="Rome",
        people=[("Anna Rossi", "guest")],
        themes=["Work"],
        speakers=["Interviewer", "Anna Rossi"],
        date="2026-03-14",
    )
    to.clip(SOUND, "B001.wav", 8, "audio.m4a", "peaks.json", kind="audio")
    to.interview(
        "Voix seule",
        (SOUND, 0),
        said=[spoken(0, "Personne ne possède l'économie du théâtre 🎭 partagé.", 500)],
        language="fr",
        place="Paris",
        speakers=["Jean"],
    )
    to.clip(BROKEN, "C001.mp4", 5)
    to.step(BROKEN, "renditions", "C001.mp4: ends early.")
    to.interview("Broken card", (BROKEN, 0))
    to.clip(WAITING, "D001.mp4", 5)
    to.db.execute("DELETE FROM steps WHERE clip = ?", [WAITING])
    to.interview("Waiting", (WAITING, 0))
    to.clip(SILENT, "E001.mp4", 5, "proxy.mp4")
    to.db.execute("UPDATE steps SET error = 'E001.mp4: is rotten in places' WHERE clip = ?", [SILENT])
    to.interview("Empty street", (SILENT, 0), said=[])
    to.clip(EVIL, "F001.mp4", 5, "proxy.mp4", "peaks.json")
    to.interview(
        HOSTILE,
        (EVIL, 0),
        said=[spoken(0, f"Evil {HOSTILE} words", 100)],
        language="en",
        place=HOSTILE,
        people=[(HOSTILE, "guest")],
        themes=[HOSTILE],
        speakers=[HOSTILE],
    )
    to.db.conn.commit()
    to.db.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages of an archive with one interview of each kind; nobody writes to it."""
    archive = config.create(tmp_path_factory.mktemp("pages") / "archive", "Cities <That> Share")
    fill(archive)
    pages = Site(archive)
    yield pages
    pages.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """The pages of a new archive."""
    pages = Site(config.create(tmp_path / "new", "New"))
    yield pages
    pages.close()


@pytest.fixture
def filling(empty: Site) -> Iterator[Filling]:
    """Fills that new archive."""
    to = Filling(empty.archive)
    yield to
    to.db.close()
