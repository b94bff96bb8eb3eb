"""Several interviews become one: their clips lie behind each other, and all that belongs to them goes with them."""

import json
from collections.abc import Sequence
from fractions import Fraction

from sqlite_utils import Database

from archive.catalogue import (
    Reader,
    former,
    interviews,
    joining,
    joint_release,
    moves,
    parted,
    passages,
    timeline,
)
from archive.catalogue.timeline import PlacedClip
from archive.errors import UserError


def merge(db: Database, into: str, others: Sequence[str]) -> list[str]:
    """Put the clips of other interviews behind those of one, which keeps its slug; theirs lead to it for ever.

    Args:
        db: the catalogue.
        into: the interview that stays.
        others: those that become part of it, in this order.

    Returns:
        Sentences about what a person has to know of it.

    Raises:
        UserError: there is no such interview, it would be merged with itself, or a clip would be in it twice.
    """
    with db.atomic():
        target = interviews.row_of(db, into)
        rows = [interviews.row_of(db, other) for other in others]
        if target in rows or len(set(rows)) < len(rows) or not rows:
            raise UserError(
                f"{into} can only be merged with other interviews, each named once.",
                "archive list names all that there are.",
            )
        return [sentence for row in rows for sentence in _put_behind(db, target, row)]


def _put_behind(db: Database, into: int, other: int) -> list[str]:
    whole, part = joining.row(db, into), joining.row(db, other)
    before, came, held = parted.had(db, into), parted.had(db, other), parted.pieces(db, other)
    end = _end(db, into)
    moved = moves.whole(into, moves.ms(end))
    placed = timeline.of_interviews(db, [into, other])
    _links(db, into, other, moved)
    joining.voices(db, into, other)
    _clips(db, whole["slug"], placed[into], placed[other], into, other, end)
    joining.words(db, into, other, moved)
    passages.go(db, other, moved)
    said = joint_release.join(db, whole["slug"], part["slug"])
    differ = joining.notes(db, into, other)
    joining.rows_of(db, into, other)
    note = parted.Note(parted.next_number(db), held, came, before, parted.had(db, into))
    noted = {"merged": parted.NOTE.dump_python(note, mode="json")}
    former.rename(db, other, into, json.dumps(part | noted, ensure_ascii=False))
    db.execute("DELETE FROM interviews WHERE id = ?", [other])
    former.settle(db)
    interviews.measure(db, into)
    db.execute("UPDATE interviews SET arranged = arranged + 1 WHERE id = ?", [into])
    if differ:
        columns = ", ".join(sorted(name.removesuffix("_id") for name in differ))
        said.append(
            f"{part['slug']} says otherwise of its {columns}: {whole['slug']} stays as it is,"
            " and splitting it there brings that back."
        )
    return said


def _links(db: Database, into: int, other: int, moved: moves.Moves) -> None:
    former.follow(db, other, moved, again=False)
    former.forget_what_stays(db, into)
    if former.leads_elsewhere(db, into):  # what is there now is not what links behind its end meant
        former.follow(db, into, moves.whole(into, 0), again=True)


def _end(db: Reader, interview: int) -> Fraction:
    placed = timeline.of_interview(db, interview)
    if unknown := next((clip for clip in placed if clip.duration is None), None):
        raise UserError(
            f"How long {unknown.name} is, is not known yet.", "Finish what was begun first: archive ingest"
        )
    return max((clip.end for clip in placed), default=Fraction(0))


def _clips(
    db: Database,
    slug: str,
    there: Sequence[PlacedClip],
    coming: Sequence[PlacedClip],
    into: int,
    other: int,
    end: Fraction,
) -> None:
    """Move the clips; one of which the interview has the part before gets longer."""
    known = {clip.hash: clip for clip in there}
    for clip in coming:
        before = known.get(clip.hash)
        if before is None:
            db.execute(
                "UPDATE interview_clips SET interview_id = ?, offset = ?, position = position +"
                " (SELECT max(position) + 1 FROM interview_clips WHERE interview_id = ?)"
                " WHERE interview_id = ? AND clip = ?",
                [into, str(clip.offset + end), into, other, clip.hash],
            )
        elif before.clip_out == clip.clip_in and before.offset == clip.offset + end:
            db.execute(
                "UPDATE interview_clips SET clip_out = (SELECT clip_out FROM interview_clips"
                " WHERE interview_id = ? AND clip = ?) WHERE interview_id = ? AND clip = ?",
                [other, clip.hash, into, clip.hash],
            )
            db.execute("DELETE FROM interview_clips WHERE interview_id = ? AND clip = ?", [other, clip.hash])
        else:
            raise UserError(
                f"Both interviews hold a part of {clip.name}, and these would not follow each other in {slug}.",
                "Merge the one that has the earlier part with the one that has the next: archive list --json"
                " says which.",
            )
