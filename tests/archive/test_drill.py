"""A drill: the archive and its cards are gone; a backup and the originals' second copy become an archive again."""

import json
import re
import select
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import av
import httpx
import pytest

COMMAND = [sys.executable, "-m", "archive"]
PATIENCE = 60
SENTENCE, WORD = "en-05", "neighbour"


class Crew:
    """Types commands, and reads what they say."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.again = folder / "archive", folder / "the new one"
        self.card, self.second, self.backups = folder / "A001", folder / "second copy", folder / "backups"
        self.talk, self.before = "", ([], [])

    def type(self, *words) -> str:
        done = subprocess.run(
            [*COMMAND, *map(str, words)],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"exit {done.returncode}: {done.stdout}{done.stderr}"
        self.talk = done.stderr
        return done.stdout

    def answer(self, archive: Path, *words):
        return json.loads(self.type(*words, "--archive", archive, "--json"))

    def tells(self, archive: Path) -> tuple[list, list]:
        """The interviews of an archive, and the quotes of a word that is said in one."""
        return self.answer(archive, "list"), self.answer(archive, "search", WORD)

    def do_what_it_says(self, command: str, *more) -> None:
        """Type a command as the one before has written it down for a person."""
        (said,) = re.findall(rf"archive ({command} .*?)\.?$", self.talk, re.MULTILINE)
        self.type(*shlex.split(said), *more)

    @contextmanager
    def serving(self):
        command = [*COMMAND, "serve", "--archive", str(self.again), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as site:
            assert site.stdout
            try:
                assert select.select([site.stdout], [], [], PATIENCE)[0]
                yield site.stdout.readline().strip()
            finally:
                site.terminate()


@pytest.fixture
def crew(tmp_path, footage) -> Crew:
    """A crew whose archive was backed up, and then burnt with its cards."""
    crew = Crew(tmp_path)
    crew.card.mkdir()
    footage.clip(crew.card / "C0001.MP4", [(SENTENCE, 0.3, 0)])
    (crew.card / "C0001M01.XML").write_text("<clip/>")
    crew.type("new", crew.archive, "--title", "Drill")
    settings = crew.archive / "archive.toml"
    settings.write_text(re.sub('^model = ".*"', 'model = "demo"', settings.read_text(), flags=re.MULTILINE))
    crew.type("ingest", crew.card, "--also", crew.second, "--place", "Rome", "--archive", crew.archive)
    crew.before = crew.tells(crew.archive)
    crew.type("backup", crew.backups, "--archive", crew.archive)
    shutil.rmtree(crew.archive)
    shutil.rmtree(crew.card)
    return crew


@pytest.mark.fault(
    "looking after",
    "the archive's disk and the cards are gone; a backup and the second copy of the originals are left",
    "with the commands that restore and repair name, it is an archive again: the quote is found and plays",
)
def test_a_backup_and_the_second_copy_become_an_archive_that_plays_a_quote(crew):
    crew.type("restore", crew.backups, crew.again)
    restored = crew.talk
    crew.do_what_it_says("repair", "--yes")
    crew.talk = restored
    crew.do_what_it_says("ingest")

    assert crew.tells(crew.again) == crew.before
    (interview,), (quote,) = crew.before
    assert (quote["clip"], interview["place"]) == ("C0001.MP4", "Rome")
    plays(crew, interview["clips"][0]["hash"], quote)

    found = crew.answer(crew.again, "verify")
    assert found.pop("checked") > 4
    assert not any(found.values()), found
    assert sorted(path.name for path in crew.second.rglob("C0001*")) == ["C0001.MP4", "C0001M01.XML"]


def plays(crew: Crew, clip: str, quote: dict) -> None:
    """The page of the quote is there, and what a browser asks for in pieces is a film that is long enough."""
    with crew.serving() as site:
        assert httpx.get(f"{site.rstrip('/')}{quote['url']}", timeout=PATIENCE).status_code == 200
        address = f"{site.rstrip('/')}/media/{clip}/proxy.mp4"
        pieces = [
            httpx.get(address, headers={"Range": f"bytes={asked}"}, timeout=PATIENCE)
            for asked in ("0-999", "1000-")
        ]
    assert [piece.status_code for piece in pieces] == [206, 206]
    film = crew.again.parent / "film.mp4"
    film.write_bytes(b"".join(piece.content for piece in pieces))
    with av.open(str(film)) as container:
        pictures = [picture.time for picture in container.decode(video=0)]
    assert pictures[-1] * 1000 >= quote["end_ms"]
