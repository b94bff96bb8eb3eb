"""Every channel of every stream as samples on disk, in sync with the picture, read a minute at a time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media import disk, ffmpeg, length
from media.errors import Stopped
from media.probe import AudioStream, Probe
from media.sound.model import FRAME, RATE

CHUNK = 60 * RATE  # samples of each channel that are in memory at once

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The decoded samples of one stream: 32-bit floats at 16 kHz, channels interleaved.

    Attributes:
        path: a file without header.
        channels: how many.
        length: samples of each channel, from the clip's time zero.
    """

    path: Path
    channels: int
    length: int

    def between(self, start: int, end: int) -> Samples:
        """The samples from `start` to before `end`, as an array of (channels, samples).

        Read and not mapped: pages of a mapped file count as this process's memory.
        """
        start, end = max(start, 0), min(end, self.length)
        flat = np.fromfile(
            self.path, np.float32, count=max(end - start, 0) * self.channels, offset=start * self.channels * 4
        )
        return np.nan_to_num(flat.reshape(-1, self.channels).T, nan=0.0, posinf=0.0, neginf=0.0)


def decode(
    source: Path,
    probe: Probe,
    folder: Path,
    tool: ffmpeg.Ffmpeg,
    progress: Callable[[float], None] | None,
    stop: threading.Event | None,
    on_damage: length.OnDamage,
) -> tuple[Decoded, ...]:
    """Decode every stream of sound into a file of its own in `folder`.

    Sample 0 is the clip's time zero: sound that starts later is preceded by silence, sound that starts
    earlier is cut, gaps in the time stamps are filled.

    Raises:
        NoRoom: the disk has no room for that.
        ToolFailed, Stopped: as `media.ffmpeg.run`.
    """
    if not probe.audio:
        return ()
    samples = int(probe.duration * RATE) * sum(stream.channels for stream in probe.audio)
    disk.must_fit(source.name, "while it is listened to, its sound takes", 4 * samples, folder)
    paths = [folder / f"stream-{number}.f32" for number in range(len(probe.audio))]
    targets = list(zip(probe.audio, paths, strict=True))
    outputs = [_output(source, stream, probe.zero, path) for stream, path in targets]
    outcome = ffmpeg.run(tool, outputs, length=probe.duration, progress=progress, stop=stop)
    # Of several streams, which are rotten in the same places.
    lost = outcome.lost_by(*(stream.codec for stream in probe.audio)) // len(targets)
    length.hold_whole(source.name, probe.duration, lost, length.PACKET, "packets of sound", on_damage)
    return tuple(
        Decoded(path, stream.channels, path.stat().st_size // (4 * stream.channels))
        for stream, path in targets
    )


def _output(source: Path, stream: AudioStream, zero: Fraction, path: Path) -> object:
    # The time stamps are kept as they are in the file (copyts), else ffmpeg moves the earliest stream to 0.
    heard = ffmpeg.read(source)[str(stream.index)]
    shifted = heard.filter("asetpts", f"PTS-({zero})/TB")
    synced = shifted.filter("aresample", RATE, **{"async": 1, "first_pts": 0})
    return synced.output(ffmpeg.address(path), f="f32le", acodec="pcm_f32le").global_args("-copyts")


def check_stop(stop: threading.Event | None, name: str) -> None:
    """Raise `Stopped` when somebody asked us to."""
    if stop and stop.is_set():
        raise Stopped(f"{name}: stopped", "Start again; what was finished is kept.")


def frame_levels(samples: Samples) -> NDArray[np.float32]:
    """Levels in dBFS of each frame of 10 ms of (channels, samples); an incomplete last frame is filled up."""
    missing = -samples.shape[1] % FRAME
    filled = np.pad(samples, ((0, 0), (0, missing))) if missing else samples
    power = np.square(filled.reshape(len(samples), -1, FRAME)).mean(axis=2)
    levels: NDArray[np.float32] = (10 * np.log10(np.maximum(power, 1e-13))).astype(np.float32)
    return levels
