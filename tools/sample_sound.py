"""The sound of a sample interview: who says what and when, two microphones, a quiet room."""

import random
from dataclasses import dataclass

import numpy as np
from espeak import RATE, Voice, say

_LEVEL = 0.075  # root mean square of speech, about -22.5 dBFS: where a careful sound engineer puts it
_BLEED = 10 ** (-30 / 20)  # how loud a lavalier hears the person opposite
_ROOM = 10 ** (-84 / 20)  # a very quiet one: from -72 dB on the tiny model, which never heard noise, errs
_DEAF = 10 ** (-90 / 20)  # an input with nothing plugged in still hisses
_MEANWHILE = (0.45, 0.75)  # seconds between two sentences of one person
_TURN = (0.7, 1.1)  # seconds before somebody else speaks


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in place: samples from `start` to `end`, on a channel from 0."""

    text: str
    channel: int
    start: int
    end: int


def recorded(
    said: list[tuple[int, str]], voices: list[Voice | None], seed: str
) -> tuple[np.ndarray, list[Line]]:
    """Return (samples, 2) float32 at 16 kHz and where each sentence lies in it.

    Args:
        said: channel and sentence, in order.
        voices: of each channel; None where nobody wears the microphone.
        seed: decides the pauses and the noise.
    """
    lines, speech = _spoken(said, voices, random.Random(seed))
    sound = np.zeros((lines[-1].end + RATE * 3 // 2, len(voices)), np.float32)
    for line, words in zip(lines, speech, strict=True):
        sound[line.start : line.end, line.channel] = words
    worn = np.array([voice is not None for voice in voices])
    sound += (sound.sum(axis=1, keepdims=True) - sound) * _BLEED * worn
    sound += _hiss(len(sound), len(voices), seed) * np.where(worn, _ROOM, _DEAF)
    return sound.clip(-1, 1), lines


def loudness(sound: np.ndarray, rate: float, frames: int) -> np.ndarray:
    """Return how loud each channel is at each picture as (frames, channels), 0 to 1, smoothed."""
    size = RATE // 50
    steps = np.abs(sound[: len(sound) // size * size]).reshape(-1, size, sound.shape[1]).mean(axis=1)
    steps = np.clip((steps - 0.006) * 14, 0, 1)
    window = np.hanning(31) / np.hanning(31).sum()
    smooth = np.stack([np.convolve(channel, window, "same") for channel in steps.T], axis=1)
    places = np.minimum((np.arange(frames) / rate * 50).astype(int), len(smooth) - 1)
    return np.clip(smooth[places] * 1.5, 0, 1)


def _spoken(
    said: list[tuple[int, str]], voices: list[Voice | None], chance: random.Random
) -> tuple[list[Line], list[np.ndarray]]:
    lines: list[Line] = []
    speech: list[np.ndarray] = []
    place = round(0.8 * RATE)
    for channel, text in said:
        if lines:
            pause = chance.uniform(*(_MEANWHILE if lines[-1].channel == channel else _TURN))
            place = lines[-1].end + round(pause * RATE)
        voice = voices[channel]
        if voice is None:
            raise ValueError(f"nobody wears microphone {channel}: {text}")
        words = say(text, voice).astype(np.float32)
        speech.append(words * (_LEVEL / np.sqrt(np.mean(words**2))))
        lines.append(Line(text, channel, place, place + len(words)))
    return lines, speech


def _hiss(length: int, channels: int, seed: str) -> np.ndarray:
    """Noise with more weight below than above, as a room has it."""
    white = np.random.default_rng(sum(seed.encode())).standard_normal((length, channels)).astype(np.float32)
    soft = np.zeros_like(white)
    for lag, weight in enumerate((0.4, 0.3, 0.2, 0.1)):
        soft[lag:] += white[: length - lag] * np.float32(weight)
    return soft / soft.std()
