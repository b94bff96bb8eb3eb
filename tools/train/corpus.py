"""Sentences as sound: made once by espeak-ng, kept in a file, drawn from ever after."""

import io
import random
import wave
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from espeak import RATE, Voice, resampled, spoken, trimmed
from train import sentences

# "en-gb+f2" and "fr-fr+f2" would be said in the plain voice: espeak-ng finds no variant of a language's other name.
BASES = {"en": ("en-us", "en", "en-gb-x-rp"), "fr": ("fr", "fr-be", "fr-ch")}
VARIANTS = ("", "", "+f1", "+f2", "+f4", "+f5", "+m1", "+m2", "+m3", "+m4", "+m6", "+m7", "+Alex", "+Mike")
_ESPEAK_RATE = 22_050
_HEADER = 44
_APART = _ESPEAK_RATE // 2
_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence: its text, its language and int16 samples at 16 kHz."""

    text: str
    language: str
    samples: np.ndarray


def corpus(file: Path, count: int, seed: int) -> list[Spoken]:
    """Return `count` sentences in both languages, from `file` where they were made before."""
    if not file.exists():
        chance = random.Random(seed)
        wanted = [_wanted(("en", "fr")[place % 2], chance) for place in range(count)]
        file.parent.mkdir(parents=True, exist_ok=True)
        _keep(file, wanted, _all_said(wanted))
    kept = np.load(file)
    parts = np.split(kept["samples"], np.cumsum(kept["lengths"])[:-1])
    return [
        Spoken(*each) for each in zip(kept["texts"].tolist(), kept["languages"].tolist(), parts, strict=True)
    ]


def _wanted(language: str, chance: random.Random) -> tuple[str, Voice]:
    name = chance.choice(BASES[language]) + chance.choice(VARIANTS)
    voice = Voice(name, chance.randint(135, 190), chance.randint(30, 70))
    return sentences.one(language, chance), voice


def _all_said(wanted: Sequence[tuple[str, Voice]]) -> list[np.ndarray]:
    said: list[np.ndarray] = []
    with ThreadPoolExecutor(2) as pool:
        for first in range(0, len(wanted), _TOGETHER):
            files = pool.map(lambda each: spoken(*each), wanted[first : first + _TOGETHER])
            said += _resampled_together([np.frombuffer(file[_HEADER:], np.int16) for file in files])
    return said


def _resampled_together(speech: list[np.ndarray]) -> list[np.ndarray]:
    """Resample many sentences in one go: starting ffmpeg takes longer than its work on one of them."""
    silence = np.zeros(_APART, np.int16)
    joined = np.concatenate([part for each in speech for part in (each, silence)])
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_ESPEAK_RATE)
        file.writeframes(joined.tobytes())
    heard = resampled(buffer.getvalue())
    ends = np.cumsum([len(each) + _APART for each in speech]) * RATE // _ESPEAK_RATE
    return [trimmed(part) for part in np.split(heard, ends[:-1])]


def _keep(file: Path, wanted: Sequence[tuple[str, Voice]], said: list[np.ndarray]) -> None:
    np.savez(
        file,
        texts=np.array([text for text, _ in wanted]),
        languages=np.array([voice.language for _, voice in wanted]),
        lengths=np.array([len(samples) for samples in said]),
        samples=np.concatenate(said),
    )
