"""From a clip to its sound: decode, measure, choose, mix, and find out when somebody speaks."""

import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media import disk, length
from media.ffmpeg import Ffmpeg
from media.probe import Probe
from media.sound import mix, reasons
from media.sound.decode import CHUNK, Decoded, check_stop, decode, frame_levels
from media.sound.model import FRAME, RATE, Channel, Sound, decibels, steps
from media.sound.triage import DEAD_DB, FRAME_MS, NEAR_DB, Choice, Heard, alike, choose, own_level
from media.sound.voice import Span, joined, speech

HEARD_AT_DB = -20.0  # channels are brought near this level for the voice detector, which misses faint voices
MOST_GAIN_DB = 40.0

Progress = Callable[[float], None]


def extract(
    source: Path,
    probe: Probe,
    folder: Path,
    ffmpeg: Ffmpeg,
    *,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    on_damage: length.OnDamage = length.refuse,
) -> Sound:
    """Look at every channel, choose those that hold voices, and write their mix.

    Writes sound.wav (16 kHz, mono, 16 bits) and levels.npy into `folder`; time 0 of both is the clip's time
    zero. Nobody speaking, or no sound at all, is an answer and no error.

    Args:
        source: the clip.
        probe: what `media.probe.probe` said of it.
        folder: where to write; also holds the decoded samples for a while, 64 KB a second and channel.
        ffmpeg: from `media.ffmpeg.locate`.
        progress: called with 0 to 1.
        stop: set by somebody else to end early.
        on_damage: called where the sound ends before the length that the container promises, or is rotten.

    Raises:
        Damaged: that, where nothing else is to be done about it.
        NoRoom: the disk is full or the folder may not be written.
        ToolFailed, Stopped: as `media.ffmpeg.run`.
    """
    if not probe.audio:
        return Sound((), (), (), "There is no stream of sound.", (), 0, None, None)
    tell = progress or (lambda done: None)
    with disk.writing(source.name):
        aside = Path(tempfile.mkdtemp(prefix="decoded-", dir=folder))
    try:
        streams = decode(source, probe, aside, ffmpeg, lambda done: tell(done * 0.3), stop, on_damage)
        _hold(source.name, probe, streams, on_damage)
        work = _Work(streams, source.name, lambda done: tell(0.3 + done * 0.7), stop)
        with disk.writing(source.name):
            found = work.sound(folder)
    finally:
        shutil.rmtree(aside)
    tell(1.0)
    return found


def _hold(name: str, probe: Probe, streams: tuple[Decoded, ...], on_damage: length.OnDamage) -> None:
    for promise, decoded in zip(probe.audio, streams, strict=True):
        if probe.promised and promise.duration is not None:
            promised = promise.start - probe.zero + promise.duration
            length.hold(name, promised, Fraction(decoded.length, RATE), on_damage)


@dataclass(frozen=True, slots=True)
class _Measured:
    """Every channel: levels as the levels file has them, peaks, and how alike they are."""

    levels: NDArray[np.uint8]
    peaks: list[float]
    products: NDArray[np.float64]

    def coarse(self, channel: int) -> NDArray[np.float32]:
        """The levels of one channel in dBFS, of the longer frames in which channels are compared."""
        power = 10 ** (decibels(self.levels[channel]) / 10)
        longer = FRAME_MS // 10
        filled = np.pad(power, (0, -len(power) % longer), mode="edge") if len(power) else power
        levels: NDArray[np.float32] = 10 * np.log10(filled.reshape(-1, longer).mean(axis=1))
        return levels


class _Work:
    """One clip's channels, numbered through its streams."""

    def __init__(
        self, streams: tuple[Decoded, ...], name: str, tell: Progress, stop: threading.Event | None
    ) -> None:
        self.streams = streams
        self.places = [(s, c) for s, stream in enumerate(streams) for c in range(stream.channels)]
        self.length = max(stream.length for stream in streams)
        self._name = name
        self._tell = tell
        self._stop = stop

    def sound(self, folder: Path) -> Sound:
        """Measure, choose and mix."""
        measured = self._measure()
        same, turned = alike(measured.products, measured.peaks)
        heard = self._listen(measured, same)
        choice = choose(heard, same, turned)
        channels = tuple(self._channel(i, measured, heard[same[i]]) for i in range(len(self.places)))
        parts = mix.parts(choice, heard, measured.peaks)
        written = folder / "sound.wav"
        mix.write(written, self.read, self.length, parts, lambda: check_stop(self._stop, self._name))
        spans = self._speech_of_mix(choice, heard, written)
        voices = choice.voices
        return Sound(
            channels,
            voices,
            parts,
            reasons.reason(channels, choice, [s.channels for s in self.streams]),
            spans,
            self.length * 1000 // RATE,
            written,
            _saved(folder / "levels.npy", measured.levels[list(voices)]) if voices else None,
        )

    def read(self, channel: int, start: int, end: int) -> NDArray[np.float32]:
        """The samples of one channel; silence where its stream has ended."""
        stream, place = self.places[channel]
        found = self.streams[stream].between(start, end)[place]
        missing = min(end, self.length) - start - len(found)
        return np.pad(found, (0, missing)) if missing > 0 else found

    def _measure(self) -> _Measured:
        count = len(self.places)
        levels = np.zeros((count, -(-self.length // FRAME)), np.uint8)
        peaks = np.full(count, 1e-7)
        products = np.zeros((count, count))
        for start in range(0, self.length, CHUNK):
            check_stop(self._stop, self._name)
            rows = np.stack([self.read(i, start, start + CHUNK) for i in range(count)])
            frames = frame_levels(rows)
            first = start // FRAME
            levels[:, first : first + frames.shape[1]] = steps(frames)
            peaks = np.maximum(peaks, np.abs(rows).max(axis=1, initial=0))
            rows -= rows.mean(axis=1, keepdims=True)
            products += (rows @ rows.T).astype(np.float64)
            self._tell(0.2 * start / self.length)
        return _Measured(levels, [float(20 * np.log10(peak)) for peak in peaks], products)

    def _listen(self, measured: _Measured, same: tuple[int, ...]) -> list[Heard | None]:
        """Let the voice detector hear every channel that is alive and repeats no other."""
        alive = [i for i in range(len(self.places)) if same[i] == i and measured.peaks[i] > DEAD_DB]
        heard: list[Heard | None] = [None] * len(self.places)
        for number, i in enumerate(alive):
            levels = measured.coarse(i)
            spans = self._spans(
                i,
                10 ** (_detector_gain(levels) / 20),
                lambda done, number=number: self._tell(0.2 + 0.6 * (number + done) / len(alive)),  # type: ignore[misc]
            )
            heard[i] = Heard(levels, measured.peaks[i], spans)
        return heard

    def _spans(self, channel: int, gain: float, tell: Progress) -> tuple[Span, ...]:
        found: list[Span] = []
        for done, spans in speech(lambda start, end: self.read(channel, start, end), self.length, gain):
            check_stop(self._stop, self._name)
            found += spans
            tell(done / self.length)
        return joined(found)

    def _speech_of_mix(self, choice: Choice, heard: list[Heard | None], written: Path) -> tuple[Span, ...]:
        """Where somebody speaks in the mix; one channel alone was heard already."""
        if not choice.voices:
            return ()
        only = heard[choice.voices[0]]
        if len(choice.voices) == 1 and only:
            return only.spans
        found: list[Span] = []
        for done, spans in speech(mix.reader(written), self.length):
            check_stop(self._stop, self._name)
            found += spans
            self._tell(0.8 + 0.2 * done / self.length)
        return joined(found)

    def _channel(self, i: int, measured: _Measured, heard: Heard | None) -> Channel:
        levels = measured.coarse(i)
        spoken = heard.speech if heard and heard.voiced else np.zeros(len(levels), bool)
        near = spoken & (levels > own_level(levels, spoken) - NEAR_DB)
        stream, place = self.places[i]
        level = round(max(_average(levels[near] if near.any() else levels), -127.5), 1)
        share = round(float(spoken.mean()), 3) if len(spoken) else 0.0
        return Channel(stream, place, level, round(max(measured.peaks[i], -127.5), 1), share)


def _saved(path: Path, levels: NDArray[np.uint8]) -> Path:
    np.save(path, levels)
    return path


def _average(levels: NDArray[np.float32]) -> float:
    """The level of the average power."""
    power = float(np.mean(10 ** (levels / 10))) if len(levels) else 0.0
    return float(10 * np.log10(max(power, 1e-13)))


def _detector_gain(levels: NDArray[np.float32]) -> float:
    loud = float(np.percentile(levels, 98)) if len(levels) else HEARD_AT_DB
    return min(max(HEARD_AT_DB - loud, HEARD_AT_DB), MOST_GAIN_DB)
