"""Interviews as lists show them: their cards, how many there are, and what they can be chosen by.

Every function takes a read-only `sqlite3.Connection` whose rows can be read by name.
"""

import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Inside the house, too, nobody is led to what was withdrawn.
THERE = "interviews.status <> 'withdrawn'"
# What interviews are about, and their chapters of which something is not withheld.
THEMED = """(SELECT interview_id, theme_id FROM interview_themes UNION
    SELECT chapters.interview_id, theme_id FROM chapter_themes JOIN chapters ON chapters.id = chapter_id
    WHERE chapters.interview_id NOT IN (SELECT interview_id FROM withheld)  -- most; the rest is slow
    OR coalesce((SELECT sum(min(withheld.end_ms, chapters.end_ms) - max(withheld.start_ms, chapters.start_ms))
        FROM withheld WHERE withheld.interview_id = chapters.interview_id
        AND withheld.start_ms < chapters.end_ms AND withheld.end_ms > chapters.start_ms), 0)
        < chapters.end_ms - chapters.start_ms) AS themed"""
FILTERS = {
    "place": "places.name = :place",
    "language": "interviews.language = :language",
    "person": "interviews.id IN (SELECT interview_id FROM interview_people"
    " JOIN people ON people.id = person_id WHERE people.name = :person)",
    "organisation": "organisations.name = :organisation",
    "theme": f"interviews.id IN (SELECT interview_id FROM {THEMED} WHERE theme_id IN"  # noqa: S608
    " (SELECT id FROM themes WHERE name = :theme))",
}
# True of a row of `speakers` that asks: by its name, or by the role of the person who has that name.
ASKS = """(lower(coalesce(speakers.name, '')) = 'interviewer' OR EXISTS (SELECT 1 FROM interview_people
    JOIN people ON people.id = interview_people.person_id WHERE interview_people.interview_id = speakers.interview_id
        AND people.name = speakers.name AND lower(role) = 'interviewer'))"""
CARDS = """
SELECT interviews.id, slug, title, language, date, duration_ms,
    places.name AS place, organisations.name AS organisation,
    (SELECT json_group_array(name) FROM (SELECT DISTINCT people.name FROM interview_people
        JOIN people ON people.id = person_id WHERE interview_id = interviews.id AND lower(role) != 'interviewer'
        ORDER BY interview_people.position)) AS people,
    (SELECT json_group_array(name) FROM (SELECT DISTINCT people.name FROM interview_people
        JOIN people ON people.id = person_id WHERE interview_id = interviews.id AND lower(role) = 'interviewer'
        ORDER BY interview_people.position)) AS interviewers,
    (SELECT json_group_array(name) FROM (SELECT themes.name FROM interview_themes
        JOIN themes ON themes.id = theme_id WHERE interview_id = interviews.id
        ORDER BY themes.name)) AS themes,
    (SELECT renditions.path || char(10) || coalesce(steps.finished, '') FROM interview_clips
        JOIN renditions ON renditions.clip = interview_clips.clip AND renditions.kind = 'poster'
        LEFT JOIN steps ON steps.clip = renditions.clip AND steps.step = 'renditions'
        WHERE interview_id = interviews.id AND clip_in IS NULL ORDER BY position LIMIT 1) AS poster,
    NOT EXISTS (SELECT 1 FROM interview_clips JOIN clips ON clips.hash = interview_clips.clip
        WHERE interview_id = interviews.id AND coalesce(clips.kind, 'video') = 'video') AS only_sound
FROM interviews LEFT JOIN places ON places.id = place_id
    LEFT JOIN organisations ON organisations.id = organisation_id
"""


@dataclass(frozen=True, slots=True)
class Card:
    """An interview as lists show it; `people` are all but the interviewers, `poster` is an address on the site."""

    slug: str
    title: str
    language: str | None
    date: str | None
    duration_ms: int
    place: str | None
    organisation: str | None
    people: tuple[str, ...]
    interviewers: tuple[str, ...]
    themes: tuple[str, ...]
    poster: str | None
    only_sound: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much there is: interviews, their length, places and languages."""

    interviews: int
    duration_ms: int
    places: int
    languages: int


def address(path: str, finished: str) -> str:
    """The address of a rendition: another one each time it is made again, so that caches may keep it."""
    clip, name = path.split("/")[-2:]
    return f"/media/{clip}/{name}?v={zlib.crc32(finished.encode()):08x}"


def numbers(db: sqlite3.Connection) -> Numbers:
    """How much the archive holds."""
    row = db.execute(
        "SELECT count(*), coalesce(sum(duration_ms), 0), count(DISTINCT place_id), count(DISTINCT language)"  # noqa: S608
        f" FROM interviews WHERE {THERE}"
    ).fetchone()
    return Numbers(*row)


def cards(db: sqlite3.Connection, wanted: Mapping[str, str], *, limit: int, skip: int = 0) -> list[Card]:
    """Interviews, newest first; `wanted` holds values for some of `FILTERS`."""
    order = "ORDER BY coalesce(date, created) DESC, interviews.id DESC LIMIT :limit OFFSET :skip"
    sql = f"{CARDS} {_where(wanted)} {order}"
    return [card(row) for row in db.execute(sql, {**wanted, "limit": limit, "skip": skip})]


def count(db: sqlite3.Connection, wanted: Mapping[str, str]) -> int:
    """How many interviews there are of those that are wanted."""
    tables = (
        "interviews LEFT JOIN places ON places.id = place_id"
        " LEFT JOIN organisations ON organisations.id = organisation_id"
    )
    found: int = db.execute(f"SELECT count(*) FROM {tables} {_where(wanted)}", dict(wanted)).fetchone()[0]  # noqa: S608 - the condition is one of FILTERS
    return found


def named(db: sqlite3.Connection, slugs: Sequence[str]) -> dict[str, Card]:
    """The cards of some interviews, by slug."""
    marks = ", ".join("?" * len(slugs))
    return {row["slug"]: card(row) for row in db.execute(f"{CARDS} WHERE slug IN ({marks})", tuple(slugs))}


def facets(db: sqlite3.Connection) -> dict[str, list[tuple[str, int]]]:
    """For each way to choose interviews its values and how many interviews have each, most first."""
    joined = "JOIN interviews ON interviews.id = interview_id"
    queries = {
        "place": "SELECT places.name, count(*) FROM interviews JOIN places ON places.id = place_id",
        "theme": f"SELECT themes.name, count(*) FROM {THEMED} JOIN themes ON themes.id = theme_id {joined}",  # noqa: S608
        "person": "SELECT people.name, count(DISTINCT interview_id) FROM interview_people"  # noqa: S608
        f" JOIN people ON people.id = person_id {joined}",
        "language": "SELECT language, count(*) FROM interviews",
    }
    most = f"WHERE {THERE} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 40"
    return {
        name: [(value, number) for value, number in db.execute(f"{sql} {most}") if value]
        for name, sql in queries.items()
    }


def _where(wanted: Mapping[str, str]) -> str:
    return "WHERE " + " AND ".join([THERE, *(FILTERS[name] for name in wanted)])


def card(row: sqlite3.Row) -> Card:
    """The card in a row of `CARDS`."""
    return Card(
        slug=row["slug"],
        title=row["title"],
        language=row["language"],
        date=row["date"],
        duration_ms=row["duration_ms"],
        place=row["place"],
        organisation=row["organisation"],
        people=tuple(json.loads(row["people"])),
        interviewers=tuple(json.loads(row["interviewers"])),
        themes=tuple(json.loads(row["themes"])),
        poster=address(*row["poster"].split("\n")) if row["poster"] else None,
        only_sound=bool(row["only_sound"]),
    )
