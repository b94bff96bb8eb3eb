"""Step `probe`: what the clip is."""

from dataclasses import replace

from ingest.clip import Clip
from ingest.step import Context, StepFunction
from media.probing import Prober

RECIPE = 1  # raised when the same file would be described in another way


def settings() -> dict[str, object]:
    """What the step's outcome depends on besides the clip."""
    return {"recipe": RECIPE}


def step(prober: Prober) -> StepFunction:
    """The step; the prober starts nothing before a clip needs it."""

    def run(clip: Clip, context: Context) -> Clip:
        return replace(clip, probe=prober.probe(clip.path, context.stop))

    return run
