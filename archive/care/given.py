"""What lies in an archive's folder because a person put it there, and is not footage."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

# What the program makes: footage and what is made from it, the database and its logs, and what it was before.
OURS = frozenset({"originals", "renditions", "logs"})
DATABASE = re.compile(r"archive(\.[^/]*)?\.db.*")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What no backup can hold, and why."""

    path: Path
    why: str


def files(folder: Path) -> tuple[list[Path], list[LeftOut]]:
    """The files that a person gave: settings, captions, forms, portraits; in the order of their names.

    What begins with a dot is some system's own. A link to a file counts as that file.

    Raises:
        OSError: a folder cannot be read.
    """
    found: list[Path] = []
    left_out: list[LeftOut] = []
    for path in _below(folder):
        if path.is_symlink() and path.is_dir():
            left_out.append(LeftOut(path, "a link to a folder"))
        elif path.is_file():
            found.append(path)
        elif path.is_symlink():
            left_out.append(LeftOut(path, "a link to nothing"))
        else:
            left_out.append(LeftOut(path, "not a file"))
    return sorted(found), left_out


def _below(folder: Path) -> Iterator[Path]:
    """Every name below a folder that is not ours, links to folders and what is no file among them."""
    for place, folders, names in os.walk(folder, onerror=_raise):
        if place == str(folder):
            folders[:] = [name for name in folders if name not in OURS]
            names = [name for name in names if not DATABASE.fullmatch(name)]
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in (*links, *names) if not name.startswith("."))


def _raise(error: OSError) -> NoReturn:
    raise error
