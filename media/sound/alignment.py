"""Where two recordings of the same conversation lie beside each other, by their sound, and how fast one runs away."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float32]


class Samples(Protocol):
    """One channel, -1 to 1: an array, or what is sliced like one and read from a disk."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __getitem__(self, asked: slice, /) -> _Array:
        """Some of them."""
        ...


_LOOKS = 100  # a second, at how loud it is: enough to find the place, which is then looked at closely
_STANDS_OUT = 6.0  # standard deviations; of recordings of different things the best delay reached 5.3
_WINDOW = 20.0  # seconds that are held beside each other
_MOST_WINDOWS, _FEWEST_WINDOWS = 40, 6
_REACH = 0.6  # seconds to either side; the rough place is good to a tenth, an hour's drift is less than half
_CLOSE = 0.005  # seconds from the line; a window that says otherwise heard something else
_AGREED = 0.6  # of the windows


@dataclass(frozen=True, slots=True)
class Alignment:
    """How one recording lies beside another.

    Attributes:
        offset: seconds from the start of the reference to the start of the other; negative where it began earlier.
        drift: how much longer a second of the other lasts on the reference's clock; 4e-5 is 40 parts in a million.
        agreed: the share of the stretches that were compared which say so, 0 to 1.
    """

    offset: float
    drift: float
    agreed: float


def aligned(reference: Samples, other: Samples, rate: int) -> Alignment | None:
    """Find the place of a recording beside another of the same sounds.

    First the loudness of both is correlated as a whole, then up to 40 stretches of at most 20 seconds are held beside
    each other closely (generalized cross-correlation with phase transform: Knapp and Carter, 1976,
    https://doi.org/10.1109/TASSP.1976.1162830). A line through what they say is the place and the drift (Theil and
    Sen's: stretches in which something else was heard do not bend it).

    Args:
        reference: one channel, -1 to 1.
        other: the same; may be longer or shorter, and hear other noise.
        rate: samples a second of both.

    Returns:
        None where the two have not heard the same, or less than six seconds of it.
    """
    place = _rough(_loudness(reference, rate), _loudness(other, rate))
    if place is None:
        return None
    rough = place / _LOOKS
    first, last = max(0.0, -rough), min(len(other) / rate, len(reference) / rate - rough)
    window = min(_WINDOW, (last - first) / _FEWEST_WINDOWS)
    if window < 1:
        return None
    count = min(_MOST_WINDOWS, int((last - first) // window))
    places = np.linspace(first, last - window, count)
    at = places + window / 2
    delays = np.array([_delay(reference, other, rate, place, rough, window) for place in places])
    drift = _slope(at, delays)
    offset = float(np.median(delays - drift * at))
    agreed = float(np.mean(np.abs(delays - offset - drift * at) < _CLOSE))
    return Alignment(offset, drift, agreed) if agreed >= _AGREED else None


def _loudness(samples: Samples, rate: int) -> NDArray[np.float64]:
    """How loud it is 100 times a second, as the difference from how loud it was a moment before."""
    step, chunk = rate // _LOOKS, 60 * rate  # a minute at a time: three hours at once take gigabytes
    levels = [
        _levels(samples[start : min(start + chunk, len(samples) // step * step)], step)
        for start in range(0, len(samples), chunk)
    ]
    level = np.concatenate([np.zeros(0), *levels])
    return np.diff(level, prepend=level[:1])


def _levels(samples: _Array, step: int) -> NDArray[np.float64]:
    frames = samples[: len(samples) // step * step].reshape(-1, step)
    level: NDArray[np.float64] = np.log(np.mean(np.square(frames, dtype=np.float64), axis=1) + 1e-8)
    return level


def _rough(reference: NDArray[np.float64], other: NDArray[np.float64]) -> int | None:
    """The delay at which both are loud and quiet together, in looks; None where none stands out from all others."""
    size = len(reference) + len(other)
    spectrum = np.fft.rfft(reference, size) * np.conj(np.fft.rfft(other, size))
    together = np.fft.irfft(spectrum, size)
    best = int(np.argmax(together))
    if together[best] - together.mean() < _STANDS_OUT * together.std():
        return None
    return best if best < len(reference) else best - size


def _delay(reference: Samples, other: Samples, rate: int, place: float, rough: float, window: float) -> float:
    """The delay of the stretch of `other` that begins at `place`, seconds; within `_REACH` of the rough one."""
    begin, length, reach = round(place * rate), round(window * rate), round(_REACH * rate)
    start = round(rough * rate) + begin - reach
    heard = other[begin : begin + length]
    around = reference[max(0, start) : start + length + 2 * reach]
    size = len(around) + len(heard)
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(heard, size))
    together = np.fft.irfft(spectrum / (np.abs(spectrum) + 1e-12), size)
    best = int(np.argmax(together[: len(around)]))
    return (max(0, start) + best - begin) / rate


def _slope(at: NDArray[np.float64], delays: NDArray[np.float64]) -> float:
    """The median of the slopes between all pairs."""
    first, second = np.triu_indices(len(at), 1)
    return float(np.median((delays[second] - delays[first]) / (at[second] - at[first])))
