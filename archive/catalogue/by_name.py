"""What is known by its name: found or made in its table, changed there, and what is spelt nearly so."""

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from sqlite_utils import Database

_ADDRESS = re.compile(r"https?://[^\s/]\S*|mailto:\S+@\S+", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether a text is the address of a page, or of somebody's mail: nothing that a browser would run or open here."""
    return _ADDRESS.fullmatch(text) is not None


def find_or_add(db: Database, table: str, name: str, column: str = "name") -> int:
    """The row of a table that has a name in a column, made where there is none."""
    db.execute(f"INSERT INTO {table} ({column}) VALUES (?) ON CONFLICT DO NOTHING", [name])  # noqa: S608 - ours
    (row,) = db.execute(f"SELECT id FROM {table} WHERE {column} = ?", [name]).fetchone()  # noqa: S608 - ours
    return int(row)


def change(db: Database, table: str, row: int, given: Mapping[str, object]) -> None:
    """Write columns of a row anew; `links` is a list, kept as JSON."""
    for column, value in given.items():
        kept = json.dumps(value, ensure_ascii=False) if column == "links" else value
        db.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", [kept, row])  # noqa: S608 - our columns


def nearly(name: str, known: Iterable[str], otherwise: str) -> str:
    """The sentence that names what is spelt nearly as `name`; `otherwise` where nothing is."""
    near = get_close_matches(name, [*known], n=3, cutoff=0.5)
    return f"There is {' and '.join(near)}." if near else otherwise
