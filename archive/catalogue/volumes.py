"""The folders that hold originals: the archive's own, and those of second copies."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from archive.catalogue import Reader
from archive.catalogue.paths import named, stored
from archive.config import Archive
from media import volume
from media.errors import VolumeAbsent

Role = Literal["originals", "copy"]


@dataclass(frozen=True, slots=True)
class Volume:
    """A folder that says by a file in it which it is (`media.volume`).

    Attributes:
        id: 32 hex digits.
        role: the archive's own originals, or a second copy of them.
        path: where it was seen last; below the archive's folder, or absolute.
    """

    id: str
    role: Role
    path: Path


def every(db: Reader) -> list[Volume]:
    """Every volume, the originals' own first."""
    rows = db.execute("SELECT id, role, path FROM volumes ORDER BY role = 'copy', rowid").fetchall()
    return [Volume(number, role, Path(named(path))) for number, role, path in rows]


def archive_id(db: Reader) -> str | None:
    """What tells an archive from every other: the id of its originals' volume; None before its first ingest."""
    return next((each.id for each in every(db) if each.role == "originals"), None)


def remember(db: Database, known: Volume) -> None:
    """A volume is there, at this path."""
    db.execute(
        "INSERT INTO volumes (id, role, path) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET path = excluded.path",
        [known.id, known.role, stored(str(known.path))],
    )


def is_there(folder: Path, known: Collection[str]) -> bool:
    """Whether a volume of an archive is mounted at `folder`: it carries an id, and one that is known.

    One that may not be looked into is not absent: its files are unreadable.

    Args:
        folder: where it should be.
        known: the ids of all volumes: the folder of a second copy may have been put in the originals' place.
    """
    try:
        (folder / volume.ID_FILE).open("rb").close()
    except PermissionError:
        return True
    except OSError:
        return False
    return volume.identity(folder) in known


def must_be_there(archive: Archive, db: Database) -> None:
    """Stop before anything is done while the volume of the originals is not mounted.

    Raises:
        VolumeAbsent: it was there once, and what lies in its place now is not it.
    """
    known = every(db)
    for own in known:
        if own.role == "originals" and not is_there(archive.folder / own.path, {each.id for each in known}):
            raise VolumeAbsent(
                f"{archive.folder / own.path} is not the folder that holds the originals: its volume is not mounted.",
                f"Mount it and run it again. What is recorded is safe. If the folder was emptied for good, put the "
                f"file {volume.ID_FILE} with the line {own.id} into it.",
            )
