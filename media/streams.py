"""The streams of a clip as plain data, and what of them the container's header alone tells."""

from dataclasses import dataclass
from fractions import Fraction

import av

from media import tags
from media.claims import is_allowed


@dataclass(frozen=True, slots=True)
class VideoStream:
    """The moving picture of a clip.

    Attributes:
        index: its place in the container, as ffmpeg counts.
        codec: ffmpeg's name of it ("h264", "prores").
        width: of the picture as stored, in pixels, before it is turned.
        height: the same.
        rate: frames a second, standard where it nearly is ("30000/1001"); the average where it varies.
        variable_rate: whether frames are not evenly spaced.
        sample_aspect: width of a pixel over its height.
        rotation: clockwise degrees to turn it upright: 0, 90, 180 or 270.
        pixel_format: ffmpeg's name ("yuv420p").
        bits: of a sample of the first component.
        transfer: ffmpeg's name of the transfer characteristic ("bt709"; "smpte2084" and "arib-std-b67" are
            HDR), None where unknown.
        start: seconds on the container's clock.
        duration: seconds, None where the container does not say.
    """

    index: int
    codec: str
    width: int
    height: int
    rate: Fraction
    variable_rate: bool
    sample_aspect: Fraction
    rotation: int
    pixel_format: str
    bits: int
    transfer: str | None
    start: Fraction
    duration: Fraction | None


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One stream of sound.

    Attributes:
        index: its place in the container, as ffmpeg counts.
        codec: ffmpeg's name of it.
        sample_rate: samples a second.
        channels: how many.
        layout: ffmpeg's name ("stereo", "5.1", "8 channels" where none is given).
        start: seconds on the container's clock.
        duration: seconds, None where the container does not say.
    """

    index: int
    codec: str
    sample_rate: int
    channels: int
    layout: str
    start: Fraction
    duration: Fraction | None


@dataclass(frozen=True, slots=True)
class OtherStream:
    """A stream that is neither its picture nor sound: timecode, a cover, subtitles, the camera's own data.

    Attributes:
        index: its place in the container, as ffmpeg counts.
        kind: "timecode", "cover", "video" (a second picture), "subtitle", "data" or "attachment".
        codec: ffmpeg's name, None where it has none.
    """

    index: int
    kind: str
    codec: str | None


def sound(stream: av.AudioStream) -> AudioStream | None:
    """A stream of sound as its header describes it; None where ffmpeg cannot decode it."""
    codec = stream.codec_context
    if not codec or not is_allowed(codec) or not codec.sample_rate or not codec.layout.nb_channels:
        return None
    return AudioStream(
        index=stream.index,
        codec=codec.name,
        sample_rate=codec.sample_rate,
        channels=codec.layout.nb_channels,
        layout=codec.layout.name,
        start=start(stream),
        duration=duration(stream),
    )


def other(stream: av.stream.Stream) -> OtherStream:
    """Any other stream, named by what it is for."""
    kind: str = "timecode" if is_timecode(stream) else stream.type
    kind = "cover" if is_cover(stream) else kind
    return OtherStream(stream.index, kind, stream.codec_context.name if stream.codec_context else None)


def is_timecode(stream: av.stream.Stream) -> bool:
    """Whether it is a timecode track, which holds one number and no sound or picture."""
    return stream.type == "data" and "timecode" in stream.metadata


def is_cover(stream: av.stream.Stream) -> bool:
    """Whether it is a still picture for file managers: a record's cover, a camera's thumbnail."""
    covers = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails
    return stream.type == "video" and bool(stream.disposition & covers)


def start(stream: av.stream.Stream) -> Fraction:
    """When it begins, in seconds on the container's clock."""
    return (stream.start_time or 0) * (stream.time_base or Fraction(0))


def duration(stream: av.stream.Stream) -> Fraction | None:
    """How long it is in seconds, None where nothing says so."""
    if stream.duration is not None and stream.time_base:
        return stream.duration * stream.time_base
    # Matroska keeps the end of each track in a tag, "00:00:02.002000000".
    text = tags.first([stream.metadata], ["duration", f"duration-{stream.language}"])
    try:
        hours, minutes, seconds = (text or "").split(":")
        return Fraction(seconds) + 60 * int(minutes) + 3600 * int(hours) - start(stream)
    except ValueError:
        return None
