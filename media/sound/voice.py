"""When somebody speaks: the voice detector that comes with faster-whisper, a few minutes at a time."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from media.sound.model import RATE

CHUNK = 180 * RATE  # three hours at once take 2.4 GB
OVERLAP = 2 * RATE  # heard before and after each chunk, so that its edges are no edges to the detector
SILENCE_MS = 100  # a shorter pause does not end a stretch of speech
SHORTEST_MS = 90  # three windows of the detector; less is a click
WINDOW_MS = 32  # the detector's resolution

Span = tuple[int, int]
Read = Callable[[int, int], NDArray[np.float32]]


def speech(read: Read, length: int, gain: float = 1.0) -> Iterator[tuple[int, tuple[Span, ...]]]:
    """Find speech in a long recording.

    Args:
        read: gives the samples from a start to before an end, mono, 16 kHz.
        length: samples in all.
        gain: the detector misses voices below about -55 dBFS, so faint recordings are made louder for it.

    Yields:
        After each chunk: the samples done so far, and the stretches (start, end) in ms found in that chunk.
        Join them with `joined`.
    """
    # Here and not above: it loads the whole recogniser, which a clip without sound never needs.
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        min_silence_duration_ms=SILENCE_MS, min_speech_duration_ms=SHORTEST_MS, speech_pad_ms=0
    )
    for start in range(0, length, CHUNK):
        end = min(start + CHUNK, length)
        heard_from = max(start - OVERLAP, 0)
        heard = np.clip(read(heard_from, min(end + OVERLAP, length)) * np.float32(gain), -1, 1)
        found = get_speech_timestamps(heard, options)
        spans = ((span["start"] + heard_from, span["end"] + heard_from) for span in found)
        inside = ((max(first, start), min(last, end)) for first, last in spans)
        yield end, tuple((_ms(first), _ms(last)) for first, last in inside if first < last)


def joined(spans: list[Span]) -> tuple[Span, ...]:
    """Stretches in order, those that meet at the edge of a chunk made one."""
    result: list[Span] = []
    for start, end in spans:
        if result and start - result[-1][1] < WINDOW_MS:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _ms(samples: int) -> int:
    return samples * 1000 // RATE
