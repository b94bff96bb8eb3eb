"""Facets: in how many interviews something is said, by place, person, theme, language and review state."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from archive.catalogue import Reader
from archive.search import index
from archive.search.filters import PASSAGES, Filters, condition, letters, themed
from archive.search.gate import Gate
from archive.search.passages import languages, wanted
from archive.search.query import Query, parse
from archive.search.quotes import Spot, is_open, spots


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a facet and the number of interviews that have it and hold a quote."""

    value: str
    interviews: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How a search could be narrowed, each list with the most first.

    Each is counted with every filter but its own, so that another value can be chosen.

    Attributes:
        interviews: how many interviews hold a quote, with all filters.
    """

    interviews: int
    place: tuple[Facet, ...]
    person: tuple[Facet, ...]
    theme: tuple[Facet, ...]
    language: tuple[Facet, ...]
    state: tuple[Facet, ...]


_VALUES = {
    "place": ("places.name", "JOIN places ON places.id = interviews.place_id"),
    "person": (
        "people.name",
        "JOIN interview_people ON interview_people.interview_id = interviews.id"
        " JOIN people ON people.id = interview_people.person_id",
    ),
    "theme": (
        "themes.name",
        "JOIN interview_themes ON interview_themes.interview_id = interviews.id"
        " JOIN themes ON themes.id = interview_themes.theme_id",
    ),
    "language": ("found.language", ""),
    "state": ("transcripts.state", ""),
}


def facets(db: Reader, typed: str, filters: Filters | None = None, *, form_first: bool = False) -> Facets:
    """Count the interviews that hold a quote for what somebody typed, as `search` finds them.

    Raises:
        UserError: what a filter gives as a date is none.
    """
    filters = filters or Filters()
    query, gate = parse(typed), Gate(db, form_first=form_first)
    found = json.dumps(_transcripts(db, query, gate, filters.theme))
    every = json.dumps(_transcripts(db, query, gate, None)) if filters.theme else found
    counted = {
        name: _count(db, name, every if name == "theme" else found, filters.without(name)) for name in _VALUES
    }
    (interviews,) = db.execute(
        f"{_FOUND} SELECT count(DISTINCT interviews.id) {_OF} WHERE {_chosen(db, filters)}", [found]
    ).fetchone()
    return Facets(interviews, **counted)


# A transcript, and a language in which a quote of it is.
_FOUND = "WITH found(id, language) AS (SELECT value ->> 0, value ->> 1 FROM json_each(?))"
_OF = (
    "FROM found JOIN transcripts ON transcripts.id = found.id"
    " JOIN interviews ON interviews.id = transcripts.interview_id"
)


def _chosen(db: Reader, filters: Filters) -> str:
    chosen = condition(db, filters.without("language"))
    return f"{chosen} AND found.language = '{letters(filters.language)}'" if filters.language else chosen


def _count(db: Reader, name: str, found: str, filters: Filters) -> tuple[Facet, ...]:
    value, joined = _VALUES[name]
    rows = db.execute(
        f"{_FOUND} SELECT {value}, count(DISTINCT interviews.id) {_OF} {joined} WHERE {_chosen(db, filters)}"
        f" AND {value} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
        [found],
    )
    return tuple(Facet(*row) for row in rows)


def _transcripts(db: Reader, query: Query, gate: Gate, theme: str | None) -> list[tuple[int, str | None]]:
    """All transcripts with a quote, each with the languages in which it has one; about a theme or any."""
    ways = index.stages(query)
    if not ways:
        return []
    loosest = ways[-1]
    found = set(index.matching(db, loosest.expression))
    read = found & _to_read(db, query, loosest, gate, theme)
    usual = "SELECT id, language FROM transcripts WHERE id IN (SELECT value FROM json_each(?))"
    quoted = [tuple(row) for row in db.execute(usual, [json.dumps(sorted(found - read))])]
    texts = (
        "SELECT interview_id, transcripts.id, text FROM folded JOIN transcripts ON transcripts.id = transcript_id"
        " WHERE transcript_id IN (SELECT value FROM json_each(?))"
    )
    for interview, row, text in db.execute(texts, [json.dumps(sorted(read))]).fetchall():
        looked_at = wanted(db, row, Filters(theme=theme))
        met = spots(interview, row, text, query, loosest, looked_at)
        seen = (spot for spot in met if is_open(db, spot, gate))
        quoted += [(row, language) for language in _languages(db, row, seen)]
    return quoted


def _to_read(db: Reader, query: Query, stage: index.Stage, gate: Gate, theme: str | None) -> set[int]:
    """The transcripts of which the index alone does not tell whether they have a quote, and in which language.

    They hold an excluded word, are in several languages, have passages about the theme, or may not all be seen.
    """
    excluding = {
        row
        for term in query.excluded
        for row in index.matching(db, f"({stage.expression}) AND {index.Stage((term,)).expression}")
    }
    others = db.execute(
        "SELECT transcript_id FROM segments WHERE language IS NOT NULL"  # noqa: S608 - row numbers
        " UNION SELECT id FROM transcripts WHERE interview_id IN (SELECT value FROM json_each(?))"
        f" UNION SELECT id FROM transcripts WHERE interview_id IN ({PASSAGES}"
        f" WHERE theme_id IN ({themed(db, theme) if theme else ''}))",
        [json.dumps([*gate.limited])],
    )
    return excluding | {row for (row,) in others}


def _languages(db: Reader, transcript: int, found: Iterable[Spot]) -> set[str | None]:
    """The languages in which a transcript has quotes; once all of its own were met no more are looked at."""
    usual, others = languages(db, transcript)
    met: set[str | None] = set()
    for spot in found:
        met.add(others.get(spot.segment, usual))
        if len(met) == len({usual, *others.values()}):
            break
    return met
