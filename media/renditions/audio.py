"""The sound that people hear: the channels that the recogniser hears, in time with the picture."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import ffmpeg

from media.ffmpeg import Node, address
from media.probe import Probe
from media.renditions.profile import Profile
from media.sound.model import Sound

RATE = 48000
# Our own renditions start clean: a telephone writes where it was, and that is nobody's business here.
PLAIN = {"map_metadata": -1, "map_chapters": -1, "movflags": "+faststart"}


def from_zero(stream: Node, probe: Probe, kind: str) -> Node:
    """A stream whose time stamps count from the clip's time zero, wherever the container's clock began.

    Args:
        stream: of an input that is read with `-copyts`.
        probe: of the clip.
        kind: the filter, "setpts" for picture and "asetpts" for sound.
    """
    return stream.filter(kind, f"PTS-({probe.zero})/TB")


def mixed(source: Node, probe: Probe, sound: Sound) -> Node:
    """The mix of `sound` as one channel at 48 kHz, beginning at time zero: filled or cut there, and at gaps.

    Args:
        source: the input node of the clip.
        probe: of the clip.
        sound: whose `mix` names channels, of one stream or several, and their gains.
    """
    by_stream: dict[int, list[str]] = defaultdict(list)
    for part in sound.mix:
        channel = sound.channels[part.channel]
        by_stream[probe.audio[channel.stream].index].append(f"{part.gain:.6f}*c{channel.place}")
    streams = [
        _one(from_zero(source[str(index)], probe, "asetpts"), parts) for index, parts in by_stream.items()
    ]
    added = streams[0] if len(streams) == 1 else _added(streams)
    # Voices are raised to one level, so that a bump on a microphone may go beyond full scale.
    return added.filter("alimiter", limit=0.9, level=0, latency=1)


def _added(streams: list[Node]) -> Node:
    return ffmpeg.filter(streams, "amix", inputs=len(streams), normalize=0, duration="longest")


def _one(stream: Node, parts: list[str]) -> Node:
    stream = stream.filter("aformat", sample_fmts="fltp").filter("pan", args=f"mono|c0={'+'.join(parts)}")
    return stream.filter("aresample", RATE, **{"async": 1}, first_pts=0)


def graph(source: Node, probe: Probe, sound: Sound, target: Path, profile: Profile) -> Node:
    """The audio rendition of a clip without picture: AAC in MP4."""
    made = mixed(source, probe, sound).output(address(target), **encoding(profile), **PLAIN)
    return made.global_args("-copyts")


def encoding(profile: Profile) -> dict[str, Any]:
    """How sound is encoded in every rendition."""
    return {"acodec": "aac", "b:a": f"{profile.sound_kbps}k", "ar": RATE}
