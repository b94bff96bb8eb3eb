"""Clips that are named by where they lie, so that a step of them is done again without their card."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import originals, volumes
from archive.config import Archive
from archive.errors import UserError
from archive.intake.request import Request
from ingest.steps import Step


def parted(
    archive: Archive, db: Database, request: Request, redo: Step | None
) -> tuple[Request, list[tuple[str, str]]]:
    """A request without the PATHs that name clips of the archive, and these clips: the path of each, and its hash.

    Without a step that is to be done again there are none.

    Raises:
        UserError: there is no clip at or below a PATH in the folder of originals, or such are to be copied.
        VolumeAbsent: the step needs the originals, and their disk is not mounted.
    """
    if not redo:
        return request, []
    here = clips(archive, db, request.paths)
    if any(_is_original(archive, path) for path in here):
        if request.also or request.in_place:
            raise UserError(
                f"{'--also' if request.also else '--in-place'} says how a card is taken; the clips that are made"
                " again are in the archive.",
                "Leave it out, or name the card.",
            )
        if redo not in ("transcribe", "translate"):  # from the sound in renditions/
            volumes.must_be_there(archive, db)
    rest = replace(request, paths=tuple(path for path in request.paths if path not in here))
    return rest, [clip for there in here.values() for clip in there]


def clips(archive: Archive, db: Database, paths: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """The clips that PATHs name: one in the folder of originals all at and below it, any other the one that lies there.

    Returns:
        By the PATH, of those that name some: the path of each clip, and its hash.

    Raises:
        UserError: there is no clip at or below a PATH in the folder of originals.
    """
    places = {
        Path(os.path.realpath(archive.folder / clip.path)): digest
        for digest, clip in originals.every(db).items()
    }
    found = {}
    for path in paths:
        whole = Path(os.path.realpath(path))
        inside = _is_original(archive, path)
        if there := [
            (str(Path(path) / place.relative_to(whole)), digest)
            for place, digest in places.items()
            if place == whole or (inside and place.is_relative_to(whole))
        ]:
            found[path] = there
        elif inside:
            raise UserError(
                f"{path}: no clip of this archive lies there.",
                f"Name a clip, or a folder with clips, as it lies below {archive.originals}.",
            )
    return found


def _is_original(archive: Archive, path: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(archive.originals))
