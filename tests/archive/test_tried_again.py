"""What is tried again by the next run, and what only when somebody asks for it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
import pytest

COMMAND = [sys.executable, "-m", "archive"]
# An ffmpeg that dies of every clip, and counts how often.
DYING = """#!/bin/sh
[ "$1" = -version ] && exec {ffmpeg} "$@"
echo once >> {count}
kill -s {signal} $$
"""


class Trials:
    """An archive whose ffmpeg dies, and a clip."""

    def __init__(self, folder: Path, clip: Path) -> None:
        self.folder, self.clip = folder, clip
        self.count = folder.with_name("count")
        subprocess.run([*COMMAND, "new", str(folder)], check=True, capture_output=True)

    def let_ffmpeg_die(self, of: str) -> None:
        """From now on it dies of a signal."""
        program = self.folder.with_name("ffmpeg.sh")
        ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
        program.write_text(DYING.format(ffmpeg=ffmpeg, count=self.count, signal=of))
        program.chmod(0o755)
        os.environ["ARCHIVE_FFMPEG"] = str(program)

    def run(self, *arguments: object, code: int) -> tuple[dict, int]:
        """Ingest; the summary, and how often ffmpeg was started for it."""
        self.count.write_text("")
        options = ["--archive", str(self.folder), "--model", "demo", "--json"]
        command = [*COMMAND, "ingest", *map(str, arguments), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1]), len(self.count.read_text().split())


@pytest.fixture
def trials(tmp_path, footage, monkeypatch) -> Trials:
    """One clip."""
    monkeypatch.setenv("ARCHIVE_FFMPEG", "")
    (tmp_path / "card").mkdir()
    footage.clip(tmp_path / "card" / "film.mp4", [("en-02", 0.5, 0)], options=["-movflags", "+faststart"])
    return Trials(tmp_path / "archive", tmp_path / "card" / "film.mp4")


@pytest.mark.fault(
    "media",
    "a clip that crashes ffmpeg, or makes it run into a limit",
    "recorded as failed with the reason; tried again not by every run, but with --redo",
)
def test_a_clip_that_crashed_ffmpeg_is_tried_again_only_when_somebody_asks(trials):
    trials.let_ffmpeg_die("SEGV")
    first, started = trials.run(trials.clip, code=1)
    assert started == 1
    (failed,) = first["failed"]
    assert f"was ended by signal {signal.SIGSEGV:d}" in failed["error"]
    (original,) = trials.folder.rglob("originals/**/film.mp4")
    assert f"archive ingest {original} --redo sound" in failed["try"]
    assert trials.run(code=1) == (first, 0)
    assert trials.run(trials.clip, code=1) == (first, 0)
    os.environ["ARCHIVE_FFMPEG"] = ""
    trials.clip.unlink()
    again, _ = trials.run(original, "--redo", "sound", code=0)
    assert again["done"] == [str(original)]


@pytest.mark.fault(
    "media", "an ffmpeg that somebody ends, or a system short of memory", "the next run tries again"
)
def test_a_clip_whose_ffmpeg_was_killed_is_tried_again(trials):
    trials.let_ffmpeg_die("KILL")
    trials.run(trials.clip, code=1)
    _, started = trials.run(code=1)
    assert started == 1
    os.environ["ARCHIVE_FFMPEG"] = ""
    summary, _ = trials.run(code=0)
    assert summary["done"] == [str(trials.clip)]


@pytest.mark.fault(
    "kill",
    "a run with --accept-damaged that ends before a clip is decoded",
    "the run that goes on with it accepts damage of the same clips, and of no others",
)
def test_a_run_goes_on_as_it_was_asked_about_damage(trials):
    other = trials.clip.with_name("other.mp4")
    whole = trials.clip.read_bytes()
    other.write_bytes(whole[: len(whole) * 2 // 3] + b"\0" * 9)
    trials.clip.write_bytes(whole[: len(whole) * 2 // 3])
    trials.run(trials.clip, "--accept-damaged", "--only", "copy", code=0)
    trials.run(other, "--only", "copy", code=0)
    summary, _ = trials.run(code=1)
    assert summary["done"] == [str(trials.clip)]
    assert [each["path"] for each in summary["failed"]] == [str(other)]
