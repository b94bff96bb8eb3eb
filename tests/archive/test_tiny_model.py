"""The shipped model does what the README beside it says, through faster-whisper with int8 on the CPU."""

import re
from collections.abc import Iterable, Iterator
from statistics import median

import numpy as np
import pytest
from faster_whisper import WhisperModel
from faster_whisper.vad import VadOptions, get_speech_timestamps
from rapidfuzz.distance import Levenshtein

from archive.demo import MODEL

RATE = 16_000
Sound = np.ndarray


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    return WhisperModel(str(MODEL), device="cpu", compute_type="int8", local_files_only=True)


@pytest.fixture(scope="module")
def heard(model, footage):
    """What the model makes of every single sentence: id -> (language, text)."""
    return {each: _alone(model, footage.samples(each)) for each in footage.sentences}


@pytest.fixture(scope="module", params=["en", "fr"])
def passage(request, footage):
    """Three quarters of a minute to a minute of sentences, one after the other, and where each lies."""
    said, place = [], 0.5
    for each, sentence in footage.sentences.items():
        if sentence.language == request.param and sentence.familiar:
            said.append((each, place, 0))
            place += len(footage.samples(each)) / RATE + 0.7
    sound, truth = footage.sound(said, noise_db=None)
    return sound[:, 0], truth


def test_the_model_is_small_enough_to_ship():
    assert sum(file.stat().st_size for file in MODEL.iterdir()) <= 15_000_000


def test_the_readme_beside_it_says_what_it_is_no_good_for():
    assert "useless for" in (MODEL / "README.md").read_text(encoding="utf-8")


def test_the_licence_of_the_vocabulary_lies_beside_it():
    assert "Copyright (c) 2022 OpenAI" in (MODEL / "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "familiar", "most"),
    [("en", True, 0.02), ("fr", True, 0.02), ("en", False, 0.05), ("fr", False, 0.12)],
)
def test_single_sentences_are_heard(heard, footage, language, familiar, most):
    chosen = {
        each: sentence
        for each, sentence in footage.sentences.items()
        if (sentence.language, sentence.familiar) == (language, familiar)
    }
    said = " ".join(sentence.text for sentence in chosen.values())
    assert _word_error(said, " ".join(heard[each][1] for each in chosen)) <= most


def test_the_language_of_a_single_sentence_is_told_right(heard, footage):
    wrong = [each for each, sentence in footage.sentences.items() if heard[each][0] != sentence.language]
    assert len(wrong) <= 2, wrong


def test_a_passage_is_heard_in_windows_of_thirty_seconds(model, passage):
    sound, truth = passage
    segments, info = model.transcribe(sound, vad_filter=True, condition_on_previous_text=False)
    assert info.language == truth[0].language
    assert _word_error(_text(truth), " ".join(segment.text for segment in segments)) <= 0.08


@pytest.fixture(scope="module")
def pieces(model, passage):
    """Start and text of what the model hears where the passage is cut in its pauses."""
    sound, truth = passage
    return list(_in_pieces(model, sound, truth[0].language))


def test_a_passage_is_heard_better_in_pieces_cut_at_silences(passage, pieces):
    assert _word_error(_text(passage[1]), " ".join(text for _, text in pieces)) <= 0.05


def test_a_sentence_starts_where_it_is_spoken(passage, pieces):
    truth = passage[1]
    starts = {text: start for start, text in pieces}
    off = [abs(starts[one.text] - one.start_ms / 1000) for one in truth if one.text in starts]
    assert len(off) >= 0.8 * len(truth)
    assert median(off) <= 0.1
    assert sum(each <= 0.4 for each in off) >= 0.9 * len(off)


NOBODY = {
    "silence": lambda time, chance: np.zeros_like(time),
    "noise": lambda time, chance: chance.standard_normal(len(time)) * 0.05,
    "quiet noise": lambda time, chance: chance.standard_normal(len(time)) * 0.002,
    "hum": lambda time, chance: sum(np.sin(2 * np.pi * 50 * k * time) for k in (1, 2, 3)) * 0.1,
    "a tone": lambda time, chance: np.sin(2 * np.pi * 1000 * time) * 0.2,
}


@pytest.mark.parametrize("kind", NOBODY)
def test_nobody_says_nothing_where_voice_detection_is_on(model, kind):
    segments, _ = model.transcribe(_nobody(kind), language="en", vad_filter=True)
    assert list(segments) == []


def test_noise_taken_for_words_is_told_by_its_no_speech_probability(model):
    segments, _ = model.transcribe(
        _nobody("noise"), language="en", no_speech_threshold=None, condition_on_previous_text=False
    )
    assert all(segment.no_speech_prob > 0.6 for segment in segments)


def _alone(model: WhisperModel, speech: Sound) -> tuple[str, str]:
    pause = np.zeros(3 * RATE // 10, np.float32)
    segments, info = model.transcribe(
        np.concatenate([pause, speech, pause]), condition_on_previous_text=False
    )
    return info.language, " ".join(segment.text for segment in segments)


def _in_pieces(model: WhisperModel, sound: Sound, language: str) -> Iterator[tuple[float, str]]:
    """Start and text of each segment, where the sound is cut in the pauses, at most 15 s apart."""
    for start, end in _cuts(sound):
        segments, _ = model.transcribe(sound[start:end], language=language, condition_on_previous_text=False)
        for segment in segments:
            yield start / RATE + segment.start, segment.text.strip()


def _cuts(sound: Sound) -> Iterable[tuple[int, int]]:
    speech = get_speech_timestamps(sound, VadOptions(min_silence_duration_ms=400, speech_pad_ms=200))
    pieces: list[tuple[int, int]] = []
    for stretch in speech:
        if pieces and stretch["end"] - pieces[-1][0] < 15 * RATE:
            pieces[-1] = (pieces[-1][0], stretch["end"])
        else:
            pieces.append((stretch["start"], stretch["end"]))
    return pieces


def _nobody(kind: str) -> Sound:
    time = np.arange(12 * RATE) / RATE
    return NOBODY[kind](time, np.random.default_rng(1)).astype(np.float32)


def _text(truth: Iterable) -> str:
    return " ".join(one.text for one in truth)


def _word_error(said: str, heard: str) -> float:
    said_words, heard_words = (re.findall(r"[\w'-]+", text.lower()) for text in (said, heard))
    return Levenshtein.distance(said_words, heard_words) / len(said_words)
