"""Where second copies may lie, and what is on their disks besides them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "archive"]


def call(*arguments, code=0):
    """Run the command, and return what it said on stdout and stderr."""
    command = [*COMMAND, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout, done.stderr


def offload(archive, *arguments, code=0):
    """Copy cards, and return the verdicts and what was said of errors."""
    output, talk = call("ingest", *arguments, "--archive", archive, "--only", "copy", "--json", code=code)
    lines = map(json.loads, output.splitlines())
    return [line["safe_to_format"] for line in lines if line["event"] == "card"], talk


def shoot(root: Path, content: bytes = b"a clip") -> Path:
    """Put a clip on a card."""
    (root / "DCIM").mkdir(parents=True)
    (root / "DCIM" / "C0001.MP4").write_bytes(content * 1000)
    return root


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An empty archive."""
    call("new", tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A card on a disk of its own."""
    folder = tmp_path.parent / f"{tmp_path.name}-card"
    folder.mkdir()
    mount = ["/usr/bin/env", "mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    yield shoot(folder)
    subprocess.run(["/usr/bin/env", "umount", str(folder)], check=True)


def names(folder: Path) -> list[str]:
    """Every name below a folder."""
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*"))


@pytest.mark.fault(
    "cards", "a folder of a card, and --also beside it on the same card", "exit 2 before anything is copied"
)
@pytest.mark.parametrize("path", ["DCIM", "DCIM/C0001.MP4"])
def test_a_second_copy_beside_the_folder_of_a_card_is_refused(archive, mounted, path):
    before = names(mounted)
    verdicts, talk = offload(archive, mounted / path, "--also", mounted / "second", code=2)
    assert verdicts == [False]
    assert "lost with it" in talk
    assert names(mounted) == before
    assert names(archive / "originals") == [".interview-archive-volume"]


@pytest.mark.fault("cards", "a card that lies in the folder of --also", "exit 2 before anything is copied")
def test_a_second_copy_around_the_card_is_refused(archive, tmp_path):
    card = shoot(tmp_path / "disk" / "A001")
    verdicts, talk = offload(archive, card, "--also", tmp_path / "disk", code=2)
    assert verdicts == [False]
    assert f"{card}, which is to be read, lies in it" in talk
    assert not (tmp_path / "disk" / ".interview-archive-volume").exists()


@pytest.mark.fault(
    "cards", "a file given by itself, and --also the folder it lies in", "exit 2 before anything is copied"
)
def test_a_second_copy_into_the_folder_of_the_file_is_refused(archive, tmp_path):
    card = shoot(tmp_path / "A001")
    before = names(card)
    offload(archive, card / "DCIM" / "C0001.MP4", "--also", card / "DCIM", code=2)
    assert names(card) == before


def test_a_folder_beside_footage_takes_second_copies_where_all_of_it_is_one_disk(archive, tmp_path):
    card = shoot(tmp_path / "disk" / "A001")
    verdicts, _ = offload(archive, card, "--also", tmp_path / "disk" / "second")
    assert verdicts == [True]
