"""The chapters of interviews, taken out as a table, edited in any spreadsheet, and taken in again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.catalogue import Reader, chapters, interviews, themes
from archive.catalogue.chapters import Chapter
from archive.catalogue.interviews import Interview
from archive.catalogue.releases import Consent
from archive.intake import columns, spreadsheet
from archive.intake.rows import Change, every, named, overtaken
from archive.intake.spreadsheet import Row
from archive.release import is_open, may_go
from media.timecode import moment
from media.webvtt import clock

COLUMNS = ("interview", "start", "end", "title", "synopsis", "themes", "places", "organisations")

_FINEST = (1000, 100, 10, 1)  # milliseconds that a time says, by the digits behind its point
_NEEDED = ("interview", "start", "end", "title")
_ABOUT = ("themes", "places", "organisations")


@dataclass(slots=True)
class _Index:
    """The chapters of one interview: as they are, and as the table has them."""

    interview: Interview
    there: tuple[Chapter, ...]
    wanted: list[Chapter] = field(default_factory=list)
    rows: dict[tuple[int, str], int] = field(default_factory=dict)  # by start and title

    def same(self, start: str, title: str) -> Chapter | None:
        """The chapter that a row is about: of that title, and at that start as far as the cell says it."""
        alike = (each for each in self.there if spreadsheet.plain(each.title) == title)
        return next((each for each in alike if _is(start, each.start_ms)), None)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a table says.

    Attributes:
        changes: in the order of its rows, then what is in it no more.
        wrong: what cannot be taken in, a sentence each that names row and column.
        before: the chapters that the table is about, by the slug of their interview.
        after: what they are to be.
    """

    changes: tuple[Change, ...]
    wrong: tuple[str, ...]
    before: Mapping[str, tuple[Chapter, ...]]
    after: Mapping[str, tuple[Chapter, ...]]


def take_out(db: Reader, path: Path, today: date, *, form_first: bool = False) -> tuple[str, ...]:
    """Write the table of every chapter that may be seen inside the house.

    Args:
        db: the catalogue.
        path: where to.
        today: the day for which the gate is asked.
        form_first: nothing passes without a release (archive.toml).

    Returns:
        What a person should know: what is left out, and why.

    Raises:
        UserError: something else lies at `path`.
    """
    rows, said = [], []
    for interview, consent in every(db):
        answer = may_go(consent, "desk", today, form_first=form_first)
        if not answer.may:
            said.append(f"{interview.slug} is left out: {answer.why}")
            continue
        found = chapters.of_interview(db, interview.slug)
        seen = _open(found, consent)
        rows += [_cells(interview.slug, chapter) for chapter in seen]
        if left := len(found) - len(seen):
            said.append(f"{interview.slug}: {left} chapters that touch what is withheld are left out.")
    spreadsheet.write(path, COLUMNS, rows)
    return tuple(said)


def compare(db: Reader, path: Path) -> Rewritten:
    """What a table says otherwise than the catalogue, every cell of it checked; nothing is written.

    The chapters of each interview that is in it become those of its rows. Chapters that touch what is withheld, which
    are in no table, stay as they are.

    Raises:
        UserError: it is no such table.
    """
    known = {one.slug: (one, consent) for one, consent in every(db)}
    slugs = {**interviews.former(db), **{slug: slug for slug in known}}
    called = themes.called(db)
    about: dict[str, _Index] = {}
    changes: list[Change] = []
    wrong: list[str] = []
    for row in spreadsheet.read(path, COLUMNS, _NEEDED):
        try:
            slug = slugs[named(row.cells["interview"], slugs, len(wrong))]
        except ValueError as error:
            wrong.append(f"row {row.number}, interview: {error}")
            continue
        if slug not in about:
            interview, consent = known[slug]
            about[slug] = _Index(interview, _open(chapters.of_interview(db, slug), consent))
        try:
            changes += _taken(row, about[slug], called)
        except ValueError as error:
            wrong.append(f"row {row.number}, {error}")
    for index in about.values():
        changes += _gone(index)
    return Rewritten(
        tuple(changes),
        tuple(wrong),
        {slug: index.there for slug, index in about.items()},
        {slug: tuple(index.wanted) for slug, index in about.items()},
    )


def apply(db: Database, found: Rewritten) -> None:
    """Change the chapters, all of them or none.

    Raises:
        UserError: the catalogue says something else by now than what the changes were shown for.
    """
    with db.atomic():
        for slug, before in found.before.items():
            if not {*before} <= {*chapters.of_interview(db, slug)}:
                raise overtaken(slug, "its chapters")
            after = found.after[slug]
            for chapter in before:
                if chapter not in after:
                    chapters.take_away(db, slug, chapter)
            for chapter in after:
                if chapter not in before:
                    chapters.add(db, slug, chapter)


def _open(found: Sequence[Chapter], consent: Consent) -> tuple[Chapter, ...]:
    """The chapters that touch nothing that is withheld."""
    return tuple(each for each in found if is_open(consent, each.start_ms, each.end_ms))


def _cells(slug: str, chapter: Chapter) -> dict[str, str]:
    about = {name: columns.written("themes", getattr(chapter, name)) for name in _ABOUT}
    times = {"start": clock(chapter.start_ms), "end": clock(chapter.end_ms)}
    return {"interview": slug, **times, "title": chapter.title, "synopsis": chapter.synopsis or "", **about}


def _taken(row: Row, index: _Index, called: Mapping[str, str]) -> Iterator[Change]:
    """Note the chapter that a row is, and say what is new in it.

    Raises:
        ValueError: a cell means nothing, or the chapter is there twice; names the column.
    """
    cells = row.cells
    if not cells["title"]:
        raise ValueError("title: a chapter has a title; write one")
    there = index.same(cells["start"], cells["title"])
    chapter = _chapter(cells, there, called)
    last = index.interview.duration_ms
    if not chapter.start_ms < chapter.end_ms <= last:
        raise ValueError(f"end: '{cells['end']}' is not behind the start, or behind the end at {clock(last)}")
    key = (chapter.start_ms, chapter.title)
    if key in index.rows:
        raise ValueError(f"title: row {index.rows[key]} is the same chapter; take one of them out")
    index.rows[key] = row.number
    index.wanted.append(chapter)
    return _changes(row.number, index.interview.slug, there, chapter)


def _chapter(cells: Mapping[str, str], there: Chapter | None, called: Mapping[str, str]) -> Chapter:
    """The chapter of a row; what has no column, or was not touched, is as it was."""
    old = _cells("", there) if there else {}
    start = there.start_ms if there else _moment("start", cells["start"])
    end = there.end_ms if there and _is(cells["end"], there.end_ms) else _moment("end", cells["end"])
    found = replace(there or Chapter(start, end, cells["title"]), end_ms=end)
    said: dict[str, Any] = {}
    for name in ("synopsis", *_ABOUT):
        text = cells.get(name)
        if text is None or (old and text == spreadsheet.plain(old[name])):
            continue
        meant = columns.value("themes" if name in _ABOUT else name, text)
        said[name] = _known(meant, called) if name == "themes" else meant
    return replace(found, **said)


def _known(names: Sequence[str], called: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(called.get(themes.key(name), name) for name in names))


def _moment(column: str, text: str) -> int:
    try:
        return moment(text)
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def _is(text: str, ms: int) -> bool:
    """Whether a cell says a moment as far as it says it: spreadsheets show `01:05.3` of 0:01:05.250."""
    try:
        said = moment(text)
    except ValueError:
        return False
    digits = len(text.strip().replace(",", ".").partition(".")[2])
    return abs(said - ms) < _FINEST[min(digits, 3)]


def _changes(row: int, slug: str, there: Chapter | None, chapter: Chapter) -> Iterator[Change]:
    name = f"{clock(chapter.start_ms)} {chapter.title}"
    old = _cells(slug, there) if there else dict.fromkeys(COLUMNS, "")
    for column, text in _cells(slug, chapter).items():
        if text != old[column] and column not in ("interview", "start", "title"):
            yield Change(row, slug, f"{name}: {column}", old[column], text)


def _gone(index: _Index) -> Iterator[Change]:
    for each in index.there:
        if (each.start_ms, each.title) not in index.rows:
            name = f"{clock(each.start_ms)} {each.title}"
            yield Change(0, index.interview.slug, name, f"to {clock(each.end_ms)}", "")
