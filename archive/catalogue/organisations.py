"""Organisations: whose initiatives interviews are about."""

from sqlite_utils import Database


def find_or_add(db: Database, name: str) -> int:
    """The row of an organisation by name, made where there is none."""
    db.execute("INSERT INTO organisations (name) VALUES (?) ON CONFLICT DO NOTHING", [name])
    (organisation,) = db.execute("SELECT id FROM organisations WHERE name = ?", [name]).fetchone()
    return int(organisation)
