"""Signed forms, in a folder for the interview or the footage that they came with, and portraits: kept copies."""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from archive.catalogue.folding import fold
from archive.config import Archive
from archive.errors import UserError
from media import disk
from media.amounts import bytes_of
from media.errors import Unreadable
from media.fingerprint import content_hash
from media.mhl.names import safe_name

LARGEST = 100_000_000  # bytes; a form of a hundred scanned pages takes half of that

PICTURES = (".jpg", ".jpeg", ".png", ".webp")  # as every browser shows them

_FORM = "Name the signed form, a scan or a PDF."
_PICTURE = f"Name a picture: {', '.join(PICTURES)}."


def look(form: Path, remedy: str = _FORM) -> str:
    """The xxh3-128 of a form, before anything is done with it.

    Raises:
        UserError: it is no file that can be read, empty, or larger than any form.
    """
    try:
        size = form.stat().st_size
        if size > LARGEST:
            raise UserError(f"{form} is larger than {bytes_of(LARGEST)}.", remedy)
        digest = content_hash(form)
    except (Unreadable, OSError, ValueError) as error:  # ValueError: no path has a NUL in it
        raise UserError(f"{form} cannot be read.", remedy) from error
    if not size:
        raise UserError(f"{form} is empty.", remedy)
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
    return _keep(archive, _places(archive, name, form), form, digest), digest


def kept(archive: Archive, name: str, form: Path, digest: str) -> str | None:
    """Where a form lies that was kept before, below the archive's folder; None where it was not."""
    there = takewhile(Path.exists, _places(archive, name, form))
    found = next((place for place in there if content_hash(place) == digest), None)
    return str(found.relative_to(archive.folder)) if found else None


def keep_portrait(archive: Archive, person: str, picture: Path) -> str:
    """Keep a copy of a person's portrait in the same way.

    Returns:
        Where it lies below the archive's folder.

    Raises:
        UserError: it is no picture that browsers show, or cannot be read.
        NoRoom: it cannot be written.
    """
    if picture.suffix.lower() not in PICTURES:
        raise UserError(f"{picture} is no picture that browsers show.", _PICTURE)
    place = archive.portraits / safe_name(f"{'-'.join(fold(person)) or 'person'}{picture.suffix.lower()}")
    return _keep(archive, disk.numbered(place, place.suffix), picture, look(picture, _PICTURE))


def _places(archive: Archive, name: str, form: Path) -> Iterator[Path]:
    return disk.numbered(archive.releases / safe_name(name) / safe_name(form.name), form.suffix)


def _keep(archive: Archive, places: Iterator[Path], file: Path, digest: str) -> str:
    place = next(place for place in places if not place.exists() or content_hash(place) == digest)
    if not place.exists():
        with disk.writing(file.name):
            disk.make_folder(place.parent)
            disk.write(place, file.read_bytes())
    return str(place.relative_to(archive.folder))
