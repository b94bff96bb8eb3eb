"""Tells voices apart with sherpa-onnx, an optional extra: `pip install "interview-archive[diarize]"`.

https://k2-fsa.github.io/sherpa/onnx/speaker-diarization/index.html
"""

import threading
import wave
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.diarizers import Voice
from ingest.errors import DiarizerMissing
from media.errors import Stopped

SEGMENTATION = "segmentation.onnx"  # one of pyannote's, as sherpa-onnx publishes them
EMBEDDING = "embedding.onnx"  # one that tells speakers: 3D-Speaker's, WeSpeaker's or NeMo's


class Sherpa:
    """A `Diarizer`; nothing is loaded before it is asked."""

    def __init__(self, folder: Path | None) -> None:
        """Look for the package and its models.

        Args:
            folder: holds segmentation.onnx and embedding.onnx.

        Raises:
            DiarizerMissing: the package or a model is not there.
        """
        if find_spec("sherpa_onnx") is None:
            raise DiarizerMissing(
                "archive.toml asks for the diarizer sherpa-onnx, which is not installed.",
                'Install it: pip install "interview-archive[diarize]"; or leave `diarize` out.',
            )
        lacking = [name for name in (SEGMENTATION, EMBEDDING) if not (folder and (folder / name).is_file())]
        if folder is None or lacking:
            where = (
                f"{folder} has no {' and no '.join(lacking)}" if folder else "no folder with them is named"
            )
            raise DiarizerMissing(
                f"The diarizer sherpa-onnx has no models: {where}.",
                f"Fetch them from github.com/k2-fsa/sherpa-onnx/releases, put them into one folder as {SEGMENTATION}"
                f' and {EMBEDDING}, and name it in archive.toml: diarize_model = "FOLDER".',
            )
        self._folder = folder
        self._loaded: Any = None

    def voices(self, sound: Path, stop: threading.Event | None = None) -> Sequence[Voice]:
        """Who speaks when; the number of voices is found, too."""
        self._loaded = self._loaded or _load(self._folder)

        def go_on(done: int, total: int) -> int:
            return int(stop is not None and stop.is_set())  # anything but 0 ends it

        found = self._loaded.process(_samples(sound), callback=go_on)
        if stop and stop.is_set():
            raise Stopped("Telling voices apart was stopped.", "Start again.")
        return [
            Voice(round(each.start * 1000), round(each.end * 1000), each.speaker)
            for each in found.sort_by_start_time()
        ]


def _load(folder: Path) -> Any:  # noqa: ANN401
    onnx = import_module("sherpa_onnx")
    config = onnx.OfflineSpeakerDiarizationConfig(
        segmentation=onnx.OfflineSpeakerSegmentationModelConfig(
            pyannote=onnx.OfflineSpeakerSegmentationPyannoteModelConfig(model=str(folder / SEGMENTATION))
        ),
        embedding=onnx.SpeakerEmbeddingExtractorConfig(model=str(folder / EMBEDDING)),
        clustering=onnx.FastClusteringConfig(),
    )
    if not config.validate():
        raise DiarizerMissing(
            f"sherpa-onnx cannot load the models in {folder}.",
            f"Fetch {SEGMENTATION} and {EMBEDDING} again from github.com/k2-fsa/sherpa-onnx/releases.",
        )
    return onnx.OfflineSpeakerDiarization(config)


def _samples(sound: Path) -> NDArray[np.float32]:
    with wave.open(str(sound), "rb") as file:
        raw = file.readframes(file.getnframes())
    return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
