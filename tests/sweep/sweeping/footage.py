"""The card that is swept: as small as a card can be that goes through every step."""

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
