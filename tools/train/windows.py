"""What the model is taught with: windows of sound as Whisper hears them, and the tokens that are right for each."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from espeak import RATE
from faster_whisper.feature_extractor import FeatureExtractor
from train.corpus import Spoken
from train.tokens import Tokens

FULL = 3000  # mel frames of the 30 s that Whisper hears at once
_MELS = FeatureExtractor(feature_size=80)


@dataclass(frozen=True, slots=True)
class Window:
    """One lesson.

    Attributes:
        mel: (80, frames) float32.
        tokens: whole numbers, from the start token (or the previous text) to the end token.
        unjudged: how many of the first tokens are given and not asked for.
        letters: all that is said in it, for the letters that the encoder has to find.
    """

    mel: np.ndarray
    tokens: list[int]
    unjudged: int
    letters: str


@dataclass(frozen=True, slots=True)
class _Placed:
    sentence: Spoken
    start: float
    end: float


def short(pool: Sequence[Spoken], tokens: Tokens, longest: float, chance: random.Random) -> Window:
    """Return a window of whole sentences, no longer than `longest` seconds (or of one sentence)."""
    language = chance.choice(("en", "fr"))
    placed = _line(pool, language, longest, chance)
    sound = _sound(placed, placed[-1].end + chance.uniform(0.1, 0.6), chance)
    return _lesson(mels(sound), placed, None, language, pool, tokens, chance)


def full(pool: Sequence[Spoken], tokens: Tokens, chance: random.Random) -> Window:
    """Return a window of 3,000 frames, as faster-whisper makes them: zeros in the mel, not in the sound.

    Half of them are full to the end with the last sentence cut off; its start alone is then asked for.
    One in twenty holds nobody.
    """
    language = chance.choice(("en", "fr"))
    if chance.random() < 0.05:
        return _nobody(tokens, chance)
    if chance.random() < 0.5:
        placed = _line(pool, language, chance.uniform(4, 29), chance)
        sound = _sound(placed, min(29.9, placed[-1].end + chance.uniform(0.1, 0.6)), chance)
        return _lesson(_filled(mels(sound)), placed, None, language, pool, tokens, chance)
    placed = _line(pool, language, 34, chance)
    whole = [each for each in placed if each.end <= 29.9]
    cut = next((each.start for each in placed if each.end > 29.9 and each.start < 29.5), None)
    return _lesson(_filled(mels(_sound(placed, 30, chance))), whole, cut, language, pool, tokens, chance)


def mels(sound: np.ndarray) -> np.ndarray:
    """Return a sound's mel spectrogram as (80, frames), 100 frames a second."""
    return _MELS(sound, padding=0)[:, : len(sound) // 160].astype(np.float32)


def alone(sentence: Spoken) -> np.ndarray:
    """Return the mel of one sentence with a short pause before and after it."""
    pause = np.zeros(RATE // 4, np.float32)
    return mels(np.concatenate([pause, sentence.samples / np.float32(32768), pause]))


def _line(pool: Sequence[Spoken], language: str, longest: float, chance: random.Random) -> list[_Placed]:
    placed: list[_Placed] = []
    place = chance.uniform(0, 0.8)
    while True:
        sentence = _one(pool, language, chance)
        end = place + len(sentence.samples) / RATE
        if placed and end > longest:
            return placed
        placed.append(_Placed(sentence, place, end))
        place = end + chance.uniform(0.1, 1.3)


def _one(pool: Sequence[Spoken], language: str, chance: random.Random) -> Spoken:
    while (sentence := chance.choice(pool)).language != language:
        pass
    return sentence


def _sound(placed: Sequence[_Placed], length: float, chance: random.Random) -> np.ndarray:
    sound = np.zeros(round(length * RATE), np.float32)
    for each in placed:
        start = round(each.start * RATE)
        speech = each.sentence.samples[: max(0, len(sound) - start)] * np.float32(1 / 32768)
        sound[start : start + len(speech)] += speech * np.float32(10 ** chance.uniform(-0.5, 0.2))
    if chance.random() < 0.5:
        sound += _noise(len(sound), chance.uniform(-90, -50), chance)
    return sound.clip(-1, 1)


def _noise(length: int, level_db: float, chance: random.Random) -> np.ndarray:
    white = np.random.default_rng(chance.getrandbits(32)).standard_normal(length, np.float32)
    return white * np.float32(10 ** (level_db / 20))


def _filled(mel: np.ndarray) -> np.ndarray:
    window = np.zeros((len(mel), FULL), np.float32)
    window[:, : mel.shape[1]] = mel[:, :FULL]
    return window


def _nobody(tokens: Tokens, chance: random.Random) -> Window:
    noise = _noise(round(chance.uniform(2, 30) * RATE), chance.uniform(-80, -20), chance)
    return Window(_filled(mels(noise)), [tokens.start, tokens.nobody, tokens.end], 1, "")


def _lesson(
    mel: np.ndarray,
    placed: Sequence[_Placed],
    cut: float | None,
    language: str,
    pool: Sequence[Spoken],
    tokens: Tokens,
    chance: random.Random,
) -> Window:
    """Put tokens to a window: half with times, one in eight with what was said before."""
    before: list[int] = []
    if chance.random() < 0.125:
        before = [tokens.previous, *tokens.text(_one(pool, language, chance).text)]
    said = [tokens.start, tokens.languages[language], tokens.transcribe]
    if chance.random() < 0.5:
        for each in placed:
            said += [tokens.time(each.start), *tokens.text(each.sentence.text), tokens.time(each.end)]
        said += [] if cut is None else [tokens.time(cut)]
    else:
        said += [tokens.untimed, *(token for each in placed for token in tokens.text(each.sentence.text))]
    # The letters of a sentence that is cut off are not asked for; the encoder may well hear them.
    letters = " ".join(each.sentence.text for each in placed).lower()
    return Window(mel, [*before, *said, tokens.end], len(before) + 1, letters)
