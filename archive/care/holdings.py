"""What of an archive's files goes into a bag, and what of them is known beforehand."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.care import given
from archive.care.bagit import spelt
from archive.care.given import LeftOut
from archive.catalogue import cards, renditions
from archive.config import Archive
from archive.errors import DamageFound, UserError

_LONGEST = 255  # bytes of a name


@dataclass(frozen=True, slots=True)
class Item:
    """A file that goes into a bag.

    Attributes:
        source: where it lies.
        path: below the archive's folder.
        size: bytes.
        hash: xxh3-128 of its content; None where the catalogue does not know it.
        original: it has to have that hash; what was made from originals is taken as it is.
    """

    source: Path
    path: Path
    size: int
    hash: str | None = None
    original: bool = False


def items(archive: Archive, db: Database, *, originals: bool) -> tuple[list[Item], list[LeftOut]]:
    """The files that go into a bag, in order, and what can not.

    Args:
        archive: whose files they are.
        db: its catalogue as it goes into the bag.
        originals: with the originals, their histories, and what was made from them.

    Raises:
        DamageFound: an original is not there, or of another size than it was.
        UserError: a name is too long for a bag.
    """
    files, left_out = given.files(archive.folder)
    found = [_item(archive, path) for path in files]
    if originals:
        found += [*_originals(archive, db), *_renditions(archive, db)]
    for item in found:
        for part in spelt(item.path).parts:
            if len(os.fsencode(part)) > _LONGEST:
                raise UserError(f"{item.path}: its name is too long for a bag.", "Give it a shorter name.")
    return found, left_out


def _item(archive: Archive, path: Path) -> Item:
    return Item(path, path.relative_to(archive.folder), path.stat().st_size)


def _originals(archive: Archive, db: Database) -> Iterator[Item]:
    """Every file below originals/; those that the catalogue knows have to be there."""
    known = {file.path: file for file in cards.files(db)}
    for file in known.values():
        place = archive.folder / file.path
        if not place.is_file() or place.stat().st_size != file.size:
            raise rotten(place)
    for path in _below(archive.originals):
        below = path.relative_to(archive.folder)
        yield Item(
            path, below, path.stat().st_size, known[below].hash if below in known else None, below in known
        )


def _renditions(archive: Archive, db: Database) -> Iterator[Item]:
    hashes = {made.path: made.hash for made in renditions.every(db)}
    for path in _below(archive.renditions):
        below = path.relative_to(archive.folder)
        yield Item(path, below, path.stat().st_size, hashes.get(below))


def rotten(path: Path) -> DamageFound:
    """The error that says that an original is not what it was."""
    return DamageFound(
        f"{path} is not what the catalogue says it is; no bag was made.",
        "archive verify says what is wrong, archive repair --from FOLDER mends it from a second copy; without the"
        " originals a bag can be made all the same.",
    )


def _below(root: Path) -> Iterator[Path]:
    """Every file below a folder, but what is being written, and what was set aside as damaged."""
    for folder, folders, names in os.walk(root, onerror=_raise):
        at_top = folder == str(root)
        folders[:] = sorted(each for each in folders if not (at_top and each.startswith(".")))
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not (name.startswith(".") and (at_top or name.endswith(".part"))):
                yield path


def _raise(error: OSError) -> None:
    raise error
