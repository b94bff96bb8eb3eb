"""The proxy: H.264 and AAC in MP4, as every browser plays it, frame for frame on the clip's own time."""

from fractions import Fraction
from pathlib import Path

import ffmpeg

from media.ffmpeg import Node, address
from media.probe import Probe, VideoStream
from media.renditions import audio
from media.renditions.profile import Profile
from media.sound.model import Sound
from media.timecode import STANDARD_RATES, Timecode, dropped, frames_in_day

HDR = frozenset({"smpte2084", "arib-std-b67"})
# In cd/m2: reference white of an HDR picture (ITU-R BT.2408), which becomes nearly the white of the proxy, and
# the brightest that is told from white.
WHITE = 203
BRIGHTEST = 1000


def graph(
    source: Node,
    probe: Probe,
    sound: Sound | None,
    target: Path,
    profile: Profile,
) -> Node:
    """The output node of the proxy; with sound where `sound` has a mix.

    Args:
        source: the input node of the clip.
        probe: of the clip, which has a picture.
        sound: what is heard, or None.
        target: the file to write.
        profile: sizes and qualities.
    """
    assert probe.video
    shown = rate(probe, profile.proxy_rate)
    streams = [picture(source, probe, profile)]
    options = {
        "vcodec": "libx264",
        "preset": profile.proxy_preset,
        "crf": profile.proxy_crf,
        "profile:v": "high",
        # Keyframes in even steps, whatever the scene does: a thumbnail's number says its time.
        "g": key_step(shown, profile),
        "sc_threshold": 0,
        **audio.PLAIN,
    }
    if sound and sound.mix:
        streams.append(audio.mixed(source, probe, sound))
        options |= audio.encoding(profile)
    if probe.start_timecode:
        options["timecode"] = str(counted(probe.start_timecode, shown))
    return ffmpeg.output(*streams, address(target), **options).global_args("-copyts")


def picture(source: Node, probe: Probe, profile: Profile) -> Node:
    """The picture as it is shown: upright, deinterlaced, at a constant rate, with square pixels, in SDR."""
    video = probe.video
    assert video
    stream = audio.from_zero(source[str(video.index)], probe, "setpts")
    width, height = size(video, profile.proxy_height)
    # ffmpeg turned it upright by itself. bwdif lets pass what is not marked as interlaced.
    stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    stream = stream.filter("fps", str(rate(probe, profile.proxy_rate)), start_time=0)
    stream = stream.filter("scale", width, height, flags="bilinear", out_range="limited")
    if video.transfer in HDR:
        stream = _tone_mapped(stream, video.transfer)
    return stream.filter("format", "yuv420p").filter("setsar", 1)


def size(video: VideoStream, height: int) -> tuple[int, int]:
    """Width and height of the proxy: upright, square pixels, even, at most `height` high, never enlarged."""
    across, down = video.width * video.sample_aspect, Fraction(video.height)
    if video.rotation % 180:
        across, down = down, across
    shrunk = min(Fraction(1), height / down)
    return _even(across * shrunk), _even(down * shrunk)


def _even(length: Fraction) -> int:
    return max(2, int(length / 2) * 2)


def rate(probe: Probe, most: int) -> Fraction:
    """Frames a second of the proxy: the clip's own where they are evenly spaced and not more than `most`.

    Otherwise a whole part of it (120 becomes 60), or the standard rate that an uneven one falls short of.
    """
    assert probe.video
    own = probe.video.rate
    if probe.video.variable_rate:
        slowest = own * Fraction(99, 100)  # an average falls short of the rate it was recorded at
        own = next((each for each in STANDARD_RATES if each >= slowest), own)
    return own / -(-own // most)


def key_step(shown: Fraction, profile: Profile) -> int:
    """Frames from one keyframe of the proxy to the next."""
    return max(1, int(shown * profile.key_seconds))


def counted(start: Timecode, shown: Fraction) -> Timecode:
    """The start timecode counted in frames of the proxy, which says its rate nowhere else."""
    if start.rate == shown:
        return start
    drop = start.drop and dropped(shown) > 0
    return Timecode(int(start.frames * shown / start.rate) % frames_in_day(shown, drop), shown, drop)


def _tone_mapped(stream: Node, transfer: str) -> Node:
    stream = stream.filter("zscale", tin=transfer, pin="bt2020", min="bt2020nc", t="linear", npl=WHITE)
    stream = stream.filter("format", "gbrpf32le").filter("zscale", p="bt709")
    # Mobius leaves faces as bright as they are, and bends only what is above a third of white.
    stream = stream.filter("tonemap", "mobius", desat=0, peak=round(BRIGHTEST / WHITE, 2))
    return stream.filter("zscale", t="bt709", m="bt709", r="limited")
