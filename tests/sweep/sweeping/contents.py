"""What an archive holds, in a form in which two archives can be compared: row for row and file for file.

Left out is what may differ between two runs that did the same: times, numbers of rows, the ids of volumes, how many
generations an MHL history was written in, and what is no part of the archive (logs, the lock, SQLite's own two files).
"""

import json
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

Contents = dict[str, list[str]]

# Columns that say when, and the number of the generation in which a file was listed.
ASIDE = frozenset({"created", "finished", "verified", "read", "ctime_ns", "applied_at", "generation"})
VOLUME = ".interview-archive-volume"
HISTORY = "ascmhl"
DATABASE = "archive.db"
OWN = frozenset({".lock", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"})


def contents(archive: Path, place: Path | None = None, copies: Sequence[Path] = ()) -> Contents:
    """Every table by its rows and every file by its hash.

    Args:
        archive: the folder.
        place: the folder that it and its second copies lie in, whose name is no part of what they hold; by default
            the archive's own.
        copies: folders of second copies.
    """
    place = place or archive
    aliases = {str(place): "PLACE"}
    for folder in (archive, *copies):
        aliases |= volumes(folder, place)
    found = {
        f"in {each.name}": [_plain(line, aliases) for line in files(each)] for each in (archive, *copies)
    }
    try:
        with closing(_in_memory(archive / DATABASE)) as db:
            tables = Tables(db)
            rows = {
                table: sorted(_plain(row, aliases) for row in tables.rows(table)) for table in tables.names()
            }
        return found | rows | {"faults": faults(archive)}
    except sqlite3.DatabaseError as error:
        return found | {"faults": [f"the database cannot be read: {error}"]}


def differences(expected: Contents, found: Contents) -> list[str]:
    """What is missing and what is too much, a line each."""
    return missing(expected, found) + [
        line.replace("missing", "unexpected", 1) for line in missing(found, expected)
    ]


def missing(expected: Contents, found: Contents) -> list[str]:
    """What is missing, a line each; of two that are the same one may be."""
    return [
        f"missing in {part}: {line[:300]}"
        for part, lines in sorted(expected.items())
        for line in sorted((Counter(lines) - Counter(found.get(part, []))).elements())
    ]


def volumes(folder: Path, place: Path) -> dict[str, str]:
    """What to write instead of the id of each volume in a folder."""
    known = {each.parent.relative_to(place): each.read_text().split() for each in folder.rglob(VOLUME)}
    return {words[0]: f"VOLUME {where}" for where, words in known.items() if words}


def files(folder: Path) -> list[str]:
    """A line a file: its path and the hash of its content; of an MHL history what it says as a whole."""
    lines = []
    for path in sorted(folder.rglob("*")):
        where = path.relative_to(folder)
        if where.parts[0] == "logs" or str(where) in OWN or HISTORY in where.parts[:-1]:
            continue
        if path.name == HISTORY:
            lines += [f"{where}: {line}" for line in history(path)]
        elif path.name == VOLUME:
            lines.append(f"{where}: the id of a volume")
        else:
            lines.append(f"{where}: {sha256(path.read_bytes()).hexdigest() if path.is_file() else 'folder'}")
    return lines


def history(folder: Path) -> list[str]:
    """What all generations of an MHL history list together, and what is wrong with how they hang together."""
    chain = folder / "ascmhl_chain.xml"
    listed = {one.text or "" for one in _elements(chain, "path")} if chain.exists() else set()
    there = {one.name for one in folder.iterdir()} - {chain.name}
    lines = {f"in the chain but not there: {name}" for name in listed - there}
    lines |= {f"there but not in the chain: {name}" for name in there - listed}
    for name in listed & there:
        for entry in _elements(folder / name, "hash"):
            (path,) = (one.text for one in entry if one.tag.endswith("}path"))
            hashes = [
                f"{one.tag.rpartition('}')[2]} {one.text}" for one in entry if one.text and one.get("action")
            ]
            lines.add(f"{path} {' '.join(hashes)}")
    return sorted(lines)


def faults(archive: Path) -> list[str]:
    """What SQLite finds wrong with the database and with each full-text index, which only rank 1 compares."""
    with closing(_in_memory(archive / DATABASE)) as db:
        found = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in db.execute("PRAGMA foreign_key_check")]
        for name in Tables(db).indexes():
            try:
                db.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - ours
            except sqlite3.DatabaseError as error:
                found.append(f"{name}: {error}")
    return found


class Tables:
    """The tables of a database by what stands in them: a row that another refers to is told inside that."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Read from `db`."""
        self._db = db
        db.row_factory = sqlite3.Row

    def names(self) -> list[str]:
        """All tables but SQLite's own and those of full-text indexes."""
        indexes = self.indexes()
        return [
            name
            for name in self._sqlite_names("type = 'table' AND name NOT LIKE 'sqlite_%'")
            if not any(name == index or name.startswith(f"{index}_") for index in indexes)
        ]

    def indexes(self) -> list[str]:
        """The full-text indexes."""
        return self._sqlite_names("type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts%'")

    def rows(self, table: str) -> Iterator[str]:
        """Each row of a table as JSON."""
        for row in self._db.execute(f"SELECT * FROM [{table}]").fetchall():  # noqa: S608 - as SQLite names it
            yield json.dumps(self._told(table, row), sort_keys=True)

    def _told(self, table: str, row: sqlite3.Row) -> dict[str, object]:
        refers = {
            one["from"]: (one["table"], one["to"])
            for one in self._db.execute(f"PRAGMA foreign_key_list([{table}])")
        }
        told: dict[str, object] = {}
        for column in self._db.execute(f"PRAGMA table_info([{table}])"):
            name, value = column["name"], row[column["name"]]
            if name in refers and isinstance(value, int):
                told[name] = self._referred(*refers[name], value)
            elif name not in ASIDE and not (name == "id" and isinstance(value, int)):
                told[name] = value
        return told

    def _referred(self, table: str, column: str, value: int) -> object:
        wanted = f"SELECT * FROM [{table}] WHERE [{column}] = ?"  # noqa: S608 - as SQLite names them
        row = self._db.execute(wanted, [value]).fetchone()
        return self._told(table, row) if row else f"no row {value} of {table}"

    def _sqlite_names(self, which: str) -> list[str]:
        wanted = f"SELECT name FROM sqlite_master WHERE {which} ORDER BY name"  # noqa: S608 - written above
        return [row[0] for row in self._db.execute(wanted)]


def _in_memory(database: Path) -> sqlite3.Connection:
    """The database as its last transaction left it; nothing is opened, recovered or made where it lies."""
    memory = sqlite3.connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        for name in (database.name, f"{database.name}-wal"):
            if (file := database.with_name(name)).exists():
                shutil.copyfile(file, Path(folder) / name)
        with closing(sqlite3.connect(Path(folder) / database.name)) as copy:
            copy.backup(memory)
    return memory


def _plain(text: str, aliases: dict[str, str]) -> str:
    for told, meant in aliases.items():
        text = text.replace(told, meant)
    return text


def _elements(file: Path, name: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.parse(file).iter() if one.tag.rpartition("}")[2] == name]
