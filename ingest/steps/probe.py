"""Step `probe`: what the clip is."""

from dataclasses import replace

from ingest.clip import Clip
from ingest.step import Context
from media.probe import probe

RECIPE = 1  # raised when the same file would be described in another way


def settings() -> dict[str, object]:
    """What the step's outcome depends on besides the clip."""
    return {"recipe": RECIPE}


def run(clip: Clip, context: Context) -> Clip:
    """The clip with its streams, length, timecode and reel."""
    return replace(clip, probe=probe(clip.path))
