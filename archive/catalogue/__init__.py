"""The catalogue: one SQLite file, opened here and nowhere else."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from archive.errors import MEND_DATABASE, DamageFound, ForeignDatabase, UserError
from media import volume

if TYPE_CHECKING:
    from sqlite_utils import Database

# How long a writer waits for another one, in milliseconds.
BUSY_TIMEOUT = 10_000

# What is recorded is on the disk, past its cache on macOS, too. WAL is set again for a copy that was put here by
# hand: a backup is not in it, and its readers would keep writers waiting.
DURABLE = ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON")

MAGIC = b"SQLite format 3\0"

# Bytes of the smallest index of a write-ahead log: https://sqlite.org/walformat.html#the_wal_index_file_format. Who
# could not make one leaves less behind.
INDEX = 32 << 10

ROOM = 2 * INDEX  # bytes that SQLite wants beside a database that is only read, and as much again


class Reader(Protocol):
    """What reading needs of a database: `sqlite_utils.Database` and `sqlite3.Connection` both have it."""

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ..., /) -> sqlite3.Cursor:
        """Run one statement."""
        ...


def open_catalogue(path: Path, *, write: bool) -> Database:
    """The catalogue at `path`, at today's schema, in WAL mode with foreign keys on.

    With `write` a missing one is made, in one transaction. One that an earlier version of this program made is
    migrated, after a copy of it has been put beside it (`archive.v1.db`).

    Raises:
        UserError: there is no such file, and without `write` none is made.
        ForeignDatabase: it is not ours, or a newer program's; the file is left as it was.
        DamageFound: it is no database; the file is left as it was. Or it is gone, and originals are there.
        LockedByAnother, NoRoom: as `troubles.explained` says.
    """
    from archive.catalogue import versions
    from archive.catalogue.troubles import explained

    with explained(path):
        if not path.exists() or path.stat().st_size == 0:
            if volume.identity(path.parent / "originals"):  # as the first ingest leaves it
                raise DamageFound(f"{path} is gone; what it knew is still there.", MEND_DATABASE)
            if not write:
                raise UserError(f"{path} is not there.", "Ingest something first: archive ingest PATH")
            versions.create(path)
        check_header(path)
        if versions.of(path) < versions.TODAY:
            versions.migrate(path)
        return _connect(path, write=write)


def check_header(path: Path) -> None:
    """Look at the file's first bytes: opening it would already write beside it.

    Offsets 60 and 68 hold the user version and the application id: https://sqlite.org/fileformat2.html.

    Raises:
        DamageFound: it is no database.
        ForeignDatabase: it is not ours, or a newer program's.
    """
    from archive.catalogue.schema import APPLICATION_ID, USER_VERSION

    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(MAGIC):
        raise DamageFound(f"{path} is damaged: it does not begin as a database does.", MEND_DATABASE)
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise ForeignDatabase(
            f"{path} is a database of another program.",
            "Move it away, or name another archive with --archive.",
        )
    check_version(path, int.from_bytes(header[60:64], "big"), USER_VERSION)


def check_version(path: Path, found: int, known: int) -> None:
    """Refuse what a newer program wrote.

    Raises:
        ForeignDatabase: `found` is more than `known`.
    """
    if found > known:
        raise ForeignDatabase(
            f"{path} is of a newer version of this program (schema {found}, this one knows {known}).",
            "Update this program: pip install --upgrade interview-archive",
        )


def _connect(path: Path, *, write: bool) -> Database:
    from archive.catalogue.transactions import Catalogue

    connection = sqlite3.connect(
        address(path, write=write), uri=True, timeout=BUSY_TIMEOUT / 1000, isolation_level=None
    )
    for setting in ("foreign_keys = ON", *(DURABLE if write else ())):
        connection.execute(f"PRAGMA {setting}")
    return Catalogue(connection)


def address(path: Path, *, write: bool) -> str:
    """The file as SQLite opens it by URI, read-only without `write`."""
    uri = path.absolute().as_uri()
    if write:
        return uri
    # WAL keeps two files beside the database. Who may not make them, or has no room for them, can read only a
    # database at rest, and that is what it is unless something stands in the log, or its index is in use.
    may_make = os.access(path.parent, os.W_OK) and not is_full(path.parent)
    at_rest = _size(path, "-wal") == 0 and _size(path, "-shm") < INDEX
    return f"{uri}?{'immutable=1' if at_rest and not may_make else 'mode=ro'}"


def is_full(folder: Path) -> bool:
    """Whether the disk of a folder has no room for what SQLite keeps beside a database, in bytes or in files."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    # Some file systems do not count their files: then both numbers are 0.
    return found.f_bavail * found.f_frsize < ROOM or (found.f_files > 0 and found.f_favail == 0)


def _size(path: Path, ending: str) -> int:
    """Bytes of a file that SQLite keeps beside the database; 0 where there is none."""
    try:
        return path.with_name(f"{path.name}{ending}").stat().st_size
    except FileNotFoundError:
        return 0
