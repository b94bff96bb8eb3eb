"""The sound of files that follow each other on one clock, read in pieces."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.sound import mix
from media.sound.model import RATE

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a recording.

    Attributes:
        path: a WAV as `media.sound.extract` writes it: 16 kHz, mono, 16 bits.
        start: where it begins, in samples from the start of the recording.
        length: in samples.
    """

    path: Path
    start: int
    length: int


class Recording:
    """Samples that are sliced like an array, and read when they are; silence where no file lies."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        """The recording that these make; nothing is read."""
        self._pieces = tuple(pieces)

    def __len__(self) -> int:
        """Samples in all."""
        return max((piece.start + piece.length for piece in self._pieces), default=0)

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self) / RATE

    def __getitem__(self, asked: slice) -> Samples:
        """The samples of a slice without a step, -1 to 1."""
        start, end, _ = asked.indices(len(self))
        found = np.zeros(max(end - start, 0), np.float32)
        for piece in self._pieces:
            first, last = max(start, piece.start), min(end, piece.start + piece.length)
            if first < last:
                read = mix.reader(piece.path)(first - piece.start, last - piece.start)
                found[first - start : first - start + len(read)] = read
        return found
