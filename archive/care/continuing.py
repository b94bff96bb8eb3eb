"""The MHL histories of cards gone on with: what was found is said in them, and one that is not whole is replaced."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import Event

from archive.care.checks import Finding, examine
from archive.care.expected import Expected, Inventory
from archive.care.histories import disagreements, is_list, read, roots, unknown
from archive.intake.history import entry, mirror
from media import disk
from media.errors import Problem
from media.fingerprint import OWN
from media.mhl import chain, history


def append(findings: Iterable[Finding], inventory: Inventory, when: datetime) -> list[str]:
    """Say in the history of each card what was found of its files, as a generation of its own.

    Args:
        findings: of files that were read.
        inventory: what there should be.
        when: the check began; a second call with the same one says nothing anew.

    Returns:
        Sentences about the histories that could not be gone on with.
    """
    seen = {finding.file.place: finding.hash for finding in findings if finding.hash}
    refused = []
    for root, files in roots(inventory).items():
        found = {file.place: seen[file.place] for file in files if file.place in seen}
        if found and (root / history.FOLDER).is_dir():
            try:
                _go_on(root, found, when)
            except Problem as error:
                refused.append(f"The MHL history of {root} could not be gone on with: {error}")
            except OSError as error:
                refused.append(f"The MHL history of {root} could not be written ({error.strerror}).")
    return refused


def source(root: Path, files: Sequence[Expected], others: Iterable[Path]) -> Path | None:
    """Which of the other folders of the same card has a history that says of its files what is so.

    Args:
        root: the folder of a card whose history is not whole.
        files: that should lie there.
        others: its folders on other volumes whose histories are whole.
    """
    return next((each for each in others if _fits(each, root, files)), None)


def _fits(other: Path, root: Path, files: Sequence[Expected]) -> bool:
    if not (other / history.FOLDER / chain.NAME).exists():
        return False
    try:
        held = read(other)
    except (Problem, OSError):
        return False  # it may not be read
    more = (place.relative_to(root) for place in unknown(held, root, files))
    # What that other folder has not either was kept elsewhere, or was never on the card.
    return not any(disagreements(held, root, files, complete=True)) and not any(
        os.path.lexists(other / path) for path in more
    )


def bring(whole: Path, root: Path, files: Sequence[Expected]) -> None:
    """Put the history of a card aside, with those further down in it, and copy those that `source` found.

    Raises:
        Unreadable: it is not whole there either; names the file.
        OSError: it cannot be written.
    """
    _set_aside(root, files)
    mirror(whole, [root])
    history.known_below(root)


def begin(root: Path, files: Sequence[Expected], when: datetime) -> int:
    """Put the history of a card aside, with those further down in it, and begin a new one with all that lies there.

    The lists that came with the card stay where they are; the new history goes on with them.

    Returns:
        The number of its generation.

    Raises:
        Problem: a file cannot be read, or a list of the card; names it.
        OSError: it cannot be written.
    """
    _set_aside(root, files)
    return _go_on(root, {file.place: file.hash or "" for file in files if file.place.exists()}, when)


def _go_on(root: Path, found: Mapping[Path, str], when: datetime) -> int:
    """Add a generation with these files and their hashes; those that are known by other algorithms are read again."""
    known = history.known_below(root)
    foreign = {path: hashes for path, hashes in known.items() if OWN not in hashes}
    entries = [entry(root, place, {OWN: digest}, foreign) for place, digest in found.items()]
    return history.append(root, entries, when=when, process="in-place")


def _set_aside(root: Path, files: Iterable[Expected]) -> None:
    """Put aside what lies in the histories of a card, but for whole lists that came with it."""
    kept = {file.place for file in files if is_list(file) and _is_whole(file)}
    for folder in history.folders(root):
        lists = [
            path for path in (folder / history.FOLDER).rglob("*") if path not in kept and not path.is_dir()
        ]
        for path in sorted(lists, key=lambda path: path.name != chain.NAME):
            disk.set_aside(path, root.parent, path.parent.relative_to(root.parent))


def _is_whole(file: Expected) -> bool:
    return examine(file, lambda _: None, Event()).found == "whole"
