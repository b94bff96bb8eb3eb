"""The catalogue's schema from one version to the next, with a copy kept of what was before."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import BUSY_TIMEOUT, DURABLE, Reader, address, check_version
from archive.catalogue.schema import APPLICATION_ID, USER_VERSION, migrations
from archive.errors import MEND_DATABASE, DamageFound
from media import disk

TODAY = USER_VERSION


def of(path: Path) -> int:
    """The version of the schema in an existing catalogue, as its last transaction left it.

    Raises:
        ForeignDatabase: a newer program wrote it.
    """
    uri = address(path, write=False)
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT / 1000)) as connection:
        version = _version(connection)
    check_version(path, version, TODAY)
    return version


def born(db: Reader) -> str | None:
    """When a catalogue was made, to the microsecond: so it is known again before its archive has an id.

    sqlite-utils notes it with each migration: https://sqlite-utils.datasette.io/en/stable/migrations.html.
    """
    (moment,) = db.execute("SELECT min(applied_at) FROM _sqlite_migrations").fetchone()
    return str(moment) if moment else None


def create(path: Path) -> None:
    """Make an empty catalogue; no other process sees it before it is whole."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with _writing(unfinished) as connection:
            _bring_to_today(connection)
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
    """Bring an older catalogue to today's schema in one transaction, after putting a copy of it beside it.

    Raises:
        DamageFound: what came out of it is not whole; the catalogue is as it was.
    """
    with _writing(path) as connection:
        # Another process may have come first while this one waited for the lock.
        if (found := _version(connection)) < TODAY:
            kept = _keep(path, found)
            try:
                _bring_to_today(connection)
                _must_be_whole(connection, path)
            except BaseException:
                kept.unlink()  # nothing was changed: it says what the catalogue itself says
                raise


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction, in which nobody else writes; foreign keys are not looked at before its end."""
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT / 1000, isolation_level=None)) as connection:
        for setting in DURABLE:
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _bring_to_today(connection: sqlite3.Connection) -> None:
    migrations.apply(Database(connection))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {TODAY}")


def _must_be_whole(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    if lost:
        found = f"a row of {lost[0]} belongs to a row of {lost[2]} that is gone"
    if found != "ok":
        raise DamageFound(
            f"{path} cannot be brought to this version of the program: {found}. It was left as it was.",
            MEND_DATABASE,
        )


def _keep(path: Path, version: int) -> Path:
    """Copy the catalogue beside itself under a name that says its version; never over an earlier copy."""
    kept = disk.free_name(path.with_name(f"{path.stem}.v{version}{path.suffix}"), path.suffix)
    unfinished = kept.with_name(f".{kept.name}.part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    disk.flush(unfinished)
    disk.name(unfinished, kept)
    disk.flush_folder(kept.parent)
    return kept
