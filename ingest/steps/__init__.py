"""The pipeline's steps, one file each, in their order."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Literal

Step = Literal["copy", "probe", "sound", "renditions", "transcribe", "translate"]

# Those of every clip; `translate` is done where the settings ask for it.
STEPS: tuple[Step, ...] = ("copy", "probe", "sound", "renditions", "transcribe")

# What has to be done before a step can be.
NEEDS: Mapping[Step, Step | None] = {
    "copy": None,
    "probe": "copy",
    "sound": "probe",
    "renditions": "sound",
    "transcribe": "sound",
    "translate": "transcribe",
}

# What has to be made again when a step is: sound decides what is heard, and so what is transcribed.
FOLLOWS: Mapping[Step, tuple[Step, ...]] = {
    "sound": ("sound", "renditions", "transcribe", "translate"),
    "renditions": ("renditions",),
    "transcribe": ("transcribe", "translate"),
    "translate": ("translate",),
}

# Kinds of renditions that the step "sound" makes; all others are made by the step "renditions".
OF_SOUND = frozenset({"sound", "levels"})


def redo(step: Step, clips: Sequence[Path]) -> str:
    """The command that does a step again for the clips that lie at these places; of many it names the first three."""
    places = [quote(str(path.absolute())) for path in clips[:3]]
    more = ["..."] if len(clips) > len(places) else []
    return f"archive ingest {' '.join(places + more)} --redo {'sound' if step == 'probe' else step}"
