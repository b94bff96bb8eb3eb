"""Voices told apart at one microphone, as archive.toml asks for it."""

import json
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from ingest.diarizers import GROUP

ROOT = Path(__file__).parents[2]
SAID = [("en-02", 0.5, 0), ("en-07", 3.5, 0), ("en-10", 6.6, 0)]
# A diarizer as a stranger's package would bring it: who speaks when lies in a file in its folder of models.
PLUGIN = """
import json
from ingest.diarizers import Voice

class ByHand:
    def __init__(self, folder):
        self.folder = folder

    def voices(self, sound, stop=None):
        return [Voice(*each) for each in json.loads((self.folder / "voices.json").read_text())]
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A package that brings the diarizer `by-hand`."""
    folder = tmp_path / "site"
    about = folder / "by_hand-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "by_hand.py").write_text(PLUGIN, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: by-hand\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{GROUP}]\nby-hand = by_hand:ByHand\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "by_hand", raising=False)


def settings(folder: Path, *lines: str) -> None:
    text = "\n".join(['title = "Test"', "[transcribe]", 'model = "demo"', *lines])
    (folder / "archive.toml").write_text(text + "\n", encoding="utf-8")


def speakers(archive) -> list[str]:
    shown = json.loads(archive("transcript", "show", "talk", "--json").out)
    return [segment["speaker"] for segment in shown["segments"]]


def test_a_plugin_tells_who_speaks_and_names_go_by_who_speaks_first(
    archive, spoken, tmp_path, footage, plugin
):
    card = tmp_path / "card"
    card.mkdir()
    said = footage.clip(card / "talk.mov", SAID)
    (spoken.folder / "models").mkdir()
    voices = [(one.start_ms, one.end_ms, who) for one, who in zip(said, (4, 2, 4), strict=True)]
    (spoken.folder / "models" / "voices.json").write_text(json.dumps(voices))
    settings(spoken.folder, 'diarize = "by-hand"', 'diarize_model = "models"')
    assert archive("ingest", str(card), "--speakers", "Jo,Anna").code == 0
    assert speakers(archive) == ["Jo", "Anna", "Jo"]
    settings(spoken.folder)
    assert (
        "Made with other settings than today's: the transcripts of 1 clip" in archive("ingest", str(card)).err
    )
    (original,) = (spoken.folder / "originals").rglob("talk.mov")
    assert archive("ingest", str(original), "--redo", "transcribe").code == 0
    assert speakers(archive) == ["Jo"] * 3


@pytest.mark.fault(
    "recogniser",
    "archive.toml asks for a diarizer that is not installed",
    "refused before anything is copied, with what to do; exit code 2",
)
def test_a_diarizer_that_is_not_there_is_told_before_any_work(archive, spoken, tmp_path, footage):
    footage.clip(tmp_path / "talk.mov", SAID)
    settings(spoken.folder, 'diarize = "pyannote"')
    ended = archive("ingest", str(tmp_path / "talk.mov"))
    assert ended.code == 2
    assert "none of that name is installed" in ended.err
    assert spoken.db.execute("SELECT count(*) FROM clips").fetchone() == (0,)
    assert not list((spoken.folder / "originals").rglob("*.mov"))


def test_a_diarizer_that_fails_keeps_no_footage_from_being_safe(archive, spoken, tmp_path, footage, plugin):
    footage.clip(tmp_path / "talk.mov", SAID)
    settings(spoken.folder, 'diarize = "by-hand"', 'diarize_model = "nowhere"')
    ended = archive("ingest", str(tmp_path / "talk.mov"))
    assert ended.code == 1
    assert "could not be told apart (FileNotFoundError" in ended.err
    assert "The footage is safe" in ended.err
    assert list((spoken.folder / "originals").rglob("talk.mov"))


def test_the_extra_is_declared_with_its_entry_point():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any(each.startswith("sherpa-onnx") for each in project["optional-dependencies"]["diarize"])
    assert not any("sherpa" in each for each in project["dependencies"])
    module, _, name = project["entry-points"][GROUP]["sherpa-onnx"].partition(":")
    assert callable(getattr(import_module(module), name))
