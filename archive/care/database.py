"""The database in a repair: what can be recovered of a damaged one, and how that comes into its place."""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from archive.catalogue import integrity, volumes
from archive.catalogue.integrity import Faults
from archive.catalogue.recovery import Recovered, recover
from archive.catalogue.volumes import Volume
from archive.config import Archive
from archive.errors import DamageFound
from media import disk, volume
from media.errors import Problem, Stopped

# A finished recovery that is about to take the database's place; the next repair goes on with one that was killed.
_READY = "archive.recovered.db"
_WITH_IT = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Rescue:
    """What could be made of a damaged database.

    Attributes:
        path: the new one; not in its place yet.
        found: where its rows are from.
        backup: that filled its holes; None where there is none.
    """

    path: Path
    found: Recovered
    backup: Path | None


def rescue(archive: Archive, folders: Sequence[Path], aside: Path, stop: Event) -> Rescue | None:
    """Recover the database into a new file below `aside`; None where it is whole, or nothing would be won by it.

    Raises:
        DamageFound: nothing can be read of it, and there is no backup.
        ForeignDatabase: it is another program's, or a newer one's.
        NoRoom: it cannot be read, or there is no room for copies of it.
        Stopped: where `stop` was set.
    """
    copy, target = aside / "damaged.db", aside / "recovered.db"
    faults: Faults | None = None
    try:
        integrity.snapshot(archive.database, copy, stop)
        faults = integrity.faults(copy, stop)
        if not faults.file and not faults.rows:
            return None
    except DamageFound:
        pass
    backup, content = _best(archive, folders, aside, stop)
    if faults and faults.lost and not content:
        return None  # a new one would have all that belongs to those tables no more
    found = recover(
        copy if faults else None,
        content,
        target,
        rows_gone=bool(faults and faults.rows),
        there=_volumes(archive, folders),
    )
    won = faults is None or faults.file or found.filled or found.made
    return Rescue(target, found, backup) if won else None


def _volumes(archive: Archive, folders: Sequence[Path]) -> list[Volume]:
    """The folders that say by an id file what they are: that of the originals, and those that were named."""
    own = volume.identity(archive.originals)
    found = [Volume(own, "originals", archive.originals.relative_to(archive.folder))] if own else []
    places = [each.resolve() for each in folders]
    return found + [Volume(number, "copy", each) for each in places if (number := volume.identity(each))]


def into_place(archive: Archive, recovered: Path) -> Path:
    """Put a recovered database in the place of the damaged one, which is kept beside it.

    Returns:
        Where the damaged one is kept.
    """
    ready = archive.folder / _READY
    part = archive.folder / f".{_READY}.part"
    try:
        shutil.copyfile(recovered, part)
        disk.flush(part)
        part.replace(ready)
    finally:
        part.unlink(missing_ok=True)  # where there was no room for all of it
    disk.flush_folder(archive.folder)
    return _swap(archive)


def go_on(archive: Archive) -> None:
    """Finish what a repair that was killed had begun; what is out of date by now is put aside."""
    ready = archive.folder / _READY
    if not ready.exists():
        return
    with suppress(FileNotFoundError):
        if archive.database.stat().st_mtime_ns > ready.stat().st_mtime_ns:
            disk.set_aside(ready, archive.folder)
            return
    _swap(archive)


def _swap(archive: Archive) -> Path:
    """Keep the damaged database under another name, take away its log of writes, then rename.

    A log that lies beside a database which it does not belong to would take over its rows.
    """
    stem = f"archive.damaged-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    kept = disk.free_name(archive.folder / f"{stem}.db", ".db")
    for ending in ("", *_WITH_IT):
        with suppress(FileNotFoundError):
            _keep(_beside(archive.database, ending), _beside(kept, ending))
    disk.flush_folder(archive.folder)
    for ending in _WITH_IT:
        _beside(archive.database, ending).unlink(missing_ok=True)
    disk.flush_folder(archive.folder)
    (archive.folder / _READY).replace(archive.database)
    disk.flush_folder(archive.folder)
    return kept


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _keep(path: Path, kept: Path) -> None:
    """Give a file a second name; where the file system knows none, copy it."""
    try:
        os.link(path, kept)
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError:
        shutil.copy2(path, kept)
        disk.flush(kept)


def _best(
    archive: Archive, folders: Iterable[Path], aside: Path, stop: Event
) -> tuple[Path | None, Path | None]:
    """The backup of this archive that knows the latest step, and a copy of it at today's schema."""
    best: tuple[str, Path | None, Path | None] = ("", None, None)
    for number, path in enumerate(_backups(archive, folders)):
        copy = aside / str(number) / "archive.db"
        copy.parent.mkdir()
        latest = _latest(archive, path, copy, stop)
        if latest is not None and latest >= best[0]:
            best = (latest, path, copy)
    return best[1:]


def _backups(archive: Archive, folders: Iterable[Path]) -> Iterator[Path]:
    yield from sorted(archive.folder.glob("archive.v*.db"))  # put there before each migration
    for folder in folders:
        yield from sorted(folder.rglob(archive.database.name))


def _latest(archive: Archive, path: Path, copy: Path, stop: Event) -> str | None:
    """When the last step was done that a backup knows; None where it is damaged, or another archive's."""
    try:
        integrity.snapshot(path, copy, stop)
        if integrity.faults(copy, stop).file:
            return None
        with integrity.readable(copy) as db:
            known = {each.id for each in volumes.every(db)}
            (latest,) = db.execute("SELECT coalesce(max(finished), '') FROM steps").fetchone()
    except Stopped:
        raise
    except (Problem, sqlite3.Error):
        return None
    here = volume.identity(archive.originals)
    return str(latest) if not known or here is None or here in known else None
