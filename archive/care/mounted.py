"""Where backups were put before: a folder whose disk is not mounted looks like a new and empty one."""

import json
from contextlib import suppress
from pathlib import Path

from media import disk
from media.errors import VolumeAbsent

_NOTE = ".backups"  # in the archive's folder: each place of backups, and where its disk was mounted


def must_be(folder: Path, place: Path) -> None:
    """Stop before a place that was used before is taken for a new one.

    Args:
        folder: the archive's.
        place: where backups go.

    Raises:
        VolumeAbsent: the disk on which `place` lay is not mounted.
    """
    mount = _known(folder).get(str(place.resolve()))
    if mount and not Path(mount).is_mount():
        raise VolumeAbsent(
            f"{place} was on a disk that was mounted at {mount} and is not mounted now.",
            "Mount it, or name another folder.",
        )


def remember(folder: Path, place: Path) -> None:
    """Note on which disk a place lies; who may not write to the archive's folder goes without."""
    place = place.resolve()
    mount = next(each for each in (place, *place.parents) if each.is_mount())
    known = _known(folder)
    if known.get(str(place)) != str(mount):
        with suppress(OSError):
            disk.write(folder / _NOTE, json.dumps(known | {str(place): str(mount)}).encode())


def _known(folder: Path) -> dict[str, str]:
    try:
        return {str(place): str(mount) for place, mount in json.loads((folder / _NOTE).read_bytes()).items()}
    except (OSError, ValueError, AttributeError):
        return {}
