"""Second copies that the catalogue has lost: they lie where they should, and no row says that they were found whole."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from sqlite_utils import Database

from archive.care.checks import examine
from archive.care.expected import Expected, Holding, Inventory
from archive.catalogue import cards
from archive.catalogue.moments import now
from media.errors import CopyFailed


@dataclass(frozen=True, slots=True)
class Lost:
    """What lies in the folder of a volume, and no row says so.

    Attributes:
        folder: of the volume.
        files: as they should be there.
    """

    folder: Path
    files: tuple[Expected, ...]

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(file.size or 0 for file in self.files)


def lost(inventory: Inventory) -> Iterator[Lost]:
    """What each volume of second copies that is there holds in its place and size, and the catalogue does not know."""
    known = {file.place for file in inventory.files if file.role == "copy"}
    originals = [file for file in inventory.files if file.role == "original" and file.below]
    for shelf in inventory.copies:
        there = [file for file in originals if shelf.there and _lies(shelf, file, known)]
        if there:
            yield Lost(shelf.folder, tuple(_copy(shelf, file) for file in there))


def know_again(found: Lost, db: Database, reading: Callable[[int], None], stop: Event) -> None:
    """Read such files, and record those that are whole.

    Raises:
        CopyFailed: some are not.
        Stopped: where `stop` was set.
    """
    wrong = []
    for file in found.files:
        finding = examine(file, reading, stop)
        if finding.found == "whole" and file.below and file.volume and finding.changed_ns:
            cards.proven(db, Path("originals", file.below), file.volume, now(), finding.changed_ns)
        else:
            wrong.append(file.place)
    if wrong:
        raise CopyFailed(
            f"{len(wrong)} of them are not what they should be, {wrong[0]} first",
            f"Move them away, then read the card again: archive ingest CARD --also {found.folder}",
        )


def _lies(shelf: Holding, file: Expected, known: set[Path]) -> bool:
    assert file.below
    place = shelf.folder / file.below
    if place in known:
        return False
    try:
        status = os.lstat(place)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == file.size


def _copy(shelf: Holding, file: Expected) -> Expected:
    assert file.below
    place = shelf.folder / file.below
    return replace(file, path=str(place), place=place, role="copy", volume=shelf.id, verified=None)
