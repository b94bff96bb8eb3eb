"""What becomes of a command whose output goes nowhere: a full disk, a reader that has gone, a closed stream."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "archive"]
FULL = Path("/dev/full")
full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.fixture
def archive(spoken) -> Path:
    """An archive whose list does not fit into a pipe."""
    for number in range(40):
        spoken.interview(f"Garden {number} {'of many words ' * 200}", ["nobody owns this garden"])
    spoken.db.close()
    (spoken.folder / "logs").mkdir()
    return spoken.folder


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """Two clips."""
    root = tmp_path / "A001"
    root.mkdir()
    for name in ("C0001.MP4", "C0002.MP4"):
        (root / name).write_bytes(name.encode() * 1000)
    return root


def run(archive: Path, *arguments: object, **streams) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    command = [*COMMAND, *map(str, arguments), "--archive", str(archive)]
    return subprocess.run(command, **({"stderr": subprocess.PIPE} | streams), text=True, check=False)


READING = [["list"], ["list", "--json"], ["search", "nobody", "--csv"], ["doctor"]]


@pytest.mark.fault("disk", "output that goes to a disk that is full", "said so, exit 4; no traceback")
@pytest.mark.parametrize("command", READING, ids=" ".join)
@full
def test_output_to_a_full_disk_is_told(archive, command):
    with FULL.open("w") as disk:
        done = run(archive, *command, stdout=disk)
    assert done.returncode == 4
    assert done.stderr.startswith(
        "Error: What was to be written could not be: No space left on device.\nTry: "
    )
    assert "Traceback" not in done.stderr


@pytest.mark.fault(
    "disk",
    "a run whose JSON, or whose talk, goes to a disk that is full",
    "exit 4; the next run does the rest",
)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@full
def test_a_run_whose_output_goes_to_a_full_disk_is_gone_on_with(archive, card, stream):
    options = ["--json"] if stream == "stdout" else []
    with FULL.open("w") as disk:
        assert run(archive, "ingest", card, "--only", "copy", *options, **{stream: disk}).returncode == 4
    assert run(archive, "ingest", "--only", "copy").returncode == 0
    assert len([*archive.glob("originals/A001/*.MP4")]) == 2


@pytest.mark.fault("two at once", "a reader that goes away (head)", "the command ends quietly")
@pytest.mark.parametrize("command", READING[:3], ids=" ".join)
def test_a_reader_that_goes_away_is_no_error_to_tell(archive, command):
    reading, writing = os.pipe()
    os.close(reading)
    done = run(archive, *command, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.fault(
    "disk",
    "a command that is begun without stdout and stderr",
    "it does its work, and writes in no other file",
)
def test_a_command_without_streams_does_its_work(archive, card):
    for command in (["list"], ["search", "nobody", "--csv"], ["ingest", str(card), "--only", "copy"]):
        line = 'exec "$@" <&- >&- 2>&-'
        program = [*COMMAND, *command, "--archive", str(archive)]
        done = subprocess.run(["/bin/sh", "-c", line, "sh", *program], check=False)
        assert done.returncode == 0
    assert [each.read_bytes() for each in sorted(archive.glob("originals/A001/*.MP4"))] == [
        b"C0001.MP4" * 1000,
        b"C0002.MP4" * 1000,
    ]
