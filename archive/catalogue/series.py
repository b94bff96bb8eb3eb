"""Series: interviews that are shown one after the other, as numbered episodes."""

from sqlite_utils import Database


def find_or_add(db: Database, title: str) -> int:
    """The row of a series by title, made where there is none."""
    db.execute("INSERT INTO series (title) VALUES (?) ON CONFLICT DO NOTHING", [title])
    (series,) = db.execute("SELECT id FROM series WHERE title = ?", [title]).fetchone()
    return int(series)
