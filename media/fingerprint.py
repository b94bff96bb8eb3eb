"""Who a file is: what the file system says of it, and the digests of its content."""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import BinaryIO

from media import disk
from media.errors import Changed, Stopped, Unreadable
from media.holes import stretches

Progress = Callable[[int], None]

# ASC MHL's name of xxh3-128, by which every file is known.
OWN = "xxh128"

_BLOCK = 4 << 20
_ZEROS = memoryview(bytes(_BLOCK))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the file system says about a file. Where all of it is as it was, its content is, too.

    Attributes:
        volume: the device that holds it (`st_dev`).
        inode: its number there.
        size: bytes.
        mtime_ns: when its content changed, nanoseconds since 1970.
        ctime_ns: when anything about it changed; unlike mtime no program can set it back.
    """

    volume: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, path: Path) -> "Seen":
        """Look at `path` without reading it; raises OSError where that cannot be done."""
        return cls._from(os.stat(path))  # noqa: PTH116 - five times as quick as Path.stat on 1,000 files

    @classmethod
    def now(cls, path: Path) -> "Seen | None":
        """Look at `path` as `of` does; None where that cannot be done."""
        with suppress(OSError):
            return cls.of(path)
        return None

    @classmethod
    def _from(cls, status: os.stat_result) -> "Seen":
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def content_hash(path: Path, progress: Progress | None = None, stop: Event | None = None) -> str:
    """The xxh3-128 of a file's content, 32 lower-case hex digits; see `digests`."""
    return digests(path, (OWN,), progress, stop)[OWN]


def digests(
    path: Path, algorithms: Collection[str], progress: Progress | None = None, stop: Event | None = None
) -> dict[str, str]:
    """Several digests of a file's content, from one read of it.

    Args:
        path: the file.
        algorithms: by the names that ASC MHL gives them (`media.mhl.digests`).
        progress: called with the number of bytes just read; they add up to its size.
        stop: ends the work when set.

    Returns:
        The text form of each by its name.

    Raises:
        Unreadable: where it cannot be read.
        Changed: where it changed while it was read.
        Stopped: where `stop` was set.
    """
    with reading(path) as (file, seen):
        found = digested(file, path, seen.size, algorithms, progress, stop)
    must_be(path, seen)
    return found


def from_disk(path: Path, progress: Progress | None = None, stop: Event | None = None) -> str:
    """The same hash as `content_hash`, read from the disk itself, not from memory, which knows no rot."""
    with reading(path) as (file, seen):
        disk.forget(file.fileno())
        found = digested(file, path, seen.size, (OWN,), progress, stop)
    must_be(path, seen)
    return found[OWN]


@contextmanager
def reading(path: Path) -> Iterator[tuple[BinaryIO, Seen]]:
    """Open a file to read it from its start, and say what it looks like."""
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise _cannot_read(path, error) from error
    with file:
        yield file, Seen._from(os.fstat(file.fileno()))


def digested(
    file: BinaryIO,
    path: Path,
    size: int,
    algorithms: Collection[str],
    progress: Progress | None = None,
    stop: Event | None = None,
) -> dict[str, str]:
    """The digests of an open file of `size` bytes; the rest as in `digests`."""
    from media.mhl.digests import (
        Digests,
    )  # xxhash takes 8 ms to load, which `archive --help` need not wait for

    found = Digests(algorithms)
    for block, _ in blocks(file, path, size, stop):
        found.update(block)
        if progress:
            progress(len(block))
    return found.hexdigests()


def blocks(
    file: BinaryIO, path: Path, size: int, stop: Event | None = None
) -> Iterator[tuple[memoryview, bool]]:
    """The content of an open file in pieces, and whether each lies in a hole, where the disk holds nothing.

    Exactly `size` bytes come: a file that somebody is still writing would otherwise never end. Holes are not read.

    Raises:
        Unreadable, Changed, Stopped: as `digests` says.
    """
    buffer = memoryview(bytearray(_BLOCK))
    for length, hole in stretches(file.fileno(), size):
        left = length
        while left:
            if stop is not None and stop.is_set():
                raise Stopped(f"{path.name}: stopped while it was read")
            block = _ZEROS[:left] if hole else buffer[: _read(file, path, buffer[:left])]
            left -= len(block)
            yield block, hole


def _read(file: BinaryIO, path: Path, into: memoryview) -> int:
    try:
        count: int = file.readinto(into)  # type: ignore[attr-defined]
    except OSError as error:
        raise _cannot_read(path, error) from error
    if not count:
        raise _changed(path)  # it was cut short
    return count


def must_be(path: Path, seen: Seen) -> None:
    """Hold a file to what it looked like before it was read.

    Raises:
        Changed: it looks different now, or is gone.
    """
    if Seen.now(path) != seen:
        raise _changed(path)


def _changed(path: Path) -> Changed:
    return Changed(
        f"{path.name}: changed while it was read",
        "Wait until nothing writes to it any more, then run the same command again.",
    )


def _cannot_read(path: Path, error: OSError) -> Unreadable:
    return Unreadable(
        f"{path.name}: cannot be read ({error.strerror})",
        "Look at its permissions and its card or disk, then run the same command again.",
    )
