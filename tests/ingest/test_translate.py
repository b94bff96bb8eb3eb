"""Translation into English. The tiny model cannot translate, so what a model would answer is a recording here."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.clip import Clip
from ingest.engines import models
from ingest.engines.faster_whisper import FasterWhisper
from ingest.engines.models import must_translate
from ingest.errors import ModelUnfit, StepFailed
from ingest.executors.local import LocalRecogniser
from ingest.languages import Wanted
from ingest.step import Context
from ingest.steps.transcribe import transcribe
from ingest.steps.translate import step, translate
from ingest.transcript import Block, Segment, Transcript, Word
from media import ffmpeg, sound
from media.errors import Stopped
from media.probe import probe

TINY = Path(__file__).parents[2] / "archive" / "demo" / "model"
SAID = [("en-01", 0.5, 0), ("fr-02", 3.0, 1), ("fr-05", 6.0, 1), ("en-09", 9.0, 0), ("fr-13", 12.1, 1)]
# A recording, written by hand: what a model that can translate would say of the French sentences.
RECORDED = {
    "fr-02": "We began with seven families in Paris.",
    "fr-05": "Now there are forty gardens.",
    "fr-13": "We have learned a lot and the community helped us.",
}


class Recorded:
    """A recogniser whose translations are `RECORDED`: each sentence where it is said."""

    def __init__(self, said) -> None:
        self.said = [
            (one, RECORDED[name]) for one, (name, _, _) in zip(said, SAID, strict=True) if name in RECORDED
        ]
        self.asked: list[tuple[tuple[int, int], str]] = []

    def translate(self, sound, stretch, language, stop=None):
        self.asked.append((stretch, language))
        words: list[Word] = []
        for one, text in self.said:
            if stretch[0] <= one.start_ms < stretch[1]:
                parts = text.split()
                step = (one.end_ms - one.start_ms) // len(parts)
                starts = range(one.start_ms, one.end_ms - step + 1, step)
                words += [Word(part, at, at + step, 0.9) for part, at in zip(parts, starts, strict=False)]
        return Block(*stretch, language, tuple(words))


@pytest.fixture(scope="module")
def talk(footage, tmp_path_factory):
    """A clip with an English interviewer and a French guest: its sound, what is said, and its transcript."""
    folder = tmp_path_factory.mktemp("clip")
    said = footage.clip(folder / "clip.mov", SAID, channels=2, bleed_db=-24)
    found = sound.extract(folder / "clip.mov", probe(folder / "clip.mov"), folder, ffmpeg.locate())
    recogniser = FasterWhisper(TINY, device="cpu")
    return found, said, transcribe(found, lambda: recogniser)


@pytest.fixture
def clip(talk):
    return Clip("0" * 32, "clip.mov", Path("clip.mov"), 1, sound=talk[0], transcript=talk[2])


@pytest.fixture
def context():
    return Context("{}", {}, lambda position, block: None, lambda done: None, threading.Event())


def test_what_is_french_is_translated_where_it_is_said_and_what_is_english_stays(talk, clip, context):
    _, said, transcript = talk
    recorded = Recorded(said)
    found = step(lambda: recorded, lambda: "large-v3")(clip, context).translation
    assert (found.language, found.kind, found.model) == ("en", "machine", "large-v3")
    assert [segment.text for segment in found.segments] == [
        RECORDED.get(name, one.text) for one, (name, _, _) in zip(said, SAID, strict=True)
    ]
    assert [segment.channel for segment in found.segments] == [one.channel for one in said]
    assert {segment.language for segment in found.segments} == {None}
    for segment, one in zip(found.segments, said, strict=True):
        assert segment.start_ms == pytest.approx(one.start_ms, abs=400)
    assert {language for _, language in recorded.asked} == {"fr"}
    assert transcript.language == "fr"


def test_nothing_is_asked_for_what_is_english_and_its_translation_is_what_it_says(clip, context):
    english = (Segment((Word("Yes.", 500, 700),)), Segment((Word("No.", 900, 1000),), channel=1))
    heard = replace(clip, transcript=Transcript("en", english, model="small"))
    found = step(None, None)(heard, context).translation
    assert found == Transcript("en", english)


@pytest.mark.parametrize(
    "unheard", [{"transcript": Transcript(None)}, {"heard": False}, {"transcript": None}, {"sound": None}]
)
def test_where_nothing_is_said_there_is_nothing_to_translate(clip, context, unheard):
    assert step(None, None)(replace(clip, **unheard), context).translation == Transcript(None)


def test_the_language_of_captions_that_do_not_say_theirs_is_heard(talk, clip, context):
    """Here it is English throughout, as it seems, so nothing is translated."""

    class English(Recorded):
        def detect(self, sound, stretches, stop=None):
            return [{"en": 0.99}] * len(stretches)

    captions = Transcript(None, (Segment((Word("Oui.", 500, 700),)),), kind="captions")
    found = step(lambda: English(talk[1]), None)(replace(clip, transcript=captions), context).translation
    assert [segment.text for segment in found.segments] == ["Oui."]
    assert found.model is None


def test_finished_blocks_are_kept_and_not_translated_again(talk):
    found, said, transcript = talk
    first, kept, stop = Recorded(said), {}, threading.Event()
    whole = translate(transcript, found, lambda: first, wanted=Wanted())

    def keep(position, block):
        kept[position] = block
        stop.set()

    with pytest.raises(Stopped):
        translate(transcript, found, lambda: Recorded(said), wanted=Wanted(), keep=keep, stop=stop)
    again = Recorded(said)
    assert translate(transcript, found, lambda: again, wanted=Wanted(), done=kept) == whole
    assert len(again.asked) == len(first.asked) - 1


@pytest.mark.fault(
    "recogniser", "a model that gives the original back for a translation", "refused, with others to choose"
)
def test_a_model_that_gives_the_original_back_is_found_out_whatever_its_name(
    talk, clip, context, tmp_path_factory
):
    """The tiny model, in a folder of another name, and in the process that runs use."""
    folder = tmp_path_factory.mktemp("model") / "mine"
    shutil.copytree(TINY, folder)
    told = pytest.raises(StepFailed, match="cannot translate: it gave the original back")
    with LocalRecogniser(folder, device="cpu") as recogniser, told as caught:
        step(lambda: recogniser, lambda: "mine")(clip, context)
    assert caught.value.step == "translate"
    assert "large-v3, medium or small" in caught.value.remedy


def test_a_language_that_the_model_does_not_know_fails_this_step_alone(talk, tmp_path):
    with LocalRecogniser(TINY, device="cpu") as recogniser, pytest.raises(StepFailed) as caught:
        recogniser.translate(talk[0].path, (0, 2000), "klingon")
    assert caught.value.step == "translate"


@pytest.mark.fault(
    "recogniser", "a translation asked of a model that is known to give the original back", "refused by name"
)
@pytest.mark.parametrize(
    "name",
    [
        "large-v3-turbo",
        "turbo",
        "distil-large-v3.5",
        "small.en",
        "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        "Systran/faster-distil-whisper-medium.en",
        "demo",
    ],
)
def test_models_that_cannot_translate_are_refused_by_name(name):
    with pytest.raises(ModelUnfit, match=f"The speech model {name} cannot translate") as caught:
        must_translate(name)
    assert "large-v3, medium or small" in caught.value.remedy


@pytest.mark.parametrize("name", ["large-v3", "medium", "small", "tiny", "Systran/faster-whisper-small"])
def test_models_that_can_translate_pass(name):
    must_translate(name)


def test_a_folder_is_refused_by_its_own_name_not_by_that_of_the_folder_it_lies_in(tmp_path):
    (tmp_path / "turbo" / "small").mkdir(parents=True)
    (tmp_path / "my-distil-model").mkdir()
    must_translate(str(tmp_path / "turbo" / "small"))
    with pytest.raises(ModelUnfit, match="my-distil-model"):
        must_translate(str(tmp_path / "my-distil-model"))


def test_auto_is_refused_where_it_means_a_model_that_cannot(monkeypatch):
    monkeypatch.setattr(models, "has_gpu", lambda: False)
    must_translate("auto")
    monkeypatch.setattr(models, "has_gpu", lambda: True)
    with pytest.raises(ModelUnfit, match="large-v3-turbo, which `auto` means here, cannot translate"):
        must_translate("auto")
