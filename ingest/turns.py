"""Turns: stretches in which one voice goes on, as far as microphones and pauses tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest import speakers
from ingest.blocks import LONGEST_MS
from ingest.engines.recogniser import Stretch
from ingest.transcript import Word

PAUSE_MS = 500  # somebody else may go on after it
EACH_MS = (
    18_000  # of speech at one microphone has a turn, on average; to hear one costs as much as 14 s of words
)
ALWAYS = 8  # turns that any clip may have
PIECE_MS = 300  # about a word: two microphones may take turns in speech without a pause


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of speech without a long pause, by one microphone where there are several.

    Attributes:
        start_ms: from the clip's time zero.
        end_ms: at most 28 s later.
        channel: of the microphone, its place in `Sound.voices`.
    """

    start_ms: int
    end_ms: int
    channel: int

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return self.end_ms - self.start_ms


def of(speech: Sequence[Stretch], levels: NDArray[np.uint8]) -> tuple[Turn, ...]:
    """The turns of a clip, in order. At one microphone they end at the longest of its pauses.

    Args:
        speech: where somebody speaks, in ms, in order.
        levels: of the voice channels, (channels, frames of 10 ms).
    """
    words = (Word("", *piece) for span in speech for piece in _pieces(span))
    pieces = speakers.attribute(list(words), levels, speech)
    pauses = sorted(
        (
            after.start_ms - before.end_ms
            for before, after in pairwise(pieces)
            if before.channel == after.channel
        ),
        reverse=True,
    )
    most = max(ALWAYS, sum(end - start for start, end in speech) // EACH_MS)
    return tuple(_grouped(pieces, max([PAUSE_MS, *(pause + 1 for pause in pauses[most : most + 1])])))


def _grouped(pieces: Sequence[Word], pause_ms: int) -> list[Turn]:
    found: list[Turn] = []
    for piece in pieces:
        channel = piece.channel or 0
        if found and _goes_on(found[-1], piece, channel, pause_ms):
            found[-1] = Turn(found[-1].start_ms, piece.end_ms, channel)
        else:
            found.append(Turn(piece.start_ms, piece.end_ms, channel))
    return found


def _pieces(span: Stretch) -> list[Stretch]:
    start, end = span
    count = max(1, round((end - start) / PIECE_MS))
    edges = [start + (end - start) * place // count for place in range(count + 1)]
    return list(pairwise(edges))


def _goes_on(turn: Turn, piece: Word, channel: int, pause_ms: int) -> bool:
    return (
        turn.channel == channel
        and piece.start_ms - turn.end_ms < pause_ms
        and piece.end_ms - turn.start_ms <= LONGEST_MS
    )
