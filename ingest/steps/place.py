"""How a step's files become visible: written aside, flushed, renamed, and their folder flushed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from media import disk

ASIDE = ".making-"


@contextmanager
def aside(folder: Path, name: str) -> Iterator[Path]:
    """A temporary folder inside `folder`; what was written there moves into `folder` at the end.

    Nothing moves when the block raises.

    Args:
        folder: made where it is not there.
        name: of the clip that something is made of.

    Raises:
        NoRoom: the disk is full or the folder may not be written.
    """
    with disk.writing(name):
        disk.make_folder(folder)
        made = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder))
    try:
        yield made
        with disk.writing(name):
            _move(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _move(made: Path, folder: Path) -> None:
    files = sorted(made.iterdir())
    for file in files:
        disk.flush(file)
    for file in files:
        file.replace(folder / file.name)
    disk.flush_folder(folder)


def sweep(renditions: Path) -> None:
    """Remove what a killed run was in the middle of writing below the renditions folder."""
    for left in renditions.glob(f"*/{ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
