"""Chapters: passages of an interview with a title, and what each is about; all of them are its timed index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from archive.catalogue import Reader, interviews, organisations, places, themes
from archive.errors import UserError
from media.timecode import clock


@dataclass(frozen=True, slots=True)
class Chapter:
    """A passage with a title.

    Attributes:
        start_ms: where it begins, in milliseconds on the interview's time line.
        end_ms: where it ends.
        title: what it is called.
        synopsis: what is said in it.
        themes: what it is about.
        places: which are spoken of.
        organisations: which are spoken of.
    """

    start_ms: int
    end_ms: int
    title: str
    synopsis: str | None = None
    themes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def add(db: Database, slug: str, chapter: Chapter) -> None:
    """Add a chapter; one with the same start and title is written anew.

    Raises:
        UserError: there is no such interview, the passage does not lie in it, or has no title.
    """
    interview = interviews.find(db, slug)
    if not chapter.title.strip():
        raise UserError("A chapter without a title cannot be told from others.", "Say what it is called.")
    if not 0 <= chapter.start_ms < chapter.end_ms <= interview.duration_ms:
        raise UserError(
            f"{clock(chapter.start_ms)} to {clock(chapter.end_ms)} is no passage of {slug},"
            f" which lasts {clock(interview.duration_ms)}.",
            "Give a start and a later end on its time line, such as 00:01:05.000.",
        )
    with db.atomic():
        db.execute(
            "DELETE FROM chapters WHERE interview_id = ? AND start_ms = ? AND title = ?",
            [interview.id, chapter.start_ms, chapter.title],
        )
        (number,) = db.execute(
            "INSERT INTO chapters (interview_id, start_ms, end_ms, title, synopsis) VALUES (?, ?, ?, ?, ?)"
            " RETURNING id",
            [interview.id, chapter.start_ms, chapter.end_ms, chapter.title, chapter.synopsis],
        ).fetchone()
        _connect(db, number, "theme", [themes.find_or_add(db, name) for name in chapter.themes])
        _connect(db, number, "place", [places.find_or_add(db, name) for name in chapter.places])
        named = [organisations.find_or_add(db, name) for name in chapter.organisations]
        _connect(db, number, "organisation", named)


def write(db: Database, slug: str, chapter: Chapter, given: Mapping[str, Any]) -> None:
    """Add a chapter; of one that has the same start and title already what is not given stays as it was.

    Args:
        db: the catalogue.
        slug: of the interview.
        chapter: where it is, and what it is called.
        given: what else is said of it, by the names of `Chapter`; None, or nothing, takes away what was known.

    Raises:
        UserError: as `add`.
    """
    there = (each for each in of_interview(db, slug) if _key(each) == _key(chapter))
    before = replace(next(there, chapter), end_ms=chapter.end_ms)
    add(db, slug, replace(before, **given))


def _key(chapter: Chapter) -> tuple[int, str]:
    return chapter.start_ms, chapter.title


def remove(db: Database, slug: str, start_ms: int) -> None:
    """Take away the chapter that begins at a moment.

    Raises:
        UserError: there is no such interview, or no chapter of it begins there.
    """
    interview = interviews.row_of(db, slug)
    gone = db.execute(
        "DELETE FROM chapters WHERE interview_id = ? AND start_ms = ?", [interview, start_ms]
    ).rowcount
    if not gone:
        raise UserError(
            f"No chapter of {slug} begins at {clock(start_ms)}.",
            f"They are listed by: archive chapter list {slug}",
        )


def take_away(db: Database, slug: str, chapter: Chapter) -> None:
    """Take away one chapter, by its start and its title.

    Raises:
        UserError: there is no such interview.
    """
    db.execute(
        "DELETE FROM chapters WHERE interview_id = ? AND start_ms = ? AND title = ?",
        [interviews.row_of(db, slug), chapter.start_ms, chapter.title],
    )


def of_interview(db: Reader, slug: str) -> tuple[Chapter, ...]:
    """The chapters of an interview in the order of its time line.

    Raises:
        UserError: there is no such interview.
    """
    rows = db.execute(
        "SELECT id, start_ms, end_ms, title, synopsis FROM chapters WHERE interview_id = ?"
        " ORDER BY start_ms, end_ms DESC, id",
        [interviews.row_of(db, slug)],
    ).fetchall()
    return tuple(_chapter(db, *row) for row in rows)


def about(db: Reader, theme: str) -> tuple[tuple[str, Chapter], ...]:
    """Every passage about a theme, by any of its names, or about a narrower one: the slug of its interview, and itself.

    In the order of the interviews, and of their time lines.

    Raises:
        UserError: there is no such theme.
    """
    chosen = ",".join(map(str, sorted(themes.rows(db, theme))))  # whole numbers
    found = db.execute(
        "SELECT slug, chapters.id, start_ms, end_ms, chapters.title, synopsis FROM chapters"  # noqa: S608
        " JOIN interviews ON interviews.id = interview_id WHERE chapters.id IN"
        f" (SELECT chapter_id FROM chapter_themes WHERE theme_id IN ({chosen}))"
        " ORDER BY interview_id, start_ms, end_ms DESC, chapters.id"
    ).fetchall()
    return tuple((slug, _chapter(db, *row)) for slug, *row in found)


def _chapter(db: Reader, number: int, start: int, end: int, title: str, synopsis: str | None) -> Chapter:
    connected = (_connected(db, number, noun) for noun in ("theme", "place", "organisation"))
    return Chapter(start, end, title, synopsis, *connected)


def _connect(db: Database, chapter: int, noun: str, rows: Sequence[int]) -> None:
    for row in rows:
        db.execute(
            f"INSERT INTO chapter_{noun}s (chapter_id, {noun}_id) VALUES (?, ?) ON CONFLICT DO NOTHING",  # noqa: S608
            [chapter, row],
        )


def _connected(db: Reader, chapter: int, noun: str) -> tuple[str, ...]:
    found = db.execute(
        f"SELECT name FROM {noun}s JOIN chapter_{noun}s ON {noun}_id = {noun}s.id WHERE chapter_id = ?"  # noqa: S608
        f" ORDER BY chapter_{noun}s.rowid",
        [chapter],
    )
    return tuple(name for (name,) in found)
