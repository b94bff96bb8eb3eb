"""How a step's files become visible: written aside, flushed, renamed, and their folder flushed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from media.disk import flush, flush_folder

ASIDE = ".making-"


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """A temporary folder inside `folder`; what was written there moves into `folder` at the end.

    Nothing moves when the block raises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder))
    try:
        yield made
        for file in sorted(made.iterdir()):
            flush(file)
        for file in sorted(made.iterdir()):
            file.replace(folder / file.name)
        flush_folder(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def sweep(renditions: Path) -> None:
    """Remove what a killed run was in the middle of writing below the renditions folder."""
    for left in renditions.glob(f"*/{ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
