"""Renditions as they come out of the real ffmpeg, read back with PyAV."""

import json
import subprocess
import threading
import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from media import ffmpeg, renditions
from media.errors import Damaged, NoRoom, Stopped
from media.probe import Probe, probe
from media.renditions import Profile, peaks
from media.sound import Channel, Part, Sound, extract

SMALL = Profile(proxy_preset="ultrafast")
# Black, and white from 3.0 to 3.2 s; the beep of 1 kHz lies at the same moment.
FLASH = "color=black:s={size}:r={rate}:d={length},drawbox=t=fill:color=white:enable='between(t,2.999,3.199)'"
BEEP = "aevalsrc='if(between(t,{at},{at}+0.2),sin(2000*PI*t)/2,0)':s=48000:d={length}"


@pytest.fixture(scope="module")
def tool():
    return ffmpeg.locate()


@pytest.fixture
def film(tool, tmp_path):
    """Makes a clip from ffmpeg's own pictures and sounds."""

    def made(name: str, *inputs: str, options: str = "", graph: str = "") -> Path:
        path = tmp_path / name
        line = [tool.program, "-nostdin", "-v", "error"]
        line += [word for each in inputs for word in ("-f", "lavfi", "-i", each)]
        line += ["-filter_complex", graph] if graph else []
        subprocess.run([*line, *options.split(), f"file:{path}"], check=True)
        return path

    return made


@pytest.fixture
def make(tool, tmp_path):
    """Makes the renditions of a clip in a folder of its own, which it returns."""

    def made(source: Path, sound: Sound | None = None, profile: Profile = SMALL, found: Probe | None = None):
        folder = tmp_path / f"{source.name}.renditions"
        folder.mkdir()
        renditions.make(source, found or probe(source), sound, folder, profile, tool)
        return folder

    return made


def flash(size: str = "192x108", rate: str = "25", length: float = 5) -> str:
    return FLASH.format(size=size, rate=rate, length=length)


def beep(at: float = 3, length: float = 5) -> str:
    return BEEP.format(at=at, length=length)


def heard(*parts: tuple[int, int], path: Path | None = None) -> Sound:
    """A sound whose mix is of (stream, place), each as it is."""
    channels = tuple(Channel(stream, place, -20, -3, 0.5) for stream, place in parts)
    mix = tuple(Part(number, 1.0) for number in range(len(parts)))
    return Sound(channels, (), mix, "", (), 0, path, None)


def pictures(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The time of each frame in seconds, and its luma as (frames, height, width)."""
    with av.open(str(path)) as container:
        frames = [(frame.time, frame.to_ndarray()[: frame.height]) for frame in container.decode(video=0)]
    times, luma = zip(*frames, strict=True)
    return np.array(times), np.stack(luma)


def flash_at(path: Path) -> float:
    times, luma = pictures(path)
    return float(times[np.argmax(luma.mean(axis=(1, 2)) > 128)])


def samples(path: Path) -> tuple[np.ndarray, int]:
    """What is heard, -1 to 1, from time zero of the file, and its rate."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        frames = list(container.decode(audio=0))
        begin = round(frames[0].time * rate)
        sound = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return np.pad(sound, (max(begin, 0), 0))[max(-begin, 0) :], rate


def beep_at(path: Path) -> float:
    sound, rate = samples(path)
    return float(np.argmax(np.abs(sound) > 0.25) / rate)


def keyframe_gaps(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        packets = container.demux(video=0)
        keys = [
            float(packet.pts * packet.time_base)
            for packet in packets
            if packet.is_keyframe and packet.pts is not None
        ]
        return np.diff([*keys, float(container.duration / av.time_base)])


def test_a_proxy_is_what_every_browser_plays(film, make):
    """H.264 in 4:2:0 with 8 bits and even sides, AAC, the index first, a keyframe every two seconds."""
    source = film(
        "odd.mkv", flash("853x481", "24000/1001", 7), beep(length=7), options="-c:v ffv1 -pix_fmt yuv444p10le"
    )
    folder = make(source, heard((0, 0)))
    data = (folder / "proxy.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(folder / "proxy.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height) == (852, 480)
        assert (video.average_rate, video.start_time) == (Fraction(24000, 1001), 0)
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", 48000, 1)
    assert keyframe_gaps(folder / "proxy.mp4").max() <= 2


def test_picture_and_sound_stay_at_their_moments(film, make):
    folder = make(film("plain.mp4", flash(), beep()), heard((0, 0)))
    assert flash_at(folder / "proxy.mp4") == pytest.approx(3.0, abs=0.001)
    assert beep_at(folder / "proxy.mp4") == pytest.approx(3.0, abs=0.005)
    assert beep_at(folder / "audio.m4a") == pytest.approx(3.0, abs=0.005)


@pytest.mark.parametrize("name", ["late.mov", "late.mkv", "late.mts"])
def test_sound_that_starts_late_is_heard_late(film, make, name):
    source = film(
        name,
        flash(),
        beep(at=0.5, length=2.5),
        graph="[1:a]asetpts=PTS+2.5/TB[late]",
        options="-map 0:v -map [late] -pix_fmt yuv420p",
    )
    assert probe(source).sound_offset == pytest.approx(2.5, abs=0.05)
    folder = make(source, heard((0, 0)))
    assert flash_at(folder / "proxy.mp4") == pytest.approx(3.0, abs=0.001)
    assert beep_at(folder / "proxy.mp4") == pytest.approx(3.0, abs=0.03)
    assert beep_at(folder / "audio.m4a") == pytest.approx(3.0, abs=0.03)


@pytest.mark.parametrize("name", ["early.mov", "early.mkv", "early.mts"])
def test_sound_that_starts_before_the_picture_is_cut_there(film, make, name):
    source = film(
        name,
        flash(),
        beep(at=4, length=6),
        graph="[0:v]setpts=PTS+1/TB[late]",
        options="-map [late] -map 1:a -pix_fmt yuv420p",
    )
    assert probe(source).sound_offset == pytest.approx(-1, abs=0.05)
    folder = make(source, heard((0, 0)))
    assert flash_at(folder / "proxy.mp4") == pytest.approx(3.0, abs=0.001)
    assert beep_at(folder / "proxy.mp4") == pytest.approx(3.0, abs=0.03)


@pytest.mark.fault(
    "media",
    "pictures at uneven times, as telephones write them",
    "evenly spaced in the proxy, each at its moment",
)
def test_frames_at_uneven_times_become_even_and_keep_their_moments(film, make):
    source = film("phone.mp4", f"{flash(rate='30')},select='mod(n,7)*mod(n,11)'", options="-fps_mode vfr")
    assert probe(source).video.variable_rate
    folder = make(source)
    times, _ = pictures(folder / "proxy.mp4")
    assert np.ptp(np.diff(times)) < 0.001
    assert flash_at(folder / "proxy.mp4") == pytest.approx(3.0, abs=0.05)
    assert times[-1] == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize(
    ("rate", "timecode"),
    [("24000/1001", "10:11:12:23"), ("30000/1001", "00:59:59;28"), ("50", "01:00:00:49")],
)
def test_the_start_timecode_and_every_frame_are_kept(film, make, rate, timecode):
    source = film("tc.mov", flash(rate=rate), options=f"-timecode {timecode} -pix_fmt yuv420p")
    proxy = probe(make(source) / "proxy.mp4")
    assert str(proxy.start_timecode) == timecode
    assert proxy.video.rate == Fraction(rate)
    assert len(pictures(source)[0]) == len(pictures(source.with_name("tc.mov.renditions") / "proxy.mp4")[0])


@pytest.mark.parametrize(("turn", "bright"), [(90, "top"), (180, "right"), (270, "bottom")])
def test_a_picture_from_a_turned_telephone_is_upright(film, make, tool, turn, bright):
    """The left half is white; turned clockwise by a quarter it is on top."""
    flat = film("flat.mp4", "color=black:s=192x108:d=1,drawbox=w=96:t=fill:color=white")
    turned = flat.with_name("turned.mp4")
    # The display matrix turns counter-clockwise.
    options = ["-display_rotation", str(-turn), "-i", flat, "-c", "copy", turned]
    subprocess.run([tool.program, "-nostdin", "-v", "error", *options], check=True)
    assert probe(turned).video.rotation == turn
    folder = make(turned)
    assert probe(folder / "proxy.mp4").video.rotation == 0
    luma = pictures(folder / "proxy.mp4")[1][0]
    assert luma.shape == ((108, 192) if turn == 180 else (192, 108))
    height, width = luma.shape
    halves = {
        "top": luma[: height // 2 - 4],
        "bottom": luma[height // 2 + 4 :],
        "left": luma[:, : width // 2 - 4],
        "right": luma[:, width // 2 + 4 :],
    }
    means = {name: half.mean() for name, half in halves.items()}
    assert max(means, key=means.__getitem__) == bright
    assert means[bright] > 220


def test_pixels_that_are_not_square_become_square(film, make):
    folder = make(film("dv.mov", "testsrc2=s=720x576:r=25:d=1", options="-aspect 16:9 -pix_fmt yuv420p"))
    video = probe(folder / "proxy.mp4").video
    assert (video.width, video.height, video.sample_aspect) == (1024, 576, 1)


def test_half_pictures_become_whole_ones(film, make):
    """A bar that moves leaves a comb in every interlaced frame, and none in the proxy."""
    bar = "color=black:s=192x108:r=50:d=1,drawbox=x=0:y=0:w=48:h=108:t=fill:color=white,scroll=h=0.04"
    source = film(
        "1080i.mxf",
        f"{bar},tinterlace=interleave_top,fieldorder=tff",
        options="-c:v mpeg2video -b:v 20M -flags +ildct+ilme -r 25",
    )
    assert comb(pictures(source)[1]) > 5
    assert comb(pictures(make(source) / "proxy.mp4")[1]) < 2


def comb(luma: np.ndarray) -> float:
    """How much more neighbouring lines differ than lines of the same half picture."""
    lines = luma[5:20].astype(float)
    return float(np.abs(np.diff(lines, axis=1)).mean() - np.abs(lines[:, 2:] - lines[:, :-2]).mean())


@pytest.mark.parametrize(("transfer", "white"), [("smpte2084", 0.58), ("arib-std-b67", 0.75)])
def test_an_hdr_picture_keeps_its_black_and_its_white(film, make, transfer, white):
    """The lower half is reference white (ITU-R BT.2408) and stays nearly white; the black above stays black."""
    level = 64 + round(white * 876)
    source = film(
        "hdr.mov",
        f"nullsrc=s=192x108:d=1,format=yuv420p10le,geq=lum='if(gt(Y,54),{level},64)':cb=512:cr=512,"
        f"setparams=color_trc={transfer}:color_primaries=bt2020:colorspace=bt2020nc:range=limited",
        options="-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le",
    )
    assert probe(source).video.transfer == transfer
    folder = make(source)
    video = probe(folder / "proxy.mp4").video
    assert (video.transfer, video.bits) == ("bt709", 8)
    luma = pictures(folder / "proxy.mp4")[1][0]
    assert luma[:50].mean() < 18
    assert 190 < luma[60:].mean() < 220


def test_full_range_becomes_limited_range(film, make):
    source = film(
        "full.mp4",
        "color=white:s=192x108:d=1,scale=out_range=full,format=yuvj420p",
        options="-color_range pc",
    )
    assert pictures(source)[1].mean() > 250
    assert pictures(make(source) / "proxy.mp4")[1].mean() == pytest.approx(235, abs=2)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("late.mp4", {"sound_delay": 2.5}),
        ("eight.mov", {"channels": 8, "picture": "prores"}),
        ("ntsc.mov", {"channels": 2, "mono_streams": True, "rate": "30000/1001"}),
    ],
)
def test_people_hear_each_word_when_the_recogniser_hears_it(footage, tool, make, tmp_path, name, options):
    source = tmp_path / name
    footage.clip(source, [("en-01", 3.0, options.get("channels", 1) // 2)], **options)
    aside = tmp_path / "sound"
    aside.mkdir()
    found = extract(source, probe(source), aside, tool)
    proxy, rate = samples(make(source, found) / "proxy.mp4")
    for_recogniser, slower = samples(found.path)
    assert rate == 3 * slower
    heard_by_both = min(len(proxy[::3]), len(for_recogniser))
    spectra = [np.fft.rfft(each[:heard_by_both], 2 * heard_by_both) for each in (proxy[::3], for_recogniser)]
    likeness = np.fft.irfft(spectra[0] * np.conj(spectra[1]))
    lag = int(np.argmax(likeness))
    assert min(lag, 2 * heard_by_both - lag) <= slower // 1000


def tone(path: Path) -> int:
    """The loudest frequency in Hz, to the nearest 10."""
    sound, rate = samples(path)
    return round(np.argmax(np.abs(np.fft.rfft(sound))) * rate / len(sound) / 10) * 10


def test_of_eight_channels_the_one_with_the_voice_is_heard(film, make):
    voices = "|".join(f"sin({200 * place}*2*PI*t)/4" for place in range(1, 9))
    source = film(
        "eight.mov", flash(length=2), f"aevalsrc='{voices}':d=2", options="-c:a pcm_s16le -pix_fmt yuv420p"
    )
    assert probe(source).audio[0].channels == 8
    assert tone(make(source, heard((0, 4))) / "proxy.mp4") == 1000


def test_of_two_streams_the_one_with_the_voice_is_heard(film, make):
    source = film(
        "two.mov",
        flash(length=2),
        "sine=300:d=2",
        "sine=700:d=2",
        options="-map 0 -map 1 -map 2 -c:a pcm_s16le -pix_fmt yuv420p",
    )
    assert tone(make(source, heard((1, 0))) / "proxy.mp4") == 700


def test_voices_in_two_streams_are_both_heard(film, make):
    source = film("both.mov", flash(length=2), "sine=300:d=2", "sine=700:d=2", options="-map 0 -map 1 -map 2")
    sound, rate = samples(make(source, heard((0, 0), (1, 0))) / "proxy.mp4")
    spectrum = np.abs(np.fft.rfft(sound[:rate]))
    assert {int(at) for at in np.argsort(spectrum)[-2:]} == {300, 700}


@pytest.mark.fault("media", "a mix that goes beyond full scale", "held back, not clipped")
def test_a_mix_beyond_full_scale_is_held_back_and_not_clipped(film, make):
    source = film("loud.mov", flash(length=2), "sine=300:d=2", options="-af volume=16dB -c:a pcm_s16le")
    loud = replace(heard((0, 0)), mix=(Part(0, 8.0),))
    sound, rate = samples(make(source, loud) / "proxy.mp4")
    assert np.abs(sound[rate // 2 : rate]).max() < 1
    assert tone(source.with_name("loud.mov.renditions") / "proxy.mp4") == 300


def test_a_clip_without_sound_has_no_sound_rendition(film, make):
    folder = make(film("silent.mp4", flash(length=3)))
    assert {path.name for path in folder.iterdir()} == {
        "proxy.mp4",
        "poster.jpg",
        "thumbnails.vtt",
        "thumbnails-1.jpg",
    }
    assert not probe(folder / "proxy.mp4").audio


def test_a_recorders_file_has_sound_and_waveform_alone(film, make):
    source = film("recorder.wav", beep())
    folder = make(source, heard((0, 0), path=film("mix.wav", beep(), options="-ar 16000")))
    assert {path.name for path in folder.iterdir()} == {"audio.m4a", "peaks.json"}
    assert beep_at(folder / "audio.m4a") == pytest.approx(3.0, abs=0.005)


def test_each_small_picture_shows_its_moment(film, make):
    """Every two seconds are lighter than those before; so are the small pictures, in the order of the index."""
    source = film("steps.mp4", "nullsrc=s=192x108:r=25:d=25,geq=lum='16+17*floor(T/2)':cb=128:cr=128")
    folder = make(source)
    with av.open(str(folder / "thumbnails-1.jpg")) as sheet:
        luma = next(sheet.decode(video=0)).to_ndarray(format="gray")
    assert luma.shape == (180, 1600)
    boxes = [
        line.partition("xywh=")[2]
        for line in (folder / "thumbnails.vtt").read_text().splitlines()
        if "xywh" in line
    ]
    shown = [luma[int(y) + 45, int(x) + 80] for x, y, _, _ in (box.split(",") for box in boxes)]
    assert len(shown) == 13
    assert shown == sorted(shown)
    assert len(set(shown)) == 13


def test_the_poster_is_no_black_beginning(film, make):
    source = film(
        "slate.mp4", "color=white:s=192x108:r=25:d=30,drawbox=t=fill:color=black:enable='lt(t,2.5)'"
    )
    with av.open(str(make(source) / "poster.jpg")) as poster:
        assert next(poster.decode(video=0)).to_ndarray(format="gray").mean() > 200


def test_a_clip_of_one_frame_has_every_rendition(film, make):
    folder = make(film("one.mov", "testsrc2=d=0.04:r=25:s=192x108", options="-pix_fmt yuv420p"))
    assert (folder / "poster.jpg").stat().st_size > 0
    assert (folder / "thumbnails-1.jpg").stat().st_size > 0


def test_a_file_cut_short_is_damaged_and_both_lengths_are_named(film, make):
    whole = film("whole.mp4", "testsrc2=s=320x180:d=12", options="-movflags +faststart -g 25")
    data = whole.read_bytes()
    cut = whole.with_name("cut.mp4")
    cut.write_bytes(data[: len(data) * 6 // 10])
    with pytest.raises(
        Damaged, match=r"cut\.mp4: ends early \(the container says 12\.0 s, [678]\.\d s decoded\)"
    ):
        make(cut)


def test_where_it_was_filmed_stays_out_of_the_proxy(film, make):
    source = film(
        "where.mov", flash(length=1), options="-metadata location=+48.85+002.35/ -metadata title=secret"
    )
    assert b"+48.85" in source.read_bytes()
    data = (make(source) / "proxy.mp4").read_bytes()
    assert b"+48.85" not in data
    assert b"secret" not in data


def test_what_was_made_is_listed_with_its_size(film, tool, tmp_path):
    source = film("plain.mp4", flash(), beep())
    mix = film("mix.wav", beep(), options="-ar 16000")
    told: list[float] = []
    made = renditions.make(
        source, probe(source), heard((0, 0), path=mix), tmp_path, SMALL, tool, progress=told.append
    )
    assert [each.kind for each in made] == ["proxy", "audio", "poster", "thumbnails", "peaks"]
    assert all(each.size == each.path.stat().st_size > 0 for each in made)
    assert told == sorted(told)
    assert told[-1] == 1


def test_renditions_stop_when_they_are_asked_to(film, tool, tmp_path):
    stop = threading.Event()
    stop.set()
    source = film("plain.mp4", "testsrc2=s=640x360:d=10", options="-preset ultrafast")
    with pytest.raises(Stopped):
        renditions.make(
            source, probe(source), None, tmp_path, Profile(proxy_preset="veryslow"), tool, stop=stop
        )


@pytest.mark.fault("disk", "the disk fills up at the last small files of a clip", "named as full")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("name", ["thumbnails.vtt", "peaks.json"])
def test_a_full_disk_is_named_as_one_at_the_last_small_files_too(film, tool, tmp_path, name):
    source = film("plain.mp4", flash(length=1))
    mix = film("mix.wav", beep(length=1), options="-ar 16000")
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(NoRoom, match=r"plain\.mp4: .*No space left on device"):
        renditions.make(source, probe(source), heard(path=mix), tmp_path, SMALL, tool)


def wav(path: Path, values: np.ndarray, rate: int = 16000) -> Path:
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(values.astype("<i2").tobytes())
    return path


def test_the_waveform_holds_the_lowest_and_highest_of_each_stretch(tmp_path):
    values = np.zeros(16000 * 2 + 100)
    values[800], values[801], values[1599] = 32767, -32768, 5
    values[-1] = -12800
    peaks.write(wav(tmp_path / "sound.wav", values), tmp_path / "peaks.json", Profile())
    found = json.loads((tmp_path / "peaks.json").read_text())
    data = found.pop("data")
    assert found == {
        "version": 2,
        "channels": 1,
        "sample_rate": 16000,
        "samples_per_pixel": 800,
        "bits": 8,
        "length": 41,
    }
    assert len(data) == 82
    assert data[:6] == [0, 0, -128, 127, 0, 0]
    assert data[-2:] == [-50, 0]


def test_the_waveform_of_a_day_stays_small(tmp_path):
    day = wav(tmp_path / "sound.wav", np.zeros(24 * 3600 * 100), rate=100)
    peaks.write(day, tmp_path / "peaks.json", Profile())
    found = json.loads((tmp_path / "peaks.json").read_text())
    assert found["length"] <= peaks.MOST
    assert found["length"] * found["samples_per_pixel"] >= 24 * 3600 * 100


def test_a_sound_without_a_sample_has_an_empty_waveform(tmp_path):
    peaks.write(wav(tmp_path / "sound.wav", np.zeros(0)), tmp_path / "peaks.json", Profile())
    assert json.loads((tmp_path / "peaks.json").read_text())["data"] == []
