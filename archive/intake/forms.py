"""Signed forms: kept in the archive, in a folder for the interview or the footage that they came with."""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from archive.config import Archive
from archive.errors import UserError
from media import disk
from media.errors import Unreadable
from media.fingerprint import content_hash
from media.mhl.names import safe_name

LARGEST = 100_000_000  # bytes; a form of a hundred scanned pages takes half of that


def look(form: Path) -> str:
    """The xxh3-128 of a form, before anything is done with it.

    Raises:
        UserError: it is no file that can be read, empty, or larger than any form.
    """
    try:
        size = form.stat().st_size
        if size > LARGEST:
            raise UserError(
                f"{form} is larger than any form.", "Name the signed form itself, a scan or a PDF."
            )
        digest = content_hash(form)
    except (Unreadable, OSError) as error:
        raise UserError(f"{form} cannot be read.", "Name the signed form, a scan or a PDF.") from error
    if not size:
        raise UserError(f"{form} is empty.", "Name the signed form, a scan or a PDF.")
    return digest


def keep(archive: Archive, name: str, form: Path) -> tuple[str, str]:
    """Keep a copy of a form; one that is there already is not kept twice, and none takes the place of another.

    Args:
        archive: the archive.
        name: of the folder for it: the slug of the interview, or what the footage came in.
        form: the file.

    Returns:
        Where it lies below the archive's folder, and its xxh3-128.

    Raises:
        UserError: it is no file that can be read, empty, or larger than any form.
        NoRoom: it cannot be written.
    """
    digest = look(form)
    place = next(
        place for place in _places(archive, name, form) if not place.exists() or content_hash(place) == digest
    )
    if not place.exists():
        with disk.writing(form.name):
            disk.make_folder(place.parent)
            disk.write(place, form.read_bytes())
    return str(place.relative_to(archive.folder)), digest


def kept(archive: Archive, name: str, form: Path, digest: str) -> str | None:
    """Where a form lies that was kept before, below the archive's folder; None where it was not."""
    there = takewhile(Path.exists, _places(archive, name, form))
    found = next((place for place in there if content_hash(place) == digest), None)
    return str(found.relative_to(archive.folder)) if found else None


def _places(archive: Archive, name: str, form: Path) -> Iterator[Path]:
    return disk.numbered(archive.releases / safe_name(name) / safe_name(form.name), form.suffix)
