import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from ingest.engines.faster_whisper import FasterWhisper
from ingest.errors import ModelMissing

TINY = Path(__file__).parents[2] / "archive" / "demo" / "model"


@pytest.fixture(scope="module")
def recogniser() -> FasterWhisper:
    return FasterWhisper(TINY, device="cpu")


@pytest.fixture
def write(tmp_path):
    """Writes samples as the mix that a recogniser hears."""

    def write(samples: np.ndarray) -> Path:
        with wave.open(str(tmp_path / "sound.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
        return tmp_path / "sound.wav"

    return write


def test_a_stretch_is_recognised_with_times_from_the_start_of_the_clip(recogniser, write, footage):
    samples, said = footage.sound([("en-02", 0.5, 0), ("en-07", 4.0, 0)])
    second = said[1]
    block = recogniser.recognise(write(samples[:, 0]), (second.start_ms - 100, second.end_ms + 100), "en")
    assert " ".join(word.text for word in block.words) == second.text
    assert abs(block.words[0].start_ms - second.start_ms) < 300
    assert all(0 < word.probability <= 1 for word in block.words)


def test_a_french_word_with_an_apostrophe_or_a_hyphen_is_one_word(recogniser, write, footage):
    samples, _ = footage.sound([("fr-01", 0.2, 0), ("fr-11", 3.5, 0)])
    block = recogniser.recognise(write(samples[:, 0]), (0, 8000), "fr")
    assert {"voulez-vous", "C'est"} <= {word.text for word in block.words}


def test_the_language_of_each_stretch_is_told(recogniser, write, footage):
    samples, said = footage.sound([("fr-02", 0.5, 0), ("en-07", 5.0, 0), ("fr-08", 9.0, 0)])
    stretches = [(one.start_ms, one.end_ms) for one in said]
    found = recogniser.detect(write(samples[:, 0]), stretches)
    assert [max(heard, key=heard.get) for heard in found] == ["fr", "en", "fr"]
    assert all(0.9 < sum(heard.values()) <= 1.001 for heard in found)


def test_a_stretch_is_encoded_once_however_often_it_is_heard(recogniser, write, footage, monkeypatch):
    """Here it is heard with names and without, and its language is looked for."""
    encoded = []
    encode = recogniser._windows._encode
    monkeypatch.setattr(
        recogniser._windows, "_encode", lambda features: encoded.append(1) or encode(features)
    )
    path = write(footage.sound([("fr-02", 0.5, 0)])[0][:, 0])
    block = recogniser.recognise(path, (0, 3000), "fr", ["Ana Borel"])
    assert block.sounds["fr"] > 0.9
    assert len(encoded) == 1


def test_the_same_sound_gives_the_same_words_every_time(recogniser, write, footage):
    path = write(footage.sound([("en-10", 0.5, 0)], noise_db=-50)[0][:, 0])
    assert recogniser.recognise(path, (0, 4000), "en") == recogniser.recognise(path, (0, 4000), "en")


def test_a_list_of_names_that_confuses_the_model_is_left_aside(recogniser, write, footage):
    samples, said = footage.sound([("en-02", 0.5, 0)])
    path = write(samples[:, 0])
    for names in (["Ana Borel", "Fab Lab", "Toronto"], [f"Name{number}" for number in range(400)]):
        block = recogniser.recognise(path, (0, said[0].end_ms), "en", names)
        assert " ".join(word.text for word in block.words) == said[0].text


def test_a_stretch_after_the_end_of_the_sound_has_no_words(recogniser, write):
    path = write(np.zeros(16_000, np.float32))
    assert recogniser.recognise(path, (5000, 9000), "en").words == ()


def test_a_model_without_its_tokenizer_is_refused_and_the_hub_is_not_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("tokenizers.Tokenizer.from_pretrained", None)
    shutil.copytree(TINY, tmp_path / "model")
    (tmp_path / "model" / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"has no tokenizer\.json"):
        FasterWhisper(tmp_path / "model")


@pytest.mark.fault(
    "recogniser", "a model of which a file is torn or none", "named with its folder; exit code 7"
)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.bin", TINY.joinpath("model.bin").read_bytes()[:100_000]),
        ("model.bin", b"no model"),
        ("config.json", b"{"),
        ("tokenizer.json", b"{}"),
    ],
)
def test_a_model_with_a_file_that_is_none_is_refused(tmp_path, name, content):
    for each in ("model.bin", "config.json", "tokenizer.json", "preprocessor_config.json", "vocabulary.json"):
        (tmp_path / each).symlink_to(TINY / each)
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelMissing, match="the speech model cannot be loaded") as caught:
        FasterWhisper(tmp_path, device="cpu")
    assert str(tmp_path) in caught.value.message
