"""Which channels hold the voices, and 16 kHz mono for the recogniser in sync with the picture."""

import os

from media.sound.extract import extract
from media.sound.model import Channel, Part, Sound

__all__ = ["Channel", "Part", "Sound", "extract"]

# Onnxruntime, which runs the voice detector, reports its use to its maker from 1.29 on unless this is set before
# it is loaded. What is filmed here is nobody's business. The recogniser's process inherits it.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
