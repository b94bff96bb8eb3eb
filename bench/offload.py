"""A card into the archive, hashed, proven and recorded, beside a plain copy + fsync + read back: at most 1.15.

    python bench/offload.py [--files 8] [--megabytes 512] [--pairs 5] [--folder /tmp]

Both as whole processes, in turn, each from a card that is no longer in memory, into a fresh folder on the same disk.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ARCHIVE = [sys.executable, "-m", "archive"]
SETTLE = 8.0

PLAIN = """
import os, sys
from pathlib import Path
buffer = memoryview(bytearray(4 << 20))
for source in sorted(Path(sys.argv[1]).iterdir()):
    target = Path(sys.argv[2]) / source.name
    with source.open("rb", buffering=0) as read, target.open("xb", buffering=0) as write:
        while count := read.readinto(buffer):
            write.write(buffer[:count])
        os.fsync(write.fileno())
    with target.open("rb", buffering=0) as read:
        os.posix_fadvise(read.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while read.readinto(buffer):
            pass
"""


def make_card(card: Path, files: int, megabytes: int) -> None:
    """Write files that no file system can make smaller."""
    card.mkdir()
    for number in range(files):
        with (card / f"C{number:04}.MP4").open("wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1 << 20))
            os.fsync(file.fileno())


def seconds(command: list[str], card: Path) -> float:
    """How long a command takes that begins with nothing of the card in memory."""
    for path in card.iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    os.sync()
    time.sleep(SETTLE)  # a disk goes on with what the last run gave it
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Print each pair, and the medians and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--megabytes", type=int, default=512)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    ours, plain = [], []
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        card = Path(name) / "card"
        make_card(card, asked.files, asked.megabytes)
        for pair in range(asked.pairs):
            archive, copy = Path(name) / "archive", Path(name) / "copy"
            subprocess.run([*ARCHIVE, "new", str(archive)], check=True, capture_output=True)
            copy.mkdir()
            ingest = [*ARCHIVE, "ingest", str(card), "--archive", str(archive), "--only", "copy"]
            both = [(ours, ingest), (plain, [sys.executable, "-c", PLAIN, str(card), str(copy)])]
            for times, command in both if pair % 2 else reversed(both):
                times.append(seconds(command, card))
            print(
                f"  offload {ours[-1]:.2f} s, plain copy {plain[-1]:.2f} s, ratio {ours[-1] / plain[-1]:.2f}"
            )
            shutil.rmtree(archive)
            shutil.rmtree(copy)
    size = asked.files * asked.megabytes
    print(f"{size} MB in {asked.files} files: offload {statistics.median(ours):.2f} s, ", end="")
    ratio = statistics.median(mine / other for mine, other in zip(ours, plain, strict=True))
    print(f"plain copy + fsync + read back {statistics.median(plain):.2f} s, ratio {ratio:.2f} (goal 1.15)")


if __name__ == "__main__":
    main()
