"""The rows of one revision of a transcript: its segments with their words, and the text that is searched."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from archive.catalogue import Reader, speakers
from archive.catalogue.folding import fold_word
from archive.catalogue.moments import now
from ingest.transcript import Segment, Word


@dataclass(frozen=True, slots=True)
class SpokenSegment:
    """A segment as the catalogue holds it, on the interview's time line.

    Attributes:
        speaker: None where unknown.
        language: ISO 639-1, where it is another one than the transcript's; else None.
    """

    speaker: str | None
    text: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]
    language: str | None = None


class Row(NamedTuple):
    """The columns of a segment but for its place, and its line in the text that is searched."""

    start_ms: int
    end_ms: int
    speaker: int | None
    text: str
    words: str
    language: str | None
    folded: str


def pack(segment: Segment) -> str:
    """The words of a segment for the `words` column: JSON, [place in text, start_ms, end_ms, %] a word."""
    rows, place = [], 0
    for word in segment.words:
        rows.append([place, word.start_ms, word.end_ms, round(word.probability * 100)])
        place += len(word.text) + segment.spaced
    return json.dumps(rows, separators=(",", ":"))


def unpack(text: str, words: str) -> tuple[Word, ...]:
    """The words of a segment from its `text` and `words` columns; probabilities are whole hundredths."""
    rows = json.loads(words)
    ends = [row[0] for row in rows[1:]] + [len(text)]
    return tuple(
        Word(text[place:end].strip(), start, finish, percent / 100)
        for (place, start, finish, percent), end in zip(rows, ends, strict=True)
    )


def places(words: str) -> tuple[tuple[int, int, int], ...]:
    """The same without its text: (place of its first character, start_ms, end_ms) of each word."""
    return tuple((place, start, end) for place, start, end, _ in json.loads(words))


def folded(words: Iterable[Word]) -> str:
    """A segment's line in the search text: each token with a space on either side."""
    return " " + "".join(f"{token} " for word in words for token in fold_word(word.text))


def segments(db: Reader, transcript: int, positions: Iterable[int] | None = None) -> list[SpokenSegment]:
    """Segments of a transcript in their order: all, or those at `positions`."""
    chosen = "" if positions is None else f" AND segments.position IN ({','.join(map(str, positions))})"
    return [
        SpokenSegment(speaker, text, start, end, unpack(text, words), language)
        for speaker, text, start, end, words, language in db.execute(
            "SELECT speakers.name, segments.text, segments.start_ms,"  # noqa: S608 - whole numbers
            " segments.end_ms, segments.words, segments.language FROM segments"
            " LEFT JOIN speakers ON speakers.id = segments.speaker_id"
            f" WHERE segments.transcript_id = ?{chosen} ORDER BY segments.position",
            [transcript],
        )
    ]


def made(db: Database, interview: int, spoken: Sequence[Segment]) -> list[Row]:
    """Rows of segments that are not in the catalogue yet; their speakers are added to it."""
    known: dict[tuple[int | None, str | None], int | None] = {}
    rows = []
    for segment in spoken:
        who = (segment.channel, segment.speaker)
        if who not in known:
            known[who] = speakers.find_or_add(db, interview, *who)
        rows.append(
            Row(
                segment.start_ms,
                segment.end_ms,
                known[who],
                segment.text,
                pack(segment),
                segment.language,
                folded(segment.words),
            )
        )
    return rows


def kept(db: Reader, transcript: int) -> list[Row]:
    """The rows of a transcript that is in the catalogue, in their order."""
    found = db.execute(
        "SELECT start_ms, end_ms, speaker_id, text, words, language FROM segments"
        " WHERE transcript_id = ? ORDER BY position",
        [transcript],
    )
    return [
        Row(start, end, speaker, text, words, language, folded(unpack(text, words)))
        for start, end, speaker, text, words, language in found
    ]


def add(db: Database, interview: int, **columns: object) -> tuple[int, int]:
    """Begin another revision of an interview, which is not current: its row, and its number among the revisions."""
    (revision,) = db.execute(
        "SELECT coalesce(max(revision), 0) + 1 FROM transcripts WHERE interview_id = ?", [interview]
    ).fetchone()
    given = {"interview_id": interview, "revision": revision, "current": 0, "created": now(), **columns}
    marks = ", ".join("?" * len(given))
    (number,) = db.execute(
        f"INSERT INTO transcripts ({', '.join(given)}) VALUES ({marks}) RETURNING id",  # noqa: S608 - ours
        [*given.values()],
    ).fetchone()
    return int(number), int(revision)


def write(db: Database, transcript: int, rows: Sequence[Row]) -> None:
    """Give a revision its segments instead of those that it has."""
    db.execute("DELETE FROM segments WHERE transcript_id = ?", [transcript])
    db.conn.executemany(
        "INSERT INTO segments (transcript_id, position, start_ms, end_ms, speaker_id, text, words, language)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(transcript, position, *row[:6]) for position, row in enumerate(rows)],
    )


def make_current(db: Database, transcript: int, rows: Sequence[Row]) -> None:
    """Let a revision be found instead of the interview's own, or of the translation in its language."""
    others = (
        "SELECT other.id FROM transcripts AS other JOIN transcripts AS this ON this.id = ?"
        " WHERE other.interview_id = this.interview_id AND other.translation = this.translation"
        " AND (NOT this.translation OR other.language IS this.language) AND other.id <> this.id"
    )
    # Only what is current can be found.
    db.execute(f"DELETE FROM folded WHERE transcript_id IN ({others})", [transcript])  # noqa: S608 - ours
    db.execute(f"UPDATE transcripts SET current = 0 WHERE current AND id IN ({others})", [transcript])  # noqa: S608
    db.execute("UPDATE transcripts SET current = 1 WHERE id = ?", [transcript])
    db.execute(
        "INSERT INTO folded (transcript_id, text) VALUES (?, ?)"
        " ON CONFLICT (transcript_id) DO UPDATE SET text = excluded.text WHERE text <> excluded.text",
        [transcript, "\n".join(row.folded for row in rows)],
    )
