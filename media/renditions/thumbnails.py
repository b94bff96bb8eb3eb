"""Small pictures for the seek bar: sheets of them, and the WebVTT file that says which is where."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from media.ffmpeg import Node, address
from media.renditions.profile import Profile
from media.webvtt import clock

ACROSS = 10
ON_SHEET = ACROSS * ACROSS


@dataclass(frozen=True, slots=True)
class Sheets:
    """How the small pictures of one clip lie on their sheets.

    Attributes:
        count: small pictures in all.
        every: every how many-th keyframe there is one.
        interval: seconds from one to the next.
        width: of one, in pixels, even.
        height: of one, in pixels, even.
    """

    count: int
    every: int
    interval: Fraction
    width: int
    height: int

    @property
    def columns(self) -> int:
        """Pictures side by side."""
        return min(ACROSS, self.count)

    @property
    def rows(self) -> int:
        """Pictures above each other."""
        return -(-min(ON_SHEET, self.count) // self.columns)


def plan(keyframes: int, step: Fraction, size: tuple[int, int], profile: Profile) -> Sheets:
    """The sheets of a clip with so many keyframes, `step` seconds apart, of a picture of that size."""
    every = max(1, -(-keyframes // (profile.sheets * ON_SHEET)))
    width = round(Fraction(size[0], size[1]) * profile.thumbnail_height / 2) * 2
    return Sheets(-(-keyframes // every), every, every * step, max(2, width), profile.thumbnail_height)


def graph(keyframes: Node, sheets: Sheets, folder: Path) -> Node:
    """The output node of the sheets, `thumbnails-1.jpg` and on.

    Args:
        keyframes: the stream of the proxy's keyframes.
        sheets: how they lie.
        folder: where they are written.
    """
    small = keyframes.filter("select", f"not(mod(n,{sheets.every}))")
    small = small.filter("scale", sheets.width, sheets.height, flags="bilinear")
    small = small.filter("tile", f"{sheets.columns}x{sheets.rows}")
    # ffmpeg counts in the whole path, so that a per cent sign in a folder's name has to be doubled.
    target = Path(str(folder).replace("%", "%%")) / "thumbnails-%d.jpg"
    return small.output(address(target), **{"fps_mode": "passthrough", "q:v": 5, "format": "image2"})


def index(sheets: Sheets, duration: Fraction) -> str:
    """The WebVTT file: a cue for each small picture, its text the sheet and the rectangle on it.

    The text is a media fragment, https://www.w3.org/TR/media-frags/#naming-space.
    """
    cues = ["WEBVTT"]
    for number in range(sheets.count):
        start = number * sheets.interval
        end = duration if number == sheets.count - 1 else start + sheets.interval
        sheet, place = divmod(number, ON_SHEET)
        row, column = divmod(place, sheets.columns)
        box = f"{column * sheets.width},{row * sheets.height},{sheets.width},{sheets.height}"
        cues.append(
            f"{clock(round(start * 1000))} --> {clock(round(end * 1000))}\nthumbnails-{sheet + 1}.jpg#xywh={box}"
        )
    return "\n\n".join(cues) + "\n"
