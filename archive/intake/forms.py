"""Signed forms: kept in the archive, beside the interview that they are about."""

from pathlib import Path

from archive.config import Archive
from archive.errors import UserError
from media import disk
from media.errors import Unreadable
from media.fingerprint import content_hash

LARGEST = 100_000_000  # bytes; a form of a hundred scanned pages takes half of that


def keep(archive: Archive, slug: str, form: Path) -> tuple[str, str]:
    """Keep a copy of a form; one that is there already is not kept twice, and none takes the place of another.

    Returns:
        Where it lies below the archive's folder, and its xxh3-128.

    Raises:
        UserError: it is no file that can be read, or larger than any form.
    """
    try:
        if form.stat().st_size > LARGEST:
            raise UserError(
                f"{form} is larger than any form.", "Name the signed form itself, a scan or a PDF."
            )
        digest = content_hash(form)
    except (Unreadable, OSError) as error:
        raise UserError(f"{form} cannot be read.", "Name the signed form, a scan or a PDF.") from error
    place = next(
        place
        for place in disk.numbered(archive.releases / slug / form.name, form.suffix)
        if not place.exists() or content_hash(place) == digest
    )
    if not place.exists():
        disk.make_folder(place.parent)
        disk.write(place, form.read_bytes())
    return str(place.relative_to(archive.folder)), digest
