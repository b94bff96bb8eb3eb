"""Which recordings may be of one conversation: several cameras, a sound recorder that ran beside them."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from media.spanning import Group
from media.timecode import Timecode, nominal

if TYPE_CHECKING:
    # Only for the types: media.probe loads PyAV, which a look at names has no need of.
    from media.probe import Probe

DAY = 86_400
LEAST = 30  # seconds that both must have run: of less nobody should be sure
LEAST_SURE = 2  # a take of two devices whose clocks agree may be short
OTHER_DAY = timedelta(hours=12)  # cameras write the time in UTC or in that of where they are
CLOCKS_AGREE = 120  # seconds, of clocks that somebody set by hand
ZONES = 900  # seconds: all time zones lie whole quarters of an hour apart
NEAR = timedelta(minutes=15)  # apart, so far as clocks that somebody set by hand can tell


@dataclass(frozen=True, slots=True)
class Beside:
    """Two recordings that may be of one conversation.

    Attributes:
        offset: seconds from the start of the first to the start of the second by timecode; None where only their
            sound can say.
        sure: whether timecodes and dates say so together, so that it holds where there is nothing to hear.
        common: seconds in which both ran, by timecode.
    """

    offset: Fraction | None = None
    sure: bool = False
    common: Fraction | None = None


def beside(first: Group, second: Group) -> Beside | None:
    """Whether two recordings may be of one conversation, by their timecodes and dates.

    Two timecodes that are the time of day settle it: what did not run at the same time belongs apart. Where one
    is missing, only sound can say, and it is worth to be heard where one of the two is nothing but sound, or their
    dates overlap. Dates that contradict keep everything apart.

    Returns:
        None where they are not.
    """
    if _is_same_device(first, second) or _on_other_days(first, second):
        return None
    begins, other = _time_of_day(first.shots[0].probe), _time_of_day(second.shots[0].probe)
    if begins is not None and other is not None:
        offset = (other - begins + DAY // 2) % DAY - DAY // 2
        sure, common = _dates_agree(first, second, offset), _common(first, second, offset)
        return Beside(offset, sure, common) if common >= (LEAST_SURE if sure else LEAST) else None
    worth = first.pictured != second.pictured or _near(first, second)
    return Beside() if worth and min(first.length, second.length) >= LEAST else None


def _common(first: Group, second: Group, offset: Fraction) -> Fraction:
    """Seconds in which both ran."""
    return min(first.length, offset + second.length) - max(Fraction(0), offset)


def _is_same_device(first: Group, second: Group) -> bool:
    """Whether they look like takes of one camera or recorder, which is never in two places at once."""
    return device(first) == device(second)


def device(group: Group) -> tuple[object, ...]:
    """What takes of one camera or recorder have in common as long as its card is not changed."""
    shot = group.shots[0]
    return shot.path.parent, shot.probe.reel, *like(group)


def like(group: Group) -> tuple[object, ...]:
    """What takes of one camera or recorder have in common on all its cards."""
    shot = group.shots[0]
    video = shot.probe.video
    look = (video.codec, video.width, video.height, video.rate, video.pixel_format) if video else None
    tracks = tuple((sound.codec, sound.sample_rate, sound.channels) for sound in shot.probe.audio)
    names = (shot.path.stem.lower(), shot.probe.reel or "")
    return *(re.sub(r"\d+", "0", name) for name in names), shot.probe.camera, look, tracks


def _time_of_day(probe: "Probe") -> Fraction | None:
    """Seconds since midnight at its start by its timecode; None where that does not count the time of day."""
    start = _said(probe.start_timecode) if probe.start_timecode else probe.since_midnight
    clock = _clock(probe)
    if start is None or clock is None:
        return start
    since = Fraction(clock.hour * 3600 + clock.minute * 60 + clock.second)
    round_ = ZONES if clock.tzinfo else DAY
    # Some cameras write the date when they begin, others when they end.
    after = since - start + CLOCKS_AGREE
    return start if min(after % round_, (after - probe.duration) % round_) <= 2 * CLOCKS_AGREE else None


def _said(timecode: Timecode) -> Fraction:
    """Seconds since midnight as the timecode reads; at 29.97 without drop-frame its seconds are longer than that."""
    if timecode.drop:
        return timecode.frames / timecode.rate
    return Fraction(timecode.frames, nominal(timecode.rate))


def _clock(probe: "Probe") -> datetime | None:
    """Its date, where that has a time."""
    return probe.recorded if probe.recorded and probe.recorded.time() != time() else None


def _on_other_days(first: Group, second: Group) -> bool:
    one, other = first.shots[0].probe.recorded, second.shots[0].probe.recorded
    if one is None or other is None:
        return False
    if (gap := _gap(first, second)) is not None:
        return gap > OTHER_DAY
    return abs(one.date() - other.date()) > timedelta(days=1)


def _gap(first: Group, second: Group) -> timedelta | None:
    """The time between the two by their dates, below 0 where they overlap; None where dates do not tell."""
    one, other = _clock(first.shots[0].probe), _clock(second.shots[0].probe)
    if one is None or other is None or (one.tzinfo is None) != (other.tzinfo is None):
        return None
    ends = [
        begins + timedelta(seconds=float(group.length)) for begins, group in ((one, first), (other, second))
    ]
    return max(one, other) - min(ends)


def _near(first: Group, second: Group) -> bool:
    gap = _gap(first, second)
    return gap is not None and gap <= NEAR


def _dates_agree(first: Group, second: Group, offset: Fraction) -> bool:
    """Whether the dates lie as far apart as the timecodes do, but for the time zone."""
    one, other = _clock(first.shots[0].probe), _clock(second.shots[0].probe)
    if one is None or other is None:
        return False
    apart = (other.replace(tzinfo=None) - one.replace(tzinfo=None)).total_seconds()
    off = (Fraction(round(apart)) - offset + CLOCKS_AGREE) % ZONES
    return off <= 2 * CLOCKS_AGREE
