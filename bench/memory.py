"""Memory for the sound and the transcription of a long recording, against a short one.

Claim: a recording of three hours takes at most 1.3 times the memory of one of twenty minutes: the highest sum over
our process and all that it starts (FFmpeg, the recogniser with the tiny model). Prints both and their ratio. The
recordings have two channels with a speaker each and are made on the spot from the sentences in tests/speech.

    python bench/memory.py [--minutes 180] [--against 20]
"""

import argparse
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from ingest.executors.local import LocalRecogniser
from ingest.steps.transcribe import transcribe
from media import ffmpeg, sound
from media.probe import probe

MOST = 1.3
ROOT = Path(__file__).parents[1]
MODEL = ROOT / "archive" / "demo" / "model"
RATE = 16_000


def passage() -> np.ndarray:
    """A minute of sentences, each on one of two channels, with pauses: int16, (samples, 2)."""
    talk = np.random.default_rng(1).normal(0, 10, (60 * RATE, 2))
    at = RATE // 2
    for number, file in enumerate(sorted((ROOT / "tests" / "speech").glob("en-*.opus"))):
        command = [str(ffmpeg.locate().program), "-v", "error", "-i", str(file)]
        command += ["-f", "s16le", "-ac", "1", "-ar", str(RATE), "pipe:1"]
        said = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<i2")
        if at + len(said) > len(talk):
            break
        talk[at : at + len(said), number % 2] += said
        at += len(said) + RATE * (number % 5 + 1) // 4
    return talk.clip(-32768, 32767).astype("<i2")


def recording(path: Path, minutes: int) -> None:
    """The passage again and again."""
    minute = passage().tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for _ in range(minutes):
            file.writeframes(minute)


def work(path: Path) -> None:
    """What is measured: from a recording to its transcript."""
    heard = sound.extract(path, probe(path), path.parent, ffmpeg.locate())
    with LocalRecogniser(MODEL) as recogniser:
        found = transcribe(heard, lambda: recogniser)
    print(f"{sum(len(segment.words) for segment in found.segments)} words", file=sys.stderr)


def family(pid: int) -> int:
    """Kilobytes that a process and all its descendants hold."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)  # noqa: S607
    rows = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    members = {pid}
    while more := {child for child, parent, _ in rows if parent in members} - members:
        members |= more
    return sum(held for member, _, held in rows if member in members)


def peak(minutes: int) -> float:
    """The most megabytes that the work on so many minutes held at once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "talk.wav"
        recording(path, minutes)
        started = time.monotonic()
        running = subprocess.Popen([sys.executable, __file__, "--work", str(path)])
        most = 0
        while running.poll() is None:
            most = max(most, family(running.pid))
            time.sleep(0.1)
        if running.returncode:
            raise SystemExit("the work failed")
        took = time.monotonic() - started
    print(f"{minutes:4d} minutes: {most / 1024:.0f} MB at most, {minutes * 60 / took:.0f} times real time")
    return most / 1024


def main() -> int:
    """Measure both and compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=180)
    parser.add_argument("--against", type=int, default=20)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(asked.work)
        return 0
    short, long = peak(asked.against), peak(asked.minutes)
    print(f"ratio {long / short:.2f}, at most {MOST}")
    return 0 if long / short <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
