"""What one run of ffmpeg, or of its libraries, may take; and which limit it was that ended it."""

import sys
from dataclasses import dataclass
from fractions import Fraction

MIB = 1 << 20
GIB = 1 << 30

# For each second of a clip. 8K in AV1 takes half a minute of computing, and a proxy of it, larger than anybody
# wants one, 20 MB: what goes beyond these is no clip.
COMPUTING = 200.0
WRITTEN = 64 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may take.

    Attributes:
        wall: seconds in all.
        stall: seconds without any progress; a slow disk needs some to move a long proxy's index to its front.
        memory: bytes it may allocate; 8K HEVC in frame threads takes about half of the default.
        computing: seconds of computing on all cores together.
        written: bytes of each file that it writes.
        files: how many it may have open; one for each stream of sound, and its libraries.
        length: seconds of footage that may come out.
    """

    wall: float = 24 * 3600.0
    stall: float = 300.0
    memory: int = 8 * GIB
    computing: float = 16 * 24 * 3600.0
    written: int = 1024 * GIB
    files: int = 256
    length: float = 48 * 3600.0


def following(length: Fraction | None) -> Limits:
    """The limits for a clip of so many seconds, or for one whose length is not known.

    What comes out may be twice as long, and a minute: formats without a header are estimated.
    """
    if length is None:
        return Limits()
    seconds = float(length)
    return Limits(
        computing=600 + COMPUTING * seconds,
        written=256 * MIB + round(WRITTEN * seconds),
        length=60 + 2 * seconds,
    )


def shell(limits: Limits) -> str:
    """Commands for a POSIX shell that hold it, and the program that it becomes, to these limits.

    The kernel keeps them, on Linux and macOS alike, from the program's first instruction on. A limit that is
    lower already stays. macOS knows no limit of memory that holds: see `media.process.exceeds`.

    The memory is what was allocated, RLIMIT_DATA: RLIMIT_AS would count address space too, of which every
    thread reserves tens of megabytes without touching them, so that a machine with many cores would fail where
    a small one works.
    """
    parts = {
        "-c": 0,
        "-S -t": round(limits.computing) or 1,  # the first signal; ffmpeg ends in order
        "-H -t": round(limits.computing) + 30,
        "-f": -(-limits.written // 512),  # blocks, by POSIX; macOS's old bash counts twice as large ones
        "-n": limits.files,
    }
    if sys.platform == "linux":
        parts["-d"] = limits.memory >> 10
    return " ".join(f"ulimit {name} {value} 2>/dev/null;" for name, value in parts.items())
