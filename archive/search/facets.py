"""Facets: in how many interviews something is said, by place, person, theme and language."""

import json
from dataclasses import dataclass

from archive.catalogue import Reader
from archive.search import index
from archive.search.filters import Filters, condition
from archive.search.query import Query, parse
from archive.search.quotes import spots


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
    "language": ("transcripts.language", ""),
}


def facets(db: Reader, typed: str, filters: Filters | None = None) -> Facets:
    """Count the interviews that hold a quote for what somebody typed.

    Raises:
        UserError: what a filter gives as a date is none.
    """
    filters = filters or Filters()
    found = json.dumps(_transcripts(db, parse(typed)))
    counted = {name: _count(db, name, found, filters.without(name)) for name in _VALUES}
    (interviews,) = db.execute(
        f"SELECT count(*) {_FOUND} AND {condition(db, filters)}",
        [found],
    ).fetchone()
    return Facets(interviews, **counted)


_FOUND = (
    "FROM transcripts JOIN interviews ON interviews.id = transcripts.interview_id"
    " WHERE transcripts.id IN (SELECT value FROM json_each(?))"
)


def _count(db: Reader, name: str, found: str, filters: Filters) -> tuple[Facet, ...]:
    value, joined = _VALUES[name]
    tables, where = _FOUND.split(" WHERE ")
    rows = db.execute(
        f"SELECT {value}, count(DISTINCT interviews.id) {tables} {joined} WHERE {where}"
        f" AND {condition(db, filters)} AND {value} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
        [found],
    )
    return tuple(Facet(*row) for row in rows)


def _transcripts(db: Reader, query: Query) -> list[int]:
    """All transcripts with a quote. Only those that hold an excluded word have to be read."""
    ways = index.stages(query)
    if not ways:
        return []
    loosest = ways[-1]
    found = set(index.matching(db, loosest.expression))
    doubtful = {
        row
        for term in query.excluded
        for row in index.matching(db, f"({loosest.expression}) AND {index.Stage((term,)).expression}")
    }
    for row, text in db.execute(
        "SELECT transcript_id, text FROM folded WHERE transcript_id IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(doubtful))],
    ):
        if next(spots(row, text, query, loosest), None) is None:
            found.discard(row)
    return sorted(found)
