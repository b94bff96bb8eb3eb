"""Frame rates as exact fractions, and timecode as a count of frames since midnight."""

import re
from dataclasses import dataclass
from fractions import Fraction

STANDARD_RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48000, 1001),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
    Fraction(100),
    Fraction(120000, 1001),
    Fraction(120),
)

# Containers round times to milliseconds (Matroska) or average over an odd last frame; 23.976 and 24 lie
# 1/1000 apart, so a quarter of that still tells neighbours from each other.
_SNAP = Fraction(1, 4000)

_FORM = re.compile(r"(\d{1,2})[:;.](\d{2})[:;.](\d{2})([:;.,])(\d{2,3})")


def standard_rate(rate: Fraction) -> Fraction:
    """The standard rate that `rate` nearly is, or `rate` itself where it is near none of them."""
    nearest = min(STANDARD_RATES, key=lambda standard: abs(standard - rate))
    return nearest if abs(nearest - rate) <= nearest * _SNAP else rate


def nominal(rate: Fraction) -> int:
    """How many frame numbers a second of timecode has: 30 at 30000/1001, 25 at 25."""
    return max(1, round(rate))


def dropped(rate: Fraction) -> int:
    """How many frame numbers drop-frame timecode leaves out in a minute; 0 at rates that know no drop-frame.

    SMPTE ST 12-1 names two at 30000/1001; twice that rate leaves out twice as many.
    """
    is_ntsc = rate.denominator == 1001 and nominal(rate) % 30 == 0
    return nominal(rate) // 15 if is_ntsc else 0


def _per_minute(rate: Fraction, drop: bool) -> int:
    return 60 * nominal(rate) - (dropped(rate) if drop else 0)


def _per_ten_minutes(rate: Fraction, drop: bool) -> int:
    # Every tenth minute leaves nothing out.
    return 600 * nominal(rate) - (9 * dropped(rate) if drop else 0)


def frames_in_day(rate: Fraction, drop: bool) -> int:
    """How many frames there are between one midnight of the timecode and the next."""
    return 144 * _per_ten_minutes(rate, drop)


@dataclass(frozen=True, slots=True)
class Timecode:
    """The address of one frame.

    Attributes:
        frames: frames since 00:00:00:00, from 0 to one less than a day of them.
        rate: frames a second, exactly (30000/1001, not 29.97).
        drop: whether its numbers leave out two (29.97) or four (59.94) a minute to stay with the clock.

    Raises:
        ValueError: where `frames` lie outside a day, or the rate has no drop-frame.
    """

    frames: int
    rate: Fraction
    drop: bool = False

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise ValueError(f"a frame rate is more than 0, not {self.rate}")
        if self.drop and not dropped(self.rate):
            raise ValueError(f"there is no drop-frame timecode at {self.rate} frames a second")
        if not 0 <= self.frames < frames_in_day(self.rate, self.drop):
            raise ValueError(f"frame {self.frames} is not within a day")

    @classmethod
    def parse(cls, text: str, rate: Fraction) -> "Timecode":
        """Read `HH:MM:SS:FF`; a `;`, `.` or `,` before the frames says drop-frame where the rate knows it.

        The period and the comma are what devices write that have no semicolon. At a rate without drop-frame
        the mark means nothing: some cameras set it at 25.

        Raises:
            ValueError: where it is no timecode, or one that this rate never shows (10:00:00:25 at 25;
                00:01:00;00 in drop-frame).
        """
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no timecode such as 10:00:00:00")
        hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
        drop = match[4] != ":" and dropped(rate) > 0
        if hours > 23 or minutes > 59 or seconds > 59 or frames >= nominal(rate):
            raise ValueError(f"{text!r} is no timecode at {rate} frames a second")
        if drop and minutes % 10 and not seconds and frames < dropped(rate):
            raise ValueError(f"{text!r} is a number that drop-frame timecode leaves out")
        count = (hours * 3600 + minutes * 60 + seconds) * nominal(rate) + frames
        whole_minutes = hours * 60 + minutes
        if drop:
            count -= dropped(rate) * (whole_minutes - whole_minutes // 10)
        return cls(count, rate, drop)

    def after(self, seconds: Fraction) -> "Timecode":
        """The timecode of the frame on screen `seconds` later (or earlier, below 0), wrapping at midnight."""
        frames = self.frames + seconds * self.rate // 1
        return Timecode(frames % frames_in_day(self.rate, self.drop), self.rate, self.drop)

    def __str__(self) -> str:
        numbered = self.frames
        if self.drop:
            tens, rest = divmod(self.frames, _per_ten_minutes(self.rate, drop=True))
            left_out = dropped(self.rate)
            minutes = max(0, (rest - left_out) // _per_minute(self.rate, drop=True))
            numbered += left_out * (9 * tens + minutes)
        seconds, frame = divmod(numbered, nominal(self.rate))
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        return f"{clock}{';' if self.drop else ':'}{frame:02}"


def clock(ms: int) -> str:
    """A moment or a length as people read it, in whole seconds: `2:03`, or `1:02:03` from an hour on."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def in_seconds(ms: int) -> str:
    """A moment exactly, as `moment` and media fragments read it: `4`, `4321.345`."""
    return f"{ms / 1000:.12g}"  # 12 digits are thirty years of milliseconds


_MOMENT = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,5})(?:[.,](\d{1,3}))?")


def moment(text: str) -> int:
    """A moment or a length as people write it, in milliseconds: `1:02:03.250`, `2:03`, `9.5`, `125`.

    Raises:
        ValueError: it is none.
    """
    found = _MOMENT.fullmatch(text.strip())
    if not found or (found[2] and int(found[3]) > 59) or (found[1] and int(found[2]) > 59):
        raise ValueError(f"{text!r} is no moment such as 0:01:05.250")
    seconds = (int(found[1] or 0) * 60 + int(found[2] or 0)) * 60 + int(found[3])
    return seconds * 1000 + int((found[4] or "").ljust(3, "0"))
