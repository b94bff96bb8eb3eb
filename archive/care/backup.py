"""A backup: the database and every file a person gave that is not footage, in a folder of its own, proven."""

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from archive import __version__
from archive.care import given, manifest, moment, mounted, thinning
from archive.care.coverage import Coverage, coverage
from archive.care.manifest import CONTENT, Backup, Manifest, Saved
from archive.catalogue import open_catalogue, volumes
from archive.catalogue.troubles import explained
from archive.config import Archive
from archive.errors import LockedByAnother, UserError
from archive.intake import lock
from media import disk
from media.errors import NoRoom, Stopped

# What the name of a backup ends in, and that of one while it is made, or while it is removed.
STAMP = r"\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?"
PART = re.compile(rf"\..+-{STAMP}\.[0-9a-f]{{8}}\.part")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        backup: where, and what is in it.
        hash: of its manifest, and so of all of it.
        left_out: what lies in the archive's folder and can be in no backup.
        removed: older backups whose place it took.
        coverage: which second copies there are of what it does not hold.
    """

    backup: Backup
    hash: str
    left_out: tuple[given.LeftOut, ...]
    removed: tuple[Path, ...]
    coverage: Coverage


def backup(archive: Archive, place: Path, now: datetime, stop: Event) -> Made:
    """Make a backup of the archive in a new folder below `place`, then remove those that it supersedes.

    It is written aside, flushed, read back from the disk and only then named. An ingest may run meanwhile: the
    database is taken as it stands at one moment.

    Raises:
        UserError: `place` lies in the archive's own folder.
        NoRoom: `place` is full, or may not be written.
        VolumeAbsent: the disk on which `place` lay before is not mounted.
        DamageFound: the database is damaged; no backup was made.
        Stopped: where `stop` was set; nothing is left behind.
    """
    if place.resolve().is_relative_to(archive.folder.resolve()):
        raise UserError(
            f"{place} lies in the archive that is to be backed up.", "Name a folder on another disk."
        )
    mounted.must_be(archive.folder, place)
    disk.make_folder(place)
    sweep(place)
    with explained(archive.database), open_catalogue(archive.database, write=False) as db:
        mine = volumes.archive_id(db)
        covered = coverage(archive, db)
    files, left_out = given.files(archive.folder)
    _must_fit(archive, files, place)
    name = _plain(archive.folder)
    with _aside(place, f"{name}-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}") as part:
        content = part / CONTENT
        entries = [_database(archive, content, stop, place)]
        entries += [manifest.take(path, content, path.relative_to(archive.folder), stop) for path in files]
        earlier = manifest.all_in(place)[0]
        number = max((each.manifest.number for each in earlier), default=0) + 1
        written = Manifest(
            1, __version__, mine, archive.config.title, number, now.astimezone(UTC), tuple(entries)
        )
        digest = manifest.write(part, written)
        folder = _name(part, place)
    mounted.remember(archive.folder, place)
    made = Backup(folder, written)
    older = [each for each in earlier if each.manifest.archive == mine and _is_named(each, name)]
    removed = _thin(made, older, stop) if mine else []
    return Made(made, digest, tuple(left_out), tuple(removed), covered)


def sweep(place: Path) -> None:
    """Remove what killed backups left in a folder; the part of one that is running stays."""
    for part in place.iterdir():
        if PART.fullmatch(part.name) and part.is_dir():
            with suppress(LockedByAnother, OSError), lock.held(part):
                shutil.rmtree(part)


@contextmanager
def _aside(place: Path, name: str) -> Iterator[Path]:
    """A new folder that nobody takes for a backup; gone afterwards unless it was named."""
    part = place / f".{name}.{uuid.uuid4().hex[:8]}.part"
    part.mkdir()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, part, ignore_errors=True)
        stack.enter_context(lock.held(part))
        yield part


def _name(part: Path, place: Path) -> Path:
    """Give a finished backup its name, in one move."""
    target = disk.free_name(place / part.name[1:].rsplit(".", 2)[0])
    part.rename(target)
    # Only now, for another backup removes a part that nobody holds; it is no part any more.
    (target / lock.LOCK).unlink()
    disk.flush_folder(target)
    disk.flush_folder(place)
    return target


def _database(archive: Archive, content: Path, stop: Event, place: Path) -> Saved:
    """The database as it stands at one moment, compact, checked, and read back."""
    content.mkdir()
    nothing = "No backup was made; those that there are were left alone."
    digest = moment.take(archive, content, stop, full=_full(place), nothing=nothing)
    return Saved(archive.database.name, (content / archive.database.name).stat().st_size, digest)


def _thin(made: Backup, older: list[Backup], stop: Event) -> list[Path]:
    """Remove what is superseded, each only after the backup that takes its place was read and is whole."""
    whole = [each for each in (made, *older) if manifest.complete(each)]
    doomed = thinning.superseded(whole)
    kept = [each for each in whole if each not in doomed]
    proven: dict[Path, bool] = {made.folder: True}
    removed = []
    with suppress(Stopped, OSError):  # the next backup goes on with it
        for each in doomed:
            later = min((other for other in kept if other.order > each.order), key=lambda other: other.order)
            if later.folder not in proven:
                proven[later.folder] = manifest.fault(later, stop) is None
            if proven[later.folder]:
                _remove(each.folder)
                removed.append(each.folder)
    return removed


def _is_named(backup: Backup, name: str) -> bool:
    """Whether a backup has the name it was given; one that a person named is theirs."""
    return re.fullmatch(rf"{re.escape(name)}-{STAMP}", backup.folder.name) is not None


def _remove(folder: Path) -> None:
    """Take a backup away: first its name, so that half of one is never taken for a whole one."""
    part = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}.part")
    folder.rename(part)
    disk.flush_folder(folder.parent)
    shutil.rmtree(part)


def _must_fit(archive: Archive, files: list[Path], place: Path) -> None:
    database = (archive.database, archive.database.with_name(f"{archive.database.name}-wal"))
    needed = sum(path.stat().st_size for path in (*database, *files) if path.exists())
    if needed > shutil.disk_usage(place).free:
        raise _full(place)


def _full(place: Path) -> NoRoom:
    return NoRoom(
        f"There is no space left in {place} for the backup; none was made.",
        "Make room there, then run it again.",
    )


def _plain(folder: Path) -> str:
    """The name of the archive's folder with nothing in it that some disk could not hold."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip(".-")[:60] or "archive"
