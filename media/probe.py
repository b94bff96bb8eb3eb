"""What a file is: its streams, exact length and rate, start timecode, reel, camera, date and offsets."""

import itertools
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
from av.error import FFmpegError

from media import headers, tags
from media.errors import Unreadable
from media.ffmpeg import FORMATS
from media.timecode import Timecode, nominal, standard_rate

# Where the header or the sample table says how long it is. In other formats ffmpeg reckons it from the bit
# rate or from the last time stamp that is there, so a file cut short promises no more than it holds.
_PROMISING = {"mov", "matroska", "mxf", "avi", "asf", "wav", "w64", "aiff", "caf", "flac"}

# Constant by their standard, whatever one packet says, and heavy to read.
_CONSTANT = {"mxf", "dv", "gxf"}

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

_PACKETS = 96  # about four seconds of picture: enough to see whether frames are evenly spaced
_BYTES = 32 << 20
_REORDERED = 16  # the last packets read may still miss pictures that are shown before them


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


@dataclass(frozen=True, slots=True)
class Probe:
    """What a clip is. Its time zero is its first picture, or without picture its first sample.

    Attributes:
        container: ffmpeg's name of the format, the first where it has several ("mov").
        duration: seconds from time zero to the end of the longest stream, as the container promises.
        promised: whether that is a promise that decoding can be held to, and no estimate.
        video: the picture; None for sound alone.
        audio: every stream of sound that ffmpeg can decode, in the order of the container.
        others: every other stream.
        start_timecode: of the first picture; its rate may be half that of a picture at 50 or more frames.
        reel: the tape or card name.
        camera: maker and model.
        recorded: as the camera's clock had it.
    """

    container: str
    duration: Fraction
    promised: bool
    video: VideoStream | None
    audio: tuple[AudioStream, ...]
    others: tuple[OtherStream, ...] = ()
    start_timecode: Timecode | None = None
    reel: str | None = None
    camera: str | None = None
    recorded: datetime | None = None

    @property
    def kind(self) -> Literal["video", "audio"]:
        """Whether it has a picture."""
        return "video" if self.video else "audio"

    @property
    def sound_offset(self) -> Fraction:
        """Start of the first sound minus start of the picture, in seconds; 0 without one of them."""
        return self.audio[0].start - self.video.start if self.audio and self.video else Fraction(0)


def probe(path: Path) -> Probe:
    """Read what `path` is from its headers and first packets; nothing but `path` itself is opened.

    Raises:
        Unreadable: where it is no film or sound, or may not be read; names the file and the cause.
    """
    _must_be_a_file(path)
    try:
        with _opened(path) as container:
            return _probed(container, path)
    except FFmpegError as error:
        raise headers.refusal(path) from error


def streams(found: Probe) -> list[dict[str, Any]]:
    """Every stream of a clip, ready for JSON: fractions as "30000/1001"."""
    picture = [{"type": "video", **asdict(found.video)}] if found.video else []
    sound = [{"type": "audio", **asdict(each)} for each in found.audio]
    others = [{"type": each.kind, "index": each.index, "codec": each.codec} for each in found.others]
    listed = [
        {key: str(value) if isinstance(value, Fraction) else value for key, value in each.items()}
        for each in (*picture, *sound, *others)
    ]
    return sorted(listed, key=lambda each: each["index"])


def _must_be_a_file(path: Path) -> None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{path.name}: is no ordinary file", "Leave it out.")
        if not status.st_size:
            raise Unreadable(
                f"{path.name}: is empty (0 bytes)",
                "Copy it again from the card; if it is empty there too, nothing was recorded.",
            )
        with path.open("rb"):
            pass
    except OSError as error:
        raise Unreadable(
            f"{path.name}: cannot be opened ({error.strerror})", f"Look at {path.parent}."
        ) from error


def _opened(path: Path) -> Any:  # noqa: ANN401 - PyAV's container, of which mypy sees nothing
    # Anything but a clip could be a playlist, which makes ffmpeg open other files of this machine; and
    # `file:` lets a name begin with a dash or hold a colon or a per cent sign.
    limits = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    return av.open(f"file:{path}", container_options=limits, metadata_errors="replace")


def _probed(container: Any, path: Path) -> Probe:  # noqa: ANN401
    name = container.format.name.split(",")[0]
    picture = _main_picture(container.streams.video)
    sound = tuple(_audio(stream) for stream in container.streams.audio if _decodable_sound(stream))
    if picture is None and not sound:
        raise Unreadable(
            f"{path.name}: holds neither picture nor sound that ffmpeg can decode",
            "Look whether its maker has a program that turns it into MOV, MXF or WAV.",
        )
    look = _first_look(container, picture, name) if picture is not None else None
    video = _video(picture, look, name) if look else None
    said = [container.metadata, *(stream.metadata for stream in container.streams)]
    duration = _duration(container, video, sound)
    cut_short = _wav_promise(path, container, sound) if name == "wav" else None
    return Probe(
        container=name,
        duration=cut_short or duration,
        promised=name in _PROMISING,
        video=video,
        audio=sound,
        others=tuple(_others(container, video, sound)),
        start_timecode=_start_timecode(container, video, look) if video and look else None,
        reel=tags.reel(reversed(said)),
        camera=tags.camera(said),
        recorded=tags.recorded(said),
    )


def _main_picture(pictures: Iterable[Any]) -> Any | None:  # noqa: ANN401
    """The largest picture that is no cover and that ffmpeg can decode; the first among equals."""
    usable = [
        each for each in pictures if each.codec_context and each.codec_context.width and not _is_cover(each)
    ]
    return max(usable, key=lambda each: each.codec_context.width * each.codec_context.height, default=None)


def _is_cover(stream: Any) -> bool:  # noqa: ANN401
    return bool(stream.disposition & (stream.disposition.attached_pic | stream.disposition.timed_thumbnails))


def _decodable_sound(stream: Any) -> bool:  # noqa: ANN401
    return bool(stream.codec_context and stream.codec_context.sample_rate and stream.codec_context.channels)


def _audio(stream: Any) -> AudioStream:  # noqa: ANN401
    codec = stream.codec_context
    return AudioStream(
        index=stream.index,
        codec=codec.name,
        sample_rate=codec.sample_rate,
        channels=codec.channels,
        layout=codec.layout.name,
        start=_start(stream),
        duration=_length(stream),
    )


def _start(stream: Any) -> Fraction:  # noqa: ANN401
    return Fraction((stream.start_time or 0) * stream.time_base)


def _length(stream: Any) -> Fraction | None:  # noqa: ANN401
    if stream.duration is not None:
        return Fraction(stream.duration * stream.time_base)
    # Matroska keeps the end of each track in a tag, "00:00:02.002000000".
    text = tags.first([stream.metadata], ["duration", f"duration-{stream.language}"])
    try:
        hours, minutes, seconds = (text or "").split(":")
        return Fraction(seconds) + 60 * int(minutes) + 3600 * int(hours) - _start(stream)
    except ValueError:
        return None


def _duration(container: Any, video: VideoStream | None, sound: tuple[AudioStream, ...]) -> Fraction:  # noqa: ANN401
    kept: tuple[VideoStream | AudioStream, ...] = (video, *sound) if video else sound
    zero = video.start if video else min(each.start for each in sound)
    ends = [each.start + each.duration for each in kept if each.duration is not None]
    if ends and len(ends) == len(kept):
        return max(ends) - zero
    return Fraction(container.duration or 0, av.time_base)


def _wav_promise(path: Path, container: Any, sound: tuple[AudioStream, ...]) -> Fraction | None:  # noqa: ANN401
    promised = headers.promised_bytes(path)
    rate = container.streams.audio[0].codec_context.bit_rate
    return Fraction(8 * promised, rate) if promised and rate and sound else None


@dataclass(frozen=True, slots=True)
class _Look:
    """What the first packets and the first frame show: the frame, and the times between frames in ticks."""

    frame: Any
    steps: tuple[int, ...]


def _first_look(container: Any, stream: Any, name: str) -> _Look:  # noqa: ANN401
    from_table = _table_steps(stream) if name in {"mov", "avi"} else ()
    enough = 0 if from_table or name in _CONSTANT else _PACKETS
    times, size, frame = list[int](), 0, None
    for count, packet in enumerate(container.demux(stream)):
        if packet.pts is not None:
            times.append(packet.pts)
        size += packet.size
        frame = frame or _decoded(packet)
        if size > _BYTES or count > _PACKETS or (frame and count >= enough):
            break
    times = sorted(times)
    shown = times[: -_REORDERED or None] if len(times) > 2 * _REORDERED else times
    steps = from_table or (tuple(b - a for a, b in itertools.pairwise(shown)) if enough else ())
    return _Look(frame, steps)


def _decoded(packet: Any) -> Any | None:  # noqa: ANN401
    try:
        return next(iter(packet.decode()), None)
    except FFmpegError:
        # A picture that refers to one before the file's beginning; the next one stands by itself.
        return None


def _table_steps(stream: Any) -> tuple[int, ...]:  # noqa: ANN401
    """Times between frames at four places of the sample table, which is in memory already."""
    table, window = stream.index_entries, _PACKETS
    count = len(table)
    places = sorted({max(0, (count - window) * part // 3) for part in range(4)})
    taken = ([entry.timestamp for entry in table[place : place + window]] for place in places)
    return tuple(b - a for times in taken for a, b in itertools.pairwise(times))


def _video(stream: Any, look: _Look, name: str) -> VideoStream:  # noqa: ANN401
    codec, frame = stream.codec_context, look.frame
    rate, variable = _rate(stream, look.steps)
    pixels = frame.format if frame else codec.format
    transfer = _TRANSFERS.get(int(codec.color_trc)) or (
        _TRANSFERS.get(int(frame.color_trc)) if frame else None
    )
    return VideoStream(
        index=stream.index,
        codec=codec.name,
        width=codec.width,
        height=codec.height,
        rate=rate,
        variable_rate=variable and name not in _CONSTANT,
        sample_aspect=Fraction(stream.sample_aspect_ratio or 1),
        # ffmpeg's angle is counter-clockwise.
        rotation=round(-frame.rotation / 90) * 90 % 360 if frame else 0,
        pixel_format=pixels.name if pixels else "",
        bits=pixels.components[0].bits if pixels else 8,
        transfer=transfer,
        start=_start(stream),
        duration=_length(stream),
    )


def _rate(stream: Any, steps: tuple[int, ...]) -> tuple[Fraction, bool]:  # noqa: ANN401
    """Frames a second, and whether they are unevenly spaced by more than rounding explains."""
    average = Fraction(stream.average_rate or stream.guessed_rate or 25)
    if not steps:
        return standard_rate(average), False
    shortest, longest = min(steps), max(steps)
    if shortest == longest and shortest > 0 and stream.time_base.denominator > 1000:
        return standard_rate(1 / (shortest * stream.time_base)), False
    return standard_rate(average), longest - shortest > max(2, longest // 10)


def _start_timecode(container: Any, video: VideoStream, look: _Look) -> Timecode | None:  # noqa: ANN401
    tracks = [stream for stream in container.streams if _is_timecode(stream)]
    said = [stream.metadata for stream in tracks]
    said += [container.streams[video.index].metadata, container.metadata]
    # AVCHD cameras keep it in the picture itself (SEI), where the decoder finds it.
    said += [look.frame.metadata] if look.frame else []
    for rate in _counted_rates(container, tracks, said, video.rate):
        if found := tags.start_timecode(said, rate):
            return found
    return None


def _is_timecode(stream: Any) -> bool:  # noqa: ANN401
    return stream.type == "data" and "timecode" in stream.metadata


def _counted_rates(
    container: Any,  # noqa: ANN401
    tracks: list[Any],
    said: list[tags.Tags],
    rate: Fraction,
) -> Iterator[Fraction]:
    """The rates at which the timecode may count: that of the picture, or half of it at 50 frames and more.

    Many cameras count 25 at 50 frames a second. The text alone does not show it, but the timecode track
    holds the same moment as a plain count of frames.
    """
    if nominal(rate) >= 48 and tracks and (count := _first_count(container, tracks[0])) is not None:
        for divided in (rate, rate / 2, rate / 4):
            read = tags.start_timecode(said[:1], divided)
            if read and read.frames == count:
                yield divided
                return
    yield rate


def _first_count(container: Any, track: Any) -> int | None:  # noqa: ANN401
    container.seek(0)
    for packet in itertools.islice(container.demux(track), 8):
        if packet.size == 4:
            return int.from_bytes(bytes(packet))
    return None


def _others(
    container: Any,  # noqa: ANN401
    video: VideoStream | None,
    sound: tuple[AudioStream, ...],
) -> Iterator[OtherStream]:
    known = {each.index for each in (video, *sound) if each}
    for stream in container.streams:
        if stream.index in known:
            continue
        kind = "timecode" if _is_timecode(stream) else stream.type
        kind = "cover" if kind == "video" and _is_cover(stream) else kind
        yield OtherStream(stream.index, kind, stream.codec_context.name if stream.codec_context else None)
