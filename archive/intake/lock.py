"""One process at a time in a folder: two would take each other's unfinished files for those of a killed run."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from archive.errors import LockedByAnother

LOCK = ".lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the kernel lets go of it when the process ends, however it ends.

    The lock is flock(2)'s, on a file that stays; what stands in it is only for people. Children do not inherit it.

    Raises:
        LockedByAnother: says who holds it, and since when.
    """
    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = file.read().strip() or "another process"
            raise LockedByAnother(
                f"{folder} is in use by {who}.", "Wait until that has ended, or stop it."
            ) from None
        file.seek(0)
        file.truncate()
        since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        with suppress(OSError):  # a full disk, which whoever needs room on it will tell of
            who = f"process {os.getpid()} on {socket.gethostname()} since {since}\n"
            os.write(file.fileno(), who.encode())
        yield
