"""Which clips are one recording that the camera split into several files."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from media.timecode import Timecode, frames_in_day

if TYPE_CHECKING:
    # Only for the types: media.probe loads PyAV, which a look at names has no need of.
    from media.probe import Probe, VideoStream

# Cameras write the date in whole seconds and not at once.
_DATES_AGREE = timedelta(seconds=2)

_CHAPTER = re.compile(r"(G[HXSL])(\d\d)(\d{4})", re.IGNORECASE)
_OLD_CHAPTER = re.compile(r"(GP)(\d\d)(\d{4})", re.IGNORECASE)
_NUMBERED = re.compile(r"(.*?)(\d+)", re.DOTALL)
_SUFFIXED = re.compile(r"(.+)[-_]0*[12]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shot:
    """A clip as it stands in the question which ones belong together.

    Attributes:
        path: where it lies; its name and folder matter.
        probe: what it is.
    """

    path: Path
    probe: "Probe"


@dataclass(frozen=True, slots=True)
class Group:
    """Clips that are one recording, in its order.

    Attributes:
        shots: one or more.
        reasons: why each after the first belongs to the one before it, a sentence each.
    """

    shots: tuple[Shot, ...]
    reasons: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the recording is called until somebody names it: as its first file."""
        return self.shots[0].path.stem.replace("_", " ")

    @property
    def starts(self) -> tuple[Fraction, ...]:
        """Where each of its shots begins, in seconds from the start of the first."""
        lengths = (seconds(shot.probe) for shot in self.shots[:-1])
        return tuple(accumulate(lengths, initial=Fraction(0)))

    @property
    def length(self) -> Fraction:
        """In seconds."""
        return self.starts[-1] + self.shots[-1].probe.duration

    @property
    def pictured(self) -> bool:
        """Whether it is more than sound."""
        return self.shots[0].probe.video is not None


def joined(shots: Sequence[Shot]) -> list[Group]:
    """Put together the clips that are one recording; every other one is a group of its own.

    Two belong together when name, folder and streams say so and there is proof that the second goes on where
    the first ends: the timecode; in an MPEG transport stream its clock; in sound alone the date. A date that
    contradicts makes two takes of them, since timecode that stands still while the camera does runs on from
    take to take. GoPro's names are proof enough where neither timecode nor date contradicts.

    Returns:
        Groups in the order of their first clips in `shots`.
    """
    by_name = {_key(shot.path.parent, shot.path.stem, shot.path.suffix): shot for shot in shots}
    after: dict[Path, tuple[Shot, str]] = {}
    for shot in shots:
        for before, reason in _befores(shot, by_name):
            if before.path not in after:
                after[before.path] = (shot, reason)
                break
    later = {shot.path for shot, _ in after.values()}
    return [_group(shot, after) for shot in shots if shot.path not in later]


def _key(folder: Path, stem: str, ending: str) -> tuple[Path, str, str]:
    return folder, stem.lower(), ending.lower()


def _group(head: Shot, after: dict[Path, tuple[Shot, str]]) -> Group:
    shots, reasons = [head], list[str]()
    while found := after.get(shots[-1].path):
        shots.append(found[0])
        reasons.append(found[1])
    return Group(tuple(shots), tuple(reasons))


def _befores(shot: Shot, by_name: dict[tuple[Path, str, str], Shot]) -> Iterator[tuple[Shot, str]]:
    for stem, prove in _names_before(shot.path.stem):
        before = by_name.get(_key(shot.path.parent, stem, shot.path.suffix))
        if before and _same_streams(before.probe, shot.probe) and (reason := prove(before, shot)):
            yield before, reason


def _names_before(stem: str) -> Iterator[tuple[str, Callable[[Shot, Shot], str | None]]]:
    """The names that the file before may have, each with what must prove it."""
    if match := _CHAPTER.fullmatch(stem) or _OLD_CHAPTER.fullmatch(stem):
        kind, chapter, recording = match[1], int(match[2]), match[3]
        is_second_of_old = kind.upper() == "GP" and chapter == 1
        yield ("GOPR" if is_second_of_old else f"{kind}{chapter - 1:02}") + recording, _next_chapter
        return
    if (match := _NUMBERED.fullmatch(stem)) and int(match[2]) > 0:
        yield f"{match[1]}{int(match[2]) - 1:0{len(match[2])}}", _goes_on
    if match := _SUFFIXED.fullmatch(stem):
        yield match[1], _goes_on


def _same_streams(one: "Probe", other: "Probe") -> bool:
    return _look(one.video) == _look(other.video) and _tracks(one) == _tracks(other)


def _tracks(probe: "Probe") -> list[tuple[object, ...]]:
    return [(sound.codec, sound.sample_rate, sound.channels) for sound in probe.audio]


def _look(video: "VideoStream | None") -> tuple[object, ...] | None:
    if video is None:
        return None
    return video.codec, video.width, video.height, video.rate, video.pixel_format, video.rotation


def _next_chapter(before: Shot, shot: Shot) -> str | None:
    # The name is the proof here; a chapter's timecode may be off by what its file takes to open.
    expected, start = _end(before), shot.probe.start_timecode
    if expected and start and not _near(expected, start, frames=round(start.rate)):
        return None
    gap = _gap(before, shot)
    if gap is not None and min(abs(gap), abs(gap + _length(before))) > _DATES_AGREE:
        return None
    return f"{shot.path.name} is the next chapter of {before.path.name}"


def _goes_on(before: Shot, shot: Shot) -> str | None:
    gap = _gap(before, shot)
    if gap is not None and abs(gap) > _DATES_AGREE:
        return None
    expected, start = _end(before), shot.probe.start_timecode
    if expected and start:
        return _sentence(before, shot, str(expected)) if _near(expected, start, frames=1) else None
    if _clock_runs_on(before.probe, shot.probe):
        return _sentence(before, shot, "its clock runs on")
    if gap is not None and shot.probe.video is None and shot.probe.recorded:
        return _sentence(before, shot, f"{shot.probe.recorded:%H:%M:%S}")
    return None


def _sentence(before: Shot, shot: Shot, where: str) -> str:
    return f"{shot.path.name} goes on where {before.path.name} ends ({where})"


def seconds(probe: "Probe") -> Fraction:
    """From the start of a clip to where the next one of its recording goes on: the length of its picture."""
    return (probe.video.duration if probe.video else None) or probe.duration


def _length(shot: Shot) -> timedelta:
    return timedelta(microseconds=round(seconds(shot.probe) * 1_000_000))


def _end(shot: Shot) -> Timecode | None:
    """The timecode of the frame after its last."""
    start = shot.probe.start_timecode
    if start is None:
        return None
    frames = start.frames + round(seconds(shot.probe) * start.rate)
    return Timecode(frames % frames_in_day(start.rate, start.drop), start.rate, start.drop)


def _near(one: Timecode, other: Timecode, frames: int) -> bool:
    if (one.rate, one.drop) != (other.rate, other.drop):
        return False
    day = frames_in_day(one.rate, one.drop)
    apart = (one.frames - other.frames) % day
    return min(apart, day - apart) <= frames


def _gap(before: Shot, shot: Shot) -> timedelta | None:
    """The time from the end of one to the beginning of the next by the camera's dates, where they tell."""
    first, second = before.probe.recorded, shot.probe.recorded
    if first is None or second is None or (first.tzinfo is None) != (second.tzinfo is None):
        return None
    if first == second and first.time() == time():
        return None  # a day without a time
    return second - first - _length(before)


def _clock_runs_on(before: "Probe", probe: "Probe") -> bool:
    """Whether the time stamps of a transport stream (AVCHD) follow those of the one before."""
    first, second = before.video, probe.video
    if before.container != "mpegts" or first is None or second is None or first.duration is None:
        return False
    # The clock of a new recording begins with its first second or two.
    return second.start > 2 and abs(first.start + first.duration - second.start) * first.rate <= 1
