"""Where a run copies to: the archive's originals, and the folders of second copies."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import volumes
from archive.catalogue.volumes import Volume
from archive.config import Archive
from archive.errors import UserError
from media import volume
from media.errors import NoRoom, VolumeAbsent


@dataclass(frozen=True, slots=True)
class Target:
    """A folder that takes every file of a card.

    Attributes:
        volume: its id.
        folder: absolute, or as the archive was named.
    """

    volume: str
    folder: Path


def originals(archive: Archive, db: Database) -> Target:
    """The archive's own folder of originals.

    Raises:
        VolumeAbsent: its disk is not mounted.
        NoRoom: it cannot be written.
    """
    volumes.must_be_there(archive, db)
    return _target(archive, db, archive.originals, "originals")


def second(archive: Archive, db: Database, also: Sequence[str], paths: Sequence[str]) -> list[Target]:
    """The folders of second copies, each made and marked where it is new.

    Raises:
        UserError: one lies in the archive, or the archive in it, or one lies on a card that is read, or around it.
        VolumeAbsent: its disk is not mounted.
        NoRoom: it cannot be written.
    """
    known = {each.path: each.id for each in volumes.every(db) if each.role == "copy"}
    targets = []
    for folder in dict.fromkeys(Path(os.path.realpath(path)) for path in also):
        _must_lie_apart(folder, archive)
        for path in paths:
            _must_not_be_on(Path(os.path.realpath(path)), folder)
        if folder in known and volume.identity(folder) != known[folder]:
            raise VolumeAbsent(
                f"{folder} is not the folder that holds the second copies: its volume is not mounted.",
                "Mount it and run the same command again, or name another folder with --also.",
            )
        targets.append(_target(archive, db, folder, "copy"))
    return targets


def copies(db: Database) -> list[Target]:
    """The folders of all second copies that are mounted, whether a run copies to them or not."""
    known = (Target(each.id, each.path) for each in volumes.every(db) if each.role == "copy")
    return [each for each in known if volume.identity(each.folder) == each.volume]


def must_not_hold(path: Path, archive: Archive, db: Database) -> None:
    """Refuse to read, as if it were a card, a folder that holds the archive's own copies.

    Raises:
        UserError: it lies in the archive, or in the folder of a second copy.
    """
    known = {each.id for each in volumes.every(db)}
    whole = Path(os.path.realpath(path))
    ours = map(os.path.realpath, (archive.originals, archive.renditions))
    if any(whole.is_relative_to(folder) for folder in ours) or any(
        volume.identity(folder) in known for folder in (whole, *whole.parents)
    ):
        raise UserError(
            f"{path} holds this archive's own copies; it is no card.",
            "Name the card, or the folder of the footage.",
        )


def _target(archive: Archive, db: Database, folder: Path, role: volumes.Role) -> Target:
    known = volumes.every(db)
    # A folder that was made by copying another one carries that one's id.
    others = [each for each in known if archive.folder / each.path != folder]
    taken = [each.id for each in others if volume.identity(archive.folder / each.path) == each.id]
    stands_as = folder.relative_to(archive.folder) if role == "originals" else folder
    try:
        marked = volume.mark(folder, taken=taken if role == "copy" else ())
    except OSError as error:
        raise NoRoom(
            f"{folder} cannot be written ({error.strerror}).",
            "Look whether its disk is there and may be written, then run the same command again.",
        ) from error
    if role == "copy" or marked not in {each.id for each in known}:
        volumes.remember(db, Volume(marked, role, stands_as))
    return Target(marked, folder)


def _must_lie_apart(folder: Path, archive: Archive) -> None:
    inner, outer = os.path.realpath(folder), os.path.realpath(archive.folder)
    if os.path.commonpath([inner, outer]) in {inner, outer}:
        raise UserError(
            f"--also {folder}: a second copy inside the archive, or around it, is lost together with it.",
            "Name a folder on another disk.",
        )


def _must_not_be_on(path: Path, folder: Path) -> None:
    """Refuse a second copy that would go when the card is formatted, or that would have the card in it."""
    if path.is_relative_to(folder) and path != folder:
        raise UserError(
            f"--also {folder}: {path}, which is to be read, lies in it.",
            "Name a folder that holds nothing but second copies.",
        )
    if folder.is_relative_to(path):
        raise UserError(
            f"--also {folder}: it lies on {path}; a second copy on the card itself is lost with it.",
            "Name a folder on another disk.",
        )
