"""How an error that ends a command is told, and the exit code that goes with it."""

import errno
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path

from archive.display import shown
from archive.errors import UserError
from ingest.errors import DiarizerMissing, ModelMissing, ModelUnfit
from media.errors import NoRoom, Problem, Stopped

_PERMISSION = (NoRoom, "Look at the permissions of its folder, or choose another folder.")
_FULL = (NoRoom, "Make room, then run it again.")
_NAME = (UserError, "Look at the path and choose another folder.")
_DISK: dict[int, tuple[type[Problem], str]] = {
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.EROFS: _PERMISSION,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EIO: (NoRoom, "Look whether its volume is still there and sound."),
    errno.ENOENT: _NAME,
    errno.ENOTDIR: _NAME,
    errno.EISDIR: _NAME,
    errno.EEXIST: _NAME,
    errno.ENAMETOOLONG: _NAME,
}


def tell(error: Exception) -> int:
    """Say on stderr what happened and what to do next, in two lines; a traceback goes to a file.

    Returns:
        The exit code, as docs/scripts.md fixes it.
    """
    error = _of_the_disk(error) or _of_the_database(error) or error
    if isinstance(error, Problem):
        message, remedy = error.message, error.remedy
    else:
        log = Path(tempfile.mkstemp(prefix="archive-", suffix=".log")[1])
        log.write_text(
            "".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace"
        )
        message = f"{type(error).__name__}: {error}"
        remedy = f"again; if it stays, this is a fault of the program, told in {log}"
    with suppress(OSError):  # stderr may lie on the disk that is full
        print(f"Error: {shown(message)}", file=sys.stderr)
        if remedy:
            print(f"Try: {shown(remedy)}", file=sys.stderr)
    return code_of(error)


def _of_the_disk(error: Exception) -> Problem | None:
    """What the system says of a file or folder, as an error that a person can act on; None for other errors."""
    if not isinstance(error, OSError) or error.errno not in _DISK:
        return None
    kind, remedy = _DISK[error.errno]
    # Of a copy the first name is what was read, the second what was written.
    name = (error.filename2 if _DISK[error.errno] is _FULL else None) or error.filename
    if name is None:  # of a file that is open: most often what stdout goes to
        return kind(f"What was to be written could not be: {error.strerror}.", remedy)
    return kind(f"{name}: {error.strerror}.", remedy)


def _of_the_database(error: Exception) -> Problem | None:
    """What SQLite says where nobody nearer has said it, so that no one reads "database is locked"."""
    if type(error).__module__ != "sqlite3":
        return None
    from sqlite3 import Error

    from archive.catalogue.troubles import told

    return told(error, None) if isinstance(error, Error) else None


def code_of(error: Exception) -> int:
    """The exit code of an error that ends a command."""
    if isinstance(error, UserError):
        return error.exit_code
    codes = {NoRoom: 4, ModelMissing: 7, ModelUnfit: 2, DiarizerMissing: 2, Stopped: 130}
    return next((code for kind, code in codes.items() if isinstance(error, kind)), 1)
