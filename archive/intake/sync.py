"""Where a clip lies beside another one of the same conversation, by what both have heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from media.sound.alignment import aligned
from media.sound.model import RATE
from media.sound.recording import Piece, Recording

LEAST = 30.0  # seconds that both must have heard: of less nobody should be sure
MOST_DRIFT = 1e-3  # no clock is so wrong
FELT = 0.0005  # seconds by which clocks must part before it is drift and no error of measurement
WAV_HEADER = 44  # bytes


@dataclass(frozen=True, slots=True)
class Placement:
    """How a clip lies beside the one that it was held to.

    Attributes:
        offset: seconds from the start of the reference to the start of the other; negative where it began earlier.
        pace: how long a second of the other lasts on the clock of the reference.
        common: seconds in which both ran.
        why: a sentence for people.
    """

    offset: Fraction
    pace: Fraction
    common: float
    why: str


def recording(files: Sequence[tuple[Path, Fraction]]) -> Recording:
    """The sound of clips that follow each other, of each the file and its place in seconds."""
    pieces = []
    for path, start in files:
        length = max(path.stat().st_size - WAV_HEADER, 0) // 2
        pieces.append(Piece(path, round(start * RATE), length))
    return Recording(pieces)


def beside(reference: Recording, other: Recording, name: str) -> Placement | None:
    """Find the place of a recording beside another one by the sound of both.

    Args:
        reference: the one whose clock counts.
        other: the one that is placed.
        name: what people call the reference.

    Returns:
        None where the two have not heard the same for half a minute.
    """
    if min(reference.seconds, other.seconds) < LEAST:
        return None
    found = aligned(reference, other, RATE)
    if found is None or abs(found.drift) > MOST_DRIFT:
        return None
    common = min(reference.seconds, found.offset + other.seconds) - max(0.0, found.offset)
    if common < LEAST:
        return None
    drift = found.drift if abs(found.drift) * common >= FELT else 0.0
    pace = 1 + Fraction(round(drift * 1_000_000_000), 1_000_000_000)
    offset = Fraction(round(found.offset * 1_000_000), 1_000_000)
    return Placement(offset, pace, common, why(name, common, pace))


def why(name: str, common: float, pace: Fraction) -> str:
    """How the place of a recording was found that heard the same as another one, which is called `name`."""
    parts = round((1 / pace - 1) * 1_000_000)
    clock = (
        f"; its clock runs about {abs(parts)} parts in a million {'fast' if parts > 0 else 'slow'}"
        if parts
        else ""
    )
    return f"by sound: for {_minutes(common)} min it heard what {name} heard{clock}"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f}".removesuffix(".0")
