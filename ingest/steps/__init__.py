"""The pipeline's steps, one file each, in their order."""

from collections.abc import Mapping
from typing import Literal

Step = Literal["copy", "probe", "sound", "renditions", "transcribe"]

STEPS: tuple[Step, ...] = ("copy", "probe", "sound", "renditions", "transcribe")

# What has to be done before a step can be.
NEEDS: Mapping[Step, Step | None] = {
    "copy": None,
    "probe": "copy",
    "sound": "probe",
    "renditions": "sound",
    "transcribe": "sound",
}
