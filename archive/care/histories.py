"""The MHL histories of cards held against what lies there and what the catalogue knows, and gone on with."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.care.checks import Finding
from archive.care.expected import Expected, Inventory, said
from archive.config import Archive
from archive.intake.taking import DAMAGED
from media import disk
from media.errors import Unreadable
from media.fingerprint import OWN
from media.mhl import chain, history
from media.mhl.entry import Entry, Hash


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
    found: list[Fault] = []
    for root, files in _roots(inventory).items():
        try:
            found += _of_one(archive, root, files)
        except PermissionError:
            pass  # the files of the card are told of as unreadable
        except OSError as error:
            path = Path(error.filename or root / history.FOLDER)
            found.append(Fault(root, said(archive, path), False, f"It cannot be read ({error.strerror})."))
    return found


def append(findings: Iterable[Finding], inventory: Inventory, when: datetime) -> list[str]:
    """Say in the history of each card what was found of its files, as a generation of its own.

    Args:
        findings: of files that were read.
        inventory: what there should be.
        when: the check began; a second call with the same one says nothing anew.

    Returns:
        Sentences about the histories that could not be gone on with.
    """
    seen = {finding.file.place: finding for finding in findings if finding.hash}
    refused = []
    for root, files in _roots(inventory).items():
        entries = [_entry(root, seen[file.place], when) for file in files if file.place in seen]
        if entries and (root / history.FOLDER).is_dir():
            try:
                history.append(root, entries, when=when, process="in-place")
            except (Unreadable, ValueError) as error:
                refused.append(f"The MHL history of {root} could not be gone on with: {error}")
            except OSError as error:
                refused.append(f"The MHL history of {root} could not be written ({error.strerror}).")
    return refused


def begin(root: Path, inventory: Inventory, when: datetime) -> int:
    """Put the history of a card aside and begin a new one with all files that lie there by the catalogue.

    Returns:
        The number of its generation.

    Raises:
        Unreadable: a history further down in the card cannot be gone on with; names it or the file.
        OSError: it cannot be written.
    """
    files = [file for file in _roots(inventory).get(root, []) if file.place.exists()]
    entries = [_entry(root, Finding(file, "whole", hash=file.hash), when) for file in files]
    if (root / history.FOLDER).exists():
        disk.set_aside(root / history.FOLDER, root.parent / DAMAGED / root.name)
    try:
        return history.append(root, entries, when=when, process="in-place")
    except ValueError as error:
        raise Unreadable(
            f"The MHL history of {root} could not be begun: {error}.",
            "The files are held against the catalogue all the same: go on without it.",
        ) from error


def _roots(inventory: Inventory) -> Mapping[Path, list[Expected]]:
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


def _of_one(archive: Archive, root: Path, files: list[Expected]) -> Iterator[Fault]:
    broken = list(_broken(archive, root, any(file.listed for file in files)))
    yield from broken
    if broken or not (root / history.FOLDER).is_dir():
        return
    try:
        known = history.entries(history.read(root))
    except Unreadable as error:
        yield _refused(archive, root, root / history.FOLDER / chain.NAME, error)
        return
    expected = {file.place.relative_to(root).as_posix(): file for file in files}
    for path, file in expected.items():
        listed = known.get(path, {}).get(OWN)
        if file.listed and (listed is None or listed.value != file.hash):
            why = "the history does not list it" if listed is None else "the history has another hash of it"
            yield Fault(
                root, said(archive, root / history.FOLDER / chain.NAME), False, f"{file.path}: {why}."
            )
    for path in known:
        if path not in expected and not os.path.lexists(root / path):
            yield Fault(root, said(archive, root / path), True, "The card's history lists it.", own=False)


def _broken(archive: Archive, root: Path, expected: bool) -> Iterator[Fault]:
    """The chain and the manifests of a history that are not there, or not what the chain says."""
    folder = root / history.FOLDER
    names = folder / chain.NAME
    if not names.exists():
        if expected:
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


def _entry(root: Path, finding: Finding, when: datetime) -> Entry:
    status = finding.file.place.stat()
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    digest = Hash(OWN, finding.hash or "", None, when)
    return Entry(finding.file.place.relative_to(root).as_posix(), status.st_size, modified, (digest,))
