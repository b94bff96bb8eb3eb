"""The mix that the recogniser hears."""

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.sound.model import RATE, Part
from media.sound.triage import Choice, Heard, own_level

VOICE_DB = -16.0  # the level to which the loud parts of every voice are brought
MOST_GAIN_DB = 40.0
BEND = 0.7  # samples above this are bent, so that a bump on a microphone never clips the mix

Read = Callable[[int, int, int], NDArray[np.float32]]


def parts(choice: Choice, heard: list[Heard | None], peaks: list[float]) -> tuple[Part, ...]:
    """What goes into the mix: every voice at one level; where nobody speaks, the loudest channel as it is."""
    if not choice.voices:
        loudest = max(range(len(peaks)), key=lambda i: peaks[i])
        return (Part(loudest, 1.0),)
    return tuple(Part(i, _gain(channel)) for i in choice.voices if (channel := heard[i]))


def _gain(channel: Heard) -> float:
    raised = min(VOICE_DB - own_level(channel.levels, channel.speech), MOST_GAIN_DB)
    return round(float(10 ** (raised / 20)), 4)


def write(path: Path, read: Read, length: int, mixed: tuple[Part, ...], look: Callable[[], None]) -> None:
    """Write the mix as a WAV of 16 kHz, mono, 16 bits.

    Args:
        path: the file.
        read: gives samples of a channel from a start to before an end.
        length: samples in all.
        mixed: channels and their gains.
        look: called between chunks; may raise to end early.
    """
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for start in range(0, length, 60 * RATE):
            look()
            end = min(start + 60 * RATE, length)
            total = np.zeros(end - start, np.float32)
            for part in mixed:
                total += read(part.channel, start, end) * np.float32(part.gain)
            file.writeframes((_bent(total) * 32767).astype("<i2").tobytes())


def _bent(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    size = np.abs(samples)
    over = np.maximum(size - BEND, 0) / (1 - BEND)
    return np.sign(samples) * np.where(size > BEND, BEND + (1 - BEND) * np.tanh(over), size)


def reader(path: Path) -> Callable[[int, int], NDArray[np.float32]]:
    """A function that gives the samples of a written mix from a start to before an end, -1 to 1."""

    def read(start: int, end: int) -> NDArray[np.float32]:
        with wave.open(str(path), "rb") as file:
            start = min(max(start, 0), file.getnframes())
            file.setpos(start)
            raw = file.readframes(max(end - start, 0))
        return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)

    return read
