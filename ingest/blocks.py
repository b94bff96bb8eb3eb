"""Blocks for the recogniser, cut at silences."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.engines.recogniser import Stretch

LONGEST_MS = 28_000  # Whisper hears 30 s at once
SHORTEST_SHARE = 0.5  # a cut looks for its silence in the second half of a block, so that blocks stay long
PADDING_MS = 100  # heard before and after the speech of a block


def cut(speech: Sequence[Stretch], levels: NDArray[np.uint8], length_ms: int) -> list[Stretch]:
    """Cut speech into blocks of at most 28 s, each where the silence is longest.

    Speech that goes on for longer is cut where it is faintest.

    Args:
        speech: where somebody speaks, in ms, in order.
        levels: of the voice channels, (channels, frames of 10 ms).
        length_ms: of the sound.
    """
    return _padded(list(_blocks(speech, levels)), length_ms)


def cut_apart(
    parts: Sequence[Sequence[Stretch]], levels: NDArray[np.uint8], length_ms: int
) -> list[tuple[int, Stretch]]:
    """Cut speech into blocks of which none holds speech of two parts: each with the place of its part.

    Args:
        parts: where somebody speaks, in ms, in order; one part after the other.
        levels: as in `cut`.
        length_ms: of the sound.
    """
    found = [(place, block) for place, speech in enumerate(parts) for block in _blocks(speech, levels)]
    padded = _padded([block for _, block in found], length_ms)
    return [(place, block) for (place, _), block in zip(found, padded, strict=True)]


def _blocks(speech: Sequence[Stretch], levels: NDArray[np.uint8]) -> Iterator[Stretch]:
    pieces = [piece for span in speech for piece in _not_too_long(span, levels)]
    first = 0
    while first < len(pieces):
        last = _last_of_block(pieces, first)
        yield pieces[first][0], pieces[last][1]
        first = last + 1


def _not_too_long(span: Stretch, levels: NDArray[np.uint8]) -> list[Stretch]:
    start, end = span
    if end - start <= LONGEST_MS:
        return [span]
    first, last = (start + int(LONGEST_MS * SHORTEST_SHARE)) // 10, (start + LONGEST_MS) // 10
    loudest = np.asarray(levels[:, first:last], np.float32).max(axis=0)
    if not len(loudest):
        return [span]
    smooth = np.convolve(loudest, np.ones(10) / 10, mode="same")
    smooth[:5] = smooth[-5:] = np.inf  # the edges of the convolution count silence from outside
    where = (first + int(smooth.argmin())) * 10
    return [(start, where), *_not_too_long((where, end), levels)]


def _last_of_block(pieces: list[Stretch], first: int) -> int:
    """The piece that ends the block that begins with `first`: the one before the longest silence."""
    start = pieces[first][0]
    last = first
    while last + 1 < len(pieces) and pieces[last + 1][1] - start <= LONGEST_MS:
        last += 1
    if last + 1 == len(pieces):
        return last
    late = [
        place for place in range(first, last + 1) if pieces[place][1] - start >= LONGEST_MS * SHORTEST_SHARE
    ]
    return max(late or [last], key=lambda place: (pieces[place + 1][0] - pieces[place][1], place))


def _padded(stretches: list[Stretch], length_ms: int) -> list[Stretch]:
    """Each a little longer at both ends, but never into its neighbour."""
    edges = [0]
    edges += [(a[1] + b[0]) // 2 for a, b in pairwise(stretches)]
    edges.append(length_ms)
    return [
        (max(start - PADDING_MS, before), min(end + PADDING_MS, after))
        for (start, end), before, after in zip(stretches, edges, edges[1:], strict=False)
    ]
