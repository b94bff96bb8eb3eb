import os
import subprocess
import sys

LISTEN = """
import numpy as np
from media.sound.voice import speech
list(speech(lambda start, end: np.zeros(end - start, np.float32), 16_000))
"""


def test_the_voice_detector_s_library_leaves_nothing_at_home_and_reports_to_nobody(tmp_path):
    """Onnxruntime keeps a number for the machine and what it is about to send to its maker in ~/.cache."""
    # Continuous integration is a reason of its own to report nothing.
    ours = {name: value for name, value in os.environ.items() if name not in {"CI", "ORT_DISABLE_TELEMETRY"}}
    ours |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", LISTEN], env=ours, check=True, timeout=60)
    assert not list(tmp_path.rglob("*onnxruntime*"))
