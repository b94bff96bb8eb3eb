"""Revisions of a transcript: each save of a person is one; none is ever changed or taken away."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from archive.catalogue import Reader, interviews, texts, transcripts
from archive.catalogue.texts import Row
from archive.catalogue.transcripts import ON_LINE, PERSONS, Line, SavedTranscript, State
from archive.errors import UserError
from ingest.transcript import Segment

Kind = Literal["machine", "captions", "corrected", "imported"]


@dataclass(frozen=True, slots=True)
class Revision:
    """What is known of one revision without its words.

    Attributes:
        number: from 1, over all languages of an interview.
        language: ISO 639-1; None where nobody speaks.
        translation: whether it says in another language what the interview's own transcript says.
        kind: "machine", "captions", "corrected" or "imported".
        model: the recogniser's, where it was made by one.
        author: who corrected, brought or reviewed it.
        reason: why.
        state: how far people have looked at it.
        reviewed_ms: up to where on the time line they have; None for all of it.
        parent: the revision that it was made from.
        current: whether it is the one that is searched and shown; one of each language is.
        created: when it was saved, ISO 8601.
        words: how many it has.
    """

    number: int
    language: str | None
    translation: bool
    kind: str
    model: str | None
    author: str | None
    reason: str | None
    state: State
    reviewed_ms: int | None
    parent: int | None
    current: bool
    created: str
    words: int


def of_interview(db: Reader, slug: str, language: str | None = None) -> tuple[Revision, ...]:
    """The revisions of an interview, oldest first: all of them, or those in a language.

    Raises:
        UserError: there is no such interview.
    """
    rows = db.execute(
        "SELECT revision, language, translation, kind, model, author, reason, state, reviewed_ms, parent, current,"
        " created, (SELECT coalesce(sum(json_array_length(words)), 0) FROM segments"
        " WHERE transcript_id = transcripts.id)"
        " FROM transcripts WHERE interview_id = ?1 AND (?2 IS NULL OR language = ?2) ORDER BY revision",
        [interviews.row_of(db, slug), language],
    )
    names = tuple(Revision.__dataclass_fields__)
    return tuple(_revision(dict(zip(names, columns, strict=True))) for columns in rows)


def load(db: Reader, slug: str, number: int) -> SavedTranscript:
    """One revision with its words.

    Raises:
        UserError: there is no such interview, or no such revision of it.
    """
    return transcripts.of_row(db, _row(db, slug, number)["id"])


def about(db: Reader, number: int, columns: Sequence[str]) -> dict[str, Any]:
    """Columns of the revision in a row of transcripts, by their names; `persons` tells whether a person made it."""
    found = db.execute(
        f"SELECT {', '.join(columns)}, {PERSONS} FROM transcripts WHERE id = ?",  # noqa: S608 - our columns
        [number],
    ).fetchone()
    return dict(zip((*columns, "persons"), found, strict=True))


def keep(
    db: Database,
    slug: str,
    segments: Sequence[Segment],
    *,
    kind: Kind,
    author: str | None = None,
    reason: str | None = None,
    parent: int | None = None,
    language: str | None = None,
    translation: bool = False,
    state: State = "corrected",
    reviewed_ms: int | None = None,
) -> int:
    """Keep what a person wrote, or brought, as the current revision.

    It speaks for the clips that were transcribed by now: machine words that come for them later change nothing of it.

    Args:
        db: the catalogue.
        slug: the interview.
        segments: in order, on the interview's time line; speakers by their names.
        kind: "corrected" in the archive, or "imported" from a file.
        author: who.
        reason: why.
        parent: the revision that it was made from; by default the one that was current.
        language: ISO 639-1; by default that of the revision that was current.
        translation: it says in `language` what the interview's own transcript says.
        state: how far people have looked at it.
        reviewed_ms: up to where on the time line they have; None for all of it.

    Returns:
        Its number.

    Raises:
        UserError: there is no such interview.
    """
    assert language or not translation
    with db.atomic():
        interview = interviews.row_of(db, slug)
        line = (interview, translation, language)
        before = _current(db, line)
        rows = texts.made(db, interview, segments)
        return _keep(
            db,
            line,
            rows,
            kind=kind,
            author=author,
            reason=reason,
            parent=parent or before.get("revision"),
            language=language or before.get("language"),
            state=state,
            reviewed_ms=reviewed_ms,
            clips=_spoken_for(db, line, before, rows),
        )


def restore(
    db: Database, slug: str, number: int, *, author: str | None = None, reason: str | None = None
) -> int:
    """Keep a revision that says what an earlier one said; what clips say that came since is added behind it.

    Returns:
        The number of the revision that is current then.

    Raises:
        UserError: there is no such interview, or no such revision of it.
    """
    with db.atomic():
        old = _row(db, slug, number)
        line = (old["interview_id"], bool(old["translation"]), old["language"])
        rows = texts.kept(db, old["id"])
        clips = _clips(old) or transcripts.clips_under(db, line[0], rows)
        _keep(
            db,
            line,
            rows,
            **{column: old[column] for column in _COPIED},
            author=author,
            reason=reason,
            parent=number,
            clips=json.dumps(clips),
        )
        heard = db.execute(
            f"SELECT id FROM transcripts WHERE {ON_LINE} AND NOT {PERSONS} ORDER BY revision DESC LIMIT 1",  # noqa: S608
            line,
        ).fetchone()
        transcripts.add_clips(db, line, texts.kept(db, heard[0]) if heard else ())
        return int(_current(db, line)["revision"])


def review(
    db: Database,
    slug: str,
    state: State,
    *,
    author: str | None = None,
    reason: str | None = None,
    up_to_ms: int | None = None,
    language: str | None = None,
) -> int:
    """Say how far people have looked at a transcript: a revision with the same words.

    Args:
        db: the catalogue.
        slug: the interview.
        state: what they found it to be.
        author: who looked.
        reason: why.
        up_to_ms: up to where on the time line; None for all of it.
        language: ISO 639-1, for the transcript in this language; without it the interview's own.

    Returns:
        The number of the revision.

    Raises:
        UserError: there is no such interview, it has no transcript yet, or none in that language.
    """
    with db.atomic():
        found = transcripts.current(db, slug, language)
        if found is None:
            raise UserError(f"'{slug}' has no transcript yet.", "Finish it with: archive ingest")
        old = _row(db, slug, found.revision)
        line = (old["interview_id"], found.translation, found.language)
        rows = texts.kept(db, old["id"])
        return _keep(
            db,
            line,
            rows,
            **{
                **{column: old[column] for column in _COPIED},
                "state": state,
                "reviewed_ms": None if up_to_ms is None or up_to_ms >= _end(rows) else up_to_ms,
            },
            author=author,
            reason=reason,
            parent=found.revision,
            clips=_spoken_for(db, line, old, rows),
        )


def _revision(columns: dict[str, Any]) -> Revision:
    flags = {name: bool(columns[name]) for name in ("translation", "current")}
    return Revision(**{**columns, **flags})


_COPIED = ("language", "kind", "model", "version", "state", "reviewed_ms")
_COLUMNS = ("id", "interview_id", "translation", "revision", "clips", *_COPIED)


def _keep(db: Database, line: Line, rows: Sequence[Row], **columns: object) -> int:
    interview, translation, _ = line
    number, revision = texts.add(db, interview, translation=translation, **columns)
    texts.write(db, number, rows)
    texts.make_current(db, number, rows)
    if not translation:
        language = columns["language"]
        transcripts.speaks(db, interview, str(language) if language else None)
    return revision


def _row(db: Reader, slug: str, number: int) -> dict[str, Any]:
    found = db.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM transcripts WHERE interview_id = ? AND revision = ?",  # noqa: S608
        [interviews.row_of(db, slug), number],
    ).fetchone()
    if not found:
        raise UserError(
            f"{slug} has no revision {number}.", f"They are listed by: archive transcript revisions {slug}"
        )
    return dict(zip(_COLUMNS, found, strict=True))


def _current(db: Reader, line: Line) -> dict[str, Any]:
    """The current revision; empty where there is none."""
    found = db.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM transcripts WHERE {ON_LINE} AND current = 1",  # noqa: S608 - ours
        line,
    ).fetchone()
    return dict(zip(_COLUMNS, found, strict=True)) if found else {}


def _clips(revision: dict[str, Any]) -> list[str]:
    return list(json.loads(revision.get("clips", "[]")))


def _spoken_for(db: Reader, line: Line, before: dict[str, Any], rows: Sequence[Row]) -> str:
    """The clips that a person's revision speaks for, JSON.

    Those of the revision before, and those in which it has words, or nobody was heard.
    """
    heard = [] if line[1] else _transcribed(db, line[0])
    under = transcripts.clips_under(db, line[0], rows)
    return json.dumps([*dict.fromkeys([*_clips(before), *heard, *under])])


def _transcribed(db: Reader, interview: int) -> list[str]:
    rows = db.execute(
        "SELECT interview_clips.clip FROM interview_clips JOIN steps ON steps.clip = interview_clips.clip"
        " WHERE interview_id = ? AND step = 'transcribe' AND state = 'done' ORDER BY position",
        [interview],
    )
    return [clip for (clip,) in rows]


def _end(rows: Sequence[Row]) -> int:
    return max((row.end_ms for row in rows), default=0)
