"""Stretches of time, each its start and its end: what is left of one."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeVar

Moment = TypeVar("Moment", int, Fraction)


def without(
    stretch: tuple[Moment, Moment], others: Iterable[tuple[Moment, Moment]]
) -> list[tuple[Moment, Moment]]:
    """What is left of a stretch without others, in order; all in the same unit."""
    left = [stretch]
    for start, end in others:
        left = [
            piece
            for begins, ends in left
            for piece in ((begins, min(ends, start)), (max(begins, end), ends))
            if piece[0] < piece[1]
        ]
    return left
