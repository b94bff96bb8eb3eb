"""One clip in which two languages are spoken."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from ingest.engines.faster_whisper import FasterWhisper
from ingest.languages import Wanted
from ingest.steps.transcribe import merged, transcribe
from ingest.transcript import Block, Word
from media import ffmpeg, sound
from media.errors import Stopped
from media.probe import probe

TINY = Path(__file__).parents[2] / "archive" / "demo" / "model"
INTERVIEW = [
    ("en-01", 0.5, 0),
    ("fr-02", 3.0, 1),
    ("fr-05", 6.0, 1),
    ("fr-11", 8.5, 1),
    ("en-09", 11.5, 0),
    ("fr-13", 14.6, 1),
    ("fr-08", 18.2, 1),
]


@pytest.fixture(scope="module")
def recogniser() -> FasterWhisper:
    return FasterWhisper(TINY, device="cpu")


@pytest.fixture(scope="module")
def hear(footage, tmp_path_factory):
    """Makes a clip and extracts its sound; gives it and what is said."""

    def hear(said, **options):
        folder = tmp_path_factory.mktemp("clip")
        placed = footage.clip(folder / "clip.mov", said, **options)
        return sound.extract(folder / "clip.mov", probe(folder / "clip.mov"), folder, ffmpeg.locate()), placed

    return hear


@pytest.fixture(scope="module")
def one_microphone(hear):
    return hear([(sentence, start, 0) for sentence, start, _ in INTERVIEW])


@pytest.fixture(scope="module")
def two_microphones(hear):
    """Almost without pauses between the voices."""
    said = [("en-01", 0.5, 0), ("fr-02", 2.15, 1), ("fr-05", 4.7, 1), ("en-09", 6.6, 0), ("fr-13", 8.9, 1)]
    return hear(said, channels=2, bleed_db=-24)


def languages(transcript) -> list[str]:
    return [segment.language or transcript.language for segment in transcript.segments]


def error_rate(transcript, said) -> float:
    heard = " ".join(segment.text for segment in transcript.segments).split()
    spoken = " ".join(one.text for one in said).split()
    return Levenshtein.distance(heard, spoken) / len(spoken)


class Asked:
    """The tiny model, and the language of each stretch that it is asked for."""

    def __init__(self, recogniser: FasterWhisper) -> None:
        self.recogniser, self.listened, self.asked = recogniser, [], []

    def detect(self, sound, stretches, stop=None):
        self.listened += stretches
        return self.recogniser.detect(sound, stretches, stop)

    def recognise(self, sound, stretch, language, vocabulary=(), stop=None):
        self.asked.append((stretch, language))
        return self.recogniser.recognise(sound, stretch, language, vocabulary, stop)


@pytest.mark.parametrize("footage_of", ["one_microphone", "two_microphones"])
def test_an_english_question_and_a_french_answer_are_both_right(footage_of, recogniser, request):
    found, said = request.getfixturevalue(footage_of)
    asked = Asked(recogniser)
    transcript = transcribe(found, lambda: asked)
    assert transcript.language == "fr"
    assert languages(transcript) == [one.language for one in said]
    assert error_rate(transcript, said) < 0.1
    for (start, end), language in asked.asked:
        inside = [one for one in said if one.start_ms < end - 200 and one.end_ms > start + 200]
        assert {one.language for one in inside} == {language}


def test_a_clip_of_one_language_is_listened_to_little_and_recognised_as_before(hear, recogniser):
    found, said = hear([("fr-02", 0.5, 0), ("fr-05", 4.4, 0), ("fr-11", 8.0, 0), ("fr-20", 11.2, 0)])
    asked = Asked(recogniser)
    transcript = transcribe(found, lambda: asked)
    assert set(languages(transcript)) == {"fr"}
    assert {segment.language for segment in transcript.segments} == {None}
    assert len(asked.asked) == 1
    assert len(asked.listened) == len(said)


def test_a_language_that_was_given_is_the_clips_and_the_settings_name_the_other(one_microphone, recogniser):
    found, said = one_microphone
    alone = transcribe(found, lambda: recogniser, wanted=Wanted("fr"))
    assert languages(alone) == ["fr"] * len(alone.segments)
    both = transcribe(found, lambda: recogniser, wanted=Wanted("en", ("en", "fr")))
    assert both.language == "en"
    assert languages(both) == [one.language for one in said]


class Missed:
    """Hears French in every turn but those of a few seconds, in blocks what is really there."""

    def __init__(self, english: tuple[int, int]) -> None:
        self.english, self.asked, self.stops = english, [], None

    def detect(self, sound, stretches, stop=None):
        return [{"en": 0.98} if self.is_english(stretch) else {"fr": 0.98} for stretch in stretches]

    def recognise(self, sound, stretch, language, vocabulary=(), stop=None):
        self.asked.append((stretch, language))
        word = Word("Said.", *stretch)
        sounds = {"en": 0.98} if self.is_english(stretch) else {"fr": 0.98}
        return Block(*stretch, language, (word,), (), sounds)

    def is_english(self, stretch) -> bool:
        return self.english[0] <= (stretch[0] + stretch[1]) / 2 < self.english[1]


@pytest.fixture
def long(one_microphone):
    """Half an hour of turns of four seconds each."""
    speech = tuple((start, start + 4000) for start in range(0, 1_800_000, 5000))
    return replace(one_microphone[0], speech=speech, length_ms=1_800_000)


def test_a_language_that_no_turn_gave_away_is_found_where_a_block_sounds_like_it(long):
    """Two English minutes lie between two turns that were listened to first.

    A clip with so many pauses is listened to in turns of up to 28 s, to bound the cost: it is found to such a turn.
    """
    recogniser = Missed((1_200_000 + 5000, 1_275_000))
    transcript = transcribe(long, lambda: recogniser)
    english = [stretch for stretch, language in recogniser.asked if language == "en"]
    assert transcript.language == "fr"
    assert english[0][0] == pytest.approx(1_205_000, abs=28_000)
    assert english[-1][1] == pytest.approx(1_274_000, abs=28_000)
    assert {segment.language for segment in transcript.segments} == {None, "en"}
    assert len(set(recogniser.asked)) == len(recogniser.asked)


def test_no_finished_block_is_heard_again_after_a_stop_whatever_its_language(long):
    stop, kept = threading.Event(), {}
    first = Missed((600_000, 700_000))
    whole = transcribe(long, lambda: first)

    def keep(position, block):
        kept[position] = block
        if len(kept) == 30:
            stop.set()

    with pytest.raises(Stopped):
        transcribe(long, lambda: Missed((600_000, 700_000)), keep=keep, stop=stop)
    again = Missed((600_000, 700_000))
    assert transcribe(long, lambda: again, done=kept) == whole
    assert len(again.asked) == len(first.asked) - len(kept)


@pytest.mark.fault(
    "recogniser",
    "blocks kept by an earlier run, and another language that is given since",
    "heard again in it",
)
def test_a_block_of_an_earlier_run_in_another_language_is_heard_again(long):
    recogniser = Missed((0, 0))
    kept: dict[int, Block] = {}
    transcribe(long, lambda: recogniser, wanted=Wanted("en"), keep=kept.__setitem__)
    again = Missed((0, 0))
    assert transcribe(long, lambda: again, wanted=Wanted("fr"), done=kept).language == "fr"
    assert {language for _, language in again.asked} == {"fr"}


def test_a_segment_holds_words_of_one_language_and_is_written_as_that_is(one_microphone):
    parts = [
        Block(0, 1000, "ja", (Word("何", 500, 700), Word("を", 700, 900))),
        Block(1000, 3000, "en", (Word("My", 1100, 1300), Word("own.", 1300, 1600), Word("Yes.", 1700, 1900))),
    ]
    levels = np.full((1, 300), 200, np.uint8)
    transcript = merged(parts, one_microphone[0], levels)
    assert transcript.language == "en"
    assert [(each.text, each.language) for each in transcript.segments] == [
        ("何を", "ja"),
        ("My own.", None),
        ("Yes.", None),
    ]
