"""What of a backup must not come back: rows of interviews that were arranged anew since it was made.

A backup from before knows the clips, the words and the chapters of an interview that was merged, split or reordered
where they were then. Its rows beside today's would undo half of that.
"""

import json
import sqlite3
from contextlib import suppress


def kept_away(new: sqlite3.Connection, spare: sqlite3.Connection) -> dict[str, str]:
    """By table, a condition that is true of the rows of a backup that may be taken from it."""
    numbers = json.dumps(_arranged(new, spare))
    ours = f"(SELECT value FROM json_each('{numbers}'))"  # noqa: S608 - whole numbers
    found = {"interviews": f"id NOT IN {ours}"}
    for table, links in _links(new).items():
        for own, parent in links:
            if parent == "interviews":
                found[table] = f"{own} NOT IN {ours}"
            elif parent in ("transcripts", "chapters"):
                found[table] = f"{own} NOT IN (SELECT id FROM {parent} WHERE interview_id IN {ours})"  # noqa: S608
    return found


def _arranged(new: sqlite3.Connection, spare: sqlite3.Connection) -> list[int]:
    """The interviews of a backup, by their rows, that are other ones by now: part of another, cut, or moved."""
    here = {number: (slug, times) for number, slug, times in _interviews(new)}
    slugs = {slug: number for number, (slug, _) in here.items()}
    with suppress(sqlite3.DatabaseError):
        slugs |= dict.fromkeys((slug for (slug,) in new.execute("SELECT slug FROM former_slugs")), -1)
    return [
        number
        for number, slug, times in _interviews(spare)
        if (number in here and here[number] != (slug, times)) or slugs.get(slug, number) != number
    ]


def _interviews(db: sqlite3.Connection) -> list[tuple[int, str, int]]:
    with suppress(sqlite3.DatabaseError):  # there is no backup
        return db.execute("SELECT id, slug, arranged FROM interviews").fetchall()
    return []


def _links(db: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """By table, the columns that name rows of others, and which."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: [(row[3], row[2]) for row in db.execute(f"PRAGMA foreign_key_list({name})")] for name in names
    }
