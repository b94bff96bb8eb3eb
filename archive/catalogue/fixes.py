"""A name put right in all transcripts at once: found, replaced as one revision an interview, and taken back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from archive.catalogue import Reader, names, revisions, transcripts
from archive.catalogue.alike import WORTH_SHOWING, Hit, Sought
from archive.catalogue.moments import now
from archive.catalogue.transcripts import SavedTranscript
from archive.errors import UserError
from ingest.realigned import spread
from ingest.transcript import Segment, Word


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name may be meant.

    Attributes:
        interview: the slug.
        language: of the transcript; None where nobody knows.
        transcript: its row.
        segment: the place of the segment in it.
        hit: the words in that segment.
        text: the whole segment.
        becomes: what stands in the place of those words afterwards.
        start_ms: when they begin, on the interview's time line.
        end_ms: when they end.
        around: when the segment begins and ends.
    """

    interview: str
    language: str | None
    transcript: int
    segment: int
    hit: Hit
    text: str
    becomes: str
    start_ms: int
    end_ms: int
    around: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Changed:
    """A transcript that has a new revision: the slug of its interview, its language, and the revision's number."""

    interview: str
    language: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class Undone:
    """A correction that was taken back.

    Attributes:
        wrong: what had been replaced.
        name: by what.
        changed: the transcripts that say again what they said.
        kept: slug and time of the lines that somebody has changed since, which stay as they are.
    """

    wrong: str
    name: str
    changed: tuple[Changed, ...]
    kept: tuple[tuple[str, int], ...]


def find(
    db: Reader,
    wrong: str,
    name: str,
    at_least: int = WORTH_SHOWING,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> list[Place]:
    """What sounds or looks like a name, in every current transcript: exact spellings first, then the most alike.

    Args:
        db: the catalogue.
        wrong: how it is written; other spellings that the list knows count as well.
        name: how it should be.
        at_least: per cent, how alike.
        told: called with how many transcripts were searched, and how many there are.

    Raises:
        UserError: one of them is no name, or both are the same.
    """
    wrong, name = names.clean(wrong), names.clean(name)
    if wrong == name:
        raise UserError(f"{name} is right already.", "Name what is wrong first, then what is right.")
    sought = Sought(name, (wrong, *names.spellings_of(db, name)))
    rows = db.execute("SELECT id FROM transcripts WHERE current = 1 ORDER BY interview_id, translation, id")
    found, numbers = list[Place](), [number for (number,) in rows.fetchall()]
    for done, number in enumerate(numbers, 1):
        found += _in(transcripts.of_row(db, number), number, sought, name, at_least)
        told(done, len(numbers))
    return sorted(found, key=lambda place: (not place.hit.exact, -place.hit.alike))


def _in(spoken: SavedTranscript, number: int, sought: Sought, name: str, at_least: int) -> Iterator[Place]:
    for place, segment in enumerate(spoken.segments):
        for hit in sought.hits([word.text for word in segment.words], at_least):
            said = segment.words[hit.first : hit.first + hit.count]
            yield Place(
                spoken.interview,
                segment.language or spoken.language,
                number,
                place,
                hit,
                segment.text,
                f"{hit.before}{name}{hit.after}",
                said[0].start_ms,
                said[-1].end_ms,
                (segment.start_ms, segment.end_ms),
            )


def apply(
    db: Database, places: Sequence[Place], wrong: str, name: str, *, author: str | None = None
) -> tuple[Changed, ...]:
    """Put a name right where it was found, in one transaction: a revision of each transcript, and the list.

    Words that are not touched keep their times. How far people have looked at a transcript stays as it was.

    Args:
        db: the catalogue.
        places: some of those that `find` found.
        wrong: what was asked for.
        name: as it should be written.
        author: who says so.

    Raises:
        UserError: a transcript has changed since it was searched; nothing is written.
    """
    wrong, name = names.clean(wrong), names.clean(name)
    changed = []
    with db.atomic():
        (fix,) = db.execute(
            "INSERT INTO name_fixes (wrong, name, author, created) VALUES (?, ?, ?, ?) RETURNING id",
            [wrong, name, author, now()],
        ).fetchone()
        for number in dict.fromkeys(place.transcript for place in places):
            _must_be_current(db, number)
            spoken = transcripts.of_row(db, number)
            segments = _replaced(spoken, [place for place in places if place.transcript == number])
            changed.append(_keep(db, spoken, segments, fix, f"{wrong} is {name}", author))
        names.add(db, name, [each for each in _written(wrong, places) if each != name], fix=fix)
    return tuple(changed)


def _must_be_current(db: Reader, number: int) -> None:
    if not db.execute("SELECT 1 FROM transcripts WHERE id = ? AND current = 1", [number]).fetchone():
        raise UserError("A transcript was changed while you looked; nothing was written.", "Run it again.")


def _written(wrong: str, places: Sequence[Place]) -> list[str]:
    said = (" ".join(place.hit.said.split()) for place in places)
    return list(dict.fromkeys([wrong, *(each for each in said if each.isprintable())]))


def _replaced(spoken: SavedTranscript, places: Sequence[Place]) -> tuple[Segment, ...]:
    segments = list(transcripts.as_segments(spoken))
    # From the end, so that the places of words before stay what they are.
    for place in sorted(places, key=lambda place: (place.segment, place.hit.first), reverse=True):
        segment, first, last = (
            segments[place.segment],
            place.hit.first,
            place.hit.first + place.hit.count,
        )
        words = _words(segment.words[first:last], place.becomes, spaced=segment.spaced)
        segments[place.segment] = replace(
            segment, words=(*segment.words[:first], *words, *segment.words[last:])
        )
    return tuple(segments)


def _words(heard: Sequence[Word], text: str, *, spaced: bool) -> list[Word]:
    """What is written in the place of words: as many keep their times, others share them."""
    written = text.split() if spaced else [text]
    if len(written) == len(heard):
        return [replace(word, text=each, probability=1.0) for word, each in zip(heard, written, strict=True)]
    return list(spread(written, heard[0].start_ms, heard[-1].end_ms, heard[0].channel))


def _keep(
    db: Database,
    spoken: SavedTranscript,
    segments: Sequence[Segment],
    fix: int | None,
    reason: str,
    author: str | None,
) -> Changed:
    revision = revisions.keep(
        db,
        spoken.interview,
        segments,
        kind="corrected",
        author=author,
        reason=reason,
        parent=spoken.revision,
        language=spoken.language,
        translation=spoken.translation,
        state=spoken.state,
        reviewed_ms=spoken.reviewed_ms,
    )
    if fix is not None:
        db.execute(
            "INSERT INTO name_fix_revisions (fix_id, transcript_id) SELECT ?, transcripts.id FROM transcripts"
            " JOIN interviews ON interviews.id = interview_id WHERE slug = ? AND revision = ?",
            [fix, spoken.interview, revision],
        )
    return Changed(spoken.interview, spoken.language, revision)


def undo(db: Database, *, author: str | None = None) -> Undone:
    """Take the last correction of a name back, in one transaction; what it brought to the list goes with it.

    Lines are put back as they were, word for word with their times. Those that somebody has changed since stay.

    Raises:
        UserError: there is none left.
    """
    with db.atomic():
        row = db.execute(
            "SELECT id, wrong, name FROM name_fixes WHERE undone IS NULL ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if not row:
            raise UserError(
                "No name was put right that could be taken back.", "archive names fix WRONG RIGHT"
            )
        fix, wrong, name = row
        changed, kept = list[Changed](), list[tuple[str, int]]()
        made = db.execute(
            "SELECT transcript_id FROM name_fix_revisions WHERE fix_id = ? ORDER BY transcript_id", [fix]
        )
        for (number,) in made.fetchall():
            done, others = _undo_in(db, number, f"{name} was {wrong}", author)
            changed += done
            kept += others
        names.forget(db, fix)
        db.execute("UPDATE name_fixes SET undone = ? WHERE id = ?", [now(), fix])
    return Undone(wrong, name, tuple(changed), tuple(kept))


def _undo_in(
    db: Database, number: int, reason: str, author: str | None
) -> tuple[list[Changed], list[tuple[str, int]]]:
    after = transcripts.of_row(db, number)
    if after.parent is None:  # what was there before has gone with a part of the interview that was split off
        return [], []
    before = {
        (old.start_ms, old.end_ms, old.speaker): old
        for old in revisions.load(db, after.interview, after.parent).segments
    }
    lines = {
        (new.start_ms, new.text): old.words
        for new in after.segments
        if (old := before.get((new.start_ms, new.end_ms, new.speaker))) and new.text != old.text
    }
    current = _current(db, number)
    if current is None:
        return [], [(after.interview, start) for start, _ in lines]
    segments = [
        replace(segment, words=lines.pop((segment.start_ms, segment.text), segment.words))
        for segment in transcripts.as_segments(current)
    ]
    kept = [(after.interview, start) for start, _ in lines]
    if tuple(segments) == transcripts.as_segments(current):
        return [], kept
    return [_keep(db, current, segments, None, reason, author)], kept


def _current(db: Reader, number: int) -> SavedTranscript | None:
    """The current revision of the transcript of which this row is one."""
    row = db.execute(
        "SELECT other.id FROM transcripts AS other JOIN transcripts AS this ON this.id = ?"
        " WHERE other.current = 1 AND other.interview_id = this.interview_id"
        " AND other.translation = this.translation AND (NOT this.translation OR other.language IS this.language)",
        [number],
    ).fetchone()
    return transcripts.of_row(db, row[0]) if row else None
