"""Shoots: one outing of the crew each."""

from sqlite_utils import Database


def find_or_add(db: Database, name: str) -> int:
    """The row of a shoot by name, made where there is none."""
    db.execute("INSERT INTO shoots (name) VALUES (?) ON CONFLICT DO NOTHING", [name])
    (shoot,) = db.execute("SELECT id FROM shoots WHERE name = ?", [name]).fetchone()
    return int(shoot)
