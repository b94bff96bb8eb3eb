"""Which channels hold the voices: level, likeness, and who is heard where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from media.sound.voice import Span

FRAME_MS = 50  # finer levels would only cost memory here
DEAD_DB = -75.0  # a channel whose highest sample stays below this carries nothing
SAME = 0.97  # correlation from which two channels carry one signal, at whatever levels
OWN_DB = 6.0  # a channel carries a voice of its own where it stands out by this much
OWN_FRAMES = 6  # and does so for 0.3 s on end,
OWN_LEAST = 20  # for 1 s in all,
OWN_SHARE = 0.003  # and for this share of the time in which it speaks
SMOOTH = 4  # frames over which levels are averaged before they are compared: 0.2 s
LOUD_SHARE = 0.02  # a voice's level is what its loudest 2 % exceed
NEAR_DB = 12.0  # how far below its own level a channel still speaks
ONE_VOICE = 0.02  # speech for less than this share of the time, and less than 0.5 s, is a click
CLIPPED_DB = -0.05
CLIPPING_COSTS = 20.0
MOST_VOICES = 12  # of more the ones that hear least are left out: all their groups are compared
MOST_SPEECH = 0.85  # of what the channel that hears most hears
QUIET_DB = -80.0  # a quieter room does not make a voice any clearer

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """One channel as it was measured.

    Attributes:
        levels: dBFS of each frame of 50 ms.
        peak_db: dBFS of its highest sample.
        spans: where the voice detector hears somebody, in ms.
    """

    levels: Levels
    peak_db: float
    spans: tuple[Span, ...]

    @property
    def speech(self) -> NDArray[np.bool_]:
        """Frame by frame, whether somebody speaks."""
        return mask(self.spans, len(self.levels))

    @property
    def voiced(self) -> bool:
        """Whether anybody speaks at all."""
        spoken = sum(end - start for start, end in self.spans)
        return spoken >= min(500, ONE_VOICE * FRAME_MS * len(self.levels))


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Attributes:
        voices: places of the channels, one for each separate microphone.
        same: for each channel the one whose signal it repeats, itself where it repeats none.
        turned: channels that repeat another one with the opposite phase.
        together: voiced channels that hold the same voices as the chosen ones.
    """

    voices: tuple[int, ...]
    same: tuple[int, ...]
    turned: tuple[int, ...]
    together: tuple[int, ...]


def mask(spans: tuple[Span, ...], frames: int) -> NDArray[np.bool_]:
    """Stretches in ms as one truth a frame."""
    result = np.zeros(frames, dtype=bool)
    for start, end in spans:
        result[start // FRAME_MS : -(-end // FRAME_MS)] = True
    return result


def alike(products: NDArray[np.float64], peaks: list[float]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which channels repeat another one.

    Of several with one signal the loudest that does not clip stands for all: recorders write a second,
    quieter track for the case that the first one clips.

    Args:
        products: the sums over all samples of each channel times each other one.
        peaks: dBFS of each channel.

    Returns:
        For each channel the one that stands for it, and those whose phase is opposite to that one's.
    """
    power = np.sqrt(np.maximum(np.diag(products), 1e-20))
    likeness = products / np.outer(power, power)
    order = sorted(
        (channel for channel in range(len(peaks)) if peaks[channel] > DEAD_DB),
        key=lambda channel: (peaks[channel] >= CLIPPED_DB, -power[channel], channel),
    )
    same = list(range(len(peaks)))
    for place, channel in enumerate(order):
        for better in order[:place]:
            if same[better] == better and abs(likeness[channel, better]) >= SAME:
                same[channel] = better
                break
    same = _first_of_equals(same, power, peaks)
    turned = tuple(i for i, kept in enumerate(same) if kept != i and likeness[i, kept] < 0)
    return tuple(same), turned


def _first_of_equals(same: list[int], power: NDArray[np.float64], peaks: list[float]) -> list[int]:
    """Let the first channel stand for a group that is equally loud, which reads better."""
    result = same[:]
    for kept in {kept for i, kept in enumerate(same) if kept != i}:
        group = [i for i, other in enumerate(same) if other == kept]
        equal = [i for i in group if power[i] > 0.9 * power[kept] and peaks[i] <= peaks[kept] + 1]
        for i in group:
            result[i] = equal[0]
    return result


def choose(heard: list[Heard | None], same: tuple[int, ...], turned: tuple[int, ...]) -> Choice:
    """Choose the voice channels: as many as carry a voice of their own against each other.

    A mix of all microphones, or a stereo pair, carries no voice that the others lack, so it never stands
    beside them. Where no two channels differ, the one that hears most, most clearly, is taken.

    Args:
        heard: the measured channels, None where a channel is dead or repeats another.
        same: from `alike`.
        turned: from `alike`.
    """
    speaking = {i: int(channel.speech.sum()) for i, channel in enumerate(heard) if channel and channel.voiced}
    voiced = sorted(sorted(speaking, key=lambda i: -speaking[i])[:MOST_VOICES])
    apart = _apart({i: channel for i in voiced if (channel := heard[i])})
    groups = _cliques(voiced, apart)
    most = max((len(group) for group in groups), default=0)
    voices = _clearest([group for group in groups if len(group) == most], heard)
    return Choice(voices, same, turned, tuple(i for i in speaking if i not in voices))


def own_level(levels: Levels, speech: NDArray[np.bool_]) -> float:
    """The level of a channel's own voice: what its loudest 2 % of speech, at least a second, exceed.

    Bleed of other voices lies 10 to 30 dB lower, so this holds also for who speaks seldom.
    """
    spoken = np.sort(levels[speech])[::-1]
    if not len(spoken):
        return float(levels.max(initial=-130.0))
    return float(spoken[min(max(OWN_LEAST, int(len(spoken) * LOUD_SHARE)), len(spoken) - 1)])


def _apart(heard: dict[int, Heard]) -> set[tuple[int, int]]:
    """The pairs of which each carries a voice that the other one carries less."""
    smooth = {i: _smoothed(channel.levels) for i, channel in heard.items()}
    speech = {i: channel.speech for i, channel in heard.items()}
    above = {i: smooth[i] - own_level(smooth[i], speech[i]) for i in heard}
    speaks = {i: speech[i] & (above[i] > -NEAR_DB) for i in heard}

    def own(i: int, j: int) -> bool:
        frames = _long_runs(speaks[i] & (above[i] - above[j] > OWN_DB))
        return frames >= max(OWN_LEAST, OWN_SHARE * int(speaks[i].sum()))

    return {(i, j) for i, j in combinations(sorted(heard), 2) if own(i, j) and own(j, i)}


def _cliques(channels: list[int], apart: set[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Every group of channels of which all pairs are apart."""
    groups: list[tuple[int, ...]] = []
    for channel in channels:
        groups += [(*group, channel) for group in groups if all((other, channel) in apart for other in group)]
        groups.append((channel,))
    return groups


def _clearest(groups: list[tuple[int, ...]], heard: Sequence[Heard | None]) -> tuple[int, ...]:
    """Of groups that hear about the same amount of speech, the one whose voices stand out most from the noise."""

    def total(group: tuple[int, ...], measure: Callable[[Heard], float]) -> float:
        return sum(measure(channel) for i in group if (channel := heard[i]))

    amounts = [total(group, lambda channel: float(channel.speech.sum())) for group in groups]
    enough = MOST_SPEECH * max(amounts, default=0)
    able = [group for group, amount in zip(groups, amounts, strict=True) if amount >= enough]
    return max(able, key=lambda group: total(group, _clearness), default=())


def _clearness(channel: Heard) -> float:
    """Decibels between the voice and the noise in its pauses, fewer for a clipped voice."""
    speech = channel.speech
    pauses = channel.levels[~speech]
    noise = max(float(np.median(pauses)), QUIET_DB) if len(pauses) else QUIET_DB
    return (
        own_level(channel.levels, speech) - noise - (CLIPPING_COSTS if channel.peak_db >= CLIPPED_DB else 0)
    )


def _smoothed(levels: Levels) -> Levels:
    power = np.cumsum(np.pad(10 ** (levels.astype(np.float64) / 10), (SMOOTH // 2 + 1, SMOOTH // 2)))
    return (10 * np.log10(np.maximum((power[SMOOTH:] - power[:-SMOOTH]) / SMOOTH, 1e-13))).astype(np.float32)[
        : len(levels)
    ]


def _long_runs(frames: NDArray[np.bool_]) -> int:
    """How many frames lie in runs of at least `OWN_FRAMES`."""
    edges = np.flatnonzero(np.diff(np.pad(frames.astype(np.int8), 1)))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= OWN_FRAMES].sum())
