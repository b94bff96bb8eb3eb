"""Recordings of one conversation laid on one time line: what plays, what lies beside it, and what is heard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from archive.catalogue.stretches import without
from archive.intake import sync
from media.beside import DAY, Beside, beside, device, like
from media.sound.recording import Recording
from media.spanning import Group

LONG_ENOUGH = Fraction(9, 10)  # of the longest picture: of those the first plays
SPOKEN = 10  # seconds of speech without which there is nothing to hear
UNHEARD_LEAST = 30  # seconds that what is heard already leaves out, for which another clip is heard, too,
UNHEARD_SHARE = Fraction(1, 20)  # and such a share of it


@dataclass(frozen=True, slots=True)
class Heard:
    """What there is to hear of a group of clips.

    Attributes:
        recording: its sound, one after the other.
        voices: how many separate microphones somebody is heard on.
        speech: seconds in which somebody speaks.
    """

    recording: Recording
    voices: int
    speech: float


@dataclass(frozen=True, slots=True)
class Laid:
    """A group of clips as it lies on the time line of a conversation.

    Attributes:
        offset: seconds from the start of the time line.
        pace: how long a second of it lasts there.
        track: 0 plays.
        heard: whether its sound is what is transcribed.
        why: how its place was found; None for what the others were held to.
    """

    group: Group
    offset: Fraction = Fraction(0)
    pace: Fraction = Fraction(1)
    track: int = 0
    heard: bool = True
    why: str | None = None

    @property
    def end(self) -> Fraction:
        """Where it ends on the time line."""
        return self.offset + self.group.length * self.pace


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a group lies on the clock of another one; `common` seconds were heard by both, None by timecode alone."""

    offset: Fraction
    pace: Fraction
    common: float | None

    @property
    def turned(self) -> "_Place":
        """Where the other one lies on the clock of this."""
        return _Place(-self.offset / self.pace, 1 / self.pace, self.common)

    def why(self, name: str) -> str:
        """How it was found, beside what is called `name`."""
        if self.common is None:
            return f"by timecode and date: it ran while {name} ran"
        return sync.why(name, self.common, self.pace)


def doubtful(groups: Sequence[Group]) -> list[Group]:
    """The groups that may be of one conversation with another one, so that their sound has to be heard first."""
    asked = {i for pair, _ in _pairs(groups) for i in pair}
    return [groups[i] for i in sorted(asked)]


def conversations(
    groups: Sequence[Group], hear: Callable[[Group], Heard], note: Callable[[str], None]
) -> list[tuple[Laid, ...]]:
    """Lay the recordings of each conversation on a time line of its own.

    Args:
        groups: recordings; what the camera split into files is one.
        hear: gives the sound of a group.
        note: is told what was not put together, though its timecodes say so.

    Returns:
        In the order of the first of each; the one whose clock counts comes first.
    """
    places: dict[tuple[int, int], _Place] = {}
    for (i, j), found in _pairs(groups):
        if place := _placed(groups[i], groups[j], found, hear, note):
            places[i, j], places[j, i] = place, place.turned
    done, laid = set[int](), []
    for i in range(len(groups)):
        if i not in done:
            one = sorted(_on_clock_of(i, places))
            done.update(one)
            laid.append(_laid(groups, _first(groups, one), places, hear))
    return laid


def _pairs(groups: Sequence[Group]) -> list[tuple[tuple[int, int], Beside]]:
    """The groups that may be of one conversation, two at a time; a picture comes before what is only sound."""
    pairs = []
    for i, j in combinations(sorted(range(len(groups)), key=lambda i: (not groups[i].pictured, i)), 2):
        if found := beside(groups[i], groups[j]):
            pairs.append(((i, j), found))
    return pairs


def _placed(
    first: Group, second: Group, found: Beside, hear: Callable[[Group], Heard], note: Callable[[str], None]
) -> _Place | None:
    """Where the second lies beside the first; None where they are not of one conversation, or nothing says so."""
    by_timecode = _Place(found.offset, Fraction(1), None) if found.sure and found.offset is not None else None
    one, other = hear(first), hear(second)
    length = min(one.recording.seconds, other.recording.seconds, found.common or DAY)
    if min(one.speech, other.speech) < SPOKEN or length < sync.LEAST:
        return by_timecode
    if heard := sync.beside(one.recording, other.recording, _name(first)):
        return _Place(heard.offset, heard.pace, heard.common)
    if by_timecode:
        note(
            f"{_name(second)} ran while {_name(first)} ran, but they do not hear the same: each is an interview of"
            " its own. If they are one: archive interview merge."
        )
    return None


def _on_clock_of(
    first: int, places: dict[tuple[int, int], _Place]
) -> dict[int, tuple[Fraction, Fraction, int]]:
    """All that can be placed beside one group, by way of others: offset and pace on its clock, and beside which."""
    found = {first: (Fraction(0), Fraction(1), first)}
    reached = [first]
    for i in reached:
        offset, pace, _ = found[i]
        for (by, j), place in places.items():
            if by == i and j not in found:
                found[j] = offset + pace * place.offset, pace * place.pace, i
                reached.append(j)
    return found


def _first(groups: Sequence[Group], of: Sequence[int]) -> int:
    """The group that plays: the first of the cameras that ran about as long as the longest; else the longest sound."""
    pictured = [i for i in of if groups[i].pictured]
    if not pictured:
        return max(of, key=lambda i: groups[i].length)
    longest = max(groups[i].length for i in pictured)
    return next(i for i in pictured if groups[i].length >= LONG_ENOUGH * longest)


def _laid(
    groups: Sequence[Group], first: int, places: dict[tuple[int, int], _Place], hear: Callable[[Group], Heard]
) -> tuple[Laid, ...]:
    laid, placed = [], _on_clock_of(first, places)
    for i in sorted(placed, key=lambda i: (i != first, not groups[i].pictured, i)):
        offset, pace, by = placed[i]
        why = places[by, i].why(_name(groups[by])) if i != first else None
        laid.append(_even(Laid(groups[i], offset, pace, why=why), groups[first]))
    begins = min(one.offset for one in laid)
    shifted = [replace(one, offset=_rounded(one.offset - begins, 1_000_000)) for one in laid]
    return _chosen(_on_tracks(shifted), hear)


def _even(laid: Laid, first: Group) -> Laid:
    """What the same camera took has the same clock: what seems to run away is error of measurement."""
    if device(laid.group) != device(first):
        return replace(laid, pace=_rounded(laid.pace, 1_000_000_000))
    middle = laid.offset + (laid.pace - 1) * laid.group.length / 2
    return replace(laid, offset=middle, pace=Fraction(1))


def _rounded(value: Fraction, parts: int) -> Fraction:
    return Fraction(round(value * parts), parts)


def _on_tracks(laid: Sequence[Laid]) -> list[Laid]:
    """Takes of one device share a track; track 0 is that of the first."""
    tracks: list[list[Laid]] = []
    for one in laid:
        free = (track for track, there in enumerate(tracks) if all(_follow(one, other) for other in there))
        track = next(free, len(tracks))
        tracks[track:] = tracks[track:] or [[]]
        tracks[track].append(one)
    return sorted(
        (replace(one, track=track) for track, there in enumerate(tracks) for one in there),
        key=lambda one: (one.track, one.offset),
    )


def _follow(one: Laid, other: Laid) -> bool:
    apart = one.offset >= other.end or other.offset >= one.end
    return apart and like(one.group) == like(other.group)


def _chosen(laid: Sequence[Laid], hear: Callable[[Group], Heard]) -> tuple[Laid, ...]:
    """Say whose sound is transcribed: a recorder's before a camera's, and what lets more voices be told apart.

    Another one is heard, too, where those before it did not run.
    """

    def rank(one: Laid) -> tuple[bool, int, int]:
        return one.group.pictured, -hear(one.group).voices, one.track

    if len(laid) == 1:
        return tuple(laid)
    heard: list[Laid] = []
    for one in sorted((one for one in laid if hear(one.group).voices), key=rank):
        if not heard or _uncovered(one, heard) >= _worth(one):
            heard.append(one)
    return tuple(replace(one, heard=one in heard or not heard) for one in laid)


def _worth(one: Laid) -> Fraction:
    return max(Fraction(UNHEARD_LEAST), one.group.length * UNHEARD_SHARE)


def _uncovered(one: Laid, heard: Sequence[Laid]) -> Fraction:
    """Seconds of one group in which none of the others ran."""
    left = without((one.offset, one.end), ((other.offset, other.end) for other in heard))
    return sum((end - start for start, end in left), Fraction(0))


def _name(group: Group) -> str:
    return group.shots[0].path.name
