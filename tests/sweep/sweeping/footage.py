"""The footage that is swept: as small as it can be and go through every step."""

import tempfile
from pathlib import Path
from typing import Any


def card_with_speech(footage: Any, card: Path) -> Path:
    """Make a card of a film of one sentence, a recording of another, and a sidecar.

    Args:
        footage: what makes clips, of tests/conftest.py.
        card: the folder to make.
    """
    card.mkdir()
    footage.clip(card / "A001.mp4", [("en-02", 0.3, 0)])
    footage.clip(card / "B001.wav", [("en-05", 0.3, 0)], picture=None)
    (card / "A001.xml").write_text("<clip/>\n")
    return card


def recording(footage: Any) -> bytes:
    """A recording in which somebody says "My neighbour wanted to open a library last year."."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder, "B001.wav")
        footage.clip(clip, [("en-05", 0.1, 0)], picture=None)
        return clip.read_bytes()
