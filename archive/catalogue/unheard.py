"""A clip that comes to lie beside another one is not heard any more; one that lies alone is heard again."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from sqlite_utils import Database

from archive.catalogue import Reader, moves, retimed, revisions, texts
from archive.catalogue.moves import Moves
from archive.catalogue.texts import Row
from archive.catalogue.timeline import PlacedClip

HALF = 2  # of the shorter one: as much must run at the same time for one to lie beside the other

_COPIED = (
    "language",
    "translation",
    "kind",
    "model",
    "version",
    "author",
    "state",
    "reviewed_ms",
    "notes",
    "clips",
)

Words = dict[int, list[Row]]
"""Rows by the revision that they are of."""


def settled(
    before: Sequence[PlacedClip], laid: Sequence[PlacedClip], put: Collection[str]
) -> list[PlacedClip]:
    """The clips with their tracks, and whether each counts, after some were put elsewhere.

    What plays goes on to play, and what is heard to be heard: one that comes beside it stands back.

    Args:
        before: all clips of an interview, as they lay.
        laid: the same, as they lie, in the same order.
        put: the hashes of those that were put elsewhere.
    """
    after = list(laid)
    for place, (old, new) in enumerate(zip(before, laid, strict=True)):
        if new.hash not in put:
            continue
        others = [one for one in after if one.hash != new.hash]
        taken = {one.track for one in others if _overlap(one, new) > moves.NEAR}
        track = next(number for number in range(len(after)) if number not in taken)
        was = _beside([one for one in before if one.hash != old.hash], old)
        lies = _beside(others, new)
        after[place] = replace(new, track=track, heard=old.heard if was == lies else not lies)
    return after


def without(db: Reader, interview: int, clips: Sequence[PlacedClip], hushed: Collection[str]) -> Words:
    """What is left of the current revisions without the words of clips that are not to be heard any more."""
    if not hushed:
        return {}
    gone = [(start, end) for start, end, clip in moves.carried(clips) if clip.hash in hushed]
    left = {}
    for (number,) in db.execute(
        "SELECT id FROM transcripts WHERE interview_id = ? AND current ORDER BY revision", [interview]
    ).fetchall():
        said = texts.kept(db, number)
        rows = [row for row in said if not any(start <= row.start_ms < end for start, end in gone)]
        if len(rows) < len(said):
            left[number] = rows
    return left


def hush(db: Database, interview: int, left: Words, moved: Moves, hushed: Sequence[PlacedClip]) -> None:
    """Make revisions current that say only what is left; what was said before stays an earlier revision."""
    names = ", ".join(clip.name for clip in hushed)
    for number, rows in left.items():
        about = revisions.about(db, number, ("revision", *_COPIED))
        revision, persons = about.pop("revision"), about.pop("persons")
        gone = {clip.hash for clip in hushed}
        about["clips"] = json.dumps([clip for clip in json.loads(about["clips"]) if clip not in gone])
        if persons:
            about |= {"parent": revision, "reason": f"{names} lies beside others now, and is not heard."}
        there = retimed.rows(rows, moved).get(interview, [])
        added, _ = texts.add(db, interview, **about)
        texts.write(db, added, there)
        texts.make_current(db, added, there)


def _overlap(one: PlacedClip, two: PlacedClip) -> Fraction:
    """For how many seconds both run."""
    return min(one.end, two.end) - max(one.begin, two.begin)


def _beside(others: Sequence[PlacedClip], clip: PlacedClip) -> bool:
    """Whether one that is heard runs while a clip does."""
    return any(
        _overlap(one, clip) * HALF > min(one.end - one.begin, clip.end - clip.begin)
        for one in others
        if one.heard
    )
