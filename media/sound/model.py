"""What is known of a clip's sound: Channel, Part, Sound, and the scale of the levels file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16000  # samples a second, what the recogniser and the voice detector hear
FRAME = RATE // 100  # samples in one frame of 10 ms
FLOOR_DB = -127.5  # level 0 of the levels file; each step is half a decibel, so 255 is full scale


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of one stream of sound.

    Attributes:
        stream: its place among the streams of sound, from 0.
        place: its place inside that stream, from 0.
        level_db: dBFS of the frames where somebody speaks, of all frames where nobody does; -127.5 at least.
        peak_db: dBFS of the highest sample.
        speech: share of the time in which somebody speaks, 0 to 1.
    """

    stream: int
    place: int
    level_db: float
    peak_db: float
    speech: float


@dataclass(frozen=True, slots=True)
class Part:
    """What one channel gives to the mix.

    Attributes:
        channel: its place in `Sound.channels`.
        gain: factor on its samples.
    """

    channel: int
    gain: float


@dataclass(frozen=True, slots=True)
class Sound:
    """Where the voices of a clip are, and the mix that the recogniser hears.

    Attributes:
        channels: every channel of every stream of sound, in the order of the file.
        voices: places in `channels`, one for each separate microphone; empty where nobody speaks.
        mix: what was added up.
        reason: one sentence that says what was chosen and why.
        speech: stretches in which somebody speaks, (start, end) in ms from the clip's time zero.
        length_ms: of the sound, from the clip's time zero.
        path: the mix, a WAV of 16 kHz, mono, 16 bits; None without any sound.
        levels: .npy of uint8, (voices, frames of 10 ms): dBFS is value / 2 - 127.5; None without voices.
    """

    channels: tuple[Channel, ...]
    voices: tuple[int, ...]
    mix: tuple[Part, ...]
    reason: str
    speech: tuple[tuple[int, int], ...]
    length_ms: int
    path: Path | None
    levels: Path | None


def steps(levels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Levels in dBFS as the levels file holds them."""
    whole: NDArray[np.uint8] = np.clip(np.rint((levels - FLOOR_DB) * 2), 0, 255).astype(np.uint8)
    return whole


def decibels(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Levels of the levels file in dBFS."""
    return levels.astype(np.float32) / np.float32(2) + np.float32(FLOOR_DB)
