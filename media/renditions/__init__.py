"""What a browser plays and shows of a clip: proxy, sound, poster, thumbnails, waveform."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import av

from media import disk, ffmpeg, length
from media.probe import Probe
from media.renditions import audio, peaks, poster, proxy, thumbnails
from media.renditions.profile import Profile
from media.sound.model import Sound

__all__ = ["Profile", "Rendition", "make", "needed"]

PROXY = "proxy.mp4"
AUDIO = "audio.m4a"
BYTES_A_PIXEL = Fraction(1, 120)  # measured on talking heads at 720p, thumbnails included


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file made from a clip.

    Attributes:
        kind: "proxy", "audio", "poster", "thumbnails" (the index; its sheets lie beside it) or "peaks".
        path: where it is.
        size: in bytes.
    """

    kind: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class _Proxy:
    """What came out: seconds in all and of picture, frames, width and height, and whether it has sound."""

    duration: Fraction
    picture: Fraction
    frames: int
    rate: Fraction
    size: tuple[int, int]
    sound: bool


def make(
    source: Path,
    probe: Probe,
    sound: Sound | None,
    folder: Path,
    profile: Profile,
    tool: ffmpeg.Ffmpeg,
    *,
    progress: Callable[[float], None] | None = None,
    stop: threading.Event | None = None,
    on_damage: length.OnDamage = length.refuse,
) -> tuple[Rendition, ...]:
    """Make every rendition of a clip; the clip is decoded once, and what is smaller is made from the proxy.

    Args:
        source: the clip.
        probe: of the clip.
        sound: what its sound step found, None without sound.
        folder: an empty folder to write into.
        profile: sizes and qualities.
        tool: from `media.ffmpeg.locate`.
        progress: called with 0 to 1.
        stop: set by somebody else to end early.
        on_damage: called where less came out than the container promises, or much of it is rotten.

    Raises:
        Damaged: that, where nothing else is to be done about it.
        ToolFailed, NoRoom, Stopped: as `media.ffmpeg.run` does.
    """
    run = partial(ffmpeg.run, tool, length=probe.duration, stop=stop)
    disk.must_fit(source.name, "its renditions take about", needed(probe, profile), folder)
    if probe.video:
        graph = proxy.graph(ffmpeg.read(source), probe, sound, folder / PROXY, profile)
        lost = run(graph, progress=progress).lost_by(probe.video.codec)
        length.hold_whole(source.name, probe.duration, lost, 1 / probe.video.rate, "pictures", on_damage)
        made = _look(folder / PROXY)
        _hold_to_promise(source.name, probe, made, on_damage)
        sheets = _sheets(made, profile)
        run(_from_proxy(made, sheets, folder))
        with disk.writing(source.name):
            index = thumbnails.index(sheets, made.picture)
            (folder / "thumbnails.vtt").write_text(index, encoding="ascii")
    elif sound and sound.mix:
        run(audio.graph(ffmpeg.read(source), probe, sound, folder / AUDIO, profile), progress=progress)
    if sound and sound.path:
        with disk.writing(source.name):
            peaks.write(sound.path, folder / "peaks.json", profile)
    return tuple(
        Rendition(name.partition(".")[0], path, path.stat().st_size)
        for name in (PROXY, AUDIO, "poster.jpg", "thumbnails.vtt", "peaks.json")
        if (path := folder / name).exists()
    )


def needed(probe: Probe, profile: Profile) -> int:
    """About the bytes that the renditions of a clip take; more than most need where the picture is quiet."""
    a_second = Fraction(2 * profile.sound_kbps * 1000, 8)  # in the proxy, and by itself
    if probe.video:
        width, height = proxy.size(probe.video, profile.proxy_height)
        a_second += width * height * proxy.rate(probe, profile.proxy_rate) * BYTES_A_PIXEL
    return int(probe.duration * a_second)


def _look(path: Path) -> _Proxy:
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        return _Proxy(
            duration=Fraction(container.duration or 0, av.time_base),
            picture=Fraction(video.duration or 0) * (video.time_base or 0),
            frames=video.frames,
            rate=Fraction(video.average_rate or 1),
            size=(video.width, video.height),
            sound=bool(container.streams.audio),
        )


def _hold_to_promise(name: str, probe: Probe, made: _Proxy, on_damage: length.OnDamage) -> None:
    if not probe.promised:
        return
    if probe.video and probe.video.duration:
        length.hold(name, probe.video.duration, made.picture, on_damage)
    if made.sound or not probe.audio:
        length.hold(name, probe.duration, made.duration, on_damage)


def _sheets(made: _Proxy, profile: Profile) -> thumbnails.Sheets:
    step = proxy.key_step(made.rate, profile)
    return thumbnails.plan(-(-made.frames // step), step / made.rate, made.size, profile)


def _from_proxy(made: _Proxy, sheets: thumbnails.Sheets, folder: Path) -> list[ffmpeg.Node]:
    """The outputs that are made from the proxy: sheets, poster, and its sound by itself."""
    source = ffmpeg.read(folder / PROXY, skip_frame="nokey")
    keyframes = source.video.split()
    outputs = [
        thumbnails.graph(keyframes[0], sheets, folder),
        poster.graph(keyframes[1], sheets.count * sheets.every, folder / "poster.jpg"),
    ]
    if made.sound:
        outputs.append(source.audio.output(ffmpeg.address(folder / AUDIO), acodec="copy", **audio.PLAIN))
    return outputs
