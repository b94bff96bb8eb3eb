"""Which segments of a transcript a search looks at: those in a language, and those about a theme."""

from collections.abc import Callable

from archive.catalogue import Reader
from archive.search.filters import Filters, letters, themed

Wanted = Callable[[int], bool]
"""Tells of a segment, by its place in a transcript, whether it is looked at."""


def wanted(db: Reader, transcript: int, filters: Filters) -> Wanted:
    """What tells of the segments of a transcript whether they are in the language, and about the theme, of filters.

    A theme that an interview has as a whole is what all of it is about; else its chapters say it.
    """
    in_language = _in_language(db, transcript, filters.language)
    about = _about(db, transcript, filters.theme)
    return lambda segment: in_language(segment) and about(segment)


def languages(db: Reader, transcript: int) -> tuple[str | None, dict[int, str]]:
    """The language of a transcript, and those of its segments that are in another one, by their places."""
    (usual,) = db.execute("SELECT language FROM transcripts WHERE id = ?", [transcript]).fetchone()
    others = "SELECT position, language FROM segments WHERE transcript_id = ? AND language IS NOT NULL"
    return usual, dict(db.execute(others, [transcript]).fetchall())


def _in_language(db: Reader, transcript: int, language: str | None) -> Wanted:
    if language is None:
        return _any
    usual, others = languages(db, transcript)
    return lambda segment: others.get(segment, usual) == letters(language)


def _about(db: Reader, transcript: int, theme: str | None) -> Wanted:
    if theme is None:
        return _any
    rows = themed(db, theme)
    whole = db.execute(
        "SELECT 1 FROM transcripts JOIN interview_themes USING (interview_id)"  # noqa: S608 - row numbers
        f" WHERE transcripts.id = ? AND theme_id IN ({rows})",
        [transcript],
    )
    if whole.fetchone():
        return _any
    found = db.execute(
        "SELECT position FROM segments JOIN transcripts ON transcripts.id = transcript_id"  # noqa: S608 - row numbers
        " JOIN chapters USING (interview_id) JOIN chapter_themes ON chapter_id = chapters.id"
        " WHERE transcript_id = ? AND segments.start_ms < chapters.end_ms AND segments.end_ms > chapters.start_ms"
        f" AND theme_id IN ({rows})",
        [transcript],
    )
    return {place for (place,) in found}.__contains__


def _any(_segment: int) -> bool:
    return True
