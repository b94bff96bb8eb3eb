"""One file held against what it should be."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Literal

from archive.care.expected import Expected
from media.errors import Changed, Unreadable
from media.fingerprint import from_disk

# "stale" are captions that a card brought since their transcript was made: what lies there is as it should be.
Found = Literal["whole", "changed", "missing", "unreadable", "absent", "stale"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a file.

    Attributes:
        file: what should be there.
        found: what is.
        changed_ns: its ctime, nanoseconds since 1970; None where it is not there.
        hash: of its content, where that was read.
        why: what the system says of it, where it says something.
    """

    file: Expected
    found: Found
    changed_ns: int | None = None
    hash: str | None = None
    why: str = ""


def glance(file: Expected) -> Finding:
    """Look at a file without reading it: is it there, and of its size. A link is no original, nor a copy of one."""
    look = os.lstat if file.role in {"original", "copy"} else os.stat
    try:
        status = look(file.place)
    except (FileNotFoundError, NotADirectoryError):
        return Finding(file, "missing")
    except OSError as error:
        return Finding(file, _refused(error), why=error.strerror or "")
    fits = status.st_size == file.size if file.size is not None else status.st_size > 0
    whole = stat.S_ISREG(status.st_mode) and fits
    return Finding(file, "whole" if whole else "changed", status.st_ctime_ns)


def examine(file: Expected, progress: Callable[[int], None], stop: Event) -> Finding:
    """Read a file from the disk and hold it against its hash; where none is recorded, a glance is all there is.

    Raises:
        Stopped: where `stop` was set.
    """
    seen = glance(file)
    if seen.found != "whole" or file.hash is None:
        return seen
    try:
        digest = from_disk(file.place, progress, stop)
    except Changed:
        return Finding(file, "changed", seen.changed_ns, why="it changed while it was read")
    except Unreadable as error:
        cause = error.__cause__
        found = _refused(cause) if isinstance(cause, OSError) else "changed"
        return Finding(file, found, seen.changed_ns, why=getattr(cause, "strerror", None) or error.message)
    if digest == file.hash:
        return Finding(file, "whole", seen.changed_ns, digest)
    why = "its transcript was made from what it was before" if file.role == "captions" else ""
    return Finding(file, "changed", seen.changed_ns, digest, why)


def _refused(error: OSError) -> Found:
    """What an error of the system says of a file: that it may not be looked at says nothing about its content."""
    if isinstance(error, PermissionError):
        return "unreadable"
    return "missing" if isinstance(error, FileNotFoundError) else "changed"
