"""Restores of what an archive was before its first ingest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "archive"]


def call(*arguments: object) -> str:
    """Run the command; what it said on stdout."""
    command = [*COMMAND, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """A backup of the archive `archive`, which was filled afterwards."""
    card = tmp_path / "A001"
    card.mkdir()
    (card / "C0001.MP4").write_bytes(b"a clip" * 1000)
    archive, backups = tmp_path / "archive", tmp_path / "backups"
    call("new", archive)
    call("backup", backups, "--archive", archive)
    call("ingest", card, "--only", "copy", "--archive", archive)
    return backups


@pytest.mark.fault(
    "looking after",
    "a backup from before the first ingest, restored over the archive",
    "its originals stay where they are",
)
def test_a_backup_from_before_the_first_ingest_leaves_the_originals_in_place(backups, tmp_path):
    archive = tmp_path / "archive"
    told = json.loads(call("restore", backups, archive, "--json"))
    assert Path(told["before"]).is_dir()
    assert (archive / "originals" / "A001" / "C0001.MP4").exists()
    assert not (Path(told["before"]) / "originals").exists()
    summary = call("ingest", tmp_path / "A001", "--only", "copy", "--json", "--archive", archive)
    assert '"safe_to_format": true' in summary


def test_a_backup_from_before_the_first_ingest_takes_no_other_archives_originals(backups, tmp_path):
    other = tmp_path / "other"
    call("new", other)
    call("ingest", tmp_path / "A001", "--only", "copy", "--archive", other)
    told = json.loads(call("restore", backups, other, "--json"))
    assert (Path(told["before"]) / "originals" / "A001" / "C0001.MP4").exists()
    assert not (other / "originals" / "A001").exists()
