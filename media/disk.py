"""What differs between systems about disks, and what a full one is called."""

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from media.amounts import bytes_of
from media.errors import NoRoom

_DAMAGED = ".damaged"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
_LONGEST = 255  # bytes; what a name may have on ext4, APFS and NTFS alike
_ENDING = 16  # bytes; what looks longer is no ending
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def flush(path: Path) -> None:
    """Wait until what any program wrote to `path` is on the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        flush_open(descriptor)
    finally:
        os.close(descriptor)


def flush_open(descriptor: int) -> None:
    """Wait until an open file's content is on the disk itself, past its write cache."""
    if sys.platform == "darwin":
        import fcntl

        try:
            # On macOS fsync ends at the drive's cache; this alone asks the drive to empty it (man 2 fcntl).
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(descriptor)  # a network volume knows no F_FULLFSYNC
    else:
        os.fsync(descriptor)


def flush_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk; a flushed file without its name is lost."""
    try:
        flush(folder)
    except OSError as error:
        # Some network and FUSE file systems flush no folders and say so.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
            raise


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are not there, so that they outlive a power cut."""
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in made:
        flush_folder(each.parent)


def forget(descriptor: int) -> None:
    """Let the next read of a flushed file come from the disk, not from memory."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_NOCACHE, 1)
    else:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def name(part: Path, target: Path) -> None:
    """Give `part` the name `target`, never in place of another file.

    A rename would silently replace what is there. A second link to the file fails instead, in one step, on
    every system; renameat2(RENAME_NOREPLACE) is Linux only and not in Python. File systems without links
    (exFAT, many network shares) get a look and then a rename: the gap between matters to nobody, since one
    process at a time holds the archive.

    Raises:
        FileExistsError: where `target` is there already; `part` stays where it is.
    """
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        part.rename(target)
    else:
        part.unlink()


def must_fit(name: str, what: str, needed: int, folder: Path) -> None:
    """Find out before the work begins that what is made of a clip would fill the disk.

    Args:
        name: of the clip.
        what: takes the room ("its sound takes").
        needed: bytes.
        folder: where it is made.

    Raises:
        NoRoom: less than that is free.
    """
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise NoRoom(
            f"{name}: {what} {bytes_of(needed)}, and {bytes_of(free)} are free", "Free some space and go on."
        )


def free_name(path: Path, ending: str = "") -> Path:
    """`path`, or where that is taken the same with a number before `ending`: -2, -3 and so on."""
    return next(each for each in numbered(path, ending) if not os.path.lexists(each))


def numbered(path: Path, ending: str = "") -> Iterator[Path]:
    """`path`, and the same with a number before `ending`, -2, -3 and so on, in names that a disk can hold."""
    yield path
    ending = ending if len(os.fsencode(ending)) <= _ENDING else ""
    stem = path.name.removesuffix(ending)
    for number in count(2):
        last = f"-{number}{ending}"
        yield path.with_name(_cut(stem, _LONGEST - len(os.fsencode(last))) + last)


def _cut(text: str, longest: int) -> str:
    """As much of a name as has `longest` bytes at most, in whole characters."""
    content = os.fsencode(text)
    return text if len(content) <= longest else content[:longest].decode(errors="ignore")


def set_aside(path: Path, root: Path, below: Path | str = "") -> Path:
    """Move a file that is not what it should be into `.damaged/` in a folder of its own volume.

    Nothing that lies there is replaced, and nothing ever removes it.

    Args:
        path: the file.
        root: the folder.
        below: where it lies in `.damaged/`.

    Returns:
        Where it lies now: its own name, with a number where that is taken.
    """
    folder = root / _DAMAGED / below
    make_folder(folder)
    for target in numbered(folder / path.name, path.suffix):
        try:
            name(path, target)
        except FileExistsError:
            if not target.samefile(path):
                continue
            path.unlink()  # a run that was killed had given it this name, and not yet taken the other away
        break
    flush_folder(folder)
    flush_folder(path.parent)
    return target


def write(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one move, in place of what is there: written aside, flushed, renamed, flushed."""
    part = path.with_name(f".{_cut(path.name, _LONGEST - len('..part'))}.part")
    try:
        part.write_bytes(content)
        flush(part)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
    flush_folder(path.parent)


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Say of what we write ourselves what `media.ffmpeg` says of what ffmpeg writes.

    Args:
        name: of the clip that something is made of inside the block.

    Raises:
        NoRoom: the disk is full or the folder may not be written; any other OSError stays what it is.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise NoRoom(
            f"{name}: cannot write what is made of it ({error.strerror})",
            "Free some space, or allow writing, and go on.",
        ) from error
