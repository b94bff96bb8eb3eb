"""An archive built from a backup or a bag, beside the one whose place it will take."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from sqlite_utils import Database

from archive.care import swap
from archive.care.origin import Origin
from archive.catalogue import Reader, address, cards, integrity, open_catalogue, versions, volumes
from archive.catalogue.troubles import explained
from archive.config import DATABASE
from archive.errors import DamageFound
from media import disk, volume


def build(origin: Origin, stage: Path, folder: Path, stop: Event) -> list[str]:
    """Make an archive of a backup or a bag in the empty folder `stage`, flushed to the disk.

    Returns:
        The folders that it lacks, for it is to take them over from the archive in `folder`, which is the same one.

    Raises:
        DamageFound: what comes out is not whole.
        OSError: it cannot be read whose originals lie in `folder`.
        NoRoom: there is no space.
        Stopped: where `stop` was set.
    """
    origin.unpack(stage, stop)
    if faults := integrity.faults(stage / DATABASE, stop).file:
        raise DamageFound(f"{origin.folder}: {faults[0]}", "Take another backup.")
    brought = [part for part in swap.FOOTAGE if (stage / part).exists()]
    with opened(stage) as db:
        mine = _Marks.of(db)
        theirs = _taken_over(folder, mine, cards.files(db)) if swap.is_archive(folder) else []
        taken = [part for part in theirs if part not in brought]
        # Of originals that a bag brought, each was proven a moment ago.
        if mine.id and "originals" not in (*taken, *brought):
            cards.unproven(db, mine.id)
    disk.flush(stage / DATABASE)
    for part in (*swap.FOOTAGE, "logs"):
        if part not in taken:
            (stage / part).mkdir(exist_ok=True)
    if mine.id and "originals" not in taken:
        volume.mark(stage / "originals", mine.id)
    disk.flush_folder(stage)
    return taken


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    """The catalogue of an archive, for writing even where it is only read: who only reads leaves a -wal beside it."""
    with explained(folder / DATABASE), open_catalogue(folder / DATABASE, write=True) as db:
        yield db


@dataclass(frozen=True, slots=True)
class _Marks:
    """What tells an archive from another: its id, which its first ingest gives it, and when it was born."""

    id: str | None
    born: str | None

    @classmethod
    def of(cls, db: Reader) -> "_Marks":
        return cls(volumes.archive_id(db), versions.born(db))


def _taken_over(folder: Path, mine: _Marks, files: list[cards.Kept]) -> list[str]:
    """Which folders of the archive in `folder` belong to the one with these marks, and with these files.

    An archive that an earlier version of the program filled has no id; its originals have their hash in their path.
    """
    theirs = _marks_of(folder)
    is_older = not mine.id and mine.born is not None and mine.born == theirs.born
    listed = mine.id is not None or any(_lies(folder / file.path, file.size) for file in files)
    originals = is_older or (volume.told(folder / "originals") == mine.id and listed)
    renditions = originals or (mine.id is not None and theirs.id == mine.id)
    found = [*(["originals"] if originals else []), *(["renditions"] if renditions else [])]
    return [part for part in found if os.path.lexists(folder / part)]


def _lies(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _marks_of(folder: Path) -> _Marks:
    """The marks of the archive that lies in a folder; none where it is broken, which may be why one restores."""
    with suppress(sqlite3.Error):
        uri = address(folder / DATABASE, write=False)
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return _Marks.of(connection)
    return _Marks(None, None)
