"""Whether the catalogue's file is whole: a private copy of it is checked, the file itself is only read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from sqlite_utils import Database

from archive.catalogue import address, agreement, check_header, open_catalogue
from archive.catalogue.troubles import explained
from archive.errors import DamageFound
from media.errors import NoRoom, Stopped
from media.fingerprint import Seen

INDEXES = ("folded_fts", "segments_fts")

_PAGES = 4096  # copied at a time: 16 MB
_STEPS = 100_000  # of SQLite's machine, between two looks whether somebody asked us to stop
_TOLD = 10  # of each kind of fault; a rotten file has thousands


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a catalogue.

    Attributes:
        file: sentences about the file, its schema, and rows that point to none.
        rows: sentences about rows that are gone, though others say that they were there.
        unmade: the hash of a clip and a kind of rendition of which no row is there, though its step was done.
        indexes: the full-text indexes that do not say what their text says.
        unsearched: how many of the current transcripts the search does not know.
        lost: tables or columns of people's own rows are gone: only a backup brings them back.
    """

    file: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    unmade: tuple[tuple[str, str], ...] = ()
    indexes: tuple[str, ...] = ()
    unsearched: int = 0
    lost: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it for a person."""
        said = [f"{index} does not say what its text says: search misses words." for index in self.indexes]
        if clips := len({clip for clip, _ in self.unmade}):
            said.append(f"Renditions of {clips} clip{'s' * (clips != 1)} are not known any more.")
        if self.unsearched:
            said.append(f"Search does not know {self.unsearched} of the current transcripts.")
        return (*self.file, *self.rows, *said)


def stamp(path: Path) -> tuple[Seen | None, Seen | None]:
    """What tells whether somebody has written to a catalogue since: its file, and its log of writes."""
    return Seen.now(path), Seen.now(path.with_name(f"{path.name}-wal"))


def snapshot(path: Path, copy: Path, stop: Event) -> None:
    """Copy the catalogue at `path` to `copy`, page by page as it stands at one moment, rotten pages too.

    Nothing is written beside `path`, and who writes to it is not kept waiting.

    Raises:
        DamageFound: it is not there, does not begin as a database, or ends too early.
        ForeignDatabase: it is another program's, or a newer one's.
        NoRoom: it cannot be read, or there is no room for the copy.
        Stopped: where `stop` was set.
    """
    with explained(path):
        _must_begin_well(path)
        # A file at rest is read as it is, for every other way of opening it makes files beside it. Where somebody
        # has begun to write meanwhile, it is copied again in the way that takes part in SQLite's locking.
        before = stamp(path)
        if not (before[1] and before[1].size):
            _copy(f"{path.absolute().as_uri()}?immutable=1", copy, stop)
            if stamp(path) == before:
                return
        _copy(address(path, write=False), copy, stop)


def faults(copy: Path, stop: Event) -> Faults:
    """What is wrong with a copy that `snapshot` made: its pages, its schema, its rows, its indexes against their text.

    Where pages are rotten that is all: what is made of them by further questions means nothing.

    Only the integrity check of rank 1 sees that an index lacks a row; it counts as a write, hence the copy:
    https://sqlite.org/fts5.html#the_integrity_check_command

    Raises:
        Stopped: where `stop` was set.
    """
    with closing(sqlite3.connect(copy)) as db:
        db.set_progress_handler(stop.is_set, _STEPS)
        found = Faults(tuple(_pages(db)))
        if not found.file:
            lost, others = agreement.lacking(db)
            found = Faults(
                (*lost, *others, *_rows(db)),
                tuple(agreement.disagreements(db)),
                tuple(agreement.unmade(db)),
                tuple(index for index in INDEXES if not _is_whole(db, index)),
                _unsearched(db),
                bool(lost),
            )
    if stop.is_set():
        raise Stopped("Stopped.")
    return found


@contextmanager
def readable(copy: Path) -> Iterator[Database]:
    """The rows of a copy, at today's schema: an older archive is migrated, in the copy alone.

    Raises:
        DamageFound: they cannot be read.
    """
    with explained(copy), open_catalogue(copy, write=True) as db:
        yield db


def _must_begin_well(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        raise DamageFound(f"{path.name} is gone.", "archive repair")
    check_header(path)


def _copy(source: str, copy: Path, stop: Event) -> None:
    def go_on(_status: int, _left: int, _total: int) -> None:
        if stop.is_set():
            raise Stopped("Stopped.")

    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(source, uri=True)) as origin, closing(sqlite3.connect(copy)) as target:
        origin.execute("BEGIN")
        origin.execute("PRAGMA user_version")  # reading has begun: it is one moment for all pages
        try:
            origin.backup(target, pages=_PAGES, progress=go_on)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_FULL:
                raise
            raise NoRoom(
                f"There is no room in {copy.parent} for the copy of the database that is checked.",
                "Make room there, or name another folder with the variable TMPDIR.",
            ) from error


def _pages(db: sqlite3.Connection) -> list[str]:
    """Sentences about rotten pages, and indexes of tables that miss rows."""
    try:
        found = [row[0] for row in db.execute(f"PRAGMA integrity_check({_TOLD})")]
    except sqlite3.DatabaseError as error:
        return [f"The database cannot be read: {error}."]
    return [f"The database is damaged: {each.rstrip('.')}." for each in found if each != "ok"]


def _rows(db: sqlite3.Connection) -> list[str]:
    """Sentences about rows that point to rows which are not there."""
    try:
        found = {(table, parent) for table, _, parent, _ in db.execute("PRAGMA foreign_key_check")}
    except sqlite3.DatabaseError as error:
        return [f"The database cannot be read: {error}."]
    return [f"Rows of {table} belong to rows of {parent} that are gone." for table, parent in sorted(found)]


def _is_whole(db: sqlite3.Connection, index: str) -> bool:
    try:
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - one of INDEXES
    except sqlite3.DatabaseError:
        return False
    return True


def _unsearched(db: sqlite3.Connection) -> int:
    with suppress(sqlite3.OperationalError):  # stopped
        (count,) = db.execute(
            "SELECT count(*) FROM transcripts WHERE current AND id NOT IN (SELECT transcript_id FROM folded)"
        ).fetchone()
        return int(count)
    return 0
