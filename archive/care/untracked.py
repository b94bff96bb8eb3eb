"""What lies in an archive's folders and no row of the catalogue knows."""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from archive.care.expected import Inventory
from archive.config import Archive
from media.card import CAPTION_ENDINGS
from media.mhl.history import FOLDER as HISTORY

_OLD_FOLDER = re.compile("[0-9a-f]{12}")  # of one clip, before cards were kept whole


def untracked(archive: Archive, inventory: Inventory, before_ns: int) -> list[Path]:
    """Every file below originals/, renditions/ and the second copies' cards that should not be there.

    Left out are histories (ascmhl/), what begins with a dot (the system's, and what is being written), and what
    came after `before_ns`, nanoseconds since 1970: an ingest beside us may be about to record it.
    """
    known = {file.place for file in inventory.files}
    folders = [archive.renditions, *([archive.originals] if inventory.own.there else [])]
    folders += [shelf.folder / card for shelf in inventory.copies if shelf.there for card in inventory.cards]
    return [
        path
        for folder in folders
        for path in _below(folder)
        if path not in known and not _goes_with(path, known) and _is_older(path, before_ns)
    ]


def _below(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(each for each in folders if each != HISTORY and not each.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def _goes_with(path: Path, known: Collection[Path]) -> bool:
    """Whether a file has no row of its own because it goes with one that has: sheets, and captions kept of old."""
    if path.name.startswith("thumbnails-"):
        return path.with_name("thumbnails.vtt") in known
    return bool(_OLD_FOLDER.fullmatch(path.parent.name)) and path.suffix[1:].lower() in CAPTION_ENDINGS


def _is_older(path: Path, moment_ns: int) -> bool:
    try:
        return os.lstat(path).st_ctime_ns < moment_ns
    except OSError:
        return False
