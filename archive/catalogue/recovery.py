"""A damaged catalogue read as far as it can be, into a new file; what it lost comes from backups that are whole."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.catalogue import agreement, indexes, open_catalogue, remaking, since
from archive.catalogue.composing import compose
from archive.catalogue.schema import USER_VERSION, lay_out
from archive.catalogue.transcripts import PERSONS
from archive.catalogue.volumes import Volume
from archive.errors import DamageFound

_LAST = (1 << 63) - 1  # no row has a higher number

Hole = tuple[int, int]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Spare:
    """A whole catalogue from which lost rows are taken, and by table which of them may be (`since`)."""

    backup: sqlite3.Connection
    kept_away: Mapping[str, str]


@dataclass(slots=True)
class Recovered:
    """What became of a catalogue.

    Attributes:
        rows: how many were read from it.
        filled: how many came from the backup.
        made: how many were made again from other rows.
        lost: by table, sentences about rows that could not be read, and rows left out.
    """

    rows: int = 0
    filled: int = 0
    made: int = 0
    lost: dict[str, list[str]] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        """What nobody has any more."""
        return [sentence for each in self.lost.values() for sentence in each]


def recover(
    damaged: Path | None,
    backup: Path | None,
    target: Path,
    *,
    rows_gone: bool = False,
    there: Sequence[Volume] = (),
) -> Recovered:
    """Make a new catalogue of what a damaged one still gives, and of a backup where it gives nothing.

    Rows that belong to rows which nobody has are left out: with them the catalogue would not be whole.

    Args:
        damaged: a copy of it; None where not even that can be made.
        backup: a copy of a whole catalogue at today's schema; None where there is none.
        target: does not exist yet. It is not flushed.
        rows_gone: no page has rotted, but rows are gone (`agreement.disagreements`): they are looked for as well.
        there: the volumes that were found by their id files; those of which only the copies are known still are kept.

    Raises:
        DamageFound: nothing can be read of it, and there is no backup.
    """
    found, holes, had = Recovered(), dict[str, list[Hole]](), dict[int, int]()
    version = _version(damaged)
    with closing(sqlite3.connect(target)) as new:
        lay_out(new, version or USER_VERSION)
        if damaged and version:
            with closing(sqlite3.connect(damaged)) as old:
                old.text_factory = lambda text: text.decode("utf-8", "replace")
                holes = {table: _copy(old, new, table, found) for table in agreement.tables(new)}
                had = agreement.incomplete(old) if rows_gone else {}
        current = {number for (number,) in new.execute("SELECT id FROM transcripts WHERE current")}
        new.commit()
    if not found.rows and not backup:
        raise DamageFound("Nothing can be read of the database, and no backup of it is known.")
    with open_catalogue(target, write=True) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        with closing(sqlite3.connect(backup or ":memory:")) as whole:
            spare = Spare(whole, since.kept_away(db.conn, whole))
            for table in agreement.tables(db.conn):
                _fill(db.conn, spare, table, holes.get(table, []) if found.rows else [(0, _LAST)], found)
            _bring_back(db.conn, spare, agreement.LASTING if rows_gone else ("interviews",), found)
            if rows_gone:
                _bring_back(db.conn, spare, _emptied(db.conn), found)
                found.made += remaking.places(db)
            nameless, stepless = remaking.nameless(db), remaking.steps(db)
            found.made += nameless + stepless + remaking.volumes_by_id(db, there) + remaking.clips(db)
            _settle(db.conn, spare, found)
        db.conn.commit()
        if found.rows:
            remaking.currents(db, current)
        indexes.rebuild(db)
        before = _segments(db.conn)
        if (found.lost or rows_gone) and _compose_again(db):
            found.lost.pop("segments", None)
        found.made += _segments(db.conn) - before
        _tell_of_segments(db.conn, had, found)
        _tell(found, "steps", stepless, "The steps of {} clip{s} are gone: archive ingest does them again.")
        _tell(
            found,
            "interviews",
            nameless,
            "Title and place of {} interview{s} are gone: called after a clip now.",
        )
    return found


def _version(damaged: Path | None) -> int | None:
    """The version of the schema of a damaged catalogue; None where its tables cannot even be named."""
    if damaged is None:
        return None
    try:
        with closing(sqlite3.connect(damaged)) as old:
            (version,) = old.execute("PRAGMA user_version").fetchone()
            (tables,) = old.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return None
    return int(version) if tables and 1 <= version <= USER_VERSION else None


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table, before them "rowid" where no column is it: rows keep their order."""
    about = db.execute(f"PRAGMA table_info({table})").fetchall()
    own = any(kind == "INTEGER" and key for _, _, kind, _, _, key in about)
    return ([] if own else ["rowid"]) + [f"[{name}]" for _, name, *_ in about]


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str, found: Recovered) -> list[Hole]:
    """Copy the rows of a table that can be read; says between which numbers some could not."""
    holes: list[Hole] = []
    names = _columns(new, table)
    columns = ", ".join(names)
    found.rows += _insert(new, table, names, (row[1:] for row in _readable(old, columns, table, holes)))
    return holes


def _insert(new: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows, and say how many; one that breaks a rule of its table has rotted, too, or is there."""
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our schema's names
    return sum(new.execute(sql, row).rowcount > 0 for row in rows)


def _readable(old: sqlite3.Connection, columns: str, table: str, holes: list[Hole]) -> Iterator[Row]:
    """The rows of a table around its rotten pages.

    Behind a rotten page the next row is looked for at ever wider steps, and then backwards up to the page.
    """
    select = f"SELECT rowid, {columns} FROM {table}"  # noqa: S608 - our schema's names
    at: int | None = 0
    while at is not None:
        last = at - 1
        try:
            for row in _in_order(old.execute(f"{select} WHERE rowid >= ? ORDER BY rowid", [at])):
                last = row[0]
                yield row
        except sqlite3.DatabaseError:
            at, lowest = _next(old, select, max(last, at))
            between = f"{select} WHERE rowid > ? AND rowid < ? ORDER BY rowid DESC"
            with suppress(sqlite3.DatabaseError):
                for row in _in_order(old.execute(between, [last, lowest]), -1):
                    lowest = row[0]
                    yield row
            holes += [(last + 1, lowest - 1)] if last + 1 < lowest else []
        else:
            at = None


def _in_order(rows: Iterable[Row], sign: int = 1) -> Iterator[Row]:
    """The same rows; a rotten page may lead back to where they began, again and again."""
    last = None
    for row in rows:
        if last is not None and (row[0] - last) * sign <= 0:
            raise sqlite3.DatabaseError("The rows of a table are not in order.")
        last = row[0]
        yield row


def _next(old: sqlite3.Connection, select: str, last: int) -> tuple[int | None, int]:
    """The next row that can be read behind `last`, None where that is none; and where the looking ended."""
    for power in range(63):
        number = min(last + (1 << power), _LAST)
        with suppress(sqlite3.DatabaseError):
            row = old.execute(f"{select} WHERE rowid >= ? ORDER BY rowid LIMIT 1", [number]).fetchone()
            if not row:
                return None, number
            if row[0] >= number:
                return row[0], row[0]
    return None, _LAST


def _fill(new: sqlite3.Connection, spare: Spare, table: str, holes: list[Hole], found: Recovered) -> None:
    """Take from a backup the rows whose numbers lie in holes."""
    for first, last in holes:
        names = _columns(new, table)
        count = _insert(
            new, table, names, _of_backup(spare, names, table, "rowid BETWEEN ? AND ?", [first, last])
        )
        found.filled += count
        if found.rows and count <= last - first:
            came = f" {count} of them came from the backup." if count else ""
            until = "on" if last >= _LAST - 1 else f"to {last}"
            said = f"Rows {max(first, 1)} {until} of {table} could not be read.{came}"
            found.lost.setdefault(table, []).append(said)


def _bring_back(new: sqlite3.Connection, spare: Spare, tables: Sequence[str], found: Recovered) -> None:
    """Take from a backup every row that is gone of tables that lose none."""
    for table in tables:
        # Another row may have its number by now.
        names = [name for name in _columns(new, table) if name != "rowid"]
        found.filled += _insert(new, table, names, _of_backup(spare, names, table, "1", []))


def _emptied(db: sqlite3.Connection) -> list[str]:
    return [name for name in agreement.DESCRIBED if not db.execute(f"SELECT 1 FROM {name}").fetchone()]  # noqa: S608


def _segments(db: sqlite3.Connection) -> int:
    (count,) = db.execute("SELECT count(*) FROM segments").fetchone()
    return int(count)


def _tell_of_segments(db: sqlite3.Connection, had: dict[int, int], found: Recovered) -> None:
    """Say how many transcripts are incomplete still; the text that is searched says it no more."""
    counts = dict(
        db.execute("SELECT transcript_id, count(*) FROM segments GROUP BY transcript_id").fetchall()
    )
    short = sum(counts.get(number, 0) < count for number, count in had.items())
    _tell(found, "segments", short, "Segments of {} transcript{s} are gone.")


def _tell(found: Recovered, table: str, count: int, sentence: str) -> None:
    if count:
        found.lost.setdefault(table, []).append(sentence.format(count, s="s" * (count != 1)))


def _compose_again(db: Database) -> bool:
    """Put the current transcripts together again from what the ledger keeps of each clip.

    Returns:
        Whether no segment is lost by now: the ledger had all, for there are no earlier revisions, and none that a
        person made.
    """
    done = "SELECT clip FROM steps WHERE step = 'transcribe' AND state = 'done'"
    for (clip,) in db.execute(done).fetchall():
        compose(db, clip)
    (others,) = db.execute(
        f"SELECT count(*) FROM transcripts WHERE NOT current OR translation OR {PERSONS} OR interview_id NOT IN"  # noqa: S608
        f" (SELECT interview_id FROM interview_clips WHERE clip IN ({done}))"
    ).fetchone()
    return not others


def _of_backup(
    spare: Spare, names: Sequence[str], table: str, condition: str, values: list[object]
) -> list[Row]:
    columns = ", ".join(names)
    sql = f"SELECT {columns} FROM {table} WHERE {condition} AND {spare.kept_away.get(table, 'TRUE')}"  # noqa: S608
    try:
        return spare.backup.execute(sql, values).fetchall()
    except sqlite3.OperationalError:
        return []  # there is no backup


def _settle(new: sqlite3.Connection, spare: Spare, found: Recovered) -> None:
    """Bring back the rows that others belong to, from a backup.

    Where it has none, those others are kept without, as a segment is of which nobody knows who says it; such as mean
    nothing without are left out.
    """
    alone: Counter[tuple[str, str]] = Counter()
    while orphans := new.execute("PRAGMA foreign_key_check").fetchall():
        for table, number, parent, key in orphans:
            links = new.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            own, theirs = next((link[3], link[4]) for link in links if link[0] == key)
            row = new.execute(f"SELECT {own} FROM {table} WHERE rowid = ?", [number]).fetchone()  # noqa: S608
            if row is None:
                continue  # it belonged to another that is gone, too
            names = _columns(new, parent)
            found.filled += _insert(
                new, parent, names, _of_backup(spare, names, parent, f"{theirs} = ?", [*row])
            )
            if new.execute(f"SELECT 1 FROM {parent} WHERE {theirs} = ?", row).fetchone():  # noqa: S608
                continue
            if _may_be_empty(new, table, own):
                new.execute(f"UPDATE {table} SET {own} = NULL WHERE rowid = ?", [number])  # noqa: S608
                said = f"{{}} row{{s}} of {table} belonged to rows of {parent} that are gone: kept without."
            else:
                new.execute(f"DELETE FROM {table} WHERE rowid = ?", [number])  # noqa: S608
                said = f"{{}} row{{s}} of {table} belonged to rows that are gone: left out."
            alone[table, said] += 1
    for (table, sentence), count in alone.items():
        _tell(found, table, count, sentence)


def _may_be_empty(db: sqlite3.Connection, table: str, column: str) -> bool:
    rows = db.execute(f"PRAGMA table_info({table})").fetchall()
    return any(name == column and not must for _, name, _, must, *_ in rows)
