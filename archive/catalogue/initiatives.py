"""Initiatives: what an organisation does, and interviews are about."""

from sqlite_utils import Database


def find_or_add(db: Database, organisation: int, name: str) -> int:
    """The row of an initiative of an organisation by name, made where there is none."""
    db.execute(
        "INSERT INTO initiatives (organisation_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [organisation, name],
    )
    (initiative,) = db.execute(
        "SELECT id FROM initiatives WHERE organisation_id = ? AND name = ?", [organisation, name]
    ).fetchone()
    return int(initiative)
