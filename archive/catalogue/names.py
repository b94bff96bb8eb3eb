"""Names and how they are spelt, one list for the whole archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from archive.catalogue import Reader
from archive.errors import UserError

Source = Literal["list", "person", "organisation"]

LONGEST = 200  # characters


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is spelt in this archive.

    Attributes:
        name: as it should be written.
        spellings: as it was written instead.
        source: "list" where somebody put it there or a correction did; else what the catalogue knows it as.
    """

    name: str
    spellings: tuple[str, ...]
    source: Source


def listing(db: Reader) -> tuple[Name, ...]:
    """Every name: those of the list, the latest first, then the people and organisations that are not on it."""
    rows = db.execute(
        "SELECT names.name, spellings.spelling FROM names LEFT JOIN spellings ON spellings.name_id = names.id"
        " ORDER BY names.id DESC, spellings.rowid"
    )
    spellings: dict[str, list[str]] = {}
    for name, spelling in rows:
        spellings.setdefault(name, []).extend([spelling] if spelling else [])
    found = {name: Name(name, tuple(others), "list") for name, others in spellings.items()}
    known: tuple[tuple[Source, str], ...] = (
        ("person", "SELECT name FROM people ORDER BY id DESC"),
        ("organisation", "SELECT name FROM organisations ORDER BY id DESC"),
    )
    for source, query in known:
        for (name,) in db.execute(query):
            found.setdefault(name, Name(name, (), source))
    return tuple(found.values())


def to_hear(db: Reader) -> tuple[str, ...]:
    """The names that a recogniser should know, the most important first."""
    return tuple(each.name for each in listing(db))


def add(db: Database, name: str, spellings: Sequence[str] = (), *, fix: int | None = None) -> None:
    """Put a name on the list, with spellings of it that are wrong; what is there already stays.

    Args:
        db: the catalogue.
        name: as it should be written.
        spellings: as it is written instead.
        fix: the correction that brings it, and takes it away again when it is undone; None where a person does.

    Raises:
        UserError: one of them is empty, too long, or on several lines, or a spelling is the name itself.
    """
    name, others = clean(name), [clean(each) for each in spellings]
    if name in others:
        raise UserError(f"{name} is the name itself.", "Give another spelling, or none.")
    with db.atomic():
        db.execute("INSERT INTO names (name, fix_id) VALUES (?, ?) ON CONFLICT DO NOTHING", [name, fix])
        if fix is None:
            db.execute("UPDATE names SET fix_id = NULL WHERE name = ?", [name])
        for each in others:
            db.execute(
                "INSERT INTO spellings (name_id, spelling, fix_id) SELECT id, ?, ? FROM names WHERE name = ?"
                " ON CONFLICT DO NOTHING",
                [each, fix, name],
            )


def remove(db: Database, name: str) -> None:
    """Take a name off the list.

    Raises:
        UserError: it is not on it.
    """
    if db.execute("DELETE FROM names WHERE name = ?", [name]).rowcount:
        return
    known = next((each for each in listing(db) if each.name == name), None)
    if known:
        raise UserError(
            f"'{name}' is not on the list: the catalogue knows it as that of a {known.source}.",
            "It counts as a name as long as it stands there.",
        )
    raise UserError(f"'{name}' is not on the list.", "archive names list shows all that are.")


def forget(db: Database, fix: int) -> None:
    """Take what a correction has brought off the list again."""
    db.execute("DELETE FROM spellings WHERE fix_id = ?", [fix])
    db.execute(
        "DELETE FROM names WHERE fix_id = ? AND id NOT IN (SELECT name_id FROM spellings)",
        [fix],
    )


def spellings_of(db: Reader, name: str) -> tuple[str, ...]:
    """The wrong spellings of a name that are known."""
    return next((each.spellings for each in listing(db) if each.name == name), ())


def clean(text: str) -> str:
    """A name as a person gave it, without space around it.

    Raises:
        UserError: it is none.
    """
    found = " ".join(text.split())
    if not any(each.isalnum() for each in found):
        raise UserError(f"{text!r} is no name.", "A name has at least one letter.")
    if len(found) > LONGEST or not found.isprintable():
        raise UserError(f"{found[:60]!r} is no name.", f"A name is one line of at most {LONGEST} characters.")
    return found
