"""The sound that people hear: the channels that the recogniser hears, in time with the picture."""

from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ffmpeg

from media.ffmpeg import address
from media.probe import Probe
from media.renditions.profile import Profile

if TYPE_CHECKING:
    from media.sound import Sound

RATE = 48000
# Our own renditions start clean: a telephone writes where it was, and that is nobody's business here.
PLAIN = {"map_metadata": -1, "map_chapters": -1, "movflags": "+faststart"}


def head(probe: Probe) -> Fraction:
    """Seconds of sound before the first picture, which is time zero; ffmpeg counts from whatever is first."""
    if probe.video is None:
        return Fraction(0)
    return max([Fraction(0), *(probe.video.start - stream.start for stream in probe.audio)])


def mixed(source: Any, probe: Probe, sound: "Sound") -> Any:  # noqa: ANN401  # ffmpeg-python has no types
    """The mix of `sound` as one channel at 48 kHz, beginning at time zero: filled or cut there, and at gaps.

    Args:
        source: the input node of the clip.
        probe: of the clip.
        sound: whose `mix` names channels, of one stream or several, and their gains.
    """
    by_stream: dict[int, list[str]] = defaultdict(list)
    for part in sound.mix:
        channel = sound.channels[part.channel]
        by_stream[channel.stream].append(f"{part.gain:.6f}*c{channel.place}")
    streams = [_one(source[str(index)], parts, head(probe)) for index, parts in by_stream.items()]
    if len(streams) == 1:
        return streams[0]
    return ffmpeg.filter(streams, "amix", inputs=len(streams), normalize=0, duration="longest")


def _one(stream: Any, parts: list[str], before: Fraction) -> Any:  # noqa: ANN401
    if before:
        stream = stream.filter("asetpts", f"PTS-{float(before):.6f}/TB")
    # In floating point, as the channels of a recorder may add up to more than full scale on their way.
    stream = stream.filter("aformat", sample_fmts="fltp").filter("pan", args=f"mono|c0={'+'.join(parts)}")
    return stream.filter("aresample", RATE, **{"async": 1}, first_pts=0)


def graph(source: Any, probe: Probe, sound: "Sound", target: Path, profile: Profile) -> Any:  # noqa: ANN401
    """The audio rendition of a clip without picture: AAC in MP4."""
    return mixed(source, probe, sound).output(address(target), **encoding(profile), **PLAIN)


def encoding(profile: Profile) -> dict[str, Any]:
    """How sound is encoded in every rendition."""
    return {"acodec": "aac", "b:a": f"{profile.sound_kbps}k", "ar": RATE}
