"""Whether a file holds as much as it promises."""

from fractions import Fraction

from media.errors import Damaged

# Streams end unevenly by a few frames, and a camera rounds what it writes into its header.
SLACK = Fraction(1, 2)
SHARE = Fraction(1, 100)


def hold(name: str, promised: Fraction, decoded: Fraction) -> None:
    """Hold a file to the length that its container promises.

    Args:
        name: of the file.
        promised: seconds, as the container says (`Probe.duration`, where `Probe.promised`).
        decoded: seconds that came out.

    Raises:
        Damaged: more than half a second is missing, and more than a hundredth of it.
    """
    if promised - decoded > max(SLACK, SHARE * promised):
        lengths = f"the container says {float(promised):.1f} s, {float(decoded):.1f} s decoded"
        raise Damaged(f"{name}: ends early ({lengths})", "Copy it again from the card.")
