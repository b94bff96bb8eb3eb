"""Whether a file holds as much as it promises, and whether that can be read."""

from collections.abc import Callable
from fractions import Fraction
from typing import NoReturn

from media.errors import Damaged

# Streams end unevenly by a few frames, and a camera rounds what it writes into its header. As much may be rotten
# in between: a hiccup of the camera, the first pictures of a tape, which refer to some before it.
SLACK = Fraction(1, 2)
SHARE = Fraction(1, 100)
PACKET = Fraction(1, 40)  # seconds; AAC holds 21 ms, MP3 26 ms, AC-3 32 ms

REMEDY = (
    "The original is kept. Copy it again from the card, or use what can be read of it: "
    "archive ingest --accept-damaged"
)

OnDamage = Callable[[Damaged], object]


def refuse(damage: Damaged) -> NoReturn:
    """What is done about a damaged file where nobody asked for anything else."""
    raise damage


def hold(name: str, promised: Fraction, decoded: Fraction, on_damage: OnDamage = refuse) -> None:
    """Hold a file to the length that its container promises.

    Args:
        name: of the file.
        promised: seconds, as the container says (`Probe.duration`, where `Probe.promised`).
        decoded: seconds that came out.
        on_damage: called where more than half a second is missing, and more than a hundredth of it.
    """
    if promised - decoded > _tolerated(promised):
        lengths = f"the container says {float(promised):.1f} s, {float(decoded):.1f} s decoded"
        on_damage(Damaged(f"{name}: ends early ({lengths})", REMEDY))


def hold_whole(
    name: str, length: Fraction, lost: int, each: Fraction, what: str, on_damage: OnDamage = refuse
) -> None:
    """Hold a file to being readable from its beginning to its end.

    Args:
        name: of the file.
        length: seconds that it has.
        lost: how many pictures or packets of sound the decoder complained of.
        each: seconds that one lasts.
        what: they are called ("pictures").
        on_damage: called where they last more than half a second, and more than a hundredth of the length.
    """
    if lost * each > _tolerated(length):
        found = f"about {float(lost * each):.1f} s of {float(length):.1f} s: {lost} {what} cannot be decoded whole"
        on_damage(Damaged(f"{name}: is rotten in places ({found})", REMEDY))


def _tolerated(length: Fraction) -> Fraction:
    return max(SLACK, SHARE * length)
