"""What the lists on a card or in a folder say of its files, so that one read can prove them."""

import os
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from media.errors import Unreadable
from media.mhl import history, manifest
from media.mhl.known import Known, known

_OLDEST = datetime.min.replace(tzinfo=UTC)


def _raise(error: Unreadable) -> None:
    raise error


def expected(root: Path, on_refused: Callable[[Unreadable], None] = _raise) -> dict[str, dict[str, str]]:
    """The digests that all lists in and below a folder give for its files.

    These are ASC MHL histories, and `.mhl` files of MHL 1.x or 2.0 beside the files that they are about. Where two
    lists differ over a file that was written again between them, the younger digest counts.

    Args:
        root: of a card or a folder.
        on_refused: called with each list that cannot be read; raises it where nothing is given.

    Returns:
        By path relative to `root`, then by algorithm. A path is there without digests where a list names a file and
        gives none that we know; whether the file is there, the caller sees.
    """
    found: dict[str, dict[str, tuple[datetime, str]]] = {}
    for folder, listed in _lists(root, on_refused):
        for path, hashes in listed.items():
            of_file = found.setdefault(as_it_lies(root, (folder / path).relative_to(root).as_posix()), {})
            for each in hashes.values():
                mine = (each.date or _OLDEST, each.value)
                of_file[each.algorithm] = max(of_file.get(each.algorithm, mine), mine)
    return {path: {name: value for name, (_, value) in hashes.items()} for path, hashes in found.items()}


def _lists(root: Path, on_refused: Callable[[Unreadable], None]) -> Iterator[tuple[Path, Known]]:
    """Each list's folder, and what it says of files below that."""
    for place, folders, files in os.walk(root):
        folder = Path(place)
        sources = [
            name for name in sorted(files) if name.lower().endswith(".mhl") and not name.startswith("._")
        ]
        if history.FOLDER in folders:
            folders.remove(history.FOLDER)
            sources.insert(0, history.FOLDER)
        folders.sort()
        for name in sources:
            try:
                yield folder, _read(folder, name, on_refused)
            except Unreadable as error:
                on_refused(error)


def _read(folder: Path, name: str, on_refused: Callable[[Unreadable], None]) -> Known:
    if name != history.FOLDER:
        return known(manifest.read(folder / name))
    found = history.read(folder)
    for error in found.broken:
        on_refused(error)
    return history.entries(found)


def as_it_lies(root: Path, path: str) -> str:
    """A listed path as the file system spells it: macOS writes é as e and an accent, others as one character."""
    spellings = (path, unicodedata.normalize("NFC", path), unicodedata.normalize("NFD", path))
    return next((each for each in spellings if os.path.lexists(root / each)), path)
