"""A disk that is pulled while a card is copied to it: what lands in its mount point is no copy."""

import json
import subprocess
import sys

import pytest

# The command, with a hand that pulls a disk the moment that the third file is written to it.
PULLING = """
import os, runpy, sys
from media import copying
folder, begin, begun = sys.argv.pop(), copying._Part.open, []
def pull(part):
    begun.extend([part] * (str(part.folder) == folder))
    if len(begun) == 3:
        os.rename(folder, folder + ".pulled")
        os.mkdir(folder)
        begun.append(None)
    begin(part)
copying._Part.open = pull
runpy.run_module("archive", None, "__main__", True)
"""


@pytest.fixture
def pulled(tmp_path):
    """Copy a card, and return what was said, by the folder whose disk is pulled meanwhile."""
    card, archive = tmp_path / "A001", tmp_path / "archive"
    card.mkdir()
    for number in range(5):
        (card / f"C{number}.MP4").write_bytes(bytes([number]) * 1000)
    subprocess.run([sys.executable, "-m", "archive", "new", archive], check=True, capture_output=True)

    def pulling(folder):
        words = [
            "ingest",
            card,
            "--also",
            tmp_path / "second",
            "--archive",
            archive,
            "--only",
            "copy",
            "--json",
        ]
        done = subprocess.run(
            [sys.executable, "-c", PULLING, *words, tmp_path / folder],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 4, done.stdout + done.stderr
        (verdict,) = [line for line in map(json.loads, done.stdout.splitlines()) if line["event"] == "card"]
        return verdict

    return pulling


def lies(folder):
    return sorted(path.name for path in folder.rglob("*.MP4"))


@pytest.mark.fault(
    "disk",
    "the disk of the second copies is pulled while a card is copied",
    "the card is not called safe; exit 4; the next run, with the disk there, gives it what it lacks",
)
def test_a_second_copy_that_is_pulled_is_not_counted(pulled, tmp_path):
    verdict = pulled("second")
    assert not verdict["safe_to_format"]
    assert "is not mounted any more" in verdict["why"]
    second = tmp_path / "second"
    second.rename(tmp_path / "mount point")
    (tmp_path / "second.pulled").rename(second)
    again = [
        "ingest",
        tmp_path / "A001",
        "--also",
        second,
        "--archive",
        tmp_path / "archive",
        "--only",
        "copy",
    ]
    subprocess.run([sys.executable, "-m", "archive", *again], check=True, capture_output=True)
    assert lies(second) == lies(tmp_path / "A001")


@pytest.mark.fault(
    "disk",
    "the disk of the originals is pulled while a card is copied",
    "the card is not called safe; exit 4; nothing that came after it is recorded",
)
def test_originals_that_are_pulled_are_not_counted(pulled, tmp_path):
    verdict = pulled("archive/originals")
    assert not verdict["safe_to_format"]
    originals = tmp_path / "archive" / "originals"
    originals.rename(tmp_path / "mount point")
    (tmp_path / "archive" / "originals.pulled").rename(originals)
    check = ["verify", "--archive", tmp_path / "archive", "--json"]
    done = subprocess.run([sys.executable, "-m", "archive", *check], capture_output=True, check=True)
    assert json.loads(done.stdout)["missing"] == []
