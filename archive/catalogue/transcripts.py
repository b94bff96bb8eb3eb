"""Transcripts: what is said in an interview, in its own words and in translations; what machines heard is kept here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlite_utils import Database

from archive.catalogue import Reader, interviews, texts, timeline
from archive.catalogue.texts import Row, SpokenSegment
from archive.errors import UserError
from ingest.transcript import Segment, Transcript

State = Literal["machine", "corrected", "checked", "approved"]
STATES: tuple[State, ...] = get_args(State)

# True of a row of transcripts that says what a person wants it to say.
PERSONS = "(parent IS NOT NULL OR kind IN ('corrected', 'imported') OR state <> 'machine')"


@dataclass(frozen=True, slots=True)
class SavedTranscript:
    """One revision of an interview's transcript.

    Attributes:
        language: ISO 639-1; None where nobody speaks.
        kind: "machine", "captions", "corrected" or "imported".
        model: the recogniser's, where it was made by one.
        translation: whether it says in another language what the interview's own transcript says.
        parent: the revision that it was made from.
        author: who corrected, brought or reviewed it.
        reason: why.
        state: how far people have looked at it.
        reviewed_ms: up to where on the time line they have; None for all of it.
        created: when it was saved, ISO 8601.
        heard: whether its words were heard at their times, as `is_heard` has it.
    """

    interview: str
    language: str | None
    revision: int
    kind: str
    model: str | None
    notes: tuple[str, ...]
    segments: tuple[SpokenSegment, ...]
    translation: bool = False
    parent: int | None = None
    author: str | None = None
    reason: str | None = None
    state: State = "machine"
    reviewed_ms: int | None = None
    created: str = ""
    heard: bool = True


def current(db: Reader, slug: str, language: str | None = None) -> SavedTranscript | None:
    """The transcript of an interview that is searched and shown.

    Args:
        db: the catalogue.
        slug: the interview.
        language: ISO 639-1, for the one in this language; without it the interview's own.

    Returns:
        None before there is any.

    Raises:
        UserError: there is no such interview, or none in that language; says in which there are.
    """
    rows = db.execute(
        "SELECT id, translation, language FROM transcripts WHERE interview_id = ? AND current = 1"
        " ORDER BY translation, language",
        [interviews.row_of(db, slug)],
    ).fetchall()
    if language is None:
        number = next((number for number, translation, _ in rows if not translation), None)
        return of_row(db, number) if number else None
    wanted = language.strip().lower()
    found = next((number for number, _, known in rows if known == wanted), None)
    if found is None and rows:
        there = " and ".join(dict.fromkeys(known for *_, known in rows if known))
        raise UserError(
            f"{slug} has no transcript in '{language}'.",
            f"There is one in {there}." if there else "Leave the language out: nobody speaks in it.",
        )
    return of_row(db, found) if found else None


def languages(db: Reader, slug: str) -> tuple[str | None, ...]:
    """The languages in which there is a current transcript, that of the interview's own first.

    Raises:
        UserError: there is no such interview.
    """
    rows = db.execute(
        "SELECT language FROM transcripts WHERE interview_id = ? AND current = 1 ORDER BY translation, language",
        [interviews.row_of(db, slug)],
    )
    return tuple(language for (language,) in rows)


def of_row(db: Reader, number: int) -> SavedTranscript:
    """The revision in a row of transcripts."""
    slug, notes, translation, *columns = db.execute(
        "SELECT interviews.slug, notes, translation, transcripts.language, revision, kind, model, parent, author,"
        " reason, state, reviewed_ms, transcripts.created"
        " FROM transcripts JOIN interviews ON interviews.id = interview_id WHERE transcripts.id = ?",
        [number],
    ).fetchone()
    names = ("language", "revision", "kind", "model", "parent", "author", "reason", "state", "reviewed_ms")
    about: dict[str, Any] = dict(zip((*names, "created"), columns, strict=True))
    return SavedTranscript(
        interview=slug,
        notes=tuple(json.loads(notes)),
        segments=tuple(texts.segments(db, number)),
        translation=bool(translation),
        heard=is_heard(db, number),
        **about,
    )


def is_heard(db: Reader, number: int) -> bool:
    """Whether the words of the revision in a row of transcripts were heard at their times.

    Those of a translation, of captions and of a file that somebody brought have a share of the time of their line; and
    so have those of revisions that were made from such a one, or of which a clip with captions is a part.
    """
    (guessed,) = db.execute(
        """
        WITH RECURSIVE line (interview_id, parent, translation, kind) AS (
            SELECT interview_id, parent, translation, kind FROM transcripts WHERE id = ?
            UNION
            SELECT earlier.interview_id, earlier.parent, earlier.translation, earlier.kind
            FROM line JOIN transcripts AS earlier
                ON earlier.interview_id = line.interview_id AND earlier.revision = line.parent
        )
        SELECT EXISTS (SELECT 1 FROM line WHERE translation OR kind IN ('imported', 'captions'))
            OR EXISTS (SELECT 1 FROM line JOIN interview_clips USING (interview_id) JOIN steps USING (clip)
                WHERE heard AND step = 'transcribe' AND state = 'done' AND json_extract(result, '$.kind') = 'captions')
        """,
        [number],
    ).fetchone()
    return not guessed


def as_segments(saved: SavedTranscript) -> tuple[Segment, ...]:
    """The segments of a revision for `ingest.revised.revised`, and to be saved again; speakers by their names."""
    return tuple(
        Segment(
            segment.words,
            None,
            segment.speaker,
            segment.text == " ".join(word.text for word in segment.words),
            segment.language,
        )
        for segment in saved.segments
    )


def save(
    db: Database,
    slug: str,
    transcript: Transcript,
    *,
    version: str | None = None,
    translation: bool = False,
) -> int:
    """Keep what a machine heard, or a caption file says, in one transaction.

    It is the current revision, found by search, unless a person has made one: that stays what it is, and gains only
    what is said in clips that it does not speak for. What the latest such revision says already is not written again.
    A transcript by the same recogniser that only gains segments (another clip of the interview was finished) takes
    the place of that revision; any other is a new one.

    Args:
        db: the catalogue.
        slug: the interview.
        transcript: its words in milliseconds on the interview's own time line.
        version: of the recogniser.
        translation: it says in another language what is said.

    Returns:
        The number of its revision, from 1.

    Raises:
        UserError: there is no such interview.
    """
    with db.atomic():
        interview = interviews.row_of(db, slug)
        line = (interview, translation, transcript.language)
        rows = texts.made(db, interview, transcript.segments)
        by = {"kind": transcript.kind, "model": transcript.model, "version": version}
        number, revision = _extended(db, line, by, rows) or texts.add(
            db, interview, translation=translation, **by
        )
        _write(db, number, transcript, rows)
        if not add_clips(db, line, rows):
            texts.make_current(db, number, rows)
            if not translation:
                speaks(db, interview, transcript.language)
    return revision


def extend(db: Database, slug: str, transcript: Transcript) -> None:
    """Add to a person's revision what is said in clips that it does not speak for, and keep nothing else.

    Raises:
        UserError: there is no such interview.
    """
    with db.atomic():
        interview = interviews.row_of(db, slug)
        rows = texts.made(db, interview, transcript.segments)
        add_clips(db, (interview, False, transcript.language), rows)


Line = tuple[int, bool, str | None]
"""What has one current revision: an interview, whether it is a translation, and then into which language."""

ON_LINE = "interview_id = ? AND translation = ? AND (NOT translation OR language IS ?)"


def add_clips(db: Database, line: Line, rows: Sequence[Row]) -> bool:
    """Add to a person's current revision what is said in clips that it does not speak for, as another revision of it.

    Where a clip lies beside one that it speaks for, only what is said before and after that one is new.

    Args:
        db: the catalogue, in a transaction.
        line: where the revision belongs.
        rows: what was heard in the whole interview.

    Returns:
        Whether there is such a revision; what was heard does not become current then.
    """
    found = db.execute(
        "SELECT id, revision, language, kind, model, version, author, state, reviewed_ms, clips FROM transcripts"  # noqa: S608
        f" WHERE {ON_LINE} AND current = 1 AND {PERSONS}",
        line,
    ).fetchone()
    if not found:
        return False
    number, parent, language, kind, model, version, author, state, reviewed, clips = found
    known = json.loads(clips)
    placed = timeline.of_interview(db, line[0])
    new = [clip for clip in placed if clip.hash not in known and begun_in([clip], rows)]
    coming = set(begun_in(new, rows)) - set(begun_in([clip for clip in placed if clip.hash in known], rows))
    if coming:
        first = min(row.start_ms for row in coming)
        whole = sorted([*texts.kept(db, number), *coming], key=lambda row: row.start_ms)
        names = ", ".join(clip.name for clip in new)
        added, _ = texts.add(
            db,
            line[0],
            translation=line[1],
            language=language,
            kind=kind,
            model=model,
            version=version,
            parent=parent,
            author=author,
            reason=f"What is said in {names} was added.",
            state=state,
            reviewed_ms=first if reviewed is None else min(first, reviewed),
            clips=json.dumps([*known, *(clip.hash for clip in new)]),
        )
        texts.write(db, added, whole)
        texts.make_current(db, added, whole)
    return True


def speaks(db: Database, interview: int, language: str | None) -> None:
    """Note the language of an interview as that of its own transcript, unless the crew said which it is."""
    db.execute(
        "UPDATE interviews SET language = ? WHERE id = ? AND language_given = 0", [language, interview]
    )


def begun_in(clips: Sequence[timeline.PlacedClip], rows: Sequence[Row]) -> list[Row]:
    """The rows that begin while one of these clips runs."""
    spans = [(round(clip.begin * 1000), round(clip.end * 1000)) for clip in clips]
    return [row for row in rows if any(start <= row.start_ms < end for start, end in spans)]


def clips_under(db: Reader, interview: int, rows: Sequence[Row]) -> list[str]:
    """The hashes of the clips of an interview while which some of these rows begin."""
    return [clip.hash for clip in timeline.of_interview(db, interview) if begun_in([clip], rows)]


def _extended(
    db: Database, line: Line, by: dict[str, str | None], rows: Sequence[Row]
) -> tuple[int, int] | None:
    """The latest revision that no person made, where the same recogniser did and all its segments are still there."""
    found = db.execute(
        f"SELECT id, revision, kind, model, version FROM transcripts WHERE {ON_LINE} AND NOT {PERSONS}"  # noqa: S608
        " ORDER BY revision DESC LIMIT 1",
        line,
    ).fetchone()
    if not found or tuple(found[2:]) != (by["kind"], by["model"], by["version"]):
        return None
    coming = iter(rows)
    still_there = all(any(old == new for new in coming) for old in texts.kept(db, found[0]))
    return (found[0], found[1]) if still_there else None


def _write(db: Database, number: int, transcript: Transcript, rows: Sequence[Row]) -> None:
    notes = json.dumps([str(note) for note in transcript.notes], ensure_ascii=False)
    db.execute(
        "UPDATE transcripts SET language = ?, notes = ? WHERE id = ?", [transcript.language, notes, number]
    )
    if texts.kept(db, number) != rows:
        texts.write(db, number, rows)
