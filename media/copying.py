"""A copy that is proven: to one folder or several in one read, flushed, read back from the disk, then named."""

import errno
import fcntl
import os
import re
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import BinaryIO

from media import disk
from media.amounts import bytes_of
from media.errors import Changed, CopyFailed, NoRoom, Problem, Stopped, Unreadable
from media.fingerprint import OWN, Progress, Seen, blocks, from_disk, must_be, reading

_PART = re.compile(r"\.[0-9a-f]{32}\.part")

Place = Callable[[str], Path | None]


@dataclass(frozen=True, slots=True)
class Copied:
    """A file that was read, and lies in other folders now.

    Attributes:
        digests: of its content, by ASC MHL's names.
        size: bytes.
        seen: the source, as it was before and after it was read.
        path: below each folder; None where nothing was to be kept.
        refused: folders after the first that could not take it, and why.
    """

    digests: dict[str, str]
    size: int
    seen: Seen
    path: Path | None
    refused: dict[Path, Problem] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """The xxh3-128 of its content, 32 lower-case hex digits."""
        return self.digests[OWN]


def copy(
    source: Path,
    folders: Sequence[Path],
    place: Place,
    *,
    algorithms: Collection[str] = (),
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Copied:
    """Copy `source` into every one of `folders`, hashed in the same read, and prove each by reading it back.

    Each copy is written aside, flushed to the disk, read back from there, and only then given its name, which
    never replaces another file. Where the same content lies under that name already, that one is kept. Holes
    stay holes. A folder after the first that fails takes nothing away from the others.

    Args:
        source: the file.
        folders: made where they are not there.
        place: answers the hash of the content with a path below the folders; None: it is not to be kept.
        algorithms: further digests that are wanted, by ASC MHL's names.
        progress: called with bytes just handled; they add up to the size over both passes.
        stop: ends the work when set; nothing is left behind.

    Raises:
        Unreadable: where the source cannot be read.
        Changed: where it changed while it was read.
        NoRoom: where the first folder's disk is full, or may not be written.
        CopyFailed: where that disk gives back other bytes than it was given, or where other content lies there.
        Stopped: where `stop` was set.
    """
    report = progress or _silent
    with reading(source) as (file, seen), _Parts(source, seen, folders) as parts:
        digests = _write(
            file, source, seen, parts, {OWN, *algorithms}, lambda size: report(size - size // 2), stop
        )
        parts.each(_Part.finish)
        must_be(source, seen)
        target = place(digests[OWN])
        if target is None:
            report(seen.size // 2)
        else:
            parts.each(
                lambda part: part.prove(
                    digests[OWN], lambda size: report(size // 2) if part is parts.first else None, stop
                )
            )
            parts.each(lambda part: part.name(target, digests[OWN]))
        return Copied(digests, seen.size, seen, target, parts.refused)


def sweep(folder: Path) -> int:
    """Remove what killed copies left aside, and say how many files that were.

    The part of a copy that is running stays: two archives may have their second copies in one folder.
    """
    left = [
        each
        for each in folder.glob(".*.part")
        if _PART.fullmatch(each.name) and each.is_file() and _is_idle(each)
    ]
    count = 0
    for part in left:
        with suppress(OSError):  # gone meanwhile, or another user's
            part.unlink()
            count += 1
    return count


def _is_idle(part: Path) -> bool:
    """Whether no copy is writing to a part; where a file system knows no locks, that is taken to be so."""
    try:
        with part.open("rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the latter of another user's, which may be running
        return False
    except OSError:
        return True
    return True


def _write(
    file: BinaryIO,
    source: Path,
    seen: Seen,
    parts: "_Parts",
    algorithms: Collection[str],
    report: Progress,
    stop: Event | None,
) -> dict[str, str]:
    from media.mhl.digests import Digests  # as in media.fingerprint

    digests = Digests(algorithms)
    parts.each(_Part.open)
    for block, hole in blocks(file, source, seen.size, stop):
        digests.update(block)
        parts.each(lambda part, block=block, hole=hole: part.write(block, hole=hole))  # type: ignore[misc]
        report(len(block))
    return digests.hexdigests()


class _Parts:
    """The copies of one file while they are made; whatever was not named is gone afterwards."""

    def __init__(self, source: Path, seen: Seen, folders: Sequence[Path]) -> None:
        self.refused: dict[Path, Problem] = {}
        self.first = _Part(source, seen, folders[0])
        self._parts = [self.first, *(_Part(source, seen, folder) for folder in folders[1:])]

    def __enter__(self) -> "_Parts":
        return self

    def __exit__(self, *_: object) -> None:
        for part in self._parts:
            part.discard()

    def each(self, act: Callable[["_Part"], None]) -> None:
        """Do something with every part; one after the first that fails is given up."""
        for part in tuple(self._parts):
            try:
                act(part)
            except Stopped:
                raise
            except Problem as problem:
                if part is self.first:
                    raise
                self.refused[part.folder] = problem
                self._parts.remove(part)
                part.discard()


class _Part:
    """One copy while it is made, aside in its folder."""

    def __init__(self, source: Path, seen: Seen, folder: Path) -> None:
        self.folder = folder
        self._source = source
        self._seen = seen
        self._path = folder / f".{uuid.uuid4().hex}.part"
        self._file: BinaryIO | None = None

    def open(self) -> None:
        with self._told():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("x+b", buffering=0)  # NFS shares no lock of what is only written
            self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB)  # one lock or the other until it is closed: see `sweep`

    def write(self, block: memoryview, *, hole: bool) -> None:
        assert self._file  # opened before the first block
        with self._told():
            if hole:
                self._file.seek(len(block), os.SEEK_CUR)
                return
            written = 0
            while written < len(block):
                written += self._file.write(block[written:])

    def finish(self) -> None:
        assert self._file  # opened, and written
        with self._told():
            self._file.truncate(self._seen.size)  # a hole at the end was only skipped
            # The date of recording is all that some recorders know of it.
            os.utime(self._file.fileno(), ns=(self._seen.mtime_ns, self._seen.mtime_ns))
            disk.flush_open(self._file.fileno())
        # Under SMB nobody, not even we by another descriptor, reads what is locked against sharing; and there a
        # shared lock does not take the place of the other one, but is held besides.
        self._lock(fcntl.LOCK_UN)
        self._lock(fcntl.LOCK_SH | fcntl.LOCK_NB)

    def _lock(self, how: int) -> None:
        assert self._file  # opened
        with suppress(OSError):  # a file system without locks
            fcntl.flock(self._file, how)

    def prove(self, digest: str, report: Progress, stop: Event | None) -> None:
        try:
            whole = from_disk(self._path, report, stop) == digest
        except (Unreadable, Changed):
            whole = False
        if not whole:
            raise CopyFailed(
                f"{self._source.name}: {self.folder} does not give back what was written to it",
                "The disk, its cable or its reader may be failing; copy to another disk.",
            )

    def name(self, below: Path, digest: str) -> None:
        target = self.folder / below
        with self._told():
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                disk.name(self._path, target)
            except FileExistsError:
                if target.stat().st_size != self._seen.size or from_disk(target) != digest:
                    raise CopyFailed(
                        f"{target}: holds other content than its place says",
                        "Move it elsewhere, then run the same command again.",
                    ) from None
                disk.flush(target)
            for place in (*below.parents, Path("..")):
                disk.flush_folder(self.folder / place)

    def discard(self) -> None:
        if self._file:
            with suppress(OSError):  # what counts was flushed
                self._file.close()
        with suppress(OSError):  # not there, or the disk is gone: the next sweep finds it
            self._path.unlink()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the folder's disk says into a sentence; errors of the source are Problems already."""
        try:
            yield
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise NoRoom(
                    f"{self._source.name}: no space left in {self.folder} ({bytes_of(self._seen.size)} needed)",
                    "Make room there, then run the same command again; what was copied is safe.",
                ) from error
            raise NoRoom(
                f"{self._source.name}: cannot be copied to {self.folder} ({error.strerror})",
                "Look whether the disk is there and may be written, then run the same command again.",
            ) from error


def _silent(size: int) -> None:
    del size
