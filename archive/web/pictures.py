"""The picture of a moment: a piece of a sheet of thumbnails, found in the WebVTT index that came with it."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from archive.web.records import Clip, holding

CUE = re.compile(
    r"(\d+):(\d\d):(\d\d)\.(\d{3}) --> [^\n]*\n"
    r"([a-z0-9_-]+\.jpg)#xywh=(\d+),(\d+),(\d+),(\d+)"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A rectangle of a picture that lies at `address`; without a rectangle the whole of it."""

    address: str
    box: tuple[int, int, int, int] | None = None

    @property
    def view(self) -> str:
        """The rectangle as an SVG view box."""
        return " ".join(map(str, self.box or ()))


def at(renditions: Path, clips: Sequence[Clip], ms: int) -> Picture | None:
    """What was to be seen at a moment of an interview: a thumbnail, else the clip's poster, else None."""
    clip = holding(clips, ms)
    if clip is None:
        return None
    path = clip.file(renditions, "thumbnails")
    starts, cues = _index(path, path.stat().st_mtime_ns) if path else ((), ())
    if cues:
        name, box = cues[max(bisect_right(starts, clip.inside(ms)) - 1, 0)]
        return Picture(f"/media/{clip.hash}/{name}?{clip.files['thumbnails'].partition('?')[2]}", box)
    poster = clip.files.get("poster")
    return Picture(poster) if poster else None


@lru_cache(maxsize=256)
def _index(
    path: Path, changed: int
) -> tuple[tuple[int, ...], tuple[tuple[str, tuple[int, int, int, int]], ...]]:
    found = [match.groups() for match in CUE.finditer(path.read_text(encoding="utf-8"))]
    starts = tuple(
        ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(ms)
        for hours, minutes, seconds, ms, *_ in found
    )
    return starts, tuple((name, (int(x), int(y), int(w), int(h))) for _, _, _, _, name, x, y, w, h in found)
