"""The catalogue as commands read it that only print, and as those write it that change what people know of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


@contextmanager
def reading(archive: Path | None) -> Iterator["Database"]:
    """The catalogue of the archive that is meant, read-only; what is wrong with it is told in words.

    Raises:
        Problem: there is no archive, or its catalogue cannot be read.
    """
    from archive import config
    from archive.catalogue import agreement, open_catalogue
    from archive.catalogue.troubles import explained

    path = config.find(archive).database
    with explained(path), open_catalogue(path, write=False) as db:
        agreement.must_know_interviews(db, path)
        yield db


@contextmanager
def writing(archive: Path | None) -> Iterator["Database"]:
    """The same for writing, beside an ingest that may run; what is wrong with it is told in words.

    Raises:
        Problem: there is no archive, or its catalogue cannot be written.
    """
    from archive import config
    from archive.catalogue import open_catalogue
    from archive.catalogue.troubles import explained

    path = config.find(archive).database
    with explained(path), open_catalogue(path, write=True) as db:
        yield db
