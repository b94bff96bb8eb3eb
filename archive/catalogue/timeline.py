"""The time line of an interview: where each of its clips lies on it, and the camera's own timecode."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from archive.catalogue import Reader
from archive.catalogue.paths import named
from media.timecode import Timecode


@dataclass(frozen=True, slots=True)
class PlacedClip:
    """One clip of an interview.

    Attributes:
        hash: xxh3-128 of its content, 32 hex digits.
        name: the file's name as the camera gave it.
        kind: "video" or "audio"; None until it was probed.
        offset: where its own start lies, in seconds from the start of the interview's time line; before that where only
            a later part of it belongs to the interview.
        duration: seconds; None until it was probed.
        timecode_rate: frames a second that the timecode counts; None for sound.
        start_timecode: `HH:MM:SS:FF`, `HH:MM:SS;FF` for drop-frame; None without.
        reel: the tape or card name that the camera wrote.
        damage: what of it cannot be read, where that was accepted; None for a whole one.
        pace: how long a second of the clip lasts on the time line; a recorder's clock may run away.
        track: 0 is what plays; clips of other tracks lie beside it.
        heard: whether its sound is what is transcribed.
        why: how its place was found; None where a person said it, or there was nothing to find.
        clip_in: from which second of it the interview has it; None from its start.
        clip_out: up to which; None to its end.
    """

    hash: str
    name: str
    kind: str | None
    offset: Fraction
    duration: Fraction | None
    timecode_rate: Fraction | None
    start_timecode: str | None
    reel: str | None
    damage: str | None = None
    pace: Fraction = Fraction(1)
    track: int = 0
    heard: bool = True
    why: str | None = None
    clip_in: Fraction | None = None
    clip_out: Fraction | None = None

    @property
    def begin(self) -> Fraction:
        """Where it begins on the time line, in seconds, as far as it belongs to the interview."""
        return self.at(self.clip_in or Fraction(0))

    @property
    def end(self) -> Fraction:
        """Where it ends there; where its own start lies as long as it was not probed."""
        return self.at(self.duration or Fraction(0) if self.clip_out is None else self.clip_out)

    def at(self, inside: Fraction) -> Fraction:
        """The moment of the interview at which a moment of the clip lies, both in seconds."""
        return self.offset + inside * self.pace

    def inside(self, moment: Fraction) -> Fraction:
        """The moment of the clip at a moment of the interview, both in seconds; below 0 before the clip begins."""
        return (moment - self.offset) / self.pace

    def timecode(self, moment: Fraction) -> str | None:
        """The camera's timecode at a moment of the interview, in seconds; None where the clip has none."""
        if self.start_timecode is None or self.timecode_rate is None:
            return None
        return str(_first_frame(self.start_timecode, self.timecode_rate).after(self.inside(moment)))


@lru_cache(maxsize=1024)
def _first_frame(timecode: str, rate: Fraction) -> Timecode:
    return Timecode.parse(timecode, rate)


def of_interviews(db: Reader, interviews: Sequence[int]) -> dict[int, tuple[PlacedClip, ...]]:
    """The clips of each of these interviews, in the order of their time line."""
    placed: dict[int, list[PlacedClip]] = {interview: [] for interview in interviews}
    chosen = ",".join(map(str, interviews))
    rows = db.execute(
        "SELECT interview_clips.interview_id, clips.hash, clips.name, clips.kind, interview_clips.offset,"  # noqa: S608
        " clips.duration, coalesce(clips.timecode_rate, clips.rate), clips.start_timecode, clips.reel,"
        " (SELECT error FROM steps WHERE clip = clips.hash AND state = 'done' AND error IS NOT NULL LIMIT 1),"
        " interview_clips.pace, interview_clips.track, interview_clips.heard, interview_clips.why,"
        " interview_clips.clip_in, interview_clips.clip_out"
        " FROM interview_clips JOIN clips ON clips.hash = interview_clips.clip"
        f" WHERE interview_clips.interview_id IN ({chosen})"  # whole numbers
        " ORDER BY interview_clips.interview_id, interview_clips.position"
    )
    for interview, *columns in rows:
        placed[interview].append(_placed(*columns))
    return {interview: tuple(clips) for interview, clips in placed.items()}


def of_interview(db: Reader, interview: int) -> tuple[PlacedClip, ...]:
    """The clips of one interview, by its row, in the same order."""
    return of_interviews(db, [interview])[interview]


def _placed(
    hash_: str,
    name: str,
    kind: str | None,
    offset: str,
    duration: str | None,
    timecode_rate: str | None,
    start_timecode: str | None,
    reel: str | None,
    damage: str | None,
    pace: str,
    track: int,
    heard: int,
    why: str | None,
    clip_in: str | None,
    clip_out: str | None,
) -> PlacedClip:
    return PlacedClip(
        hash_,
        named(name),
        kind,
        Fraction(offset),
        Fraction(duration) if duration else None,
        Fraction(timecode_rate) if timecode_rate else None,
        start_timecode,
        reel,
        damage,
        Fraction(pace),
        track,
        bool(heard),
        why,
        Fraction(clip_in) if clip_in else None,
        Fraction(clip_out) if clip_out else None,
    )


def holding(clips: Sequence[PlacedClip], moment: Fraction) -> PlacedClip | None:
    """The clip that plays at a moment of the interview; between two clips it is the earlier one."""
    return _playing(clips, lambda clip: clip.begin <= moment)


def ending(clips: Sequence[PlacedClip], moment: Fraction) -> PlacedClip | None:
    """The clip that plays where a quote ends: at the very border of two it is the earlier one."""
    return _playing(clips, lambda clip: clip.begin < moment)


def _playing(clips: Sequence[PlacedClip], begun: Callable[[PlacedClip], bool]) -> PlacedClip | None:
    """The latest clip of track 0 that has begun; before all of them the first."""
    playing = sorted((clip for clip in clips if clip.track == 0), key=lambda clip: clip.begin)
    return next(filter(begun, reversed(playing)), next(iter(playing), None))
