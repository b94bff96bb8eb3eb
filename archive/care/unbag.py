"""A bag taken apart: every file is held against its lists while it is copied; one that is wrong ends it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from threading import Event

from archive.care import bagit, given
from archive.care.bagit import Bag, Digests, damaged, unspelt
from archive.care.origin import Origin
from archive.care.verify import Watcher
from archive.config import DATABASE
from media import copying
from media.amounts import bytes_of
from media.errors import NoRoom
from media.fingerprint import content_hash, digests

# In bag-info.txt: a folder of the payload whose files were made from the database, and are not the archive's own.
RENDERED = "Rendered-From-Database"


def is_bag(folder: Path) -> bool:
    """Whether a folder says that it is a bag."""
    return (folder / bagit.DECLARATION).is_file()


def origin(folder: Path, watcher: Watcher) -> Origin:
    """The bag in a folder, its lists and the names of its files looked at; their content is when they are unpacked.

    Raises:
        UserError: it is no bag of an archive.
        DamageFound: its lists are damaged, or a file is missing, or one is there that they do not name.
    """
    bag = bagit.read(folder)
    database = folder / bagit.PAYLOAD / DATABASE
    if f"{bagit.PAYLOAD}/{DATABASE}" not in bag.payload:
        raise damaged(folder, f"it holds no {DATABASE}, so it is not the bag of an archive")
    _must_be_complete(bag)
    first = next(folder / f"manifest-{each}.txt" for each in bag.payload[f"{bagit.PAYLOAD}/{DATABASE}"])
    made = "".join(bag.said("Bagging-Date")[:1])

    def unpack(stage: Path, stop: Event) -> None:
        _unpack(bag, stage, watcher, stop)

    return Origin(folder, made, database, content_hash(first), unpack)


def _must_be_complete(bag: Bag) -> None:
    """Look at names and sizes: what is missing or too much is said before anything is read.

    Raises:
        DamageFound: says which file it is.
    """
    there = dict(_payload(bag.folder))
    for path in bag.payload:
        if path not in there:
            raise damaged(bag.folder, f"{path} is missing")
    for path in there:
        if path not in bag.payload:
            raise damaged(
                bag.folder,
                f"{path} is in none of its lists",
                "Move it out of the bag if it is not part of it; or take another copy of the bag.",
            )
    found = f"{sum(there.values())}.{len(there)}"
    for said in bag.said("Payload-Oxum"):
        if said != found:
            raise damaged(bag.folder, f"it says that it has {said} bytes and files, and has {found}")
    for path, said_of in bag.tags.items():
        _must_be(bag, path, said_of)


def _payload(folder: Path) -> Iterator[tuple[str, int]]:
    """Path and size of every file of a payload; a link is none."""
    for place, folders, names in os.walk(folder / bagit.PAYLOAD):
        for name in (*folders, *names):
            path = Path(place, name)
            if path.is_symlink() or (name in names and not path.is_file()):
                raise damaged(folder, f"{path.relative_to(folder)} is no file")
        yield from (
            (path.relative_to(folder).as_posix(), path.stat().st_size)
            for path in (Path(place, name) for name in names)
        )


def _must_be(bag: Bag, path: str, said: Digests) -> None:
    """Hold a file that is not needed against what the lists say of it."""
    if not (bag.folder / path).is_file():
        raise damaged(bag.folder, f"{path} is missing")
    _must_agree(bag, path, said, digests(bag.folder / path, said.keys()))


def _must_agree(bag: Bag, path: str, said: Digests, found: Digests) -> None:
    if any(found[algorithm] != digest for algorithm, digest in said.items()):
        raise damaged(bag.folder, f"{path} does not hold what its lists say")


def _unpack(bag: Bag, stage: Path, watcher: Watcher, stop: Event) -> None:
    """Copy the archive's own files into a folder, each under its own name; the others are only held against the lists.

    Raises:
        DamageFound: says which file is not whole.
        NoRoom: there is no space.
        Stopped: where `stop` was set.
    """
    sizes = dict(_payload(bag.folder))
    _must_fit(bag, stage, sum(sizes.values()))
    rendered = {f"{bagit.PAYLOAD}/{name}" for name in bag.said(RENDERED)}
    watcher.expect(len(sizes), sum(sizes.values()))
    for path, said in bag.payload.items():
        watcher.at(path)
        below = PurePosixPath(path)
        if str(PurePosixPath(*below.parts[:2])) in rendered:
            found: Digests = digests(bag.folder / path, said.keys(), watcher.read, stop)
        else:
            own = _own_name(bag, str(PurePosixPath(*below.parts[1:])))
            found = copying.copy(
                bag.folder / path,
                [stage],
                lambda _, own=own: own,  # type: ignore[misc]
                algorithms=said.keys(),
                progress=watcher.read,
                stop=stop,
            ).digests
        _must_agree(bag, path, said, found)


def _must_fit(bag: Bag, stage: Path, needed: int) -> None:
    if needed > (free := shutil.disk_usage(stage).free):
        raise NoRoom(
            f"There is no room for the archive in {stage.parent}: {bag.folder} holds {bytes_of(needed)}, and"
            f" {bytes_of(free)} are free. Nothing was put in place.",
            "Make room there, or name another folder.",
        )


def _own_name(bag: Bag, path: str) -> Path:
    """What a file of the payload is called in the archive.

    Raises:
        DamageFound: no bag of ours holds such a file; in an archive's folder it would mean something to the program.
    """
    try:
        own = unspelt(path)
    except UnicodeError:
        raise damaged(bag.folder, f"{path} claims to spell bytes that no name is spelt with") from None
    first = own.parts[0] if own.parts else "."
    foreign = len(own.parts) == 1 and own.name != DATABASE and given.DATABASE.fullmatch(own.name)
    if own.is_absolute() or ".." in own.parts or "\0" in str(own) or first.startswith(".") or foreign:
        raise damaged(bag.folder, f"{path} is no file of an archive")
    return own
