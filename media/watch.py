"""Watches one run of ffmpeg: its progress, its limits, and what its decoders complain of."""

import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import IO

from media import process
from media.allowed import MOST_PIXELS, MOST_STREAMS
from media.amounts import bytes_of
from media.errors import Stopped, ToolFailed
from media.limits import Limits

KEPT = 4096  # bytes of the end of stderr; a rotten file can say hundreds of lines
CHECK_EVERY = 0.1  # seconds between two looks at the process
LOOK = "The original is safe. See whether it plays elsewhere; if it does not, copy it again from the card."

Progress = Callable[[float], None]

# A line of ffmpeg with `-v level`: who speaks, how grave, what. A decoder speaks for itself, "[h264 @ 0x5..]", or
# ffmpeg of it, "[vist#0:0/h264 @ 0x5..] [dec:h264 @ 0x5..]".
LINE = re.compile(rb"(?:\[[^\]]*\] )*?(?:\[(?:dec:)?(\w+) @ \w+\] )?\[(warning|error|fatal|panic)\] (.*)")
# Once for a picture that was not whole, and once for a packet that gave nothing.
LOST = re.compile(rb"corrupt decoded frame|Error submitting packet to decoder")
# Some decoders (hevc, mjpeg, flac) conceal what is rotten and only complain. H.264 makes two lines for each slice
# that is rotten, and cameras cut a picture into four.
LINES_A_PICTURE = 8

# What it says when it runs into a limit by itself, and what that means.
REFUSED = {
    "max pixel count": f"a picture of more than {MOST_PIXELS // 10**6} million pixels",
    "not on whitelist": "a format or a codec that no camera writes",
    "max_streams": f"more than {MOST_STREAMS} streams",
    r"Cannot allocate memory|malloc of size|pthread_create\(\) failed": "more than {memory} of memory wanted",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended that succeeded.

    Attributes:
        said: the end of what it said on stderr, at most 4 KB; it can complain and still succeed.
        lost: by ffmpeg's name of the decoder, how many pictures or packets of sound were not whole.
    """

    said: str
    lost: dict[str, int]

    def lost_by(self, *decoders: str) -> int:
        """How many these decoders lost; ffmpeg looks into the other streams, too, when it opens a file."""
        return sum(self.lost.get(name, 0) for name in {*decoders})


class Talk:
    """What ffmpeg says on stderr: its end, and a count of what its decoders lost."""

    def __init__(self) -> None:
        self._tail = b""
        self._lines: Counter[bytes] = Counter()
        self._lost: Counter[bytes] = Counter()

    def read(self, pipe: IO[bytes]) -> None:
        """Read all of it; a line beyond the length of a line is several."""
        while line := pipe.readline(KEPT):
            found = LINE.match(line)
            if not found:
                self._keep(line)
                continue
            decoder, grave, text = found[1] or b"", found[2], found[3]
            if LOST.search(text):
                self._lost[decoder] += 1
            elif grave != b"warning":
                self._lines[decoder] += 1
            if grave != b"warning":
                self._keep(text + b"\n")

    def outcome(self) -> Outcome:
        """What was said, in sum."""
        said = self._tail.decode(errors="replace").strip()
        counted = {
            name.decode(): max(self._lost[name], self._lines[name] // LINES_A_PICTURE)
            for name in {*self._lost, *self._lines}
        }
        return Outcome(said, {name: count for name, count in counted.items() if count})

    def _keep(self, line: bytes) -> None:
        self._tail = (self._tail + line)[-KEPT:]


class Watch:
    """One run of ffmpeg, watched from the thread that called: two others empty its pipes."""

    def __init__(
        self,
        running: process.Guarded,
        name: str,
        length: Fraction | None,
        progress: Progress | None,
        stop: threading.Event | None,
        limits: Limits,
    ) -> None:
        """Begin to read what it says; arguments as of `media.ffmpeg.run`, and the name of the clip."""
        self.name = name
        self._running = running
        self._length = float(length or 0)
        self._progress = progress
        self._stop = stop
        self._limits = limits
        self._report: dict[str, str] = {}
        self._reached = self._told = 0.0  # seconds
        self._talk = Talk()
        self._computed = _computed()
        self._threads = (
            threading.Thread(target=self._read_progress, args=(running.output,), daemon=True),
            threading.Thread(target=self._talk.read, args=(running.error,), daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def until_ended(self) -> None:
        """Wait for it, telling of progress; raises what ends it early."""
        started = moved = time.monotonic()
        seen: tuple[str | None, ...] = ()
        while True:
            try:
                self._running.program.wait(CHECK_EVERY)
            except subprocess.TimeoutExpired:
                pass
            else:
                return
            if self._stop and self._stop.is_set():
                raise Stopped(f"{self.name}: stopped", "Start again; what was finished is kept.")
            now = time.monotonic()
            state = tuple(self._report.get(key) for key in ("out_time_us", "total_size", "frame"))
            if state != seen:
                seen, moved = state, now
                self._tell()
            self._hold_to_limits(now - started, now - moved)

    def outcome(self) -> Outcome:
        """What it said, once it has ended."""
        for thread in self._threads:
            thread.join()
        self._running.output.close()
        self._running.error.close()
        return self._talk.outcome()

    def hold_to_kernel(self, code: int, said: str) -> None:
        """Name the limit that it ran into by itself, if that is why it ended.

        Args:
            code: its exit status, or the number of the signal that ended it below 0.
            said: the end of what it said.

        Raises:
            ToolFailed: it wrote, computed or wanted too much.
        """
        if code == -signal.SIGXFSZ or code == 128 + signal.SIGXFSZ:
            raise self._ended(f"more than {bytes_of(self._limits.written)} written")
        # ffmpeg catches this signal and ends in some way of its own.
        if _computed() - self._computed >= self._limits.computing:
            raise self._ended(f"more than {self._limits.computing:.0f} s of computing")
        for sign, why in REFUSED.items():
            if re.search(sign, said):
                raise self._ended(why.format(memory=bytes_of(self._limits.memory)))

    def _tell(self) -> None:
        reached = self._report.get("out_time_us", "")
        if reached.isdecimal():
            # With several streams ffmpeg reports now one, now another, and at times one that it has not worked out
            # yet: what is told counts once that much was told before.
            told = int(reached) / 1e6
            self._reached = max(self._reached, min(told, self._told))
            self._told = told
            if self._progress and self._length:
                self._progress(min(self._reached / self._length, 1.0))

    def _hold_to_limits(self, running_for: float, still_for: float) -> None:
        limits = self._limits
        if running_for > limits.wall:
            raise self._ended(f"not finished after {limits.wall:.0f} s")
        if still_for > limits.stall:
            raise self._ended(f"no progress for {limits.stall:.0f} s")
        if self._reached > limits.length:
            raise self._ended(f"more than {limits.length:.0f} s of footage came out")
        if process.exceeds(self._running.program.pid, limits.memory):
            raise self._ended(f"takes more than {bytes_of(limits.memory)} of memory")

    def _ended(self, why: str) -> ToolFailed:
        return ToolFailed(f"{self.name}: ffmpeg was ended: {why}", LOOK)

    def _read_progress(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            key, _, value = line.decode(errors="replace").strip().partition("=")
            self._report[key] = value


def _computed() -> float:
    """Seconds that processes of ours computed which have ended."""
    times = os.times()
    return times.children_user + times.children_system
