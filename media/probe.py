"""What a file is: its streams, exact length and rate, start timecode, reel, camera, date and offsets."""

import errno
import itertools
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
from av.error import FFmpegError

from media import claims, headers, tags
from media.allowed import DECODERS, FORMATS
from media.errors import Unreadable
from media.picture import Picture, main_picture
from media.streams import AudioStream, OtherStream, VideoStream, is_timecode, other, sound
from media.timecode import Timecode, nominal

__all__ = ["AudioStream", "OtherStream", "Probe", "VideoStream", "probe", "streams"]

# Where the header or the sample table says how long it is. In other formats ffmpeg reckons it from the bit
# rate or from the last time stamp that is there, so a file cut short promises no more than it holds.
_PROMISING = {"mov", "matroska", "mxf", "avi", "asf", "wav", "w64", "aiff", "caf", "flac"}


# Streams without a header: ffmpeg takes their length from the bit rate of the first packets, which was seen to
# be seven times wrong. An MP3 with a LAME header knows its length; ffmpeg then gives it a start after 0.
_GUESSED = {"aac", "mp3", "ac3", "amr"}


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
        since_midnight: of the first sample, in seconds, as a sound recorder's timecode had it.
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
    since_midnight: Fraction | None = None

    @property
    def kind(self) -> Literal["video", "audio"]:
        """Whether it has a picture."""
        return "video" if self.video else "audio"

    @property
    def zero(self) -> Fraction:
        """Time zero on the container's clock."""
        return _zero(self.video, self.audio)

    @property
    def sound_offset(self) -> Fraction:
        """Start of the first sound minus start of the picture, in seconds; 0 without one of them."""
        return self.audio[0].start - self.video.start if self.audio and self.video else Fraction(0)


def probe(path: Path) -> Probe:
    """Read what `path` is from its headers and first packets; nothing but `path` itself is opened.

    Raises:
        Unreadable: where it is no film or sound, or may not be read; names the file and the cause.
    """
    try:
        _must_be_a_file(path)
        claims.hold_holes(path)
        return _read(path)
    except OSError as error:
        raise Unreadable(
            f"{path.name}: cannot be opened ({error.strerror})", f"Look at {path.parent}."
        ) from error


def _read(path: Path) -> Probe:
    try:
        with _opened(path) as container:
            return _probed(container, path)
    except FFmpegError as error:
        raise (claims.refusal(path) if error.errno == errno.ENOMEM else headers.refusal(path)) from error


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
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable(f"{path.name}: is no ordinary file", "Leave it out.")
    if not status.st_size:
        raise Unreadable(
            f"{path.name}: is empty (0 bytes)",
            "Copy it again from the card; if it is empty there too, nothing was recorded.",
        )


def _opened(path: Path) -> av.container.InputContainer:
    # Anything but a clip could be a playlist, which makes ffmpeg open other files of this machine; and
    # `file:` lets a name begin with a dash or hold a colon or a per cent sign.
    limits = {
        "format_whitelist": FORMATS,
        "protocol_whitelist": "file",
        "codec_whitelist": ",".join(sorted(DECODERS)),
    }
    # PyAV 19 keeps a byte of a tag that is no UTF-8, as Python does in names; before, one had to ask for it.
    is_old = int(av.__version__.partition(".")[0]) < 19
    asked: dict[str, Any] = {"metadata_errors": "surrogateescape"} if is_old else {}
    container: av.container.InputContainer = av.open(f"file:{path}", container_options=limits, **asked)
    return container


def _probed(container: av.container.InputContainer, path: Path) -> Probe:
    name = container.format.name.split(",")[0]
    claims.hold_streams(path.name, container)
    picture = main_picture(container, name)
    video = picture.stream if picture else None
    audio = tuple(found for stream in container.streams.audio if (found := sound(stream)))
    if video is None and not audio:
        raise Unreadable(
            f"{path.name}: holds neither picture nor sound that ffmpeg can decode",
            "Look whether its maker has a program that turns it into MOV, MXF or WAV.",
        )
    duration = _duration(container, video, audio)
    claims.hold_length(path, float(duration), (each.channels for each in audio), pictured=video is not None)
    if audio and name == "wav" and (samples := headers.promised_samples(path)):
        audio = (replace(audio[0], duration=Fraction(samples, audio[0].sample_rate)),)
        duration = _duration(container, video, audio)
    known = {each.index for each in (video, *audio) if each}
    said = [container.metadata, *(stream.metadata for stream in container.streams)]
    return Probe(
        container=name,
        duration=duration,
        promised=name in _PROMISING and container.duration is not None,
        video=video,
        audio=audio,
        others=tuple(other(stream) for stream in container.streams if stream.index not in known),
        start_timecode=_start_timecode(container, picture) if picture else None,
        reel=tags.reel(reversed(said)),  # the timecode track's own comes before what a program noted
        camera=tags.camera(said),
        recorded=tags.recorded(said),
        since_midnight=_since_midnight(said, audio),
    )


def _since_midnight(said: Iterable[tags.Tags], audio: tuple[AudioStream, ...]) -> Fraction | None:
    samples = tags.samples_since_midnight(said) if audio else None
    return Fraction(samples, audio[0].sample_rate) if samples else None


def _zero(video: VideoStream | None, audio: Iterable[AudioStream]) -> Fraction:
    return video.start if video else min((each.start for each in audio), default=Fraction(0))


def _duration(
    container: av.container.InputContainer, video: VideoStream | None, audio: tuple[AudioStream, ...]
) -> Fraction:
    kept: tuple[VideoStream | AudioStream, ...] = (video, *audio) if video else audio
    zero = _zero(video, audio)
    ends = [each.start + each.duration for each in kept if each.duration is not None]
    if container.format.name in _GUESSED and not zero:
        return _measured(container, kept) - zero
    if len(ends) == len(kept):
        return max(ends) - zero
    if container.duration:
        return Fraction(container.duration, av.time_base)
    return _measured(container, kept) - zero


def _measured(container: av.container.InputContainer, kept: Iterable[VideoStream | AudioStream]) -> Fraction:
    """The end of the last packet on the container's clock. Reads the whole file, but decodes nothing."""
    container.seek(0)
    packets = container.demux(*(container.streams[each.index] for each in kept))
    timed = (
        (packet.pts + (packet.duration or 0), packet.time_base)
        for packet in packets
        if packet.pts is not None
    )
    return max((ticks * base for ticks, base in timed), default=Fraction(0))


def _start_timecode(container: av.container.InputContainer, picture: Picture) -> Timecode | None:
    tracks = [stream for stream in container.streams.data if is_timecode(stream)]
    said: list[tags.Tags] = [stream.metadata for stream in tracks]
    said += [container.streams[picture.stream.index].metadata, container.metadata, picture.notes]
    found = tags.start_timecode(said, picture.stream.rate)
    if tracks and nominal(picture.stream.rate) >= 48:
        return _counted(container, tracks[0], picture.stream.rate) or found
    return found


def _counted(
    container: av.container.InputContainer, track: av.stream.DataStream, rate: Fraction
) -> Timecode | None:
    """The start timecode at the rate its track counts: that of the picture, a half or a quarter of it.

    Many cameras count 25 at 50 frames a second. The text alone does not show it, but the track holds the same
    moment as a plain count of frames.
    """
    container.seek(0)
    counts = [
        int.from_bytes(bytes(packet))
        for packet in itertools.islice(container.demux(track), 1)
        if packet.size == 4
    ]
    read = (tags.start_timecode([track.metadata], part) for part in (rate, rate / 2, rate / 4))
    return next((each for each in read if each and [each.frames] == counts), None)
