"""What the catalogue says of interviews, taken out as a table, edited in any spreadsheet, and taken in again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.catalogue import Reader, interviews, people, releases, themes
from archive.catalogue.description import Description
from archive.catalogue.interviews import Interview
from archive.catalogue.releases import Consent, Release
from archive.config import Archive
from archive.intake import columns, forms, spreadsheet
from archive.intake.columns import COLUMNS, FURTHER
from archive.intake.rows import FORM, Change, Known, compared, every, is_older, named, overtaken
from archive.intake.spreadsheet import Row
from archive.release import may_go

_OF_RELEASE = ("uses", "licence")
_OF_CONSENT = ("status", "form", "form_hash", *_OF_RELEASE)
_FEW = 5  # interviews that are named in one warning


@dataclass(frozen=True, slots=True)
class Changes:
    """What a table says.

    Attributes:
        folder: in which it lies.
        changes: in the order of its rows.
        wrong: what cannot be taken in, a sentence each that names row and column.
        passed: rows that are older than a withdrawal and ask for nothing else, a sentence each.
        remarks: what else a person should know before they are made, a sentence each.
    """

    folder: Path
    changes: tuple[Change, ...]
    wrong: tuple[str, ...]
    passed: tuple[str, ...]
    remarks: tuple[str, ...]


def take_out(db: Reader, path: Path, today: date, *, form_first: bool = False) -> tuple[str, ...]:
    """Write the table of every interview that may be seen inside the house.

    Args:
        db: the catalogue.
        path: where to.
        today: the day for which the gate is asked.
        form_first: nothing passes without a release (archive.toml).

    Returns:
        What a person should know: which interviews are left out, and which lack their release.

    Raises:
        UserError: something else lies at `path`.
    """
    rows: list[dict[str, str]] = []
    said: list[str] = []
    warned: dict[str, list[str]] = {}
    for interview, consent in every(db):
        answer = may_go(consent, "desk", today, form_first=form_first)
        if not answer.may:
            said.append(f"{interview.slug} is left out: {answer.why}")
            continue
        rows.append(columns.cells(interview, consent))
        for warning in answer.warnings:
            warned.setdefault(warning, []).append(interview.slug)
    spreadsheet.write(path, (*COLUMNS, *FURTHER), rows)
    return (*said, *(f"{warning} ({_some(slugs)})" for warning, slugs in warned.items()))


def compare(db: Reader, path: Path) -> Changes:
    """What a table says otherwise than the catalogue, every cell of it checked; nothing is written.

    Raises:
        UserError: it is no such table.
    """
    known = _known(db)
    called = {"themes": themes.called(db), "people": people.called(db)}
    rows: dict[str, int] = {}
    changes: list[Change] = []
    wrong: list[str] = []
    passed: list[str] = []
    table = spreadsheet.read(path, (*COLUMNS, *FURTHER, FORM), ["interview"])
    order = _order(table, known)
    for row in table:
        try:
            about = known[named(row.cells["interview"], known, len(wrong))]
        except ValueError as error:
            wrong.append(f"row {row.number}, interview: {error}")
            continue
        if about.slug in rows:
            other = f"row {rows[about.slug]} is about {about.slug} already"
            wrong.append(f"row {row.number}, interview: {other}; take one of them out")
            continue
        rows[about.slug] = row.number
        found, faults = compared(row, about, called, path.parent, order)
        changes += found
        (passed if not found and is_older(row, about, faults) else wrong).extend(faults.values())
    remarks = (*_of_people(db, table), *_of_releases(changes, known))
    return Changes(path.parent, tuple(changes), tuple(wrong), tuple(passed), remarks)


def apply(db: Database, archive: Archive, found: Changes) -> None:
    """Change the catalogue, all of it or nothing.

    Raises:
        UserError: the catalogue says something else by now than what the changes were shown for.
    """
    with db.atomic():
        known = _known(db)
        for change in found.changes:
            if change.interview not in known or known[change.interview].cells[change.column] != change.old:
                raise overtaken(change.interview, change.column)
        for slug, group in groupby(found.changes, key=lambda change: change.interview):
            said = {change.column: columns.value(change.column, change.new) for change in group}
            if form := said.pop(FORM, None):
                said["form"], said["form_hash"] = forms.keep(archive, slug, found.folder / form)
            _change(db, said, known[slug])


def _some(slugs: Sequence[str]) -> str:
    rest = f" and {len(slugs) - _FEW} more" if len(slugs) > _FEW else ""
    return f"{', '.join(slugs[:_FEW])}{rest}"


def _known(db: Reader) -> dict[str, Known]:
    """What the catalogue says, by every slug that an interview has or had."""
    known = {
        interview.slug: Known(interview.slug, _said_of(interview, consent), consent)
        for interview, consent in every(db)
    }
    return {former: known[slug] for former, slug in interviews.former(db).items()} | known


def _said_of(interview: Interview, consent: Consent) -> dict[str, str]:
    form = consent.release.form if consent.release else None
    return {**columns.cells(interview, consent), FORM: form or ""}


def _of_people(db: Reader, table: Sequence[Row]) -> tuple[str, ...]:
    """What is to be said of names that nobody has here as they are written."""
    cells = (row.cells.get("people", "") for row in table)
    return people.remarks(db, (name for cell in cells for name, _ in columns.value("people", cell)))


def _of_releases(changes: Sequence[Change], known: Mapping[str, Known]) -> Iterator[str]:
    """Which interviews get uses of which nobody is said to have signed that they are allowed."""
    signed = {change.interview for change in changes if change.column == FORM}
    for change in changes:
        release = known[change.interview].consent.release or Release()
        if change.column == "uses" and change.interview not in signed and not release.is_signed:
            yield (
                f"{change.interview}: nobody is said to have signed a release, so nothing leaves the house for it:"
                f" archive release {change.interview} --by NAME --signed YYYY-MM-DD --form FILE"
            )


def _order(table: Sequence[Row], known: Mapping[str, Known]) -> str | None:
    """In which order the spreadsheet wrote days and months."""
    rows = ((row.cells, known.get(row.cells["interview"])) for row in table)
    return columns.order_of_days((cells.get("date", ""), old.cells["date"]) for cells, old in rows if old)


def _change(db: Database, said: Mapping[str, Any], known: Known) -> None:
    slug, before = known.slug, known.consent
    about = {column: value for column, value in said.items() if column not in _OF_CONSENT}
    if about.get("organisation"):  # its initiative goes along, unless the table says another one
        about = {"initiative": known.cells["initiative"]} | about
    interviews.clear(db, slug, [column for column, value in about.items() if not value])
    interviews.say(db, slug, Description(**{column: value for column, value in about.items() if value}))
    if status := said.get("status"):
        releases.decide(db, slug, status, before.until if status == "embargoed" else None)
    if given := {name: said[name] for name in ("form", "form_hash", *_OF_RELEASE) if name in said}:
        releases.record(db, slug, releases.goes_on(before.release, given))
