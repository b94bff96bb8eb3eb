"""A bag: the whole archive in a folder that any program for BagIt can check, and that `archive restore` takes back."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from archive import __version__
from archive.care import bagit, moment, readable
from archive.care.bagit import ALGORITHMS, Digests, spelt
from archive.care.given import LeftOut
from archive.care.holdings import Item, items, rotten
from archive.care.letter import letter
from archive.care.unbag import RENDERED
from archive.care.verify import Watcher
from archive.catalogue import open_catalogue, originals, volumes
from archive.catalogue.troubles import explained
from archive.config import Archive
from archive.errors import UserError
from archive.intake import lock
from media import copying, disk
from media.amounts import bytes_of
from media.errors import NoRoom, Stopped
from media.fingerprint import OWN, digests

_NOTHING = "No bag was made."


@dataclass(frozen=True, slots=True)
class Bagged:
    """A bag that was made.

    Attributes:
        folder: where it is.
        files: how many its payload has.
        size: bytes of them.
        originals: whether the originals are in it.
        in_place: clips that were left in their place, and so are not.
        left_out: what lies in the archive's folder and can be in no bag.
    """

    folder: Path
    files: int
    size: int
    originals: bool
    in_place: int
    left_out: tuple[LeftOut, ...]


def bag(
    archive: Archive,
    folder: Path,
    now: datetime,
    watcher: Watcher,
    stop: Event,
    *,
    with_originals: bool = False,
) -> Bagged:
    """Make a bag of an archive: database, what people gave, transcripts as text, and by choice the footage.

    It is made in FOLDER.part and named when it is whole: every file was hashed, flushed and read back. One with
    originals that was stopped goes on where it was.

    Args:
        archive: what goes into it.
        folder: where; it is not there yet.
        now: its date.
        watcher: is told how far it is.
        stop: ends the work when set.
        with_originals: with all below originals/ and renditions/; no ingest may run meanwhile.

    Raises:
        UserError: `folder` is there, or lies in the archive, or a name is too long.
        DamageFound: the database or an original is damaged.
        LockedByAnother: another process works in the archive, or makes the same bag.
        VolumeAbsent: the originals are not mounted.
        NoRoom: there is no space, or `folder` cannot be written.
        Stopped: where `stop` was set.
    """
    _must_be_free(archive, folder)
    with explained(archive.database):
        open_catalogue(archive.database, write=False).close()  # an older one is migrated in its own place
    with ExitStack() as stack:
        stack.enter_context(lock.held(archive.folder) if with_originals else nullcontext())
        part = stack.enter_context(_aside(folder, kept=with_originals))
        data = part / bagit.PAYLOAD
        moment.take(archive, data, stop, full=_full(folder), nothing=_NOTHING)
        with open_catalogue(data / archive.database.name, write=False) as db:
            if with_originals:
                volumes.must_be_there(archive, db)
            found, left_out = items(archive, db, originals=with_originals)
            own = {str(spelt(item.path)).split("/")[0] for item in found} | {archive.database.name}
            rendered = readable.write(db, data, own, stop)
            mine, in_place = (
                volumes.archive_id(db),
                sum(each.in_place for each in originals.every(db).values()),
            )
        _forget_others(data, found)
        _must_fit(data, found, folder)
        payload = _made(data, (archive.database.name, *rendered), stop) | _fill(data, found, watcher, stop)
        disk.write(part / "README.txt", letter(archive, now, with_originals=with_originals).encode())
        bagit.write(part, payload, _info(archive, mine, now, with_originals, rendered))
        _name(part, folder)
    size = sum(each for each, _ in payload.values())
    return Bagged(folder, len(payload), size, with_originals, in_place, tuple(left_out))


def _must_be_free(archive: Archive, folder: Path) -> None:
    """A bag gets a folder of its own, and none of the archive's.

    Raises:
        UserError: says which it is.
    """
    if folder.resolve().is_relative_to(archive.folder.resolve()):
        raise UserError(
            f"{folder} lies in the archive that is to go into the bag.", "Name a folder elsewhere."
        )
    if folder.exists() or folder.is_symlink():
        raise UserError(
            f"{folder} is there already; nothing was touched.", "Name a folder that is not there yet."
        )


@contextmanager
def _aside(folder: Path, *, kept: bool) -> Iterator[Path]:
    """The folder in which a bag is made; footage that a stopped run has put there is kept, or else nothing."""
    part = folder.with_name(f"{folder.name}.part")
    disk.make_folder(part / bagit.PAYLOAD)
    with lock.held(part):
        for each in (*part.iterdir(), *(part / bagit.PAYLOAD).iterdir()):
            if each.name not in {lock.LOCK, bagit.PAYLOAD, *(("originals", "renditions") if kept else ())}:
                _remove(each)
        try:
            yield part
        except BaseException as error:
            if not (kept and (part / bagit.PAYLOAD / "originals").exists()):
                shutil.rmtree(part, ignore_errors=True)
            elif isinstance(error, Stopped):
                raise Stopped(f"Stopped. {_NOTHING} The same command goes on with {part}.") from error
            raise


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _forget_others(data: Path, found: Sequence[Item]) -> None:
    """Remove footage that a stopped run has put there and that belongs to the bag no more."""
    wanted = {data / spelt(item.path) for item in found}
    for part in ("originals", "renditions"):
        for path in (data / part).rglob("*"):
            if path.is_file() and path not in wanted:
                path.unlink()


def _must_fit(data: Path, found: Sequence[Item], folder: Path) -> None:
    there = sum(path.stat().st_size for item in found if (path := data / spelt(item.path)).is_file())
    needed = sum(item.size for item in found) - there
    if needed > (free := shutil.disk_usage(data).free):
        raise NoRoom(
            f"There is no room for the bag in {folder.parent}: it takes {bytes_of(needed)}, and {bytes_of(free)} are"
            f" free. {_NOTHING}",
            "Make room there, or name another folder.",
        )


_Payload = dict[str, tuple[int, Digests]]  # bytes and digests of files, by their paths below the bag


def _made(data: Path, names: Sequence[str], stop: Event) -> _Payload:
    """What was written into the payload and copied from nowhere: the files and folders of these names."""
    payload: _Payload = {}
    for path in (
        each for name in names for each in (data / name, *(data / name).rglob("*")) if each.is_file()
    ):
        _note(payload, data, path, digests(path, ALGORITHMS, stop=stop))
    return payload


def _fill(data: Path, found: Sequence[Item], watcher: Watcher, stop: Event) -> _Payload:
    """Copy the files, each proven; those of which a stopped run has done that stay."""
    payload: _Payload = {}
    watcher.expect(len(found), sum(item.size for item in found))
    for item in found:
        watcher.at(str(item.path))
        digests_of = _there(data, item, watcher, stop) or _copied(data, item, watcher, stop)
        if item.original and digests_of[OWN] != item.hash:
            (data / spelt(item.path)).unlink()
            raise rotten(item.source)
        _note(payload, data, data / spelt(item.path), digests_of)
    return payload


def _note(payload: _Payload, data: Path, path: Path, found: Mapping[str, str]) -> None:
    payload[path.relative_to(data.parent).as_posix()] = (path.stat().st_size, found)


def _there(data: Path, item: Item, watcher: Watcher, stop: Event) -> Digests | None:
    """The digests of a file that a stopped run has copied; None where that has to be done."""
    path = data / spelt(item.path)
    if item.hash is None or not path.is_file() or path.stat().st_size != item.size:
        return None
    found = digests(path, (OWN, *ALGORITHMS), watcher.read, stop)
    return found if found[OWN] == item.hash else None


def _copied(data: Path, item: Item, watcher: Watcher, stop: Event) -> Digests:
    path = spelt(item.path)
    (data / path).unlink(missing_ok=True)
    made = copying.copy(
        item.source, [data], lambda _: path, algorithms=ALGORITHMS, progress=watcher.read, stop=stop
    )
    return made.digests


def _info(
    archive: Archive, mine: str | None, now: datetime, with_originals: bool, rendered: Sequence[str]
) -> list[tuple[str, str]]:
    what = "with its originals" if with_originals else "without its originals"
    return [
        ("Source-Organization", archive.config.title),
        ("External-Description", f"An interview archive, whole, {what}. README.txt says how to read it."),
        *([("External-Identifier", mine)] if mine else []),
        ("Bagging-Date", f"{now.astimezone(UTC):%Y-%m-%d}"),
        ("Bag-Software-Agent", f"interview-archive {__version__}"),
        *((RENDERED, name) for name in rendered),
    ]


def _name(part: Path, folder: Path) -> None:
    """Give a finished bag its name, in one move."""
    part.rename(folder)
    (folder / lock.LOCK).unlink()
    disk.flush_folder(folder)
    disk.flush_folder(folder.parent)


def _full(folder: Path) -> NoRoom:
    return NoRoom(
        f"There is no room for the bag in {folder.parent}. {_NOTHING}",
        "Make room there, or name another folder.",
    )
