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
    return [(line["safe_to_format"], line["why"]) for line in lines if line["event"] == "card"], talk


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


def mount(folder: Path) -> None:
    """Put a disk of its own at a folder."""
    folder.mkdir()
    command = ["/usr/bin/env", "mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")


def unmount(folder: Path) -> None:
    """Take a disk away, and the folder that stood for it."""
    subprocess.run(["/usr/bin/env", "umount", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A card on a disk of its own."""
    folder = tmp_path.parent / f"{tmp_path.name}-card"
    mount(folder)
    yield shoot(folder)
    unmount(folder)


@pytest.fixture
def own_disk(tmp_path: Path) -> Iterator[Path]:
    """An archive on a disk of its own."""
    folder = tmp_path.parent / f"{tmp_path.name}-archive"
    mount(folder)
    call("new", folder / "archive")
    yield folder / "archive"
    unmount(folder)


def names(folder: Path) -> list[str]:
    """Every name below a folder."""
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*"))


@pytest.mark.fault(
    "cards",
    "a folder of a card, and --also beside it on the same card",
    "the card is not called safe, and why is said",
)
@pytest.mark.parametrize("path", ["DCIM", "DCIM/C0001.MP4"])
def test_a_second_copy_on_the_disk_of_the_card_does_not_make_it_safe(archive, mounted, path):
    for _ in range(2):  # what is unchanged is no safer
        verdicts, _ = offload(archive, mounted / path, "--also", mounted / "second")
        assert verdicts == [(False, f"{mounted / 'second'} is on its disk")]


def test_of_several_second_copies_the_one_on_the_disk_of_the_card_is_named(archive, mounted, tmp_path):
    also = ["--also", tmp_path / "second", "--also", mounted / "third"]
    verdicts, _ = offload(archive, mounted / "DCIM", *also)
    assert verdicts == [(False, f"{mounted / 'third'} is on its disk")]


@pytest.mark.fault(
    "cards",
    "a run goes on while its card is away, and the second copies lie where the card's folder was",
    "nothing of it is missing, so it ends well; with another card there it is read when it is named",
)
def test_a_run_whose_card_is_away_is_not_refused(own_disk, mounted, tmp_path):
    """What is left of the card's path lies on the disk of the second copies."""
    offload(own_disk, mounted, "--also", tmp_path / "second")
    unmount(mounted)
    assert offload(own_disk)[0] == []
    mount(mounted)
    shoot(mounted)
    ((safe, _),) = offload(own_disk, mounted, "--also", tmp_path / "second")[0]
    assert safe


def test_an_archive_here_takes_footage_and_second_copies_that_lie_on_one_disk(own_disk, tmp_path):
    folder = shoot(tmp_path / "A001")
    verdicts, _ = offload(own_disk, folder, "--also", tmp_path / "second")
    assert verdicts == [(False, f"{tmp_path / 'second'} is on its disk")]
    assert (tmp_path / "second" / "A001" / "DCIM" / "C0001.MP4").exists()


@pytest.mark.fault("cards", "a card that lies in the folder of --also", "exit 2 before anything is copied")
def test_a_second_copy_around_the_card_is_refused(archive, tmp_path):
    card = shoot(tmp_path / "disk" / "A001")
    verdicts, talk = offload(archive, card, "--also", tmp_path / "disk", code=2)
    assert [safe for safe, _ in verdicts] == [False]
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
    assert [safe for safe, _ in verdicts] == [True]


@pytest.mark.fault(
    "names",
    "a PATH or --also that is empty, as of a variable of the shell that is not set",
    "exit 2: it is not taken for the folder one is in",
)
@pytest.mark.parametrize("empty", ["PATH", "--also"])
def test_an_empty_path_is_not_the_folder_one_is_in(archive, tmp_path, monkeypatch, empty):
    card = shoot(tmp_path / "A001")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    arguments = [card, "--also", ""] if empty == "--also" else [""]
    _, talk = offload(archive, *arguments, code=2)
    assert "empty" in talk
    assert names(tmp_path / "here") == []
    assert names(archive / "originals") == []
    assert offload(archive)[0] == []
