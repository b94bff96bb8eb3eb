"""Transcripts: revisions of an interview's words, who says them, and the text they are searched in."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from archive.catalogue import Reader, interviews, speakers
from archive.catalogue.folding import fold_word
from archive.catalogue.moments import now
from ingest.transcript import Segment, Transcript, Word


@dataclass(frozen=True, slots=True)
class SpokenSegment:
    """A segment as the catalogue holds it, on the interview's time line; `speaker` None where unknown."""

    speaker: str | None
    text: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class SavedTranscript:
    """One revision of an interview's transcript."""

    interview: str
    language: str | None
    revision: int
    kind: str
    model: str | None
    notes: tuple[str, ...]
    segments: tuple[SpokenSegment, ...]


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


def save(db: Database, slug: str, transcript: Transcript, *, version: str | None = None) -> int:
    """Keep an interview's transcript and make it the current one, found by search, in one transaction.

    What the current revision says already is not written again. A transcript by the same recogniser that only
    gains segments (another clip of the interview was finished) takes the place of the current revision;
    any other is a new one.

    Args:
        db: the catalogue.
        slug: the interview.
        transcript: its words in milliseconds on the interview's own time line.
        version: of the recogniser.

    Returns:
        The number of the revision, from 1.

    Raises:
        UserError: there is no such interview.
    """
    with db.atomic():
        interview = interviews.row_of(db, slug)
        rows = _rows(db, interview, transcript.segments)
        number, revision = _extended(db, interview, transcript, version, rows) or _next(
            db, interview, transcript, version
        )
        _write(db, number, transcript, rows)
        db.execute(
            "UPDATE interviews SET language = ? WHERE id = ? AND language_given = 0",
            [transcript.language, interview],
        )
    return revision


def current(db: Reader, slug: str) -> SavedTranscript | None:
    """The current transcript of an interview; None before the first one.

    Raises:
        UserError: there is no such interview.
    """
    found = db.execute(
        "SELECT id, language, revision, kind, model, notes FROM transcripts"
        " WHERE interview_id = ? AND current = 1",
        [interviews.row_of(db, slug)],
    ).fetchone()
    if not found:
        return None
    number, language, revision, kind, model, notes = found
    return SavedTranscript(
        slug, language, revision, kind, model, tuple(json.loads(notes)), tuple(segments(db, number))
    )


def segments(db: Reader, transcript: int, positions: Iterable[int] | None = None) -> list[SpokenSegment]:
    """Segments of a transcript in their order: all, or those at `positions`."""
    chosen = "" if positions is None else f" AND segments.position IN ({','.join(map(str, positions))})"
    return [
        SpokenSegment(speaker, text, start, end, unpack(text, words))
        for speaker, text, start, end, words in db.execute(
            "SELECT speakers.name, segments.text, segments.start_ms,"  # noqa: S608 - whole numbers
            " segments.end_ms, segments.words FROM segments"
            " LEFT JOIN speakers ON speakers.id = segments.speaker_id"
            f" WHERE segments.transcript_id = ?{chosen} ORDER BY segments.position",
            [transcript],
        )
    ]


_Row = tuple[int, int, int | None, str, str, str]  # start, end, speaker, text, words, folded


def folded(words: Iterable[Word]) -> str:
    """A segment's line in the search text: each token with a space on either side."""
    return " " + "".join(f"{token} " for word in words for token in fold_word(word.text))


def _rows(db: Database, interview: int, spoken: Sequence[Segment]) -> list[_Row]:
    known: dict[tuple[int | None, str | None], int | None] = {}
    rows: list[_Row] = []
    for segment in spoken:
        who = (segment.channel, segment.speaker)
        if who not in known:
            known[who] = speakers.find_or_add(db, interview, *who)
        rows.append(
            (
                segment.start_ms,
                segment.end_ms,
                known[who],
                segment.text,
                pack(segment),
                folded(segment.words),
            )
        )
    return rows


def _extended(
    db: Database, interview: int, transcript: Transcript, version: str | None, rows: Sequence[_Row]
) -> tuple[int, int] | None:
    """The current revision, where the same recogniser made it and all its segments are still there."""
    found = db.execute(
        "SELECT id, revision FROM transcripts WHERE interview_id = ? AND current = 1"
        " AND kind = ? AND model IS ? AND version IS ?",
        [interview, transcript.kind, transcript.model, version],
    ).fetchone()
    if not found:
        return None
    coming = iter(rows)
    still_there = all(any(old == new[:5] for new in coming) for old in _kept(db, found[0]))
    return (found[0], found[1]) if still_there else None


def _kept(db: Database, number: int) -> list[tuple[object, ...]]:
    found = db.execute(
        "SELECT start_ms, end_ms, speaker_id, text, words FROM segments"
        " WHERE transcript_id = ? ORDER BY position",
        [number],
    )
    return [tuple(row) for row in found]


def _next(db: Database, interview: int, transcript: Transcript, version: str | None) -> tuple[int, int]:
    (revision,) = db.execute(
        "SELECT coalesce(max(revision), 0) + 1 FROM transcripts WHERE interview_id = ?", [interview]
    ).fetchone()
    # Only what is current can be found.
    db.execute(
        "DELETE FROM folded WHERE transcript_id IN (SELECT id FROM transcripts WHERE interview_id = ?)",
        [interview],
    )
    db.execute("UPDATE transcripts SET current = 0 WHERE interview_id = ? AND current = 1", [interview])
    (number,) = db.execute(
        "INSERT INTO transcripts (interview_id, kind, model, version, revision, current, created)"
        " VALUES (?, ?, ?, ?, ?, 1, ?) RETURNING id",
        [
            interview,
            transcript.kind,
            transcript.model,
            version,
            revision,
            now(),
        ],
    ).fetchone()
    return int(number), int(revision)


def _write(db: Database, number: int, transcript: Transcript, rows: Sequence[_Row]) -> None:
    db.execute(
        "UPDATE transcripts SET language = ?, notes = ? WHERE id = ?",
        [
            transcript.language,
            json.dumps([str(note) for note in transcript.notes], ensure_ascii=False),
            number,
        ],
    )
    if rows and _kept(db, number) == [row[:5] for row in rows]:
        return
    db.execute("DELETE FROM segments WHERE transcript_id = ?", [number])
    db.conn.executemany(
        "INSERT INTO segments (transcript_id, position, start_ms, end_ms, speaker_id, text, words)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(number, position, *row[:5]) for position, row in enumerate(rows)],
    )
    db.execute(
        "INSERT INTO folded (transcript_id, text) VALUES (?, ?)"
        " ON CONFLICT (transcript_id) DO UPDATE SET text = excluded.text",
        [number, "\n".join(row[5] for row in rows)],
    )
