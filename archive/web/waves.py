"""The wave of an interview: the peaks of its clips, drawn once as one SVG path."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from archive.web.records import Clip

BARS = 150
HEIGHT = 100  # of the drawing, in its own units


def outline(renditions: Path, clips: Sequence[Clip], duration_ms: int) -> str | None:
    """The wave as the `d` of a path in a box of BARS by HEIGHT units, or None where no clip has peaks."""
    levels = [0.0] * BARS
    known = False
    for clip in clips:
        for start_ms, end_ms, level in _peaks(renditions, clip):
            known = True
            first, last = (
                min(ms * BARS // max(duration_ms, 1), BARS - 1)
                for ms in (start_ms, max(end_ms - 1, start_ms))
            )
            for bar in range(first, last + 1):
                levels[bar] = max(levels[bar], level)
    if not known:
        return None
    loudest = max(max(levels), 0.02)
    return "".join(_bar(place, level / loudest) for place, level in enumerate(levels))


def _bar(place: int, level: float) -> str:
    # Quiet speech is still speech: the root lifts it, and silence keeps a line to click on.
    half = max(round(level**0.7 * HEIGHT / 2, 1), 1)
    return f"M{place}.5 {HEIGHT / 2 - half:g}v{half * 2:g}"


def _peaks(renditions: Path, clip: Clip) -> Iterator[tuple[int, int, float]]:
    """Stretches of a clip on the interview's time line with their loudest level, 0 to 1."""
    listed = clip.files.get("peaks")
    path = renditions / clip.hash / listed.split("?")[0].rsplit("/", 1)[-1] if listed else None
    if path is None or not path.is_file():
        return
    step, levels = _read(path, path.stat().st_mtime_ns)
    for place, level in enumerate(levels):
        yield clip.start_ms + round(place * step), clip.start_ms + round((place + 1) * step), level


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> tuple[float, tuple[float, ...]]:
    """Milliseconds a pixel and the level of each, from a file in audiowaveform's JSON form."""
    peaks = json.loads(path.read_text(encoding="utf-8"))
    data, highest = peaks["data"], float(1 << (peaks["bits"] - 1))
    channels = peaks.get("channels", 1)
    width = 2 * channels
    levels = tuple(
        max(map(abs, data[at : at + width])) / highest for at in range(0, len(data) - width + 1, width)
    )
    return peaks["samples_per_pixel"] * 1000 / peaks["sample_rate"], levels
