"""What SQLite says when a disk is full, a file is locked or a page is rotten, as errors that a person can read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from archive.catalogue import address, is_full
from archive.catalogue.agreement import lacking
from archive.errors import MEND_DATABASE, DamageFound, LockedByAnother
from media.errors import NoRoom, Problem

# The primary result codes, the low byte of what SQLite gives: https://sqlite.org/rescode.html
_TROUBLES: dict[int, tuple[type[Problem], str, str]] = {
    sqlite3.SQLITE_BUSY: (
        LockedByAnother,
        "{path} is being written by another process.",
        "Wait until that has ended.",
    ),
    sqlite3.SQLITE_FULL: (NoRoom, "{path}: its disk is full.", "Make room, then run it again."),
    sqlite3.SQLITE_READONLY: (
        NoRoom,
        "{path} may not be written.",
        "Look at the permissions of its folder.",
    ),
    sqlite3.SQLITE_CANTOPEN: (NoRoom, "{path} cannot be opened.", "Look at the permissions of its folder."),
    sqlite3.SQLITE_PERM: (NoRoom, "{path} may not be opened.", "Look at its permissions."),
    sqlite3.SQLITE_IOERR: (
        NoRoom,
        "{path} cannot be read or written: {error}.",
        "Look whether its volume is still there.",
    ),
    sqlite3.SQLITE_CORRUPT: (DamageFound, "{path} is damaged: {error}.", MEND_DATABASE),
    sqlite3.SQLITE_NOTADB: (DamageFound, "{path} is damaged: {error}.", MEND_DATABASE),
}

# What it says, too, when there is no room for the files that it keeps beside the database.
_OF_FULL_DISKS = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def told(error: sqlite3.Error, path: Path | None) -> Problem | None:
    """What SQLite says, of the file at `path` or of the archive's; None where it is a fault of the program."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_ERROR and path and _lacks(path):
        code = sqlite3.SQLITE_CORRUPT
    if code not in _TROUBLES:
        return None
    if code in _OF_FULL_DISKS and path and is_full(path.parent):
        code = sqlite3.SQLITE_FULL
    kind, message, remedy = _TROUBLES[code]
    return kind(message.format(path=path or "The archive's database", error=error), remedy)


def _lacks(path: Path) -> bool:
    """Whether a table, a column or a full-text index is gone: the code of that is the same as of any wrong SQL."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(address(path, write=False), uri=True)) as connection,
    ):
        return any(lacking(connection))
    return False


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Inside the block, raise whatever SQLite finds wrong with the file at `path` as what a person must know.

    Raises:
        LockedByAnother: another process writes.
        NoRoom: no space, no permission, or the volume is gone.
        DamageFound: the database is damaged, or none.
    """
    try:
        yield
    except sqlite3.Error as error:
        if problem := told(error, path):
            raise problem from error
        raise
    except PermissionError as error:
        if error.filename != str(path):
            raise
        raise NoRoom(f"{path} may not be opened.", "Look at its permissions.") from error
