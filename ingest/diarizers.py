"""Who speaks when where one microphone hears several people: plugins that tell voices apart.

A plugin is a package with an entry point in the group `interview_archive.diarizers`: a function that is given the
folder with its models, or None, and gives a `Diarizer`. It must not load anything heavy before it is asked.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import DiarizerMissing, StepFailed
from media.errors import Problem

GROUP = "interview_archive.diarizers"
SPEAKS, SILENT = 255, 0  # on the scale of the levels file


@dataclass(frozen=True, slots=True)
class Voice:
    """A stretch in which one voice is heard.

    Attributes:
        start_ms: from the clip's time zero.
        end_ms: where it ends; stretches of several voices may lie over each other.
        number: which voice, from 0.
    """

    start_ms: int
    end_ms: int
    number: int


class Diarizer(Protocol):
    """Tells voices apart in a WAV of 16 kHz, mono, 16 bits."""

    def voices(self, sound: Path, stop: threading.Event | None = None) -> Sequence[Voice]:
        """Who speaks when, in any order.

        Raises:
            Problem: what is wrong, and what to do. Stopped where `stop` was set.
        """
        ...


Maker = Callable[[Path | None], Diarizer]


def find(name: str, folder: Path | None) -> Diarizer:
    """The diarizer of a name, with its models in `folder`.

    Raises:
        DiarizerMissing: no package brings it, it cannot be loaded, or its models are not there.
    """
    known = {point.name: point for point in entry_points(group=GROUP)}
    if name not in known:
        raise DiarizerMissing(
            f"archive.toml asks for the diarizer {name}, and none of that name is installed.",
            f"Install the package that brings it (pip install PACKAGE), or name one of: {', '.join(sorted(known))};"
            " or leave `diarize` out.",
        )
    try:
        maker: Maker = known[name].load()
    except Exception as error:  # whatever a package of others raises while it is imported
        raise DiarizerMissing(
            f"The diarizer {name} cannot be loaded ({type(error).__name__}: {error}).",
            f"Install {known[name].value.partition(':')[0]} again, or leave `diarize` out of archive.toml.",
        ) from error
    return maker(folder)


def told_apart(
    diarizer: Diarizer, sound: Path, length_ms: int, stop: threading.Event | None = None
) -> NDArray[np.uint8]:
    """The voices of a sound as `levels` gives them.

    Raises:
        StepFailed: the plugin failed at it.
        Problem: as the plugin says.
    """
    try:
        return levels(diarizer.voices(sound, stop), length_ms)
    except Problem:
        raise
    except Exception as error:  # whatever a package of others raises
        raise StepFailed(
            "transcribe",
            f"The voices could not be told apart ({type(error).__name__}: {error}).",
            "Run `archive ingest` again; if it stays, leave `diarize` out of archive.toml.",
        ) from error


def levels(voices: Iterable[Voice], length_ms: int) -> NDArray[np.uint8]:
    """Voices as if each had a microphone of its own that hears nothing else: for `ingest.speakers`.

    Args:
        voices: in any order. The first to speak becomes the first, whatever its number.
        length_ms: of the sound.

    Returns:
        (voices, frames of 10 ms) on the scale of the levels file.
    """
    ordered = sorted(voices, key=lambda voice: (voice.start_ms, voice.end_ms))
    places = {number: place for place, number in enumerate(dict.fromkeys(each.number for each in ordered))}
    found = np.full((len(places), -(-length_ms // 10)), SILENT, np.uint8)
    for voice in ordered:
        found[places[voice.number], max(voice.start_ms, 0) // 10 : -(-voice.end_ms // 10)] = SPEAKS
    return found
