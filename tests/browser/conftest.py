"""A real archive, served by the real command, in a real Chromium."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from archive import catalogue, config
from archive.catalogue import interviews, originals, revisions, transcripts
from archive.catalogue.description import Description
from ingest.transcript import Segment, Transcript, Word
from media import ffmpeg, fingerprint, renditions
from media.probe import probe
from media.sound import extract

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SAID = {
    "A001.mp4": [("en-01", 1.0, 0), ("en-02", 5.0, 1), ("en-03", 9.0, 1)],
    "A002.mp4": [("en-04", 1.0, 0), ("en-05", 5.0, 1)],
}
LENGTH = 14
HOSTILE = "</script><img src=x onerror=document.title='taken'><script>document.title='taken'</script>"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and say why it is left out where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium on this machine: make browser"))


def place(db, archive: config.Archive, path: Path) -> str:
    """Put a clip with its renditions into the archive as an ingest does, and return its hash."""
    found, clip = probe(path), fingerprint.content_hash(path)
    folder = archive.renditions / clip
    folder.mkdir()
    tool = ffmpeg.locate(None)
    made = renditions.make(
        path, found, extract(path, found, folder, tool), folder, renditions.Profile(), tool
    )
    originals.add(db, originals.Original(clip, path.name, path, True, path.stat().st_size))
    originals.describe(db, clip, found)
    files = [
        (one.kind, f"renditions/{clip}/{one.path.name}", one.size, fingerprint.content_hash(one.path))
        for one in made
    ]
    originals.add_renditions(db, clip, files)
    return clip


def words(text: str, start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """Return the words of a sentence, spread evenly over its time."""
    parts = text.split()
    each = (end_ms - start_ms) // len(parts)
    times = [start_ms + number * each for number in range(len(parts))]
    return tuple(Word(word, begin, begin + each - 20) for word, begin in zip(parts, times, strict=True))


def tell(db, slug: str, line: tuple[Word, ...]) -> None:
    """Give an interview a transcript of one line."""
    transcripts.save(db, slug, Transcript("en", (Segment(line, channel=0),), model="demo"))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, footage) -> config.Archive:
    """An archive with one interview of two clips and two speakers, one of sound alone, and one that means harm."""
    folder = tmp_path_factory.mktemp("browser")
    made = config.create(folder / "archive", "Cities That Share")
    db = catalogue.open_catalogue(made.database, write=True)
    placed, segments, offset = [], [], Fraction(0)
    for name, said in SAID.items():
        spoken = footage.clip(
            folder / name, said, channels=2, length=LENGTH, timecode="01:00:00:00", size=(320, 180)
        )
        clip = place(db, made, folder / name)
        shift = round(offset * 1000)
        for one in spoken:
            line = words(one.text, one.start_ms + shift, one.end_ms + shift)
            segments.append(Segment(line, channel=one.channel))
        placed.append((clip, offset))
        offset += probe(folder / name).duration
    slug = interviews.create(
        db,
        title="Two clips",
        clips=placed,
        about=Description(place="Rome", language="en", speakers=("Interviewer", "Anna Rossi")),
    )
    transcripts.save(db, slug, Transcript("en", tuple(segments), model="demo"))
    said = footage.clip(folder / "B001.wav", [("en-06", 1.0, 0)], picture=None)
    sound = [(place(db, made, folder / "B001.wav"), Fraction(0))]
    line = words(said[0].text, said[0].start_ms, said[0].end_ms)
    tell(db, alone := interviews.create(db, title="Sound alone", clips=sound), line)
    line = words("Ce qui est dit ici en français", said[0].start_ms, said[0].end_ms)
    revisions.keep(
        db, alone, (Segment(line),), kind="imported", author="Tom", language="fr", translation=True
    )
    line = words(f"These are hostile {HOSTILE} words", 0, 3000)
    about = Description(place=HOSTILE, themes=(HOSTILE,), speakers=(HOSTILE,))
    tell(db, interviews.create(db, title=f"Hostile {HOSTILE}", clips=sound, about=about), line)
    db.conn.commit()
    db.close()
    return made


@contextmanager
def served(archive: config.Archive) -> Iterator[str]:
    """Where `archive serve` answers."""
    command = [sys.executable, "-m", "archive", "serve", "--port", "0", "--archive", str(archive.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        yield process.stdout.readline().strip().rstrip("/")
        process.terminate()


@pytest.fixture(scope="session")
def serve():
    """Serves another archive than the one of all tests."""
    return served


@pytest.fixture(scope="session")
def address(archive: config.Archive) -> Iterator[str]:
    """Where the archive of all tests is served."""
    with served(archive) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, address, request):
    """A fresh page, on a desk unless the test says `phone`; what it complains about fails the test."""
    phone = request.node.get_closest_marker("phone") is not None
    size = {"width": 390, "height": 844} if phone else {"width": 1360, "height": 1000}
    context = chromium.new_context(viewport=size, base_url=address, has_touch=phone, reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    fresh = context.new_page()
    complaints: list[str] = []
    fresh.on("pageerror", lambda error: complaints.append(str(error)))
    fresh.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    fresh.set_default_timeout(20_000)
    yield fresh
    context.close()
    assert complaints == []
