"""What should lie where, by the catalogue: originals, their second copies, renditions, and captions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from archive.catalogue import cards, originals, renditions, volumes
from archive.catalogue.cards import Kept
from archive.catalogue.volumes import Volume
from archive.config import Archive
from archive.intake import captions
from media import volume

Proven = Mapping[tuple[Path, str], str]  # as `cards.copies` has it
Role = Literal["original", "in place", "copy", "rendition", "captions"]

SHEET = re.compile(r"^(thumbnails-\d+\.jpg)#", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Expected:
    """A file that should be there.

    Attributes:
        path: as it is said: below the archive's folder where it lies there, else absolute.
        place: where it lies.
        role: what it is.
        hash: xxh3-128 of its content; None where that is not recorded.
        size: bytes; None where that is not recorded.
        below: of originals and copies: the path below the folder of any volume; of captions, below theirs.
        volume: the id of the volume that it lies on, None where that carries none.
        listed: the history of its card lists it.
        verified: when it was last found whole by the catalogue, ISO 8601.
        clip: of a rendition: the hash of its clip.
        kind: of a rendition.
        beside: of captions: where the original of their clip lies.
    """

    path: str
    place: Path
    role: Role
    hash: str | None
    size: int | None
    below: Path | None = None
    volume: str | None = None
    listed: bool = False
    verified: str | None = None
    clip: str | None = None
    kind: str | None = None
    beside: Path | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A folder of originals or of second copies, and whether it is there.

    Attributes:
        volume: None for originals that an earlier version of the program kept, and nothing was added to since.
        folder: where it should be.
        there: it is mounted.
        empty: nothing was ever kept in it since it got its id: so a restore leaves the originals' folder.
    """

    volume: Volume | None
    folder: Path
    there: bool
    empty: bool = False

    @property
    def id(self) -> str | None:
        """Of its volume."""
        return self.volume.id if self.volume else None

    def holds(self, file: Expected) -> bool:
        """Whether a file should lie in it."""
        return file.role in {"original", "copy"} and file.volume == self.id


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that should be there.

    Attributes:
        files: each file once, those of one folder together.
        own: the archive's own folder of originals.
        copies: the folders of second copies.
        cards: the folders of cards below each of these.
    """

    files: tuple[Expected, ...]
    own: Holding
    copies: tuple[Holding, ...]
    cards: tuple[str, ...]

    @property
    def holdings(self) -> tuple[Holding, ...]:
        """The folder of originals and those of second copies."""
        return self.own, *self.copies

    def holding(self, file: Expected) -> Holding | None:
        """The folder in which a file should lie; None for renditions and what was left in its place."""
        return next((each for each in self.holdings if each.holds(file)), None)


def inventory(archive: Archive, db: Database) -> Inventory:
    """What the catalogue says there should be."""
    known = volumes.every(db)
    ids = {each.id for each in known}
    mine = next((each for each in known if each.role == "originals"), None)
    there = volumes.is_there(archive.originals, ids) if mine else _holds_something(archive.originals)
    kept, proven = cards.files(db), cards.copies(db)
    unfilled = mine is not None and _is_unfilled(archive.originals, mine, proven)
    own = Holding(mine, archive.originals, there, unfilled)
    copies = tuple(
        Holding(each, archive.folder / each.path, volumes.is_there(archive.folder / each.path, ids))
        for each in known
        if each.role == "copy"
    )
    files = (
        *_originals(archive, kept, own, proven),
        *_in_place(archive, db),
        *_copies(archive, kept, copies, proven),
        *_renditions(archive, db),
        *_captions(archive, db),
    )
    return Inventory(files, own, copies, tuple(card.name for card in cards.cards(db)))


def _is_unfilled(folder: Path, mine: Volume, proven: Proven) -> bool:
    """Whether a folder of originals has its id and nothing else, and nothing was ever found whole in it."""
    if volume.identity(folder) != mine.id or any(number == mine.id for _, number in proven):
        return False
    return all(path.name.startswith(".") for path in folder.iterdir())


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def said(archive: Archive, place: Path) -> str:
    """A path as it is said."""
    return str(place.relative_to(archive.folder)) if place.is_relative_to(archive.folder) else str(place)


def _originals(archive: Archive, kept: Sequence[Kept], own: Holding, proven: Proven) -> Iterator[Expected]:
    for file in kept:
        yield Expected(
            str(file.path),
            archive.folder / file.path,
            "original",
            file.hash,
            file.size,
            file.below,
            own.id,
            listed=file.generation is not None,
            verified=proven.get((file.path, own.id)) if own.id else None,
        )


def _in_place(archive: Archive, db: Database) -> Iterator[Expected]:
    for clip in originals.every(db).values():
        if clip.in_place:
            yield Expected(said(archive, clip.path), clip.path, "in place", clip.hash, clip.size)


def _copies(
    archive: Archive, kept: Sequence[Kept], holdings: Sequence[Holding], proven: Proven
) -> Iterator[Expected]:
    files = {each.path: each for each in kept}
    folders = {holding.id: holding.folder for holding in holdings}
    for (path, number), when in proven.items():
        if number in folders and (file := files.get(path)):
            place = folders[number] / file.below
            yield Expected(
                said(archive, place),
                place,
                "copy",
                file.hash,
                file.size,
                file.below,
                number,
                listed=file.generation is not None,
                verified=when,
            )


def _renditions(archive: Archive, db: Database) -> Iterator[Expected]:
    for made in renditions.every(db):
        place = archive.folder / made.path
        yield Expected(
            str(made.path), place, "rendition", made.hash, made.size, clip=made.clip, kind=made.kind
        )
        if made.kind == "thumbnails":
            for sheet in _sheets(place):
                yield Expected(
                    said(archive, sheet), sheet, "rendition", None, None, clip=made.clip, kind=made.kind
                )


def _captions(archive: Archive, db: Database) -> Iterator[Expected]:
    for used in captions.used(archive, db):
        kept = used.place.is_relative_to(archive.captions)
        below = used.place.relative_to(archive.captions) if kept else None
        path = said(archive, used.place)
        yield Expected(path, used.place, "captions", used.hash, None, below, beside=used.clip)


def _sheets(index: Path) -> Iterator[Path]:
    """The sheets of thumbnails that an index names; they have no rows of their own."""
    try:
        text = index.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return
    for name in dict.fromkeys(SHEET.findall(text)):
        yield index.with_name(name)
