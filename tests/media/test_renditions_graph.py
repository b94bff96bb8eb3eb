"""The graphs of renditions as pure functions: what ffmpeg would be told, without running it."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import ffmpeg as graphs
import pytest

from media import ffmpeg
from media.errors import Damaged
from media.length import hold
from media.probe import AudioStream, Probe, VideoStream
from media.renditions import Profile, audio, poster, proxy, thumbnails
from media.sound import Channel, Part, Sound
from media.timecode import Timecode

PAL = Fraction(25)
NTSC = Fraction(30000, 1001)
DEFAULT = Profile()
PICTURE = VideoStream(
    0, "h264", 1920, 1080, PAL, False, Fraction(1), 0, "yuv420p", 8, "bt709", Fraction(0), Fraction(10)
)
STEREO = AudioStream(1, "aac", 48000, 2, "stereo", Fraction(0), Fraction(10))
CLIP = Probe("mov", Fraction(10), True, PICTURE, (STEREO,))


def film(**changes) -> Probe:
    return replace(CLIP, video=replace(PICTURE, **changes))


def heard(*parts: tuple[int, int, float]) -> Sound:
    """A sound whose mix is of (stream, place, gain)."""
    channels = tuple(Channel(stream, place, -20, -3, 0.5) for stream, place, _ in parts)
    mix = tuple(Part(number, gain) for number, (_, _, gain) in enumerate(parts))
    return Sound(channels, (), mix, "", (), 10_000, None, None)


def told(probe: Probe, sound: Sound | None = None, profile: Profile = DEFAULT) -> list[str]:
    return graphs.compile(proxy.graph(ffmpeg.read(Path("a.mov")), probe, sound, Path("out.mp4"), profile))


def filters(arguments: list[str]) -> str:
    return arguments[arguments.index("-filter_complex") + 1]


def value(arguments: list[str], option: str) -> str:
    return arguments[arguments.index(option) + 1]


@pytest.mark.parametrize(
    ("changes", "size"),
    [
        ({}, (1280, 720)),
        ({"width": 3840, "height": 2160}, (1280, 720)),
        ({"width": 640, "height": 360}, (640, 360)),
        ({"width": 853, "height": 481}, (852, 480)),
        ({"rotation": 90}, (404, 720)),
        ({"rotation": 180}, (1280, 720)),
        ({"width": 1440, "sample_aspect": Fraction(4, 3)}, (1280, 720)),
        ({"width": 720, "height": 576, "sample_aspect": Fraction(16, 11)}, (1046, 576)),
        ({"width": 720, "height": 480, "sample_aspect": Fraction(8, 9), "rotation": 270}, (480, 640)),
        ({"width": 3, "height": 2000}, (2, 720)),
    ],
)
def test_the_proxy_is_upright_even_square_and_never_enlarged(changes, size):
    assert proxy.size(replace(PICTURE, **changes), 720) == size


@pytest.mark.parametrize(
    ("own", "variable", "shown"),
    [
        (PAL, False, PAL),
        (Fraction(24000, 1001), False, Fraction(24000, 1001)),
        (Fraction(120), False, Fraction(60)),
        (Fraction(240000, 1001), False, Fraction(60000, 1001)),
        (Fraction(100), False, Fraction(50)),
        (Fraction(2960, 100), True, NTSC),
        (Fraction(2997, 101), True, NTSC),
        (Fraction(125, 10), True, Fraction(24000, 1001)),
        (Fraction(1, 2), False, Fraction(1, 2)),
    ],
)
def test_the_proxy_has_a_constant_rate_of_at_most_60(own, variable, shown):
    assert proxy.rate(film(rate=own, variable_rate=variable), 60) == shown


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), PAL, NTSC, Fraction(50), Fraction(1, 3)])
def test_keyframes_are_two_seconds_apart_at_most_or_every_frame_is_one(rate):
    step = proxy.key_step(rate, Profile())
    assert step / rate <= 2 or step == 1
    assert value(told(film(rate=rate)), "-g") == str(step)


@pytest.mark.parametrize(
    ("start", "rate", "text"),
    [
        (Timecode.parse("10:00:00:24", PAL), PAL, "10:00:00:24"),
        (Timecode.parse("00:59:59;28", NTSC), NTSC, "00:59:59;28"),
        (Timecode.parse("00:59:59:28", NTSC), NTSC, "00:59:59:28"),
        (Timecode.parse("10:00:00:12", PAL), Fraction(50), "10:00:00:24"),
        (Timecode.parse("01:00:00;14", NTSC), Fraction(60000, 1001), "01:00:00;28"),
        (Timecode.parse("10:00:00:61", Fraction(120)), Fraction(120), "10:00:00:30"),
    ],
)
def test_the_start_timecode_is_counted_at_the_proxys_rate(start, rate, text):
    assert value(told(replace(film(rate=rate), start_timecode=start)), "-timecode") == text


def test_without_a_start_timecode_none_is_written():
    assert "-timecode" not in told(CLIP)


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_an_hdr_picture_is_tone_mapped(transfer):
    assert f"tin={transfer}" in filters(told(film(transfer=transfer)))
    assert "tonemap=mobius" in filters(told(film(transfer=transfer)))


def test_any_other_picture_is_not_tone_mapped():
    assert "zscale" not in filters(told(CLIP))


def test_a_clip_without_sound_makes_a_proxy_without_sound():
    for sound in (None, heard()):
        assert "-acodec" not in told(CLIP, sound)
        assert "pan" not in filters(told(CLIP, sound))


def test_the_mix_takes_the_channels_with_their_gains():
    text = filters(told(CLIP, heard((0, 1, 1.5))))
    assert r"[0:1]" in text
    assert r"pan=args=mono|c0\\=1.500000*c1" in text
    assert "amix" not in text


def test_channels_of_two_streams_are_added_up_without_being_turned_down():
    two = replace(CLIP, audio=(STEREO, replace(STEREO, index=3)))
    text = filters(told(two, heard((0, 0, 1), (1, 0, 2), (1, 1, 0.5))))
    assert r"c0\\=1.000000*c0" in text
    assert r"c0\\=2.000000*c0+0.500000*c1" in text
    assert "amix=duration=longest:inputs=2:normalize=0" in text
    assert "[0:3]" in text


def test_time_counts_from_the_first_picture_in_picture_and_sound():
    late = replace(film(start=Fraction(7, 3)), audio=(replace(STEREO, start=Fraction(1)),))
    arguments = told(late, heard((0, 0, 1)))
    assert "[0:0]setpts=PTS-(7/3)/TB" in filters(arguments)
    assert "[0:1]asetpts=PTS-(7/3)/TB" in filters(arguments)
    assert "-copyts" in arguments


def test_nothing_that_the_camera_noted_reaches_the_proxy():
    """A telephone writes where it was."""
    arguments = told(CLIP, heard((0, 0, 1)))
    assert value(arguments, "-map_metadata") == value(arguments, "-map_chapters") == "-1"


def test_the_sound_of_a_recorder_is_encoded_alone():
    recorder = replace(CLIP, video=None, audio=(replace(STEREO, index=0),))
    graph = audio.graph(ffmpeg.read(Path("a.wav")), recorder, heard((0, 1, 1)), Path("out.m4a"), Profile())
    arguments = graphs.compile(graph)
    assert value(arguments, "-acodec") == "aac"
    assert "libx264" not in arguments


def test_the_poster_is_looked_for_from_a_tenth_of_the_clip_on():
    keyframes = ffmpeg.read(Path("proxy.mp4")).video
    assert r"gte(n\,4)" in filters(graphs.compile(poster.graph(keyframes, 40, Path("poster.jpg"))))
    assert r"gte(n\,0)" in filters(graphs.compile(poster.graph(keyframes, 1, Path("poster.jpg"))))


@pytest.mark.parametrize("hours", [0, 1, 3, 12])
def test_thumbnails_are_never_more_than_ten_sheets_of_a_hundred(hours):
    keyframes = hours * 1800 + 1
    sheets = thumbnails.plan(keyframes, Fraction(2), (1280, 720), Profile())
    assert sheets.count <= 1000
    assert sheets.interval == 2 * sheets.every
    assert (sheets.count - 1) * sheets.every < keyframes <= sheets.count * sheets.every
    assert (sheets.width, sheets.height) == (160, 90)


def test_the_index_names_the_sheet_and_the_rectangle_of_each_moment():
    text = thumbnails.index(thumbnails.Sheets(102, 1, Fraction(48048, 24000), 160, 90), Fraction(203))
    blocks = text.split("\n\n")
    assert blocks[0] == "WEBVTT"
    assert blocks[1] == "00:00:00.000 --> 00:00:02.002\nthumbnails-1.jpg#xywh=0,0,160,90"
    assert blocks[12] == "00:00:22.022 --> 00:00:24.024\nthumbnails-1.jpg#xywh=160,90,160,90"
    assert blocks[102] == "00:03:22.202 --> 00:03:23.000\nthumbnails-2.jpg#xywh=160,0,160,90\n"


def test_a_per_cent_sign_in_a_folder_is_no_number():
    sheets = thumbnails.Sheets(1, 1, Fraction(2), 160, 90)
    graph = thumbnails.graph(ffmpeg.read(Path("proxy.mp4")).video, sheets, Path("100%d"))
    assert graphs.compile(graph)[-1] == "file:100%%d/thumbnails-%d.jpg"


def test_the_settings_for_the_ledger_change_with_the_profile():
    assert Profile().settings()["recipe"] == 1
    assert Profile().settings() == Profile().settings()
    assert Profile(proxy_height=480).settings() != Profile().settings()


@pytest.mark.parametrize(
    ("promised", "decoded"), [(12, Fraction(116, 10)), (3600, 3570), (12, 30), (0, 0), (Fraction(1, 2), 0)]
)
def test_a_few_frames_less_than_promised_is_no_damage(promised, decoded):
    hold("a.mov", Fraction(promised), Fraction(decoded))


def test_a_clip_that_ends_early_is_damaged_and_both_lengths_are_named():
    with pytest.raises(Damaged) as caught:
        hold("A003C012.mov", Fraction(12), Fraction(72, 10))
    assert caught.value.message == "A003C012.mov: ends early (the container says 12.0 s, 7.2 s decoded)"
    assert "Copy it again from the card" in caught.value.remedy
