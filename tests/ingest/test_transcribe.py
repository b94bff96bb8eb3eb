import json
import threading
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from rapidfuzz.distance import Levenshtein

from ingest.clip import Clip
from ingest.engines.faster_whisper import FasterWhisper
from ingest.languages import Wanted
from ingest.step import Context
from ingest.steps.transcribe import captioned, step, transcribe
from ingest.transcript import Block, Segment, Transcript, Word
from media import ffmpeg, sound
from media.errors import Stopped
from media.probe import probe

TINY = Path(__file__).parents[2] / "archive" / "demo" / "model"
TALK = [("en-02", 0.5, 0), ("en-07", 4.2, 1), ("en-10", 7.5, 0), ("en-20", 10.6, 1), ("en-22", 13.6, 0)]
FRENCH = [("fr-02", 0.5, 1), ("fr-05", 4.4, 1), ("fr-11", 8.0, 1), ("fr-20", 11.2, 1)]


@pytest.fixture(scope="module")
def recogniser() -> FasterWhisper:
    return FasterWhisper(TINY, device="cpu")


@pytest.fixture(scope="module")
def hear(footage, tmp_path_factory):
    """Makes a clip and extracts its sound; gives it and what is said."""

    def hear(said, name="clip.mov", **options):
        folder = tmp_path_factory.mktemp("clip")
        placed = footage.clip(folder / name, said, **options)
        return sound.extract(folder / name, probe(folder / name), folder, ffmpeg.locate()), placed

    return hear


@pytest.fixture(scope="module")
def talk(hear):
    """Two people, each with a microphone that hears the other 24 dB down."""
    return hear(TALK, channels=2, bleed_db=-24)


class Scripted:
    """A recogniser that says one sentence a block, and counts what it is asked."""

    def __init__(self, text: str = "So it is.") -> None:
        self.text, self.asked = text, []

    def detect(self, sound, stretches, stop=None):
        self.asked.append("detect")
        return [{"en": 0.9, "fr": 0.1} for _ in stretches]

    def recognise(self, sound, stretch, language, vocabulary=(), stop=None):
        self.asked.append(stretch)
        words = self.text.split()
        step = (stretch[1] - stretch[0]) // len(words)
        times = [stretch[0] + step * place for place in range(len(words))]
        return Block(
            *stretch, language, tuple(Word(w, t, t + step) for w, t in zip(words, times, strict=True))
        )


def starts_off(transcript, said) -> list[int]:
    begun = [segment.start_ms for segment in transcript.segments]
    return [min(abs(start - one.start_ms) for start in begun) for one in said]


def error_rate(transcript, said) -> float:
    heard = " ".join(segment.text for segment in transcript.segments).split()
    spoken = " ".join(one.text for one in said).split()
    return Levenshtein.distance(heard, spoken) / len(spoken)


def test_two_people_are_heard_to_the_word_each_on_the_own_channel(talk, recogniser):
    found, said = talk
    transcript = transcribe(found, lambda: recogniser)
    assert transcript.language == "en"
    assert [(segment.text, segment.channel) for segment in transcript.segments] == [
        (one.text, one.channel) for one in said
    ]
    assert {word.channel for segment in transcript.segments for word in segment.words} == {0, 1}
    assert median(starts_off(transcript, said)) < 100
    assert max(starts_off(transcript, said)) < 400


def test_french_on_the_second_channel_alone_is_heard(hear, recogniser):
    found, said = hear(FRENCH, channels=2, picture=None, name="clip.wav", noise_db=None)
    transcript = transcribe(found, lambda: recogniser)
    assert transcript.language == "fr"
    assert error_rate(transcript, said) < 0.1
    assert median(starts_off(transcript, said)) < 100


def test_sound_that_begins_late_gives_words_on_the_clock_of_the_picture(hear, recogniser):
    found, said = hear([("en-02", 3.0, 0), ("en-07", 6.5, 0)], sound_delay=2.5)
    transcript = transcribe(found, lambda: recogniser)
    assert max(starts_off(transcript, said)) < 400


def test_a_clip_in_which_nobody_speaks_has_an_empty_transcript_and_loads_nothing(hear):
    for options in ({"silent_film": True}, {"length": 3, "noise_db": -60}):
        found, _ = hear((), **options)
        assert transcribe(found, None) == Transcript(None)


def test_finished_blocks_are_kept_at_once_and_not_recognised_again(talk):
    found = replace(
        talk[0], speech=tuple((n * 20_000, n * 20_000 + 19_000) for n in range(5)), length_ms=100_000
    )
    kept: dict[int, Block] = {}
    first = Scripted()
    whole = transcribe(found, lambda: first, keep=kept.__setitem__)
    assert list(kept) == [0, 1, 2, 3, 4]
    again = Scripted()
    done = {position: kept[position] for position in (0, 1, 3)}
    assert transcribe(found, lambda: again, done=done) == whole
    stretches = [each for each in first.asked if each != "detect"]
    assert [each for each in again.asked if each != "detect"] == [stretches[2], stretches[4]]


@pytest.mark.fault(
    "recogniser", "blocks kept by an earlier run, and a sound that was made again since", "recognised again"
)
def test_finished_blocks_of_another_sound_are_not_taken(talk):
    other = {0: Block(5, 900, "en", (Word("Old.", 5, 900),))}
    transcript = transcribe(talk[0], Scripted, done=other)
    assert "Old." not in {segment.text for segment in transcript.segments}


@pytest.mark.fault("recogniser", "a stop in the middle of a transcription", "no finished block is lost")
def test_a_stop_loses_no_finished_block(talk):
    found = replace(
        talk[0], speech=tuple((n * 20_000, n * 20_000 + 19_000) for n in range(5)), length_ms=100_000
    )
    stop, kept = threading.Event(), []

    def keep(position, block):
        kept.append(position)
        stop.set()

    with pytest.raises(Stopped):
        transcribe(found, Scripted, keep=keep, stop=stop)
    assert kept == [0]


def test_progress_ends_at_1(talk):
    told: list[float] = []
    transcribe(talk[0], Scripted, progress=told.append)
    assert told[-1] == 1.0


@pytest.mark.fault(
    "recogniser", "the recogniser writes words where nobody speaks", "left out, with a note of them"
)
def test_words_that_nobody_said_are_left_out_with_a_note(talk):
    class Dreaming(Scripted):
        def recognise(self, sound, stretch, language, vocabulary=(), stop=None):
            return Block(*stretch, language, (Word("Thanks.", 16_500, 16_900),))

    found = replace(talk[0], speech=((0, 15_000),), length_ms=20_000)
    transcript = transcribe(found, Dreaming)
    assert transcript.segments == ()
    assert transcript.language is None
    assert tuple(map(str, transcript.notes)) == ("0:16 to 0:16: left out, nobody speaks there: Thanks.",)


def test_a_given_language_is_not_looked_for(talk):
    scripted = Scripted("我 们 。")
    transcript = transcribe(talk[0], lambda: scripted, wanted=Wanted("zh"))
    assert "detect" not in scripted.asked
    assert not any(segment.spaced for segment in transcript.segments)


def test_a_caption_file_beside_the_clip_is_taken_instead(tmp_path, talk):
    clip = tmp_path / "clip.mp4"
    clip.touch()
    captions = clip.with_suffix(".srt")
    captions.write_text("1\n00:00:00,500 --> 00:00:03,000\nAs we wrote it.\n")
    context = Context("{}", {}, lambda position, block: None, lambda done: None, threading.Event())
    given = Clip("0" * 32, "clip.mp4", clip, 0, captions=captions, sound=talk[0])
    taken = step(None, None, ())(given, context).transcript
    assert (taken.kind, taken.model, taken.segments[0].text) == ("captions", None, "As we wrote it.")


def test_captions_are_given_to_the_channel_that_carries_them(talk):
    found, said = talk
    segments = tuple(Segment((Word(one.text, one.start_ms, one.end_ms),)) for one in said)
    given = captioned(Transcript("en", segments, kind="captions"), found)
    assert [segment.channel for segment in given.segments] == [one.channel for one in said]
    named = Transcript("en", (replace(segments[0], speaker="Ana"),), kind="captions")
    assert captioned(named, found) == named


def test_blocks_cross_over_to_json_and_back(talk, recogniser):
    """The ledger keeps them so."""
    from pydantic import TypeAdapter

    kept: list[Block] = []
    transcribe(talk[0], lambda: recogniser, keep=lambda position, block: kept.append(block))
    adapter = TypeAdapter(list[Block])
    assert adapter.validate_json(adapter.dump_json(kept)) == kept
    assert json.loads(adapter.dump_json(kept))
