"""The one place that starts ffmpeg: safe inputs, limits, progress, stopping, and the end of what it said."""

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import IO, Any

import ffmpeg

from media import process
from media.errors import NoRoom, Stopped, ToolFailed, ToolMissing

# What cameras, recorders and telephones write, and our own renditions. A playlist (hls, concat, dash, sdp) is
# no clip: it makes ffmpeg open other files, which a protocol whitelist alone does not stop.
FORMATS = (
    "mov,matroska,mxf,avi,mpegts,mpeg,mpegvideo,dv,gxf,asf,flv,"
    "wav,w64,aiff,caf,flac,mp3,aac,ac3,amr,ogg,au,wv"
)
PROTOCOLS = "file,pipe"
TALK = ("-nostdin", "-hide_banner", "-n", "-v", "error", "-nostats", "-progress", "pipe:1")
KEPT = 4096  # bytes of the end of stderr; a rotten file can say hundreds of lines
CHECK_EVERY = 0.1  # seconds between two looks at the process
NO_ROOM = re.compile(r"No space left on device|Disk quota exceeded|Read-only file system")
NO_PERMISSION = re.compile(r"Error opening output.*Permission denied")
GIB = 1 << 30
LOOK = "See whether the file plays elsewhere; if it does not, copy it again from the card."

Progress = Callable[[float], None]
Node = Any  # a stream or an output of a graph; ffmpeg-python has no types


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run of ffmpeg may take.

    Attributes:
        wall: seconds in all.
        stall: seconds without any progress; a slow disk needs some to move a long proxy's index to its front.
        memory: bytes it may allocate; 8K HEVC in frame threads takes about half of the default.
    """

    wall: float = 24 * 3600.0
    stall: float = 300.0
    memory: int = 8 * GIB


@dataclass(frozen=True, slots=True)
class Ffmpeg:
    """An ffmpeg program.

    Attributes:
        program: where it lies.
    """

    program: Path

    def version(self) -> str:
        """Its version as it says it, "n9.0.2-17-g2a571b6068".

        Raises:
            ToolMissing: it is not there or does not answer as ffmpeg.
        """
        try:
            answer = subprocess.run([self.program, "-version"], capture_output=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise self._missing(f"cannot be run ({problem})") from problem
        found = re.match(r"ffmpeg version (\S+)", answer.stdout.decode(errors="replace"))
        if answer.returncode != 0 or not found:
            raise self._missing("does not answer as ffmpeg does")
        return found[1]

    def _missing(self, why: str) -> ToolMissing:
        return ToolMissing(f"{self.program}: {why}", REMEDY)


REMEDY = (
    "Name a working ffmpeg in archive.toml or ARCHIVE_FFMPEG, or name none: then the one that imageio-ffmpeg "
    "carries is used (pip install --force-reinstall imageio-ffmpeg)."
)


def locate(named: str | None = None) -> Ffmpeg:
    """The ffmpeg to use: the named one, else imageio-ffmpeg's; never one because it lies on the PATH.

    Args:
        named: a path, or the name of a program, from archive.toml or ARCHIVE_FFMPEG.

    Raises:
        ToolMissing: it is not there or does not answer.
    """
    found = Ffmpeg(_named(named) if named else _carried())
    found.version()
    return found


def _named(named: str) -> Path:
    found = shutil.which(Path(named).expanduser() if os.sep in named else named)
    if not found:
        raise ToolMissing(f"{named}: there is no such program", REMEDY)
    return Path(found)


def _carried() -> Path:
    # imageio_ffmpeg.get_ffmpeg_exe would also take one from its own variable, from conda or from the PATH.
    for place in resources.files("imageio_ffmpeg").joinpath("binaries").iterdir():
        if place.name.startswith("ffmpeg-"):
            return Path(str(place))
    raise ToolMissing("imageio-ffmpeg carries no ffmpeg for this system", REMEDY)


class _Address(str):
    """A path for ffmpeg-python, which hashes str() of it as UTF-8 and fails on names in other encodings."""

    __slots__ = ()

    def __str__(self) -> str:
        return ascii(str.__str__(self))


def address(path: Path) -> str:
    """A path as ffmpeg's file protocol has it, so that no colon, dash or blank in a name means anything."""
    return _Address(f"file:{path}")


def read(path: Path, **options: object) -> Node:
    """An input of a graph: a local file as cameras and recorders write them, and nothing it refers to.

    Args:
        path: the file.
        options: input options as ffmpeg-python takes them (`ss=1.5`, `skip_frame="nokey"`).
    """
    return ffmpeg.input(address(path), protocol_whitelist=PROTOCOLS, format_whitelist=FORMATS, **options)


def command(tool: Ffmpeg, outputs: Node | Sequence[Node]) -> list[str]:
    """The whole argument list for one output of a graph, or several."""
    graph = ffmpeg.merge_outputs(*outputs) if isinstance(outputs, Sequence) else outputs
    return ffmpeg.compile(graph, cmd=[str(tool.program), *TALK])  # type: ignore[no-any-return]


def run(
    tool: Ffmpeg,
    outputs: Node | Sequence[Node],
    *,
    length: Fraction | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    limits: Limits = Limits(),
) -> str:
    """Run a graph to its end; existing files are never overwritten.

    Args:
        tool: from `locate`.
        outputs: one ffmpeg-python output or a sequence of them.
        length: seconds that will come out, to turn progress into a fraction.
        progress: called in this thread with 0 to 1.
        stop: set by somebody else to end ffmpeg at once.
        limits: what it may take.

    Returns:
        The end of what it said on stderr, at most 4 KB; it can complain and still succeed.

    Raises:
        ToolFailed: it ended with an error or hit a limit.
        NoRoom: the disk is full or the folder may not be written.
        ToolMissing: it is gone since it was located.
        Stopped: `stop` was set.
    """
    arguments = command(tool, outputs)
    try:
        running = process.start(arguments, {**os.environ, "LC_ALL": "C"})
    except OSError as problem:
        raise ToolMissing(f"{tool.program}: cannot be run ({problem.strerror})", REMEDY) from problem
    watch = _Watch(running, _subject(arguments), length, progress, stop, limits)
    try:
        watch.until_ended()
    finally:
        code = running.end()
        said = watch.said()
    # With a file in its way ffmpeg writes nothing and still ends with 0.
    if code != 0 or "already exists. Exiting." in said:
        raise _failure(watch.name, code, said)
    if progress:
        progress(1.0)
    return said


class _Watch:
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
        self.name = name
        self._running = running
        self._length = float(length or 0)
        self._progress = progress
        self._stop = stop
        self._limits = limits
        self._too_big = process.limit_memory(running.program.pid, limits.memory)
        self._report: dict[str, str] = {}
        self._reached = 0.0
        self._tail = b""
        self._threads = (
            threading.Thread(target=self._read_progress, args=(running.output,), daemon=True),
            threading.Thread(target=self._read_talk, args=(running.error,), daemon=True),
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

    def said(self) -> str:
        """The end of what it said, once it has ended."""
        for thread in self._threads:
            thread.join()
        self._running.output.close()
        self._running.error.close()
        return self._tail.decode(errors="replace").strip()

    def _tell(self) -> None:
        reached = self._report.get("out_time_us", "")
        if self._progress and self._length and reached.isdecimal():
            # With several streams ffmpeg reports now one, now another.
            self._reached = max(self._reached, min(int(reached) / 1e6 / self._length, 1.0))
            self._progress(self._reached)

    def _hold_to_limits(self, running_for: float, still_for: float) -> None:
        why = ""
        if running_for > self._limits.wall:
            why = f"not finished after {self._limits.wall:.0f} s"
        elif still_for > self._limits.stall:
            why = f"no progress for {self._limits.stall:.0f} s"
        elif self._too_big():
            why = f"takes more than {self._limits.memory / GIB:.1f} GiB of memory"
        if why:
            raise ToolFailed(f"{self.name}: ffmpeg was ended: {why}", LOOK)

    def _read_progress(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            key, _, value = line.decode(errors="replace").strip().partition("=")
            self._report[key] = value

    def _read_talk(self, pipe: IO[bytes]) -> None:
        while some := os.read(pipe.fileno(), KEPT):
            self._tail = (self._tail + some)[-KEPT:]


def _subject(arguments: Sequence[str]) -> str:
    """The name of the first input, which is what an error is about."""
    return Path(arguments[arguments.index("-i") + 1].removeprefix("file:")).name


def _failure(name: str, code: int, said: str) -> ToolFailed | NoRoom:
    last = " / ".join(said.splitlines()[-3:]) or "it said nothing"
    if NO_ROOM.search(said) or NO_PERMISSION.search(said):
        return NoRoom(
            f"{name}: cannot write its rendition ({last})", "Free some space, or allow writing, and go on."
        )
    how = f"ended with code {code}" if code >= 0 else f"was ended by signal {-code}"
    return ToolFailed(f"{name}: ffmpeg {how}: {last}", LOOK)
