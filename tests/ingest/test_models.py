import shutil
from pathlib import Path

import pytest

from ingest.engines import models
from ingest.errors import ModelMissing

TINY = Path(__file__).parents[2] / "archive" / "demo" / "model"


@pytest.fixture(autouse=True)
def no_hub(monkeypatch, tmp_path):
    """No model is here, and no hub answers."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


def test_auto_is_a_large_model_on_a_gpu_and_a_small_one_without(monkeypatch):
    monkeypatch.setattr(models, "has_gpu", lambda: True)
    assert models.resolve("auto").name == "large-v3-turbo"
    monkeypatch.setattr(models, "has_gpu", lambda: False)
    small = models.resolve("auto")
    assert (small.name, small.present, small.megabytes) == ("small", False, 487)


def test_a_named_model_that_is_not_here_says_where_it_would_be(tmp_path):
    model = models.resolve("large-v3")
    assert model.repository == "Systran/faster-whisper-large-v3"
    assert model.folder == tmp_path / "hub" / "models--Systran--faster-whisper-large-v3"
    assert not model.present


def test_a_model_that_was_fetched_before_is_found_without_the_hub(tmp_path):
    kept = tmp_path / "hub" / "models--Systran--faster-whisper-tiny"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text("abc")
    shutil.copytree(TINY, kept / "snapshots" / "abc")
    model = models.resolve("tiny")
    assert model.present
    assert model.folder == kept / "snapshots" / "abc"
    assert models.fetch(model) == model


def test_demo_is_the_model_that_comes_with_the_program():
    model = models.resolve("demo", demo=TINY)
    assert (model.name, model.folder, model.present, model.megabytes) == ("demo", TINY, True, 14)


def test_a_folder_is_a_model_named_after_it(tmp_path):
    shutil.copytree(TINY, tmp_path / "ours")
    model = models.resolve(str(tmp_path / "ours"))
    assert (model.name, model.present) == ("ours", True)


@pytest.mark.fault(
    "recogniser",
    "a model folder without its tokenizer",
    "refused before anything is loaded",
)
def test_a_folder_without_its_tokenizer_is_refused_before_anything_is_loaded(tmp_path):
    shutil.copytree(TINY, tmp_path / "ours")
    (tmp_path / "ours" / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"the speech model has no tokenizer\.json"):
        models.resolve(str(tmp_path / "ours"))


@pytest.mark.fault("recogniser", "a model's name that nobody knows", "refused with the names that are known")
def test_a_name_that_nobody_knows_is_refused_with_the_names_that_are_known():
    with pytest.raises(ModelMissing) as refused:
        models.resolve("smal")
    assert "large-v3-turbo" in refused.value.remedy


@pytest.mark.fault(
    "hub", "the model hub cannot be reached", "the model, its folder and three ways on are named"
)
def test_without_the_hub_the_error_names_the_model_its_folder_and_three_ways_on(tmp_path):
    with pytest.raises(ModelMissing) as missing:
        models.fetch(models.resolve("small"))
    assert "small" in missing.value.message
    assert str(tmp_path / "hub" / "models--Systran--faster-whisper-small") in missing.value.message
    assert "--model FOLDER" in missing.value.remedy
    assert "caption file" in missing.value.remedy
    assert "--model demo" in missing.value.remedy


@pytest.mark.fault("hub", "Ctrl-C while a model is fetched", "it stops at once")
def test_fetching_tells_how_far_it_is_and_can_be_stopped(monkeypatch, tmp_path):
    """The hub's client is stood in for: it counts bytes on the bar that it was given."""
    import threading

    from media.errors import Stopped

    told, stop = [], threading.Event()

    def client(repository, *, allow_patterns, tqdm_class):
        files, transferred = tqdm_class(total=5), tqdm_class(total=0, unit="B", unit_scale=True)
        files.update(1)
        transferred.update(243_500_000)
        transferred.set_description("half")
        stop.set()
        transferred.update(1)

    model = models.resolve("small")
    monkeypatch.setattr("huggingface_hub.snapshot_download", client)
    with pytest.raises(Stopped):
        models.fetch(model, told.append, stop)
    assert told == [0.5]
