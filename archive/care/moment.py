"""The database as it stands at one moment, in a file of its own, checked and read back."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event

from archive.care import manifest
from archive.catalogue import BUSY_TIMEOUT, address, integrity
from archive.catalogue.troubles import explained
from archive.config import Archive
from archive.errors import DamageFound
from media import disk
from media.errors import NoRoom, Stopped

_STEPS = 10_000  # of SQLite's machine, between two looks whether somebody asked us to stop


def take(archive: Archive, folder: Path, stop: Event, *, full: NoRoom, nothing: str) -> str:
    """Put a compact copy of the database into a folder; who writes to it meanwhile neither waits nor is seen.

    Args:
        archive: whose database it is.
        folder: where the copy goes, under the same name.
        stop: ends the work when set.
        full: what to say where there is no room.
        nothing: the sentence that says that nothing was made.

    Returns:
        The xxh3-128 of the copy.

    Raises:
        DamageFound: the database is damaged.
        NoRoom: there is no space.
        Stopped: where `stop` was set.
    """
    copy = folder / archive.database.name
    with explained(archive.database):
        _vacuum(archive.database, copy, stop, full, nothing)
    if faults := integrity.faults(copy, stop).file:
        raise DamageFound(f"{archive.database}: {faults[0]} {nothing}", "archive repair")
    digest = manifest.proven(copy, stop)
    disk.flush_folder(folder)
    return digest


def _vacuum(source: Path, copy: Path, stop: Event, full: NoRoom, nothing: str) -> None:
    uri = address(source, write=False)
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT / 1000)) as connection:
        connection.set_progress_handler(stop.is_set, _STEPS)
        try:
            # A URI, since SQLite takes no name that is not UTF-8: https://sqlite.org/lang_vacuum.html
            connection.execute("VACUUM INTO ?", [copy.absolute().as_uri()])
        except sqlite3.OperationalError as error:
            if stop.is_set():
                raise Stopped(f"Stopped. {nothing}") from error
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                raise full from error
            raise
