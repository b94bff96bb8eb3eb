"""Footage is in no backup: which of it has a second copy, and where."""

from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import cards, originals, volumes
from archive.config import Archive


@dataclass(frozen=True, slots=True)
class Coverage:
    """How safe the originals are, by what the catalogue knows.

    Attributes:
        originals: how many files there are.
        size: bytes of all of them.
        alone: how many have no second copy that was ever found whole.
        copies: the folders of second copies.
        in_place: how many clips were left where they lie.
    """

    originals: int
    size: int
    alone: int
    copies: tuple[Path, ...]
    in_place: int


def coverage(archive: Archive, db: Database) -> Coverage:
    """Look which originals have a second copy."""
    second = {each.id: archive.folder / each.path for each in volumes.every(db) if each.role == "copy"}
    twice = {path for path, volume in cards.copies(db) if volume in second}
    kept = cards.files(db)
    return Coverage(
        len(kept),
        sum(file.size for file in kept),
        sum(file.path not in twice for file in kept),
        tuple(second.values()),
        sum(clip.in_place for clip in originals.every(db).values()),
    )
