"""The waveform: the lowest and highest sample of each stretch of the sound."""

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.renditions.profile import Profile

MOST = 72_000  # points; an hour at the default rate, and under a megabyte
BLOCK = 1024  # points read at a time


def write(sound: Path, target: Path, profile: Profile) -> None:
    """Write the waveform of a 16-bit mono WAV file, in memory that does not grow with its length.

    The form is audiowaveform's JSON, version 2, 8 bits: `data` holds the lowest and the highest of each
    stretch of `samples_per_pixel` samples. https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md
    """
    with wave.open(str(sound), "rb") as source:
        rate, samples = source.getframerate(), source.getnframes()
        each = max(-(-rate // profile.peaks_per_second), -(-samples // MOST))
        points = [point for block in _blocks(source, each) for point in _extremes(block, each)]
    waveform = {
        "version": 2,
        "channels": 1,
        "sample_rate": rate,
        "samples_per_pixel": each,
        "bits": 8,
        "length": len(points) // 2,
        "data": points,
    }
    target.write_text(json.dumps(waveform, separators=(",", ":")), encoding="ascii")


def _blocks(source: wave.Wave_read, each: int) -> Iterator[NDArray[np.int16]]:
    while data := source.readframes(each * BLOCK):
        yield np.frombuffer(data, dtype="<i2")


def _extremes(block: NDArray[np.int16], each: int) -> list[int]:
    # The last stretch is seldom whole; its last sample, repeated, is no new extreme.
    whole = np.pad(block, (0, -len(block) % each), mode="edge").reshape(-1, each)
    pairs = np.stack((whole.min(axis=1), whole.max(axis=1)), axis=1) >> 8
    return [int(value) for value in pairs.ravel()]
