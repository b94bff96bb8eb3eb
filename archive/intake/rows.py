"""One row of a table of interviews, held against what the catalogue says."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process

from archive.catalogue import Reader, interviews, people, releases, themes
from archive.catalogue.interviews import Interview
from archive.catalogue.releases import STATUSES, Consent, Release
from archive.errors import UserError
from archive.intake import columns, forms, spreadsheet
from archive.intake.spreadsheet import Row

NEAR = 20  # to so many unknown names a like one is looked up: a table of another archive has nothing but them
Called = Mapping[str, Mapping[str, str]]  # by column
FORM = "release"  # a column that comes in only: the signed form, a file named from the folder of the table


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
class Known:
    """What the catalogue says of an interview, in cells, and what its people agreed to."""

    slug: str
    cells: Mapping[str, str]
    consent: Consent


def every(db: Reader) -> Iterator[tuple[Interview, Consent]]:
    """Each interview that a table may be about, with what its people agreed to."""
    listing = interviews.listing(db)
    return zip(listing, releases.of_interviews(db, [one.id for one in listing]), strict=True)


def overtaken(slug: str, what: str) -> UserError:
    """The error that says that somebody was quicker than a table that was looked at."""
    return UserError(
        f"{slug}: somebody changed {what} in the meantime; nothing was written.",
        "Look at it again, with the same command.",
    )


def named(slug: str, known: Collection[str], wrong: int) -> str:
    """Which interview a row is about.

    Args:
        slug: what stands in it.
        known: all that there are.
        wrong: how many rows before it were wrong; after many no slugs are looked for that are nearly so.

    Raises:
        ValueError: about none.
    """
    if not slug:
        raise ValueError("the cell is empty; write which interview the row is about")
    if slug in known:
        return slug
    near = process.extract(slug, [*known], limit=3, score_cutoff=60) if wrong < NEAR else ()
    there_is = " and ".join(each for each, _, _ in near)
    remedy = f"there is {there_is}" if there_is else "archive list names all that there are"
    raise ValueError(f"there is no interview '{slug}'; {remedy}")


def compared(
    row: Row, known: Known, called: Called, folder: Path, order: str | None
) -> tuple[list[Change], dict[str, str]]:
    """What a row says otherwise than the catalogue, and what in it cannot be taken in: a sentence each, by column.

    Args:
        row: of the table.
        known: what the catalogue says of its interview.
        called: what each of the themes and people is called here, as `themes.called` and `people.called` have it.
        folder: of the table.
        order: in which the spreadsheet wrote days and months.
    """
    changes: list[Change] = []
    wrong: dict[str, str] = {}
    for column, text in row.cells.items():
        old = known.cells[column]
        if column == "interview" or _is_same(column, text, old, order):
            continue
        try:
            new = _form(text, known, folder) if column == FORM else _said(column, text, called)
            if column == "status":
                _must_be_allowed(known, new)
        except ValueError as error:
            wrong[column] = f"row {row.number}, {column}: {error}"
            continue
        if new != old:
            changes.append(Change(row.number, known.slug, column, old, new))
    if row.cells.get("initiative") and not row.cells.get("organisation", known.cells["organisation"]):
        wrong["initiative"] = f"row {row.number}, initiative: whose is it? Name its organisation, too"
    return changes, wrong


def is_older(row: Row, known: Known, wrong: Collection[str]) -> bool:
    """Whether a table went out before a withdrawal, and nothing but that is wrong with a row: the columns `wrong`."""
    return [*wrong] == ["status"] and known.consent.status == "withdrawn" and row.cells["status"] in STATUSES


def _is_same(column: str, text: str, old: str, order: str | None) -> bool:
    """Whether nobody touched a cell: then it need not be as we would want it, nor a day as we would write it."""
    if text == spreadsheet.plain(old):
        return True
    found = columns.days(text) if column == "date" else {}
    meant = {found[order]} if order in found else {*found.values()}
    return meant == {old}


def _form(text: str, known: Known, folder: Path) -> str:
    """The form that a cell names; the one that is there already where it is the same, or none is named."""
    release = known.consent.release or Release()
    try:
        digest = forms.look(folder / text) if text else release.form_hash
    except UserError as error:
        raise ValueError(f"{error.message} {error.remedy}".rstrip(".")) from error
    return known.cells[FORM] if digest == release.form_hash else text


def _said(column: str, text: str, called: Called) -> str:
    meant = columns.value(column, text)
    if column == "themes":
        meant = dict.fromkeys(called[column].get(themes.key(theme), theme) for theme in meant)
    if column == "people":
        meant = dict.fromkeys((people.meant(called[column], name), role) for name, role in meant)
    return columns.written(column, meant)


def _must_be_allowed(known: Known, new: str) -> None:
    """Refuse a status that a table is no place for.

    Raises:
        ValueError: an embargo has no last day, or a withdrawal would be undone by a table that is older.
    """
    slug = known.slug
    if known.consent.status == "withdrawn" and new != "withdrawn":
        raise ValueError(
            f"{slug} is withdrawn; if its people agree again: archive release {slug} --status {new}"
            " --by NAME --signed YYYY-MM-DD"
        )
    if new == "embargoed" and known.consent.until is None:
        raise ValueError(
            f"an embargo has a last day; write it with: archive release {slug} --status embargoed --until YYYY-MM-DD"
        )
