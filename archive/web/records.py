"""What the pages show, read from the catalogue: plain SQL in, frozen records out.

Every function takes a read-only `sqlite3.Connection` whose rows can be read by name.
"""

import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

PLAYED = ("proxy", "audio")  # what a browser plays, best first
FILTERS = {
    "place": "places.name = :place",
    "language": "interviews.language = :language",
    "person": "interviews.id IN (SELECT interview_id FROM interview_people"
    " JOIN people ON people.id = person_id WHERE people.name = :person)",
    "organisation": "organisations.name = :organisation",
    "theme": "interviews.id IN (SELECT interview_id FROM interview_themes JOIN themes ON themes.id = theme_id"
    " WHERE themes.name = :theme)",
}
CARDS = """
SELECT interviews.id, slug, title, language, date, duration_ms,
    places.name AS place, organisations.name AS organisation,
    (SELECT json_group_array(name) FROM (SELECT DISTINCT people.name FROM interview_people
        JOIN people ON people.id = person_id WHERE interview_id = interviews.id
        ORDER BY interview_people.position)) AS people,
    (SELECT json_group_array(name) FROM (SELECT themes.name FROM interview_themes
        JOIN themes ON themes.id = theme_id WHERE interview_id = interviews.id
        ORDER BY themes.name)) AS themes,
    (SELECT renditions.path || char(10) || coalesce(steps.finished, '') FROM interview_clips
        JOIN renditions ON renditions.clip = interview_clips.clip AND renditions.kind = 'poster'
        LEFT JOIN steps ON steps.clip = renditions.clip AND steps.step = 'renditions'
        WHERE interview_id = interviews.id ORDER BY position LIMIT 1) AS poster,
    NOT EXISTS (SELECT 1 FROM interview_clips JOIN clips ON clips.hash = interview_clips.clip
        WHERE interview_id = interviews.id AND coalesce(clips.kind, 'video') = 'video') AS only_sound
FROM interviews LEFT JOIN places ON places.id = place_id
    LEFT JOIN organisations ON organisations.id = organisation_id
"""


@dataclass(frozen=True, slots=True)
class Card:
    """An interview as lists show it; `poster` is an address on the site, or None."""

    slug: str
    title: str
    language: str | None
    date: str | None
    duration_ms: int
    place: str | None
    organisation: str | None
    people: tuple[str, ...]
    themes: tuple[str, ...]
    poster: str | None
    only_sound: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that failed: its name, what happened, and what to do next."""

    step: str
    error: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip of an interview.

    Attributes:
        start_ms: where it begins on the interview's time line.
        end_ms: where it ends there.
        files: addresses of its renditions, by kind.
        failures: the steps that failed.
        done: the steps that are done.
    """

    hash: str
    name: str
    start_ms: int
    end_ms: int
    start_timecode: str | None
    files: Mapping[str, str]
    failures: tuple[Failure, ...]
    done: frozenset[str]

    @property
    def plays(self) -> str | None:
        """The address of what a browser plays, or None."""
        return next((self.files[kind] for kind in PLAYED if kind in self.files), None)

    @property
    def pictured(self) -> bool:
        """Whether there is something to see while it plays."""
        return "proxy" in self.files


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment as it is read.

    Attributes:
        words: (place of its first character in text, start_ms, end_ms) of each word.
    """

    start_ms: int
    end_ms: int
    speaker: str | None
    text: str
    words: tuple[tuple[int, int, int], ...]

    @property
    def spoken(self) -> tuple[tuple[str, int, int], ...]:
        """Each word with the space after it, and its times."""
        ends = [place for place, _, _ in self.words[1:]] + [len(self.text)]
        return tuple(
            (self.text[a:b], start, end) for (a, start, end), b in zip(self.words, ends, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview with its clips in order and its words; `passages` is None until there is a transcript."""

    card: Card
    clips: tuple[Clip, ...]
    passages: tuple[Passage, ...] | None
    language: str | None
    kind: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much there is: interviews, their length, places, languages, people and words."""

    interviews: int
    duration_ms: int
    places: int
    languages: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Something said that can stand for the whole: the words, who says them, where."""

    card: Card
    text: str
    speaker: str | None
    start_ms: int
    language: str | None


def address(path: str, finished: str) -> str:
    """The address of a rendition: another one each time it is made again, so that caches may keep it."""
    clip, name = path.split("/")[-2:]
    return f"/media/{clip}/{name}?v={zlib.crc32(finished.encode()):08x}"


def numbers(db: sqlite3.Connection) -> Numbers:
    """How much the archive holds."""
    row = db.execute(
        "SELECT count(*), coalesce(sum(duration_ms), 0), count(DISTINCT place_id), count(DISTINCT language)"
        " FROM interviews"
    ).fetchone()
    return Numbers(*row)


def cards(db: sqlite3.Connection, wanted: Mapping[str, str], *, limit: int, skip: int = 0) -> list[Card]:
    """Interviews, newest first; `wanted` holds values for some of `FILTERS`."""
    order = "ORDER BY coalesce(date, created) DESC, interviews.id DESC LIMIT :limit OFFSET :skip"
    sql = f"{CARDS} {_where(wanted)} {order}"
    return [_card(row) for row in db.execute(sql, {**wanted, "limit": limit, "skip": skip})]


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
    return {row["slug"]: _card(row) for row in db.execute(f"{CARDS} WHERE slug IN ({marks})", tuple(slugs))}


def facets(db: sqlite3.Connection) -> dict[str, list[tuple[str, int]]]:
    """For each way to choose interviews its values and how many interviews have each, most first."""
    queries = {
        "place": "SELECT places.name, count(*) FROM interviews JOIN places ON places.id = place_id",
        "theme": "SELECT themes.name, count(*) FROM interview_themes JOIN themes ON themes.id = theme_id",
        "person": "SELECT people.name, count(DISTINCT interview_id) FROM interview_people"
        " JOIN people ON people.id = person_id",
        "language": "SELECT language, count(*) FROM interviews WHERE language IS NOT NULL",
    }
    return {
        name: [
            (value, number) for value, number in db.execute(f"{sql} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 40")
        ]
        for name, sql in queries.items()
    }


def moment(db: sqlite3.Connection) -> Moment | None:
    """A quote for the front page: no question, of a good length, from the latest interviews."""
    row = db.execute(
        """
        SELECT slug, segments.text, segments.start_ms, speakers.name AS speaker, transcripts.language
        FROM (SELECT id, slug FROM interviews
            ORDER BY coalesce(date, created) DESC, id DESC LIMIT 12) AS latest
        JOIN transcripts ON transcripts.interview_id = latest.id AND current = 1
        JOIN segments ON segments.transcript_id = transcripts.id
        LEFT JOIN speakers ON speakers.id = segments.speaker_id
        WHERE coalesce(speakers.name, '') != 'Interviewer' AND length(segments.text) BETWEEN 25 AND 220
            AND segments.text NOT LIKE '%?'
        ORDER BY abs(length(segments.text) - 80), latest.id DESC, segments.position LIMIT 1
        """
    ).fetchone()
    if row is None:
        return None
    card = named(db, [row["slug"]])[row["slug"]]
    return Moment(card, row["text"], row["speaker"], row["start_ms"], row["language"])


def interview(db: sqlite3.Connection, slug: str) -> Interview | None:
    """An interview with its clips and its current transcript; None where there is no such slug."""
    row = db.execute(f"{CARDS} WHERE slug = ?", (slug,)).fetchone()
    if row is None:
        return None
    transcript = db.execute(
        "SELECT id, language, kind, model FROM transcripts WHERE interview_id = ? AND current = 1",
        (row["id"],),
    ).fetchone()
    language, kind, model = (
        (transcript["language"], transcript["kind"], transcript["model"]) if transcript else (None,) * 3
    )
    words = _passages(db, transcript["id"]) if transcript else None
    return Interview(_card(row), clips(db, slug), words, language or row["language"], kind, model)


def clips(db: sqlite3.Connection, slug: str) -> tuple[Clip, ...]:
    """An interview's clips in the order of its time line."""
    rows = db.execute(
        "SELECT hash, clips.name, offset, duration, start_timecode FROM interview_clips"
        " JOIN clips ON hash = clip"
        " JOIN interviews ON interviews.id = interview_id WHERE slug = ? ORDER BY interview_clips.position",
        (slug,),
    ).fetchall()
    return tuple(_clip(db, row) for row in rows)


def _where(wanted: Mapping[str, str]) -> str:
    return "WHERE " + " AND ".join(FILTERS[name] for name in wanted) if wanted else ""


def _card(row: sqlite3.Row) -> Card:
    return Card(
        slug=row["slug"],
        title=row["title"],
        language=row["language"],
        date=row["date"],
        duration_ms=row["duration_ms"],
        place=row["place"],
        organisation=row["organisation"],
        people=tuple(json.loads(row["people"])),
        themes=tuple(json.loads(row["themes"])),
        poster=address(*row["poster"].split("\n")) if row["poster"] else None,
        only_sound=bool(row["only_sound"]),
    )


def _clip(db: sqlite3.Connection, row: sqlite3.Row) -> Clip:
    steps = db.execute(
        "SELECT step, state, error, remedy, finished FROM steps WHERE clip = ?", (row["hash"],)
    ).fetchall()
    finished = next((step["finished"] for step in steps if step["step"] == "renditions"), "")
    files = db.execute("SELECT kind, path FROM renditions WHERE clip = ?", (row["hash"],)).fetchall()
    start = Fraction(row["offset"])
    return Clip(
        hash=row["hash"],
        name=row["name"],
        start_ms=round(start * 1000),
        end_ms=round((start + Fraction(row["duration"] or 0)) * 1000),
        start_timecode=row["start_timecode"],
        files={file["kind"]: address(file["path"], finished) for file in files},
        failures=tuple(
            Failure(step["step"], step["error"] or "", step["remedy"] or "")
            for step in steps
            if step["state"] == "failed"
        ),
        done=frozenset(step["step"] for step in steps if step["state"] == "done"),
    )


def _passages(db: sqlite3.Connection, transcript: int) -> tuple[Passage, ...]:
    rows = db.execute(
        "SELECT start_ms, end_ms, speakers.name AS speaker, text, words FROM segments"
        " LEFT JOIN speakers ON speakers.id = speaker_id WHERE transcript_id = ? ORDER BY segments.position",
        (transcript,),
    )
    return tuple(
        Passage(row["start_ms"], row["end_ms"], row["speaker"], row["text"], _words(row["words"]))
        for row in rows
    )


def _words(column: str) -> tuple[tuple[int, int, int], ...]:
    return tuple((place, start, end) for place, start, end, _ in json.loads(column))
