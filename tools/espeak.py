"""Speech from espeak-ng at 16 kHz, for the sample footage, the test sentences and the training."""

import subprocess
from dataclasses import dataclass

import imageio_ffmpeg
import numpy as np

RATE = 16_000


@dataclass(frozen=True, slots=True)
class Voice:
    """One way of speaking.

    Attributes:
        name: an espeak-ng voice with its variant, such as "en-gb+f3".
        pace: words a minute.
        pitch: 0 to 99.
    """

    name: str
    pace: int = 160
    pitch: int = 50

    @property
    def language(self) -> str:
        """ISO 639-1 code of what it speaks."""
        return self.name[:2]


def say(text: str, voice: Voice) -> np.ndarray:
    """Return `text` as `voice` says it: int16 samples at 16 kHz, silence at both ends cut off."""
    return trimmed(resampled(spoken(text, voice)))


def spoken(text: str, voice: Voice) -> bytes:
    """Return `text` as `voice` says it: a WAV file as espeak-ng makes it, at 22.05 kHz."""
    options = ["-v", voice.name, "-s", str(voice.pace), "-p", str(voice.pitch)]
    command = ["espeak-ng", *options, "--stdout", text]
    return subprocess.run(command, capture_output=True, check=True).stdout


def resampled(wav: bytes) -> np.ndarray:
    """Return a WAV file's first channel as int16 samples at 16 kHz."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", "pipe:0"]
    command += ["-ac", "1", "-ar", str(RATE), "-f", "s16le", "pipe:1"]
    return np.frombuffer(subprocess.run(command, input=wav, capture_output=True, check=True).stdout, np.int16)


def trimmed(samples: np.ndarray, floor: int = 100) -> np.ndarray:
    """Return the samples between the first and the last one louder than `floor`."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > floor)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]
