"""A restore: a backup or a bag checked, built beside where it goes, and swapped in; what was there is kept."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shlex import quote
from threading import Event

from archive.care import manifest, swap, unbag
from archive.care.building import build, opened
from archive.care.expected import Expected, Inventory, inventory
from archive.care.manifest import Backup
from archive.care.origin import Origin
from archive.care.verify import Watcher
from archive.catalogue import check_header
from archive.config import DATABASE, Archive, Config
from archive.errors import DamageFound, UserError
from archive.intake import lock
from media import disk
from media.fingerprint import content_hash


@dataclass(frozen=True, slots=True)
class Restored:
    """An archive that was brought back.

    Attributes:
        folder: where it is now.
        origin: the folder of the backup or bag that it came from.
        made: when that was made, as people read it.
        passed_over: later backups that are damaged, each as a sentence.
        before: where the archive lies that was there before; None where there was none.
        absent: originals, and clips left in their place, that are not there.
        renditions: files made from clips that are not there.
        second: folders of second copies, and whether each is there.
    """

    folder: Path
    origin: Path
    made: str
    passed_over: tuple[str, ...]
    before: Path | None
    absent: tuple[Expected, ...]
    renditions: tuple[Expected, ...]
    second: tuple[tuple[Path, bool], ...]


def restore(source: Path, folder: Path, now: datetime, watcher: Watcher, stop: Event) -> Restored:
    """Make `folder` the archive that a backup or a bag holds.

    Args:
        source: a backup, or a folder of backups of one archive, of which the latest whole one is taken; or a bag.
        folder: a new or empty folder, or an archive: that is kept beside it, all but the originals and renditions
            of this same archive, which become those of the restored one, unless a bag brings its own.
        now: names what is kept.
        watcher: is told how far the files of a bag are.
        stop: ends the work when set; before the swap nothing has changed.

    Raises:
        UserError: `source` is no backup and no bag, or `folder` holds something else, or lies in `source`.
        DamageFound: the backup is damaged, and which other one is whole; or the bag is, and which file of it.
        ForeignDatabase: its database is a newer program's.
        LockedByAnother: another process works in `folder`.
        NoRoom: there is no space, or `folder` cannot be written.
        Stopped: where `stop` was set.
    """
    origin, passed_over = _origin(source, watcher, stop)
    check_header(origin.database)
    folder = folder.resolve()
    _must_lie_apart(folder, source, origin)
    disk.make_folder(folder.parent)
    with _beside(folder) as stage, ExitStack() as locks:
        swap.roll_back(folder, stage)
        _must_be_free(folder)
        if swap.is_archive(folder):
            locks.enter_context(lock.held(folder))
        before = _exchange(origin, stage, folder, now, stop)
        with opened(folder) as db:
            found = inventory(Archive(folder, Config()), db)
    return Restored(
        folder,
        origin.folder,
        origin.made,
        tuple(passed_over),
        before,
        _gone(found, "original", "in place"),
        _gone(found, "rendition"),
        tuple((shelf.folder, shelf.there) for shelf in found.copies),
    )


def _origin(source: Path, watcher: Watcher, stop: Event) -> tuple[Origin, list[str]]:
    """The backup or bag that is meant, and why others were passed over."""
    if unbag.is_bag(source):
        return unbag.origin(source, watcher), []
    backup, passed_over = choose(source, stop)
    return (
        Origin(
            backup.folder,
            f"{backup.manifest.made.astimezone():%Y-%m-%d %H:%M}",
            backup.folder / manifest.CONTENT / DATABASE,
            content_hash(backup.folder / manifest.NAME),
            lambda stage, stop: manifest.unpack(backup, stage, stop),
        ),
        passed_over,
    )


def choose(source: Path, stop: Event) -> tuple[Backup, list[str]]:
    """The backup that is meant, every file of it read and found whole, and why others were passed over.

    Raises:
        UserError: there is none, or there are those of several archives.
        DamageFound: the one that was named, or every one there is, is damaged.
    """
    if os.path.lexists(source / manifest.NAME):
        backup = manifest.read(source)
        if fault := manifest.fault(backup, stop):
            raise DamageFound(f"This backup is damaged: {fault}.", _another(backup, stop))
        return backup, []
    if not source.is_dir():
        raise UserError(f"{source} is not there.", "Name a backup, a folder of backups, or a bag.")
    backups, damaged = manifest.all_in(source)
    _must_be_of_one(backups, source)
    for backup in backups:
        fault = manifest.fault(backup, stop)
        if fault is None:
            return backup, damaged
        damaged.append(f"{backup.folder} is damaged: {fault}.")
    if damaged:
        raise DamageFound(f"No backup in {source} is whole. {damaged[0]}", "Look for one elsewhere.")
    raise UserError(f"There is no backup in {source}.", "Name what archive backup or archive bag has made.")


def _must_be_of_one(backups: Sequence[Backup], source: Path) -> None:
    # Before its first ingest an archive has no id.
    latest = {backup.manifest.archive: backup for backup in reversed(backups) if backup.manifest.archive}
    if len(latest) > 1:
        raise UserError(
            f"{source} holds backups of {len(latest)} archives.",
            f"Name one: {' or '.join(str(backup.folder) for backup in latest.values())}",
        )


def _another(damaged: Backup, stop: Event) -> str:
    """Which backup to take instead of a damaged one."""
    mine = damaged.manifest.archive
    for other in manifest.all_in(damaged.folder.absolute().parent)[0]:
        if other.manifest.archive == mine and manifest.fault(other, stop) is None:
            return f"The latest whole one beside it: archive restore {quote(str(other.folder))} FOLDER"
    return "No other one beside it is whole; look for one elsewhere."


def _must_lie_apart(folder: Path, source: Path, origin: Origin) -> None:
    """Nothing is built on a mount point, beside which no folder can be, or among the backups.

    Raises:
        UserError: says which it is.
    """
    if os.path.ismount(folder):
        raise UserError(
            f"{folder} is where a disk is mounted; it cannot be swapped.", "Name a folder below it."
        )
    for place in (source.resolve(), origin.folder.resolve()):
        if folder.is_relative_to(place):
            raise UserError(f"{folder}: {place} holds what is restored.", "Name a folder outside of it.")


def _must_be_free(folder: Path) -> None:
    """Nothing but an archive may lie where one is restored to.

    Raises:
        UserError: says what lies there.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UserError(f"{folder} is a file.", "Name a folder.")
    if swap.is_archive(folder):
        for part in swap.FOOTAGE:
            if os.path.ismount(folder / part):  # a link to another disk may be moved
                raise UserError(
                    f"A disk is mounted at {folder / part}; it cannot be moved.",
                    "Unmount it, restore, and mount it again.",
                )
    elif any(folder.iterdir()):
        raise UserError(
            f"{folder} holds other files and no archive; nothing was touched.", "Name a new or empty folder."
        )


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """The folder in which an archive is built for `folder`; gone afterwards unless it took or takes its place."""
    stage = folder.with_name(f".{folder.name}.restoring")
    stage.mkdir(exist_ok=True)
    with lock.held(stage):
        try:
            yield stage
        finally:
            if not swap.is_halfway(folder, stage):
                shutil.rmtree(stage, ignore_errors=True)


def _exchange(origin: Origin, stage: Path, folder: Path, now: datetime, stop: Event) -> Path | None:
    """Build the archive and put it in its place; where an earlier run got that far, do the rest."""
    earlier = swap.finish(folder)
    if earlier and earlier.backup == origin.digest:
        return folder.with_name(earlier.before)
    swap.clear(stage)
    moved = build(origin, stage, folder, stop)
    return swap.into_place(stage, folder, origin.digest, moved, now)


def _gone(found: Inventory, *roles: str) -> tuple[Expected, ...]:
    return tuple(file for file in found.files if file.role in roles and not file.place.exists())
