"""What is said of the files that lie beside clips."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "archive"]


@pytest.fixture
def said(tmp_path: Path):
    """What `archive ingest` says of a card with a clip, a sidecar and what a system left there."""
    card = tmp_path / "A001"
    card.mkdir()
    for name in ("C0001.MP4", "C0001M01.XML", ".DS_Store"):
        (card / name).write_bytes(b"content")
    subprocess.run([*COMMAND, "new", tmp_path / "archive"], check=True, capture_output=True)

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, "ingest", str(card), "--archive", str(tmp_path / "archive"), *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def skipped(done) -> list[str]:
    """The names of what is listed as skipped in the last line."""
    return [Path(each["path"]).name for each in json.loads(done.stdout.splitlines()[-1])["skipped"]]


def test_a_dry_run_says_what_would_be_kept_with_the_clips(said):
    told = said("--dry-run").stdout
    assert "kept with them: " in told
    assert [line.split(": ")[0].strip() for line in told.splitlines() if "C0001M01.XML" in line] == [
        "kept with them"
    ]
    assert [line.split(": ")[0].strip() for line in told.splitlines() if ".DS_Store" in line] == ["not taken"]


def test_a_dry_run_lists_for_scripts_what_a_run_lists(said):
    assert skipped(said("--dry-run", "--json")) == skipped(said("--only", "copy", "--json"))


def test_beside_clips_that_are_left_in_place_nothing_is_taken(said):
    dry, wet = said("--in-place", "--dry-run").stdout, said("--in-place", "--only", "copy").stderr
    assert "kept with them" not in dry + wet
    assert "C0001M01.XML" in dry
