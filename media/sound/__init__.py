"""Which channels hold the voices, and 16 kHz mono for the recogniser in sync with the picture."""

from media.sound.extract import extract
from media.sound.model import Channel, Part, Sound

__all__ = ["Channel", "Part", "Sound", "extract"]
