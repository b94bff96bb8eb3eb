"""The moving picture of a clip, as its header, its first packets and its first frame show it."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import av
from av.error import FFmpegError

from media.claims import is_allowed
from media.streams import VideoStream, duration, is_cover, start
from media.timecode import standard_rate

# Evenly spaced by their standards, whatever one packet says; and their packets are large.
_CONSTANT = {"mxf", "dv", "gxf"}

# Containers whose header lists the time of every frame, so that no packet need be read for it.
_TABLED = {"mov", "avi"}

_PACKETS = 96  # about four seconds of picture: enough to see whether frames are evenly spaced
_BYTES = 32 << 20
_REORDERED = 16  # the last packets read may still miss pictures that are shown before them

# ISO/IEC 23091-2, transfer characteristics, under ffmpeg's names; 2 is "unspecified".
_TRANSFERS = {
    1: "bt709",
    4: "gamma22",
    5: "gamma28",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log",
    10: "log_sqrt",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The main picture of a clip.

    Attributes:
        stream: what it is.
        notes: what its first frame says of itself, such as the timecode that AVCHD cameras keep there.
    """

    stream: VideoStream
    notes: dict[str, str]


def main_picture(container: av.container.InputContainer, name: str) -> Picture | None:
    """The largest picture that is no cover and that ffmpeg can decode; the first among equals.

    Args:
        container: just opened; it is read from its beginning to its first frame, or four seconds on.
        name: ffmpeg's name of its format.
    """
    usable = [each for each in container.streams.video if not is_cover(each) and _size(each)]
    stream = max(usable, key=_size, default=None)
    if stream is None:
        return None
    frame, steps = _first_look(container, stream, name)
    return Picture(_described(stream, frame, steps), dict(frame.metadata) if frame else {})


def _size(stream: av.VideoStream) -> int:
    codec = stream.codec_context
    return codec.width * codec.height if codec and is_allowed(codec) else 0


def _first_look(
    container: av.container.InputContainer, stream: av.VideoStream, name: str
) -> tuple[av.VideoFrame | None, list[int]]:
    """The first frame, and the times between frames in ticks: none where they are even by standard."""
    from_table = _table_steps(stream) if name in _TABLED else []
    enough = 0 if from_table or name in _CONSTANT else _PACKETS
    times, size, frame = list[int](), 0, None
    for count, packet in enumerate(container.demux(stream)):
        if packet.pts is not None:
            times.append(packet.pts)
        size += packet.size
        frame = frame or _decoded(packet)
        if size > _BYTES or count > _PACKETS or (frame and count >= enough):
            break
    return frame, from_table or (_steps(times) if enough else [])


def _decoded(packet: "av.Packet[av.VideoStream]") -> av.VideoFrame | None:
    try:
        return next(iter(packet.decode()), None)
    except FFmpegError:
        # A picture that refers to one before the file's beginning; a later one stands by itself.
        return None


def _steps(times: list[int]) -> list[int]:
    times = sorted(times)
    return _between(times[:-_REORDERED] if len(times) > 2 * _REORDERED else times)


def _table_steps(stream: av.VideoStream) -> list[int]:
    """Times between frames at four places of the sample table, which is in memory already."""
    table = stream.index_entries
    places = {max(0, (len(table) - _PACKETS) * part // 3) for part in range(4)}
    taken = ([entry.timestamp for entry in table[place : place + _PACKETS]] for place in sorted(places))
    return [step for times in taken for step in _between(times)]


def _between(times: Iterable[int]) -> list[int]:
    return [later - sooner for sooner, later in itertools.pairwise(times)]


def _described(stream: av.VideoStream, frame: av.VideoFrame | None, steps: list[int]) -> VideoStream:
    codec = stream.codec_context
    rate, variable = _rate(stream, steps)
    pixels = frame.format if frame else codec.format
    aspect = stream.sample_aspect_ratio or Fraction(1)
    transfers = [codec.color_trc, *([frame.color_trc] if frame else [])]
    return VideoStream(
        index=stream.index,
        codec=codec.name,
        width=codec.width,
        height=codec.height,
        rate=rate,
        variable_rate=variable,
        sample_aspect=Fraction(aspect.numerator, aspect.denominator),
        # ffmpeg's angle is counter-clockwise.
        rotation=round(-frame.rotation / 90) * 90 % 360 if frame else 0,
        pixel_format=pixels.name if pixels else "",
        bits=pixels.components[0].bits if pixels else 8,
        transfer=next((_TRANSFERS[int(each)] for each in transfers if int(each) in _TRANSFERS), None),
        start=start(stream),
        duration=duration(stream),
    )


def _rate(stream: av.VideoStream, steps: list[int]) -> tuple[Fraction, bool]:
    """Frames a second, and whether they are spaced unevenly by more than rounding explains."""
    # A stream that says no rate at all gets 25, as it would from ffmpeg.
    said = stream.average_rate or stream.guessed_rate or Fraction(25)
    average = Fraction(said.numerator, said.denominator)
    if not steps or not stream.time_base:
        return standard_rate(average), False
    shortest, longest = min(steps), max(steps)
    # Matroska counts milliseconds, too coarse to take a rate from.
    if shortest == longest and shortest > 0 and stream.time_base.denominator > 1000:
        return standard_rate(1 / (shortest * stream.time_base)), False
    return standard_rate(average), longest - shortest > max(2, longest // 10)
