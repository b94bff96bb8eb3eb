"""One archive put in the place of another; whatever ends it halfway, one is whole, and the next run goes on."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from archive.config import SETTINGS_FILE
from archive.intake import lock
from media import disk

# What may be terabytes, and is never copied: it is moved from the one to the other by its name.
FOOTAGE = ("originals", "renditions")

# Lies in the new archive until all is done, and says what there is to do.
_NOTE = ".restoring"


@dataclass(frozen=True, slots=True)
class Swap:
    """What is being done.

    Attributes:
        backup: the hash of the manifest of what is restored.
        before: the name under which the older archive is kept.
        moved: the folders that the new one takes over from it.
    """

    backup: str
    before: str
    moved: tuple[str, ...]


def is_archive(folder: Path) -> bool:
    """Whether there is an archive in a folder, be it a broken one."""
    return any((folder / name).is_file() for name in (SETTINGS_FILE, "archive.db"))


def into_place(stage: Path, folder: Path, backup: str, moved: Sequence[str], now: datetime) -> Path | None:
    """Name the archive in `stage` `folder`; one that is there keeps all but the folders to be moved.

    Returns:
        Where the older archive lies now; None where `folder` was empty or not there.
    """
    if not is_archive(folder):
        stage.rename(folder)  # an empty folder makes way
        disk.flush_folder(folder.parent)
        return None
    before = disk.free_name(folder.with_name(f"{folder.name}.before-{now:%Y-%m-%dT%H%M%SZ}"))
    swap = Swap(backup, before.name, tuple(moved))
    disk.write(stage / _NOTE, json.dumps(asdict(swap)).encode())
    folder.rename(before)
    try:
        stage.rename(folder)
    except OSError:
        before.rename(folder)
        raise
    disk.flush_folder(folder.parent)
    finish(folder)
    return before


def is_halfway(folder: Path, stage: Path) -> bool:
    """Whether the older archive has lost its name, and the new one has not got it yet."""
    return (stage / _NOTE).exists() and not os.path.lexists(folder)


def roll_back(folder: Path, stage: Path) -> None:
    """Where a run ended between the two renames, give the older archive its name back."""
    swap = _read(stage)
    if swap and is_halfway(folder, stage) and (before := folder.with_name(swap.before)).exists():
        before.rename(folder)
        disk.flush_folder(folder.parent)


def finish(folder: Path) -> Swap | None:
    """Move what is still to be moved into an archive that has its name; what was done, None if there was nothing."""
    swap = _read(folder)
    if swap:
        before = folder.with_name(swap.before)
        for part in swap.moved:
            if os.path.lexists(before / part) and not os.path.lexists(folder / part):
                (before / part).rename(folder / part)
        disk.flush_folder(folder)
        if before.exists():
            disk.flush_folder(before)
        (folder / _NOTE).unlink()
        disk.flush_folder(folder)
    return swap


def clear(stage: Path) -> None:
    """Empty the folder in which an archive is built, but for its lock."""
    for each in stage.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        elif each.name != lock.LOCK:
            each.unlink()


def _read(folder: Path) -> Swap | None:
    try:
        said = json.loads((folder / _NOTE).read_bytes())
    except FileNotFoundError:
        return None
    return Swap(said["backup"], said["before"], tuple(said["moved"]))
