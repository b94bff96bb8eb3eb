"""What the catalogue says of interviews, taken out as a table, edited in any spreadsheet, and taken in again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from rapidfuzz import process
from sqlite_utils import Database

from archive.catalogue import Reader, interviews, releases, themes
from archive.catalogue.description import Description
from archive.catalogue.releases import Release
from archive.errors import UserError
from archive.intake import columns, spreadsheet
from archive.intake.columns import COLUMNS
from archive.intake.spreadsheet import Row
from archive.release import may_go

_OF_RELEASE = ("uses", "licence")
_OF_CONSENT = ("status", *_OF_RELEASE)
_NEAR = (
    20  # to so many unknown names a like one is looked up: a table of another archive has nothing but them
)


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that says something else than the catalogue.

    Attributes:
        row: in the spreadsheet.
        interview: its slug.
        column: which of them.
        old: what the catalogue says, as a cell.
        new: what it is to say.
    """

    row: int
    interview: str
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the catalogue says of an interview, and the last day of its embargo."""

    slug: str
    cells: Mapping[str, str]
    until: date | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a table says.

    Attributes:
        changes: in the order of its rows.
        wrong: what cannot be taken in, a sentence each that names row and column.
    """

    changes: tuple[Change, ...]
    wrong: tuple[str, ...]


def take_out(db: Reader, path: Path, today: date) -> tuple[str, ...]:
    """Write the table of every interview that may be seen inside the house.

    Returns:
        What a person should know: which interviews are left out, and which lack their release.

    Raises:
        UserError: something else lies at `path`.
    """
    listing = interviews.listing(db)
    rows, said = [], []
    for interview, consent in zip(
        listing, releases.of_interviews(db, [one.id for one in listing]), strict=True
    ):
        answer = may_go(consent, "desk", today)
        said += [f"{interview.slug}: {why}" for why in (answer.why, *answer.warnings) if why]
        if answer.may:
            rows.append(columns.cells(interview, consent))
    spreadsheet.write(path, COLUMNS, rows)
    return tuple(said)


def compare(db: Reader, path: Path) -> Changes:
    """What a table says otherwise than the catalogue, every cell of it checked; nothing is written.

    Raises:
        UserError: it is no such table.
    """
    known = _known(db)
    called = themes.called(db)
    rows: dict[str, int] = {}
    changes: list[Change] = []
    wrong: list[str] = []
    for row in spreadsheet.read(path, COLUMNS, ["interview"]):
        try:
            about = _interview(row.cells["interview"], known, rows, look=len(wrong) < _NEAR)
        except ValueError as error:
            wrong.append(f"row {row.number}, interview: {error}")
            continue
        rows[about.slug] = row.number
        found, faults = _compared(row, about, called)
        changes += found
        wrong += faults
    return Changes(tuple(changes), tuple(wrong))


def apply(db: Database, changes: Sequence[Change]) -> None:
    """Change the catalogue, all of it or nothing.

    Raises:
        UserError: the catalogue says something else by now than what the changes were shown for.
    """
    with db.atomic():
        known = _known(db)
        for change in changes:
            if change.interview not in known or known[change.interview].cells[change.column] != change.old:
                raise UserError(
                    f"{change.interview}: somebody changed {change.column} in the meantime; nothing was written.",
                    "Look at it again, with the same command.",
                )
        for slug, group in groupby(changes, key=lambda change: change.interview):
            said = {change.column: columns.value(change.column, change.new) for change in group}
            _change(db, slug, said, known[slug].until)


def _known(db: Reader) -> dict[str, _Known]:
    """What the catalogue says, by every slug that an interview has or had."""
    listing = interviews.listing(db)
    consents = releases.of_interviews(db, [interview.id for interview in listing])
    known = {
        interview.slug: _Known(interview.slug, columns.cells(interview, consent), consent.until)
        for interview, consent in zip(listing, consents, strict=True)
    }
    return {former: known[slug] for former, slug in interviews.former(db).items()} | known


def _interview(name: str, known: Mapping[str, _Known], rows: Mapping[str, int], *, look: bool) -> _Known:
    """Which interview a row is about.

    Args:
        name: what stands in it.
        known: all that there are.
        rows: which row is about each that was there already.
        look: for names that are nearly so.

    Raises:
        ValueError: about none, or one that another row is about.
    """
    if not name:
        raise ValueError("the cell is empty; write which interview the row is about")
    if name not in known:
        near = process.extract(name, [*known], limit=3, score_cutoff=60) if look else ()
        there_is = " and ".join(slug for slug, _, _ in near)
        remedy = f"there is {there_is}" if there_is else "archive list names all that there are"
        raise ValueError(f"there is no interview '{name}'; {remedy}")
    about = known[name]
    if about.slug in rows:
        raise ValueError(f"row {rows[about.slug]} is about {about.slug} already; take one of them out")
    return about


def _compared(row: Row, known: _Known, called: Mapping[str, str]) -> tuple[list[Change], list[str]]:
    """What a row says otherwise than the catalogue, and what in it cannot be taken in."""
    changes, wrong = [], []
    for column, text in row.cells.items():
        if column == "interview":
            continue
        old = known.cells[column]
        # A cell that nobody touched need not be as we would want it.
        if text == spreadsheet.plain(old) or (column == "date" and columns.days(text) == (old,)):
            continue
        try:
            new = _said(column, text, called)
            if column == "status":
                _must_be_allowed(known.slug, old, new, known.until)
        except ValueError as error:
            wrong.append(f"row {row.number}, {column}: {error}")
            continue
        if new != old:
            changes.append(Change(row.number, known.slug, column, old, new))
    return changes, wrong


def _said(column: str, text: str, called: Mapping[str, str]) -> str:
    meant = columns.value(column, text)
    if column == "themes":
        meant = dict.fromkeys(called.get(theme, theme) for theme in meant)
    return columns.written(column, meant)


def _must_be_allowed(slug: str, old: str, new: str, until: date | None) -> None:
    """Refuse a status that a table is no place for.

    Raises:
        ValueError: an embargo has no last day, or a withdrawal would be undone by a table that is older.
    """
    if old == "withdrawn" and new != old:
        raise ValueError(
            f"{slug} is withdrawn; if it is to be {new} again: archive release {slug} --status {new}"
        )
    if new == "embargoed" and until is None:
        raise ValueError(
            f"an embargo has a last day; write it with: archive release {slug} --status embargoed --until YYYY-MM-DD"
        )


def _change(db: Database, slug: str, said: Mapping[str, Any], until: date | None) -> None:
    about = {column: value for column, value in said.items() if column not in _OF_CONSENT}
    interviews.clear(db, slug, [column for column, value in about.items() if not value])
    interviews.say(db, slug, Description(**{column: value for column, value in about.items() if value}))
    if status := said.get("status"):
        releases.decide(db, slug, status, until if status == "embargoed" else None)
    if given := {column: said[column] for column in _OF_RELEASE if column in said}:
        releases.record(db, slug, replace(releases.of_interview(db, slug).release or Release(), **given))
