"""The one place that starts ffmpeg: safe inputs, limits, progress, stopping, and the end of what it said."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

import ffmpeg

from media import process
from media.allowed import DECODERS, FORMATS, MOST_PIXELS, MOST_STREAMS, PROTOCOLS
from media.errors import NoRoom, ToolFailed, ToolMissing
from media.limits import Limits, following
from media.watch import LOOK, Outcome, Progress, Watch

# Every line says how grave it is, and is said as often as it is meant: they are counted. What share of pictures may
# be lost is ours to decide (media.length), so ffmpeg decides nothing.
TALK = (
    "-nostdin", "-hide_banner", "-n", "-v", "level+repeat+warning", "-max_error_rate", "1",
    "-nostats", "-progress", "pipe:1",
)  # fmt: skip
NO_ROOM = re.compile(r"No space left on device|Disk quota exceeded|Read-only file system")
OF_THE_DISK = re.compile(r"Input/output error|No such file or directory|Permission denied")
NO_PERMISSION = re.compile(r"Error opening output.*Permission denied")
Node = Any  # a stream or an output of a graph; ffmpeg-python has no types


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
    return ffmpeg.input(
        address(path),
        protocol_whitelist=PROTOCOLS,
        format_whitelist=FORMATS,
        codec_whitelist=",".join(sorted(DECODERS)),
        max_streams=MOST_STREAMS,
        max_pixels=MOST_PIXELS,
        **options,
    )


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
    limits: Limits | None = None,
) -> Outcome:
    """Run a graph to its end; existing files are never overwritten.

    Args:
        tool: from `locate`.
        outputs: one ffmpeg-python output or a sequence of them.
        length: seconds that will come out, to turn progress into a fraction.
        progress: called in this thread with 0 to 1.
        stop: set by somebody else to end ffmpeg at once.
        limits: what it may take; by default what follows from `length`.

    Raises:
        ToolFailed: it ended with an error or hit a limit.
        NoRoom: the disk is full or the folder may not be written.
        ToolMissing: it is gone since it was located.
        Stopped: `stop` was set.
    """
    arguments = command(tool, outputs)
    limits = limits or following(length)
    try:
        running = process.start(arguments, {**os.environ, "LC_ALL": "C"}, limits)
    except OSError as problem:
        raise ToolMissing(f"{tool.program}: cannot be run ({problem.strerror})", REMEDY) from problem
    watch = Watch(running, _subject(arguments), length, progress, stop, limits)
    try:
        watch.until_ended()
    finally:
        code = running.end()
        outcome = watch.outcome()
    # With a file in its way ffmpeg writes nothing and still ends with 0.
    if code != 0 or "already exists. Exiting." in outcome.said:
        watch.hold_to_kernel(code, outcome.said)
        raise _failure(watch.name, code, outcome.said)
    if progress:
        progress(1.0)
    return outcome


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
    failure = ToolFailed(f"{name}: ffmpeg {how}: {last}", LOOK)
    if process.was_killed(code) or OF_THE_DISK.search(said):
        failure.__cause__ = OSError(how)
    return failure
