"""The sample footage and the tiny model: what `archive demo` shows, as package data.

Loading this module costs nothing; it only says where things lie.
"""

from pathlib import Path
from typing import Final

MODEL: Final = Path(__file__).parent / "model"
"""A folder that faster-whisper loads: the recogniser that knows the sample footage and nothing else."""

FOOTAGE: Final = Path(__file__).parent / "footage"
"""The folder of the sample interviews; its index.json says what each one is and what is said in it."""
