"""The MHL histories of cards held against what lies there and what the catalogue knows."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.care.expected import Expected, Inventory, said
from archive.catalogue import volumes
from archive.config import Archive
from media.errors import Unreadable
from media.fingerprint import OWN
from media.mhl import chain, check, history
from media.mhl.entry import Hash
from media.mhl.history import History

Held = Mapping[Path, History]  # histories by where they lie below the folder of a card
Kept = Collection[str | None]  # the hashes, by our algorithm, of all originals


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a history.

    Attributes:
        root: the folder of the card.
        path: the file that is wrong, as it is said.
        missing: it is not there; else it is not what it should be.
        why: a sentence.
        own: it is the history that is wrong; else a file that it lists and the catalogue does not know.
    """

    root: Path
    path: str
    missing: bool
    why: str
    own: bool = True


def faults(archive: Archive, inventory: Inventory) -> list[Fault]:
    """What is wrong with the histories of all cards that are there, second copies included."""
    known = {holding.id for holding in inventory.holdings if holding.id}
    kept = {file.hash for file in inventory.files if file.role == "original"}
    found: list[Fault] = []
    for root, files in roots(inventory).items():
        of_card = _faults(archive, root, files, kept)
        if of_card and volumes.is_there(root.parent, known):  # else it has gone away meanwhile
            found += of_card
    return found


def _faults(archive: Archive, root: Path, files: list[Expected], kept: Kept) -> list[Fault]:
    try:
        return [*_of_one(archive, root, files, kept)]
    except PermissionError:
        return []  # the files of the card are told of as unreadable
    except OSError as error:
        path = Path(error.filename or root / history.FOLDER)
        return [Fault(root, said(archive, path), False, f"It cannot be read ({error.strerror}).")]


def is_list(file: Expected) -> bool:
    """Whether a file came with the card in one of its own histories."""
    return file.below is not None and history.FOLDER in file.below.parts[1:-1]


def roots(inventory: Inventory) -> Mapping[Path, list[Expected]]:
    """The folder of each card on each volume that is there, with what should lie in it."""
    roots: dict[Path, list[Expected]] = {
        holding.folder / card: []
        for holding in inventory.holdings
        if holding.there
        for card in inventory.cards
    }
    folders = {holding.id: holding.folder for holding in inventory.holdings}
    for file in inventory.files:
        if file.below and file.role in {"original", "copy"} and file.volume in folders:
            root = folders[file.volume] / file.below.parts[0]
            if root in roots:
                roots[root].append(file)
    return roots


def _of_one(archive: Archive, root: Path, files: list[Expected], kept: Kept) -> Iterator[Fault]:
    broken = [fault for folder in _folders(root, files) for fault in _broken(archive, root, folder, files)]
    yield from broken
    if broken or not (root / history.FOLDER).is_dir():
        return
    # A second copy's may lag behind: a run that was killed wrote no history, and the next went on without that disk.
    complete = any(file.role == "original" for file in files)
    try:
        held = read(root)
        for file, why in disagreements(held, root, files, complete=complete):
            names = said(archive, root / history.FOLDER / chain.NAME)
            yield Fault(root, names, False, f"{said(archive, file.place)}: {why}")
        for place in unknown(held, root, files, kept):
            yield Fault(root, said(archive, place), True, "The card's history lists it.", own=False)
    except Unreadable as error:
        yield _refused(archive, root, root / history.FOLDER / chain.NAME, error)


def _folders(root: Path, files: list[Expected]) -> list[Path]:
    """The folders of a card that have a history, or should."""
    came = {file.place.parent.parent for file in files if file.place.parent.name == history.FOLDER}
    return sorted({*history.folders(root), *came})


def read(root: Path) -> Held:
    """The history of a card, and those of folders further down in it.

    Raises:
        Unreadable: one is damaged; names the file.
    """
    return {folder.relative_to(root): history.read(folder) for folder in history.folders(root)}


def disagreements(
    held: Held, card: Path, files: Iterable[Expected], *, complete: bool
) -> Iterator[tuple[Expected, str]]:
    """What the histories of a card say otherwise than the catalogue: of which file, and what.

    Args:
        held: the histories.
        card: the folder of the card.
        files: that should lie there.
        complete: the histories have to list all that are listed by the catalogue.
    """
    hashes = _said(held)
    for file in (file for file in files if file.listed and not is_list(file)):
        found = hashes.get(file.place.relative_to(card).as_posix())
        if found is None and complete:
            yield file, "the history does not list it."
        elif found and file.hash not in found:
            yield file, "the history has another hash of it."


def unknown(
    held: Held, card: Path, files: Iterable[Expected], elsewhere: Kept = frozenset()
) -> Iterator[Path]:
    """What histories list that is not there, and that the catalogue does not know.

    Args:
        held: the histories.
        card: the folder of the card.
        files: that should lie there.
        elsewhere: what is kept: a content that came twice is kept once.
    """
    expected = {file.place for file in files}
    listed = {
        below / path: hashes for below, each in held.items() for path, hashes in history.entries(each).items()
    }
    lies = {path: card / check.as_it_lies(card, path.as_posix()) for path in listed}
    kept = {(OWN, each) for each in elsewhere}
    kept |= {one for path, hashes in listed.items() if lies[path] in expected for one in _contents(hashes)}
    for path in sorted(listed):
        if (
            lies[path] not in expected
            and not os.path.lexists(lies[path])
            and not kept & _contents(listed[path])
        ):
            yield lies[path]


def _contents(hashes: Mapping[str, Hash]) -> set[tuple[str, str | None]]:
    return {(each.algorithm, each.value) for each in hashes.values()}


def _said(held: Held) -> Mapping[str, Collection[str]]:
    """The hashes by our algorithm that histories give for each file that they list.

    Those that failed are among them: a file that never was what the card's own list says is no fault of the history.
    """
    found: dict[str, set[str]] = {}
    for below, each in held.items():
        for generation in (*each.generations, *each.orphans):
            for listed in generation.manifest.entries:
                hashes = (one.value for one in listed.hashes if one.algorithm == OWN)
                found.setdefault((below / listed.path).as_posix(), set()).update(hashes)
    return found


def _unlisted(root: Path, files: list[Expected]) -> list[Expected]:
    """Those of a card's files that none of its histories lists; all, where these cannot be read."""
    try:
        hashes = _said(read(root))
    except Unreadable:
        return files
    return [file for file in files if file.place.relative_to(root).as_posix() not in hashes]


def _broken(archive: Archive, root: Path, place: Path, files: list[Expected]) -> Iterator[Fault]:
    """The chain and the manifests of the history in `place` that are not there, or not what the chain says."""
    folder = place / history.FOLDER
    names = folder / chain.NAME
    if not names.exists():
        ours = [
            file for file in files if file.listed and not is_list(file) and file.place.is_relative_to(place)
        ]
        if place != root and not folder.exists():
            ours = _unlisted(root, ours)
        if ours:
            yield Fault(root, said(archive, names), True, "The history of the card is gone.")
        return
    try:
        links = chain.read(names)
    except Unreadable as error:
        yield _refused(archive, root, names, error)
        return
    for link in links:
        path = folder / link.file
        if not path.exists():
            yield Fault(root, said(archive, path), True, f"{chain.NAME} names it.")
            continue
        try:
            if history.c4_of(path) != link.c4:
                yield Fault(root, said(archive, path), False, f"It is not what {chain.NAME} says.")
        except Unreadable as error:
            yield _refused(archive, root, path, error)


def _refused(archive: Archive, root: Path, path: Path, error: Unreadable) -> Fault:
    """What a list that cannot be read means; one that may not be read is no fault of it."""
    if isinstance(error.__cause__, PermissionError):
        raise error.__cause__
    return Fault(root, said(archive, path), False, error.message)
