"""Whether a catalogue's tables are all there and agree with each other: rows that are gone leave no rotten page."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from archive.catalogue import Reader
from archive.catalogue.schema import lay_out
from archive.errors import MEND_DATABASE, DamageFound

# Tables whose rows nothing but a fault ever takes away: those that a backup has and the catalogue lacks are lost.
LASTING = (
    *("interviews", "interview_clips", "transcripts", "segments", "files", "steps", "renditions"),
    *("former_slugs", "former_moments", "releases", "withheld"),
)

# Tables whose rows people take away, though not all of them at once: where none is left, they are lost.
DESCRIBED = (
    *("chapters", "chapter_themes", "chapter_places", "chapter_organisations"),
    *("interview_people", "interview_themes"),
)

# How many segments a current transcript had, by the lines of the text that is searched; where that is gone, too, one.
_SEGMENTS = """
SELECT id, had, has FROM (
    SELECT transcripts.id AS id, count(segments.id) AS has,
           CASE WHEN folded.text IS NULL THEN 1
                WHEN folded.text = '' THEN 0
                ELSE 1 + length(folded.text) - length(replace(folded.text, char(10), '')) END AS had
    FROM transcripts
    LEFT JOIN folded ON folded.transcript_id = transcripts.id
    LEFT JOIN segments ON segments.transcript_id = transcripts.id
    WHERE transcripts.current
    GROUP BY transcripts.id
) WHERE has < had
"""

_TRANSCRIBED = "(SELECT clip FROM steps WHERE step = 'transcribe' AND state = 'done')"

# Every clip was copied, or left in its place, in a step that stands in the ledger.
_STEPLESS = (
    "SELECT count(*) FROM clips WHERE hash NOT IN (SELECT clip FROM steps WHERE step = 'copy')",
    "The steps of {} clip{s} are gone.",
)

# A clip, and a kind of rendition that its step has always made.
_UNMADE = """
SELECT clip, 'proxy' FROM steps WHERE step = 'renditions' AND state = 'done'
    AND clip NOT IN (SELECT clip FROM renditions WHERE kind NOT IN ('sound', 'levels'))
UNION SELECT clip, 'sound' FROM steps WHERE step = 'sound' AND state = 'done' AND json_extract(result, '$.path')
    IS NOT NULL AND clip NOT IN (SELECT clip FROM renditions WHERE kind IN ('sound', 'levels'))
"""

# Each finds what others say is gone, and says it of a number of them.
_QUERIES = (
    (
        f"SELECT count(*) FROM ({_SEGMENTS})",  # noqa: S608 - no value in it
        "Segments of {} transcript{s} are gone.",
    ),
    (
        "SELECT count(DISTINCT interview_id) FROM interview_clips"  # noqa: S608 - no value in it
        f" WHERE heard AND clip IN {_TRANSCRIBED}"
        " AND interview_id NOT IN (SELECT interview_id FROM transcripts WHERE current)",
        "The transcripts of {} interview{s} are gone.",
    ),
    (  # a translation is left; schemas that know of none fail this, and mean nothing by it
        "SELECT count(DISTINCT interview_id) FROM interview_clips"  # noqa: S608 - no value in it
        f" WHERE heard AND clip IN {_TRANSCRIBED}"
        " AND interview_id IN (SELECT interview_id FROM transcripts WHERE current)"
        " AND interview_id NOT IN (SELECT interview_id FROM transcripts WHERE current AND NOT translation)",
        "Of {} interview{s} only a translation is left.",
    ),
    (
        "SELECT count(*) FROM interviews WHERE id NOT IN (SELECT interview_id FROM interview_clips)",
        "The clips of {} interview{s} are gone from the catalogue.",
    ),
    (
        f"SELECT count(*) FROM clips WHERE hash IN {_TRANSCRIBED}"  # noqa: S608 - no value in it
        " AND hash NOT IN (SELECT clip FROM interview_clips)",
        "The interviews of {} clip{s} are gone.",
    ),
    (
        "SELECT count(*) FROM clips WHERE NOT in_place AND path NOT IN (SELECT path FROM files)",
        "The catalogue does not know any more where {} clip{s} should lie.",
    ),
    _STEPLESS,
    (
        "SELECT count(DISTINCT hash) FROM sources"
        " WHERE hash NOT IN (SELECT hash FROM files) AND hash NOT IN (SELECT hash FROM clips)",
        "The catalogue does not know any more where {} file{s} of cards should lie: archive ingest with the cards"
        " finds them.",
    ),
)


def lacking(db: Reader) -> tuple[list[str], list[str]]:
    """What the schema of a catalogue should have and has not: sentences.

    Returns:
        Tables and columns, whose rows are lost with them; and indexes, triggers and views, which can be made again.
        The full-text indexes and what they consist of are among the latter.
    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    with closing(sqlite3.connect(":memory:")) as empty:
        lay_out(empty, version)
        here = _objects(db)
        gone = [each for each in _objects(empty) if each not in here]
        own = [("table", name) for name in tables(empty)]
        columns = [
            f"The column {column} of the table {name} is gone."
            for kind, name in own
            if (kind, name) in here
            for column in sorted(_columns(empty, name) - _columns(db, name))
        ]
    lost = [each for each in gone if each in own]
    return [*map(_said, lost), *columns], [_said(each) for each in gone if each not in lost]


def must_stand(db: Reader, path: Path) -> None:
    """Look whether the catalogue at `path` may be written to; costs some milliseconds.

    Raises:
        DamageFound: tables or columns are gone, interviews that others belong to, or the steps of clips.
    """
    gone, _ = lacking(db)
    if gone := gone or _counted(db, *_STEPLESS):
        raise DamageFound(f"{path} is damaged: {gone[0]}", MEND_DATABASE)
    must_know_interviews(db, path)


def must_know_interviews(db: Reader, path: Path) -> None:
    """Look whether the interviews are there that clips belong to: who reads would stumble over those that are not.

    Raises:
        DamageFound: some are gone.
    """
    (count,) = db.execute(
        "SELECT count(DISTINCT interview_id) FROM interview_clips"
        " WHERE interview_id NOT IN (SELECT id FROM interviews)"
    ).fetchone()
    if count:
        gone = f"{count} of its interviews {'are' if count > 1 else 'is'} gone."
        raise DamageFound(f"{path} is damaged: {gone}", MEND_DATABASE)


def tables(db: Reader) -> list[str]:
    """The tables whose rows are the catalogue's own.

    Not those of indexes, nor what is made from other rows, nor what SQLite and the migrations keep.
    """
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    virtual = [name for name, sql in rows if sql.startswith("CREATE VIRTUAL")]
    return [
        name
        for name, _ in rows
        if not name.startswith(("sqlite_", "_sqlite_", *virtual)) and name != "folded"
    ]


def disagreements(db: sqlite3.Connection) -> list[str]:
    """Sentences about rows that are gone, though others say that they were there."""
    found = []
    for query, sentence in _QUERIES:
        with suppress(sqlite3.DatabaseError):  # stopped, or a table is gone, which is said
            found += _counted(db, query, sentence)
    return found


def _counted(db: Reader, query: str, sentence: str) -> list[str]:
    """The sentence of the number that a query finds; nothing where that is 0."""
    (count,) = db.execute(query).fetchone()
    return [sentence.format(count, s="s" * (count != 1))] if count else []


def unmade(db: Reader) -> list[tuple[str, str]]:
    """The hash of a clip and a kind of rendition, for each step that was done and of which no rendition is known."""
    with suppress(sqlite3.DatabaseError):
        return [(clip, kind) for clip, kind in db.execute(_UNMADE)]
    return []


def incomplete(db: sqlite3.Connection) -> dict[int, int]:
    """The transcripts that have lost segments, each with the number that it had at least."""
    with suppress(sqlite3.DatabaseError):
        return {number: had for number, had, _ in db.execute(_SEGMENTS)}
    return {}


def _objects(db: Reader) -> list[tuple[str, str]]:
    """Kind and name of everything in a schema but what SQLite and the migrations keep for themselves."""
    rows = db.execute("SELECT type, name, tbl_name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    return [(kind, name) for kind, name, table in rows if not table.startswith(("sqlite_", "_sqlite_"))]


def _columns(db: Reader, table: str) -> set[str]:
    return {name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")}


def _said(gone: tuple[str, str]) -> str:
    kind, name = gone
    return f"The {kind} {name} is gone."
