"""Which transcripts a search looks at: by place, person, theme, language, review state and date."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.catalogue import Reader, themes
from archive.catalogue.folding import fold
from archive.errors import UserError

PASSAGES = "SELECT interview_id FROM chapters JOIN chapter_themes ON chapter_id = chapters.id"
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """What an interview must be; None leaves it open.

    Names are compared without accents and capitals.

    Attributes:
        person: somebody who takes part in it, under whatever role, or speaks in it.
        language: in which it is said, or a translation says it, ISO 639-1.
        state: how far people have looked at the transcript: `machine`, `corrected`, `checked` or `approved`.
        since: the earliest date, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
        until: the latest, in the same forms; `2024` is all of it.
    """

    place: str | None = None
    person: str | None = None
    theme: str | None = None
    language: str | None = None
    state: str | None = None
    since: str | None = None
    until: str | None = None

    def without(self, name: str) -> "Filters":
        """The same with one of them left open."""
        return replace(self, **{name: None})


def condition(db: Reader, filters: Filters) -> str:
    """SQL that is true of a row of `interviews` joined with one of its current rows of `transcripts`.

    Of a transcript in several languages it is true of each, and of an interview with a passage about a theme; which
    segments are looked at then `archive.search.passages` says.

    Only row numbers, letters and digits are put into it, so it needs no parameters.

    Raises:
        UserError: what a filter gives as a date is none.
    """
    parts = ["transcripts.current = 1"]
    if filters.place is not None:
        parts.append(f"interviews.place_id IN ({_rows(db, 'places', filters.place)})")
    if filters.theme is not None:
        about = f"theme_id IN ({themed(db, filters.theme)})"
        whole = f"SELECT interview_id FROM interview_themes WHERE {about}"  # noqa: S608 - row numbers
        parts.append(f"(interviews.id IN ({whole}) OR interviews.id IN ({PASSAGES} WHERE {about}))")
    if filters.person is not None:
        parts.append(
            "(interviews.id IN (SELECT interview_id FROM interview_people WHERE person_id IN"  # noqa: S608 - row numbers
            f" ({_rows(db, 'people', filters.person)})) OR interviews.id IN"
            f" (SELECT interview_id FROM speakers WHERE id IN ({_rows(db, 'speakers', filters.person)})))"
        )
    if filters.language is not None:
        spoken = f"language = '{letters(filters.language)}'"
        others = f"SELECT transcript_id FROM segments WHERE {spoken}"  # noqa: S608 - letters
        parts.append(f"(transcripts.{spoken} OR transcripts.id IN ({others}))")
    if filters.state is not None:
        parts.append(f"transcripts.state = '{letters(filters.state)}'")
    if filters.since is not None:
        parts.append(f"interviews.date >= '{_date(filters.since)}'")
    if filters.until is not None:
        # "~" sorts behind every digit and hyphen, so that a year or a month reaches to its end.
        parts.append(f"interviews.date <= '{_date(filters.until)}~'")
    return " AND ".join(parts)


def unknown(db: Reader, filters: Filters) -> list[tuple[str, str, list[str]]]:
    """The filters whose name nothing here has: which filter, the name that was asked for, and the names there are."""
    tables = {"place": ("places",), "person": ("people", "speakers")}
    missing = []
    for name, kinds in tables.items():
        asked = getattr(filters, name)
        if asked is not None and not any(_rows(db, table, asked) for table in kinds):
            missing.append((name, asked, sorted(set(_all_names(db, kinds)))))
    # A theme counts as known also before anything is about it, and by its name in any language.
    if filters.theme is not None and themes.key(filters.theme) not in themes.called(db):
        missing.append(("theme", filters.theme, [theme.name for theme in themes.every(db)]))
    return missing


def letters(text: str) -> str:
    """The letters and digits of a code, small: all that may stand in a statement."""
    return "".join(character for character in text.lower() if character.isalnum())


def themed(db: Reader, name: str) -> str:
    """The rows of a theme, by any of its names, and of those that are narrower; empty where there is none."""
    try:
        return ",".join(map(str, sorted(themes.rows(db, name))))
    except UserError:
        return ""


def _rows(db: Reader, table: str, name: str) -> str:
    sought = fold(name)
    rows = db.execute(f"SELECT id, name FROM {table}").fetchall()  # noqa: S608 - a name of ours
    return ",".join(str(row) for row, known in rows if fold(known) == sought)


def _all_names(db: Reader, tables: Iterable[str]) -> list[str]:
    return [row[0] for table in tables for row in db.execute(f"SELECT name FROM {table}")]  # noqa: S608 - ours


def _date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise UserError(f"'{text}' is no date.", "Write it as 2024-05-31, 2024-05 or 2024.")
    return text
