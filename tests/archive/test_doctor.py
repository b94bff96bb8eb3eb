"""The exit code of `archive doctor`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.catalogue import open_catalogue

COMMAND = [sys.executable, "-m", "archive"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An empty archive."""
    subprocess.run([*COMMAND, "new", str(tmp_path / "archive")], check=True, capture_output=True)
    return tmp_path / "archive"


def newer(archive: Path) -> None:
    with open_catalogue(archive / "archive.db", write=True) as db:
        db.execute("PRAGMA user_version = 99")


def foreign(archive: Path) -> None:
    with open_catalogue(archive / "archive.db", write=True) as db:
        db.execute("PRAGMA application_id = 1")


def rotten(archive: Path) -> None:
    content = (archive / "archive.db").read_bytes()
    (archive / "archive.db").write_bytes(content[:100] + b"\xff" * (len(content) - 100))


def nameless(archive: Path) -> None:
    (archive / "archive.toml").unlink()


@pytest.mark.fault("SQLite", "a newer or another program's database shown to the doctor", "named, exit 6")
@pytest.mark.fault("SQLite", "a rotten database shown to the doctor", "named, exit 3")
@pytest.mark.parametrize(("harm", "code"), [(newer, 6), (foreign, 6), (rotten, 3), (nameless, 2)])
def test_the_doctor_ends_as_a_command_would_that_needs_the_archive(archive, harm, code):
    harm(archive)
    command = [*COMMAND, "doctor", "--json", "--archive", str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    (found,) = [each for each in json.loads(done.stdout) if each["what"] == "archive"]
    assert (found["state"], found["code"], done.returncode) == ("missing", code, code)
