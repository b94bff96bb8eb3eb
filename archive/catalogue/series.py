"""Series: interviews that are shown one after the other, as numbered episodes."""

from sqlite_utils import Database

from archive.catalogue import by_name


def find_or_add(db: Database, title: str) -> int:
    """The row of a series by title, made where there is none."""
    return by_name.find_or_add(db, "series", title, "title")
