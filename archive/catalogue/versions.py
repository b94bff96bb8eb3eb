"""The catalogue's schema from one version to the next, with a copy kept of what was before."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import BUSY_TIMEOUT, address, check_version
from archive.catalogue.schema import APPLICATION_ID, USER_VERSION, migrations
from media import disk

TODAY = USER_VERSION


def of(path: Path) -> int:
    """The version of the schema in an existing catalogue, as its last transaction left it.

    Raises:
        ForeignDatabase: a newer program wrote it.
    """
    with closing(sqlite3.connect(address(path, write=False), uri=True)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    check_version(path, version, TODAY)
    return int(version)


def create(path: Path) -> None:
    """Make an empty catalogue; no other process sees it before it is whole."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    unfinished.unlink(missing_ok=True)
    try:
        _apply(unfinished)
        disk.flush(unfinished)
        if path.exists() and path.stat().st_size == 0:
            unfinished.replace(path)
        else:
            with suppress(FileExistsError):  # another process made it meanwhile
                disk.name(unfinished, path)
        disk.flush_folder(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def migrate(path: Path) -> None:
    """Bring an older catalogue to today's schema in one transaction, after putting a copy of it beside it."""
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT / 1000)) as connection:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found < TODAY:
            _keep(connection, path, found)
    _apply(path)


def _apply(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT / 1000)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have come first while this one waited for the lock.
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found < TODAY:
            migrations.apply(Database(connection))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {TODAY}")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _keep(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Copy the catalogue beside itself under a name that says its version; never over an earlier copy."""
    kept = path.with_name(f"{path.stem}.v{version}{path.suffix}")
    number = 2
    while kept.exists():
        kept = path.with_name(f"{path.stem}.v{version}-{number}{path.suffix}")
        number += 1
    unfinished = kept.with_name(f".{kept.name}.part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    disk.flush(unfinished)
    disk.name(unfinished, kept)
    disk.flush_folder(kept.parent)
