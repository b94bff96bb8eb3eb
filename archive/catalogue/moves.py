"""Moments that move when an interview is arranged anew: stretch by stretch of its time line, and where each goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from archive.catalogue.timeline import PlacedClip

NEAR = Fraction(1, 20)  # seconds that nobody means who says where a clip begins
FAR = 1 << 53  # no time line is so long, and JavaScript can count so far


@dataclass(frozen=True, slots=True)
class Move:
    """A stretch of an interview's time line, and where it goes.

    Attributes:
        start_ms: where it begins; 0 for the first one of an interview.
        end_ms: where the next one begins; `FAR` for the last one.
        interview: the row of the one that has it then.
        shift_ms: what is added to its first moment.
        pace: how long a second of it lasts then.
    """

    start_ms: int
    end_ms: int
    interview: int
    shift_ms: int
    pace: Fraction = Fraction(1)

    def to(self, ms: int) -> int:
        """Where a moment of it lies then."""
        stretched = 0 if self.pace == 1 else round((ms - self.start_ms) * (self.pace - 1))
        return ms + self.shift_ms + stretched

    @property
    def shift(self) -> int:
        """What is added in the middle of it, as far as it is known where that is."""
        middle = self.start_ms if self.end_ms == FAR else (self.start_ms + self.end_ms) // 2
        return self.to(middle) - middle


Moves = Sequence[Move]
"""All of one interview: in order, without a gap."""


def whole(interview: int, shift_ms: int) -> Moves:
    """All of an interview moves alike."""
    return [Move(0, FAR, interview, shift_ms)]


def along(
    clips: Sequence[PlacedClip], whither: Callable[[PlacedClip], tuple[int, Fraction, Fraction]]
) -> Moves:
    """The moments of an interview go with its clips.

    Args:
        clips: as they lie on its time line now.
        whither: the interview that has a clip then, where its start lies there in seconds, and its pace.
    """
    found: list[Move] = []
    for start, end, clip in carried(clips):
        interview, offset, pace = whither(clip)
        at = offset + clip.inside(Fraction(start, 1000)) * pace
        move = Move(start, end, interview, ms(at) - start, pace / clip.pace)
        last = found[-1] if found else None
        if last and last == replace(move, start_ms=last.start_ms, end_ms=last.end_ms) and move.pace == 1:
            move = replace(found.pop(), end_ms=end)
        found.append(move)
    return found


def of(moves: Moves, ms: int) -> Move:
    """The one that a moment goes with."""
    return next((move for move in moves if ms < move.end_ms), moves[-1])


def parts(moves: Moves, start_ms: int, end_ms: int) -> list[tuple[int, int, int]]:
    """Where a passage lies then: interview, start, end of each part; parts that lie together are one."""
    found: list[tuple[int, int, int]] = []
    for move in moves:
        start, end = max(start_ms, move.start_ms), min(end_ms, move.end_ms)
        if start >= end:
            continue
        begins, ends = move.to(start), move.to(end)
        if found and found[-1][0] == move.interview and abs(found[-1][2] - begins) <= 1:  # rounding
            begins = found.pop()[1]
        found.append((move.interview, begins, ends))
    return found


def ms(seconds: Fraction) -> int:
    """Whole milliseconds."""
    return round(seconds * 1000)


def carried(clips: Sequence[PlacedClip]) -> list[tuple[int, int, PlacedClip]]:
    """With which of its clips the moments of an interview move: start, end, clip, from 0 on without a gap.

    That is the one whose sound counts there, a recorder's first, else the one that plays, else the one that played
    last. There is at least one.
    """
    borders = sorted({ms(edge) for clip in clips for edge in (clip.begin, clip.end)})
    ordered = sorted(clips, key=lambda clip: (not clip.heard, clip.kind != "audio", clip.track))
    found: list[tuple[int, int, PlacedClip]] = []
    for start, end in zip(borders, [*borders[1:], FAR], strict=True):
        here = [clip for clip in ordered if ms(clip.begin) <= start < ms(clip.end)]
        clip = here[0] if here else found[-1][2] if found else ordered[0]
        if found and found[-1][2] is clip:
            start = found.pop()[0]
        found.append((start, end, clip))
    return [(0, *found[0][1:]), *found[1:]]
