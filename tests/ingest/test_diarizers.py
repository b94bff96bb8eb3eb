"""Several people at one microphone: a plugin tells their voices apart."""

import sys
import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from ingest import diarizers, turns
from ingest.diarizers import Voice
from ingest.engines.faster_whisper import FasterWhisper
from ingest.engines.sherpa import Sherpa
from ingest.errors import DiarizerMissing, StepFailed
from ingest.steps.transcribe import transcribe
from media import ffmpeg, sound
from media.errors import Stopped
from media.probe import probe

TINY = Path(__file__).parents[2] / "archive" / "demo" / "model"
SAID = [("en-02", 0.5, 0), ("en-07", 3.5, 0), ("en-10", 6.6, 0), ("en-20", 9.4, 0), ("en-22", 12.0, 0)]
WHO = [1, 0, 0, 1, 0]  # as a diarizer numbers them, which is in no order


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
def talk(hear):
    return hear(SAID)


class Told:
    """A diarizer that knows who says what, a little off at the edges as they are."""

    def __init__(self, said, who=WHO, off=120) -> None:
        self.found = [
            Voice(max(one.start_ms - off, 0), one.end_ms - off, number)
            for one, number in zip(said, who, strict=True)
        ]
        self.asked = 0

    def voices(self, sound, stop=None):
        self.asked += 1
        return self.found[::-1]


def test_two_voices_at_one_microphone_are_two_speakers_the_first_to_speak_first(talk, recogniser):
    found, said = talk
    transcript = transcribe(found, lambda: recogniser, diarizer=Told(said))
    assert [(segment.text, segment.channel) for segment in transcript.segments] == [
        (one.text, 1 - number) for one, number in zip(said, WHO, strict=True)
    ]


def test_without_a_diarizer_they_are_one(talk, recogniser):
    transcript = transcribe(talk[0], lambda: recogniser)
    assert {segment.channel for segment in transcript.segments} == {0}


def test_with_a_microphone_each_nobody_is_asked(hear, recogniser):
    found, said = hear([("en-02", 0.5, 0), ("en-07", 4.2, 1), ("en-10", 7.5, 0)], channels=2, bleed_db=-24)
    told = Told(said, (0, 0, 0))
    transcript = transcribe(found, lambda: recogniser, diarizer=told)
    assert told.asked == 0
    assert [segment.channel for segment in transcript.segments] == [0, 1, 0]


def test_voices_told_apart_are_turns_of_their_own_for_the_languages(talk):
    found, said = talk
    levels = diarizers.levels(Told(said, off=0).found, found.length_ms)
    assert [turn.channel for turn in turns.of(found.speech, levels)] == [0, 1, 0, 1]


def test_where_no_voice_is_found_all_is_as_without(talk, recogniser):
    nobody = SimpleNamespace(voices=lambda sound, stop: [])
    transcript = transcribe(talk[0], lambda: recogniser, diarizer=nobody)
    assert {segment.channel for segment in transcript.segments} == {0}


@pytest.mark.fault(
    "recogniser",
    "a plugin that tells voices apart fails in the middle",
    "that clip fails; what to do is said",
)
def test_a_plugin_that_fails_costs_one_clip(talk, recogniser):
    def fail(sound, stop):
        raise IndexError("7")

    broken = SimpleNamespace(voices=fail)
    with pytest.raises(StepFailed, match=r"could not be told apart \(IndexError: 7\)") as caught:
        transcribe(talk[0], lambda: recogniser, diarizer=broken)
    assert "leave `diarize` out" in caught.value.remedy


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Installs a package with a diarizer, by its source."""

    def install(source: str) -> None:
        (tmp_path / "voices_by_hand.py").write_text(source, encoding="utf-8")
        about = tmp_path / "voices_by_hand-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: voices-by-hand\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(
            "[interview_archive.diarizers]\nby-hand = voices_by_hand:make\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "voices_by_hand", raising=False)

    return install


def test_a_package_brings_a_diarizer_by_its_entry_point_and_is_given_its_models(plugin, tmp_path):
    plugin("def make(folder):\n    return ('by hand', folder)\n")
    assert diarizers.find("by-hand", tmp_path) == ("by hand", tmp_path)
    assert diarizers.find("by-hand", None) == ("by hand", None)


@pytest.mark.fault(
    "recogniser",
    "archive.toml asks for a diarizer that nobody installed",
    "refused by name, with those there are",
)
def test_a_diarizer_that_nobody_brings_is_named_with_those_there_are(plugin):
    plugin("def make(folder): ...\n")
    with pytest.raises(DiarizerMissing, match="the diarizer pyannote, and none of that name") as caught:
        diarizers.find("pyannote", None)
    assert "by-hand" in caught.value.remedy
    assert "pip install" in caught.value.remedy


def test_a_package_that_cannot_be_imported_is_told(plugin):
    plugin("import a_module_that_is_not_there\n")
    with pytest.raises(DiarizerMissing, match=r"by-hand cannot be loaded \(ModuleNotFoundError") as caught:
        diarizers.find("by-hand", None)
    assert "voices_by_hand" in caught.value.remedy


class Onnx(ModuleType):
    """What sherpa-onnx 2.0.1 looks like; what it answers is a recording, for its models are not here."""

    def __init__(self, *, valid: bool = True) -> None:
        super().__init__("sherpa_onnx")
        self.asked = {}
        self.heard = None
        keep = self.asked

        def config(name):
            def make(**given):
                keep[name] = given
                return SimpleNamespace(validate=lambda: valid, **given)

            return make

        for name in (
            "OfflineSpeakerDiarizationConfig",
            "OfflineSpeakerSegmentationModelConfig",
            "OfflineSpeakerSegmentationPyannoteModelConfig",
            "SpeakerEmbeddingExtractorConfig",
            "FastClusteringConfig",
        ):
            setattr(self, name, config(name))
        self.OfflineSpeakerDiarization = lambda config: self

    def process(self, samples, callback):
        self.heard = samples
        self.ended = callback(1, 3)
        segments = [
            SimpleNamespace(start=0.5, end=2.25, speaker=1),
            SimpleNamespace(start=2.5, end=3, speaker=0),
        ]
        return SimpleNamespace(sort_by_start_time=lambda: segments)


@pytest.fixture
def onnx(monkeypatch):
    def install(**options) -> Onnx:
        made = Onnx(**options)
        monkeypatch.setitem(sys.modules, "sherpa_onnx", made)
        monkeypatch.setattr("ingest.engines.sherpa.find_spec", lambda name: object())
        return made

    return install


@pytest.fixture
def models(tmp_path):
    for name in ("segmentation.onnx", "embedding.onnx"):
        (tmp_path / name).touch()
    return tmp_path


def test_sherpa_is_asked_with_its_two_models_and_its_seconds_become_milliseconds(onnx, models, talk):
    made = onnx()
    found = Sherpa(models).voices(talk[0].path)
    assert found == [Voice(500, 2250, 1), Voice(2500, 3000, 0)]
    assert made.asked["SpeakerEmbeddingExtractorConfig"] == {"model": str(models / "embedding.onnx")}
    segmentation = made.asked["OfflineSpeakerSegmentationPyannoteModelConfig"]
    assert segmentation == {"model": str(models / "segmentation.onnx")}
    assert (made.heard.dtype, made.ended) == (np.float32, 0)
    assert len(made.heard) == pytest.approx(talk[0].length_ms * 16, abs=400)


def test_a_stop_ends_sherpa(onnx, models, talk):
    made, stop = onnx(), threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        Sherpa(models).voices(talk[0].path, stop)
    assert made.ended == 1


@pytest.mark.fault(
    "recogniser",
    "archive.toml asks for sherpa-onnx, which is not installed or has no models",
    "refused, with the command or the files that are wanted",
)
def test_sherpa_without_package_or_models_says_what_is_wanted(onnx, models, monkeypatch, talk):
    monkeypatch.setattr("ingest.engines.sherpa.find_spec", lambda name: None)
    with pytest.raises(DiarizerMissing, match="not installed") as caught:
        Sherpa(models)
    assert 'pip install "interview-archive[diarize]"' in caught.value.remedy
    onnx()
    with pytest.raises(DiarizerMissing, match="no folder with them is named") as caught:
        Sherpa(None)
    assert "diarize_model" in caught.value.remedy
    (models / "embedding.onnx").unlink()
    with pytest.raises(DiarizerMissing, match=r"has no embedding\.onnx"):
        Sherpa(models)
    (models / "embedding.onnx").touch()
    onnx(valid=False)
    with pytest.raises(DiarizerMissing, match="cannot load the models"):
        Sherpa(models).voices(talk[0].path)
