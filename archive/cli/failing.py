"""How an error that ends a command is told, and the exit code that goes with it."""

import sys
import tempfile
import traceback
from pathlib import Path

from archive.cli.display import shown
from archive.errors import UserError
from ingest.errors import ModelMissing
from media.errors import NoRoom, Problem, Stopped


def tell(error: Exception) -> int:
    """Say on stderr what happened and what to do next, in two lines; a traceback goes to a file.

    Returns:
        The exit code, as docs/scripts.md fixes it.
    """
    if isinstance(error, Problem):
        message, remedy = error.message, error.remedy
    else:
        log = Path(tempfile.mkstemp(prefix="archive-", suffix=".log")[1])
        log.write_text(
            "".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace"
        )
        message = f"{type(error).__name__}: {error}"
        remedy = f"again; if it stays, this is a fault of the program, told in {log}"
    print(f"Error: {shown(message)}", file=sys.stderr)
    if remedy:
        print(f"Try: {shown(remedy)}", file=sys.stderr)
    return _code(error)


def _code(error: Exception) -> int:
    if isinstance(error, UserError):
        return error.exit_code
    codes = {NoRoom: 4, ModelMissing: 7, Stopped: 130}
    return next((code for kind, code in codes.items() if isinstance(error, kind)), 1)
