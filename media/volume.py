"""Volumes: a folder that may be on another disk says by a file in it which it is, so that absent is not empty."""

import re
import uuid
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from media import disk

ID_FILE = ".interview-archive-volume"

_ID = re.compile(r"[0-9a-f]{32}")
_LETTER = (
    "\nThis file says which folder this is. Without it Interview Archive takes the folder for an empty one.\n"
)


def identity(folder: Path) -> str | None:
    """The id of the volume at `folder`; None where it has none, or is not there.

    Returns:
        32 lower-case hex digits.
    """
    with suppress(OSError):
        return _read(folder)
    return None


def told(folder: Path) -> str | None:
    """The same, where it counts that an id which is there and cannot be read is not taken for none.

    Raises:
        OSError: it cannot be read.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        return _read(folder)
    return None


def mark(folder: Path, volume: str | None = None, *, taken: Collection[str] = ()) -> str:
    """Make `folder` a volume, the folder itself too where it is not there; one that is marked stays as it is.

    Args:
        folder: that is to be told from an empty mount point.
        volume: the id that it gets; a new one where None.
        taken: ids of other folders, which `folder` carries where it was copied from one of them.

    Returns:
        Its id.

    Raises:
        OSError: it cannot be written, or not be looked into.
    """
    disk.make_folder(folder)
    if (known := told(folder)) and known not in taken:
        return known
    volume = volume or uuid.uuid4().hex
    disk.write(folder / ID_FILE, f"{volume}{_LETTER}".encode())
    disk.flush_folder(folder.parent)
    return volume


def _read(folder: Path) -> str | None:
    with (folder / ID_FILE).open("rb") as file:
        found = _ID.match(file.read(64).decode("ascii", "replace"))
    return found[0] if found else None
