"""What each of several interviews had before they became one: noted then, and found where they part again."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from pydantic import TypeAdapter

from archive.catalogue import Reader, joining, joint_release
from archive.catalogue.moves import FAR
from archive.catalogue.releases import Consent, Status
from archive.catalogue.stretches import without

# What is said of an interview in rows of other tables.
SHARED = ("interview_people", "interview_themes", "releases")
# What only one interview can have.
SINGLE = ("identifier", "episode")

Piece = tuple[str, str | None, str | None]
"""A clip by its hash, and from which to which second of it, as exact fractions; None for its start and its end."""

Kind = tuple[bool, ...]
"""Where a stretch of a clip comes from: for each note, the newest first, whether it was what came then."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Had:
    """What was said of an interview.

    Attributes:
        about: the columns of its row that interviews which become one share.
        status: what was decided.
        until: the last day of an embargo, YYYY-MM-DD.
        people: each by their row, and their role; in order.
        themes: by their rows, in order.
        given: its releases by their rows, in order, and whether each was for a part of it only.
    """

    about: Mapping[str, Any]
    status: Status
    until: str | None
    people: tuple[tuple[int, str], ...]
    themes: tuple[int, ...]
    given: tuple[tuple[int, bool], ...]

    def counts(self) -> Consent:
        """Its status."""
        return Consent(self.status, date.fromisoformat(self.until) if self.until else None)


@dataclass(frozen=True, slots=True)
class Note:
    """What two interviews had when one was put behind the other.

    Attributes:
        number: one more than that of every note before.
        pieces: the clips that came.
        own: what the one had that came.
        into: what the other one had.
        joint: what that one had from then on.
    """

    number: int
    pieces: tuple[Piece, ...]
    own: Had
    into: Had
    joint: Had


NOTE = TypeAdapter(Note)


def pieces(db: Reader, interview: int) -> tuple[Piece, ...]:
    """The clips of an interview, as far as they are in it."""
    sql = "SELECT clip, clip_in, clip_out FROM interview_clips WHERE interview_id = ? ORDER BY position"
    return tuple(db.execute(sql, [interview]).fetchall())


def had(db: Reader, interview: int) -> Had:
    """What is said of an interview."""
    row = joining.row(db, interview)
    people = "SELECT person_id, role FROM interview_people WHERE interview_id = ? ORDER BY position"
    themes = "SELECT theme_id FROM interview_themes WHERE interview_id = ? ORDER BY rowid"
    given = "SELECT id, partial FROM releases WHERE interview_id = ? ORDER BY id"
    return Had(
        about={name: value for name, value in row.items() if name not in joining.OWN},
        status=row["status"],
        until=row["until"],
        people=tuple(db.execute(people, [interview]).fetchall()),
        themes=tuple(number for (number,) in db.execute(themes, [interview]).fetchall()),
        given=tuple((number, bool(partial)) for number, partial in db.execute(given, [interview]).fetchall()),
    )


def next_number(db: Reader) -> int:
    """The number of the next note."""
    sql = "SELECT coalesce(max(json_extract(was, '$.merged.number')), 0) + 1 FROM former_slugs"
    return int(db.execute(sql).fetchone()[0])


def notes(db: Reader) -> list[Note]:
    """What was noted when interviews became one, the newest first."""
    sql = (
        "SELECT json_extract(was, '$.merged') FROM former_slugs WHERE json_extract(was, '$.merged') IS NOT NULL"
        " ORDER BY json_extract(was, '$.merged.number') DESC"
    )
    return [NOTE.validate_json(noted) for (noted,) in db.execute(sql).fetchall()]


def kinds(held: Iterable[Piece], noted: Sequence[Note]) -> set[Kind]:
    """Where the clips, and parts of clips, of an interview come from."""
    found: set[Kind] = set()
    for piece in held:
        stretches: list[tuple[tuple[Fraction, Fraction], Kind]] = [(_stretch(piece), ())]
        for note in noted:
            came = [_stretch(other) for other in note.pieces if other[0] == piece[0]]
            stretches = [
                (part, (*kind, within))
                for stretch, kind in stretches
                for within in (True, False)
                for part in _cut(stretch, came, within=within)
            ]
        found |= {kind for _, kind in stretches}
    return found


def _stretch(piece: Piece) -> tuple[Fraction, Fraction]:
    _, begin, end = piece
    return Fraction(begin or 0), Fraction(end or FAR)


def _cut(
    stretch: tuple[Fraction, Fraction], others: Sequence[tuple[Fraction, Fraction]], *, within: bool
) -> list[tuple[Fraction, Fraction]]:
    outside = without(stretch, others)
    return without(stretch, outside) if within else outside


def states(
    part: AbstractSet[Kind], whole: AbstractSet[Kind], noted: Sequence[Note], now: Had, at: int = 0
) -> list[Had]:
    """What is said of each of the interviews of before of which a part consists.

    What was made for several of them together is said of none.

    Args:
        part: where its clips come from.
        whole: where those of the whole come from.
        noted: `notes`.
        now: what is said of the whole.
        at: the note with which to begin.
    """
    if at == len(noted):
        return [now]
    came = {kind for kind in whole if kind[at]}
    if not came or came == whole:
        return states(part, whole, noted, now, at + 1)
    note = noted[at]
    own = _since(note.own, note.joint, now)
    own = replace(own, about={**own.about, **{name: note.own.about.get(name) for name in SINGLE}})
    sides = ((whole - came, _since(note.into, note.joint, now)), (came, own))
    return [
        state
        for side, each in sides
        if part & side
        for state in states(part & side, side, noted, each, at + 1)
    ]


def _since(before: Had, joint: Had, now: Had) -> Had:
    """What an interview had, and what was changed or added since it became part of another one."""
    consent = joint_release.stricter(before.counts(), now.counts())
    given = _kept(before.given, joint.given, now.given)
    if not {*before.given} & {*now.given}:  # one that goes on with the joint one was given by others
        given = tuple(each for each in given if not each[1])
    return Had(
        about={
            name: before.about.get(name) if value == joint.about.get(name) else value
            for name, value in now.about.items()
        },
        status=consent[0],
        until=consent[1].isoformat() if consent[1] else None,
        people=_kept(before.people, joint.people, now.people),
        themes=_kept(before.themes, joint.themes, now.themes),
        given=tuple(sorted(given)),
    )


def _kept(before: Sequence[Row], joint: Sequence[Row], now: Sequence[Row]) -> tuple[Row, ...]:
    """What was there before and is still, and what is there since."""
    return (
        *(each for each in before if each in now),
        *(each for each in now if each not in (*before, *joint)),
    )
