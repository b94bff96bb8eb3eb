"""Interviews arranged by hand: merged, split, put in another order, or with a clip at another place.

Whatever is done, the words of all revisions, chapters and withheld passages go with their clip, and links that were
made before lead to the same words. Everything is one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlite_utils import Database

from archive.catalogue import (
    composing,
    former,
    interviews,
    merging,
    moves,
    passages,
    retimed,
    splitting,
    unheard,
)
from archive.catalogue.interviews import Interview
from archive.catalogue.timeline import PlacedClip
from archive.errors import UserError

merge = merging.merge

_YEAR_MS = 366 * 24 * 3_600_000  # no time line is so long


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clip lies on a time line.

    Attributes:
        offset: where its own start lies, in seconds.
        pace: how long a second of it lasts.
        why: how that was found; None where a person said it.
    """

    offset: Fraction
    pace: Fraction
    why: str | None


def split(db: Database, slug: str, moments_ms: Sequence[int] = (), clip: str | None = None) -> list[str]:
    """Cut an interview at moments of its time line, or before a clip; the first part keeps its slug.

    Returns:
        The slugs of the other parts.

    Raises:
        UserError: there is no such interview or clip, or nothing would lie before or behind one of the moments.
    """
    found = interviews.find(db, slug)
    at = [Fraction(moment, 1000) for moment in moments_ms]
    if clip is not None:
        at.append(named(found, clip).begin)
    if not at:
        raise UserError(
            f"Where {slug} is to be split was not said.",
            "Give a moment on its time line, such as 0:01:05.250, or a clip with --clip NAME.",
        )
    return splitting.split(db, slug, at)


def reorder(db: Database, slug: str, names: Sequence[str]) -> None:
    """Put the clips of an interview in another order, one behind the other; those beside each other stay so.

    Args:
        db: the catalogue.
        slug: the interview.
        names: all of its clips, by file name or hash.

    Raises:
        UserError: there is no such interview or clip, one is lacking, or clips beside each other are torn apart.
    """
    with db.atomic():
        found = interviews.find(db, slug)
        wanted = [named(found, name) for name in names]
        lacking = [clip.name for clip in found.clips if clip not in wanted]
        if lacking or len(wanted) > len(found.clips):
            raise UserError(
                f"{', '.join(lacking)} is lacking." if lacking else "A clip is named twice.",
                f"Name all of them, each once: {' '.join(clip.name for clip in found.clips)}",
            )
        places: dict[str, Place] = {}
        end = Fraction(0)
        for group in _in_order(found, wanted):
            begin = min(clip.begin for clip in group)
            for clip in group:
                places[clip.hash] = Place(clip.offset - begin + end, clip.pace, clip.why)
            end += max(clip.end for clip in group) - begin
        _lay(db, found, places)
        for position, clip in enumerate(wanted):
            db.execute(
                "UPDATE interview_clips SET position = ? WHERE interview_id = ? AND clip = ?",
                [position, found.id, clip.hash],
            )


def align(db: Database, slug: str, clip: str, offset_ms: int) -> None:
    """Put a clip to a place on the time line by hand.

    Raises:
        UserError: there is no such interview or clip, or the place lies before the start of the interview or years
            behind it.
    """
    found = interviews.find(db, slug)
    one = named(found, clip)
    if offset_ms < 0:
        raise UserError(
            f"{one.name} cannot begin {-offset_ms} ms before {slug} does.",
            "Put the other clips later instead, or let it be measured: archive interview align " + slug,
        )
    if offset_ms > _YEAR_MS:
        raise UserError(
            f"{one.name} cannot begin more than a year after {slug} does.",
            f"Give where it begins in milliseconds: it is at {round(one.begin * 1000)} now.",
        )
    offset = one.offset + Fraction(offset_ms, 1000) - one.begin
    place(db, slug, {one.hash: Place(offset, one.pace, None)})


def place(db: Database, slug: str, places: Mapping[str, Place]) -> None:
    """Put clips, by their hashes, to other places on the time line of an interview.

    Where one of them began before all others the time line does, and all else lies later on it.

    Raises:
        UserError: there is no such interview.
    """
    with db.atomic():
        _lay(db, interviews.find(db, slug), places)


def named(interview: Interview, name: str) -> PlacedClip:
    """The clip of an interview that has a name, or a hash that begins so.

    Raises:
        UserError: there is none, or several are called so.
    """
    found = [clip for clip in interview.clips if clip.name == name]
    if len(name) >= 6:
        found = found or [clip for clip in interview.clips if clip.hash.startswith(name.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        hashes = " or ".join(clip.hash[:12] for clip in found)
        raise UserError(
            f"{interview.slug} has {len(found)} clips called {name}.", f"Name it by its hash: {hashes}"
        )
    names = ", ".join(clip.name for clip in interview.clips)
    raise UserError(f"{interview.slug} has no clip {name}.", f"It has {names}.")


def _in_order(interview: Interview, wanted: Sequence[PlacedClip]) -> list[list[PlacedClip]]:
    """The clips in groups that lie beside each other, in the order in which they are wanted.

    Raises:
        UserError: another clip is wanted between those of one group.
    """
    groups: list[list[PlacedClip]] = []
    for clip in sorted(interview.clips, key=lambda clip: clip.begin):
        beside = groups and max(other.end for other in groups[-1]) - clip.begin > moves.NEAR
        groups[-1].append(clip) if beside else groups.append([clip])
    numbers = [next(number for number, group in enumerate(groups) if clip in group) for clip in wanted]
    order = list(dict.fromkeys(numbers))
    if numbers != sorted(numbers, key=order.index):
        torn = next(group for group in groups if len(group) > 1)
        raise UserError(
            f"{' and '.join(clip.name for clip in torn)} lie beside each other, so that no clip can come between.",
            "Name them one behind the other, or put a clip elsewhere: archive interview align "
            f"{interview.slug} CLIP OFFSET_MS",
        )
    return [groups[number] for number in order]


def _lay(db: Database, interview: Interview, places: Mapping[str, Place]) -> None:
    """Put clips to their places, and let all that lies on the time line go with them."""
    laid = [_laid(clip, places.get(clip.hash)) for clip in interview.clips]
    early = min(Fraction(0), *(clip.begin for clip in laid))
    laid = [replace(clip, offset=clip.offset - early) for clip in laid]
    after = {clip.hash: clip for clip in unheard.settled(interview.clips, laid, places)}
    moved = moves.along(
        interview.clips, lambda clip: (interview.id, after[clip.hash].offset, after[clip.hash].pace)
    )
    hushed = [clip for clip in interview.clips if clip.heard and not after[clip.hash].heard]
    left = unheard.without(db, interview.id, interview.clips, {clip.hash for clip in hushed})
    if any(move.shift_ms or move.pace != 1 for move in moved):
        former.follow(db, interview.id, moved, again=True)
        passages.go(db, interview.id, moved)
        retimed.go(db, interview.id, moved)
    for clip in after.values():
        db.execute(
            "UPDATE interview_clips SET offset = ?, pace = ?, track = ?, heard = ?, why = ?"
            " WHERE interview_id = ? AND clip = ?",
            [str(clip.offset), str(clip.pace), clip.track, clip.heard, clip.why, interview.id, clip.hash],
        )
    interviews.measure(db, interview.id)
    unheard.hush(db, interview.id, left, moved, hushed)
    for clip in interview.clips:
        if after[clip.hash].heard and not clip.heard:
            composing.compose(db, clip.hash)


def _laid(clip: PlacedClip, place: Place | None) -> PlacedClip:
    return replace(clip, offset=place.offset, pace=place.pace, why=place.why) if place else clip
