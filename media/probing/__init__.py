"""Probes clips in a process of their own, which a hostile file may crash, fill or keep, and ours goes on.

`media.probe` reads a file with ffmpeg's libraries, which are C: a file made for it can end the process that they
are in. One process serves many clips, since loading the libraries takes longer than reading a header.
"""

import json
import os
import selectors
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from pydantic import TypeAdapter

from media import errors, process
from media.amounts import bytes_of
from media.errors import Problem, Stopped, ToolFailed
from media.holes import held
from media.limits import GIB, Limits
from media.probe import Probe
from media.watch import LOOK

PROBE = TypeAdapter(Probe)
CHECK_EVERY = 0.2  # seconds between two looks at `stop`
SLOWEST = 20 << 20  # bytes a second that a disk gives; a file without an index is read to its end
# An index of 24 hours takes 125 MB, the first picture of 8K a few hundred.
LIMITS = Limits(wall=120, memory=4 * GIB, written=0, files=64)

# Where to import from is told by us: -P keeps the current folder out, which may hold anybody's files.
START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from media.probing.child import serve; serve()"
)


class Prober:
    """A context; its process begins with the first clip, again after a death, and ends with the block.

    One thread asks at a time.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        """Nothing is started yet; `limits.wall` is for each clip, and longer for a large one."""
        self._limits = limits
        self._running: process.Guarded | None = None

    def __enter__(self) -> "Prober":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def probe(self, path: Path, stop: threading.Event | None = None) -> Probe:
        """What `path` is, as `media.probe.probe` says it.

        Args:
            path: the file.
            stop: set by somebody else to end at once.

        Raises:
            Unreadable: as `media.probe.probe`.
            ToolFailed: the process died of the file, or hit a limit.
            Stopped: `stop` was set.
        """
        try:
            answer = json.loads(self._answer(path, stop))
        except BaseException:
            self._end()
            raise
        if "probe" in answer:
            return PROBE.validate_json(answer["probe"])
        raise _raised(**answer["error"])

    def _answer(self, path: Path, stop: threading.Event | None) -> bytes:
        """The line with which it answers, or with which it died."""
        running = self._running = self._running or _start(self._limits)
        until = time.monotonic() + self._limits.wall + _large(path)
        answer = b""
        with selectors.DefaultSelector() as ready:
            ready.register(running.output, selectors.EVENT_READ)
            _tell(running, path)
            while not answer.endswith(b"\n"):
                if stop and stop.is_set():
                    raise Stopped(f"{path.name}: stopped", "Start again; what was finished is kept.")
                if time.monotonic() > until:
                    raise _ended(path, f"was ended: no answer after {self._limits.wall + _large(path):.0f} s")
                if process.exceeds(running.program.pid, self._limits.memory):
                    raise _ended(path, f"was ended: more than {bytes_of(self._limits.memory)} of memory")
                if ready.select(CHECK_EVERY):
                    some = os.read(running.output.fileno(), 1 << 16)
                    if not some:
                        raise _died(path, running.program.wait())
                    answer += some
        return answer

    def _end(self) -> None:
        if self._running:
            self._running.end()
            self._running.output.close()
            self._running.error.close()
            self._running = None


def _start(limits: Limits) -> process.Guarded:
    arguments = [sys.executable, "-P", "-c", START, json.dumps(sys.path)]
    return process.start(arguments, limits=limits, asked=True)


def _tell(running: process.Guarded, path: Path) -> None:
    try:
        # JSON has no place for names that are no UTF-8 except as Python escapes them.
        running.input.write(json.dumps(str(path)).encode() + b"\n")
        running.input.flush()
    except BrokenPipeError:
        pass  # it is dead, which is seen when it gives no answer


def _large(path: Path) -> float:
    """The seconds that reading all of a file may take."""
    try:
        return held(path) / SLOWEST
    except OSError:
        return 0.0


def _died(path: Path, code: int) -> ToolFailed:
    failure = _ended(path, f"ended with code {code}" if code >= 0 else f"was ended by signal {-code}")
    if process.was_killed(code):
        failure.__cause__ = OSError(failure.message)
    return failure


def _ended(path: Path, how: str) -> ToolFailed:
    return ToolFailed(f"{path.name}: the process that read it {how}", LOOK)


def _raised(kind: str, message: str, remedy: str, *, system: str) -> Problem:
    """The error that the process met, as ours.

    Args:
        kind: the name of its class.
        message: what happened.
        remedy: what to do.
        system: what the system said of the file, where it would not open it.
    """
    found = getattr(errors, kind, None)
    if not (isinstance(found, type) and issubclass(found, Problem)):
        return ToolFailed(message, LOOK)
    error = found(message, remedy)
    if system:
        error.__cause__ = OSError(system)
    return error
