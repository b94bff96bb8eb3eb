"""The wave of an interview: the peaks of its clips, drawn once as one SVG path."""

import json
from array import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from archive.web.records import Clip

BARS = 150
HEIGHT = 100  # of the drawing, in its own units


def outline(renditions: Path, clips: Sequence[Clip], duration_ms: int) -> str | None:
    """The wave as the `d` of a path in a box of BARS by HEIGHT units, or None where no clip has peaks."""
    heard = [
        (_part(levels, step_ms, clip), step_ms, clip.start_ms)
        for clip in clips
        if (path := clip.file(renditions, "peaks"))
        for step_ms, levels in [_read(path, path.stat().st_mtime_ns)]
    ]
    if not heard:
        return None
    width_ms = max(duration_ms, 1) / BARS
    bars = [
        max(_loudest(*clip, bar * width_ms, (bar + 1) * width_ms) for clip in heard) for bar in range(BARS)
    ]
    highest = max(max(bars), 0.02)
    return "".join(_bar(place, level / highest) for place, level in enumerate(bars))


def _loudest(levels: Sequence[float], step_ms: float, start_ms: int, from_ms: float, to_ms: float) -> float:
    """The loudest level of a clip between two moments of the interview; 0 where the clip does not sound."""
    first = max(int((from_ms - start_ms) / step_ms), 0)
    last = int((to_ms - start_ms) / step_ms)
    return max(levels[first : max(last, first + 1)], default=0.0) if last >= 0 else 0.0


def _part(levels: Sequence[float], step_ms: float, clip: Clip) -> Sequence[float]:
    """The levels of a clip as far as it belongs to the interview."""
    until = int(clip.inside(clip.end_ms) / step_ms) if clip.ends_early else None
    return levels[int(clip.from_ms / step_ms) : until]


def _bar(place: int, level: float) -> str:
    # Quiet speech is still speech: the root lifts it, and silence keeps a line to click on.
    half = max(round(level**0.7 * HEIGHT / 2, 1), 1)
    return f"M{place}.5 {HEIGHT / 2 - half:g}v{half * 2:g}"


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> tuple[float, Sequence[float]]:
    """Milliseconds a stretch and the level of each, 0 to 1, from audiowaveform's JSON; `changed` is its date."""
    peaks = json.loads(path.read_text(encoding="utf-8"))
    data, highest = peaks["data"], float(1 << (peaks["bits"] - 1))
    # 72,000 of them for an hour: as Python's own floats the 64 files that are kept would take 150 MB.
    levels = array("f", (max(-low, high) / highest for low, high in zip(data[::2], data[1::2], strict=True)))
    return peaks["samples_per_pixel"] * 1000 / peaks["sample_rate"], levels
