"""Facts about what a file is, read from files that the carried FFmpeg made."""

import json
import os
import random
import re
import struct
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from functools import cache
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from media import headers, tags
from media.errors import Unreadable
from media.probe import probe, streams

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
NTSC = Fraction(30000, 1001)
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def ffmpeg(*arguments):
    subprocess.run([FFMPEG, "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def picture(rate="25", seconds=1, size="64x48"):
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}")


def tone(seconds=1):
    return ("-f", "lavfi", "-i", f"sine=r=48000:d={seconds}")


@cache
def _plain_bytes(folder):
    path = folder / "plain.mp4"
    ffmpeg(*picture(), *tone(), *X264, "-c:a", "aac", path)
    return path.read_bytes()


@pytest.fixture
def plain(tmp_path, tmp_path_factory):
    """A whole MP4 of one second at 25 frames, as bytes."""
    return _plain_bytes(tmp_path_factory.getbasetemp())


def test_a_quicktime_film_tells_rate_length_timecode_and_reel(tmp_path):
    path = tmp_path / "a.mov"
    options = ("-timecode", "10:00:00;12", "-metadata:s:v:0", "reel_name=A001")
    ffmpeg(*picture("30000/1001", 2), *tone(2), *X264, "-c:a", "pcm_s16le", *options, path)
    found = probe(path)
    assert (found.container, found.kind, found.promised) == ("mov", "video", True)
    assert found.duration == found.video.duration == Fraction(60 * 1001, 30000)
    assert (found.video.rate, found.video.variable_rate) == (NTSC, False)
    assert (str(found.start_timecode), found.start_timecode.rate) == ("10:00:00;12", NTSC)
    assert found.reel == "A001"
    assert (found.video.codec, found.video.width, found.video.height) == ("h264", 64, 48)
    assert (found.video.pixel_format, found.video.bits, found.video.sample_aspect) == ("yuv420p", 8, 1)
    assert [(each.codec, each.sample_rate, each.layout) for each in found.audio] == [
        ("pcm_s16le", 48000, "mono")
    ]
    assert [each.kind for each in found.others] == ["timecode"]


def test_every_stream_is_ready_for_json_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "a.mov"
    ffmpeg(*tone(), *picture("30000/1001"), "-map", 0, "-map", 1, *X264, "-timecode", "10:00:00:00", path)
    listed = json.loads(json.dumps(streams(probe(path))))
    assert [each["type"] for each in listed] == ["audio", "video", "timecode"]
    assert [each["index"] for each in listed] == [0, 1, 2]
    assert listed[1]["rate"] == "30000/1001"


def test_time_code_without_the_drop_frame_mark_counts_every_number(tmp_path):
    path = tmp_path / "a.mp4"
    ffmpeg(*picture("30000/1001"), *X264, "-timecode", "00:59:59:29", path)
    assert str(probe(path).start_timecode.after(1 / NTSC)) == "01:00:00:00"


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "50", "60000/1001"])
@pytest.mark.parametrize("ending", ["mp4", "mkv", "mts", "avi"])
def test_standard_rates_are_exact_fractions_in_every_container(tmp_path, rate, ending):
    path = tmp_path / f"a.{ending}"
    ffmpeg(*picture(rate), *X264, path)
    video = probe(path).video
    assert (video.rate, video.variable_rate) == (Fraction(rate), False)


def test_b_frames_do_not_look_like_a_varying_rate(tmp_path):
    for ending in ("mp4", "mkv", "mts"):
        path = tmp_path / f"a.{ending}"
        ffmpeg(
            *picture("25", 3), "-c:v", "libx264", "-preset", "medium", "-bf", 4, "-pix_fmt", "yuv420p", path
        )
        assert not probe(path).video.variable_rate, ending


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mts"])
def test_frames_at_uneven_times_are_a_varying_rate(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    uneven = r"select='not(mod(n\,3))+not(mod(n\,5))'"
    ffmpeg(*picture("30", 4), "-vf", uneven, "-fps_mode", "vfr", *X264, path)
    assert probe(path).video.variable_rate


def test_a_rate_that_changes_in_the_middle_of_a_long_film_is_seen(tmp_path):
    path = tmp_path / "a.mp4"
    ffmpeg(*picture("25", 30), "-vf", r"select='lt(n\,350)+gt(n\,420)'", "-fps_mode", "vfr", *X264, path)
    assert not probe(path).video.variable_rate
    ffmpeg(*picture("25", 30), "-vf", r"select='lt(n\,300)+not(mod(n\,2))'", "-fps_mode", "vfr", *X264, path)
    assert probe(path).video.variable_rate


def test_timecode_is_read_from_mxf_and_matroska(tmp_path):
    ffmpeg(*picture("25"), "-c:v", "mpeg2video", "-timecode", "01:02:03:24", tmp_path / "a.mxf")
    ffmpeg(*picture("25"), *X264, "-metadata", "timecode=01:02:03:24", tmp_path / "a.mkv")
    for name in ("a.mxf", "a.mkv"):
        assert str(probe(tmp_path / name).start_timecode) == "01:02:03:24", name


def test_timecode_that_counts_25_at_50_frames_a_second_is_taken_at_its_own_rate(tmp_path):
    path = tmp_path / "a.mov"
    ffmpeg(*picture("50"), *X264, "-timecode", "10:00:00:24", path)
    assert probe(path).start_timecode.rate == 50
    path.write_bytes(_counting_25(path.read_bytes()))
    found = probe(path)
    assert (str(found.start_timecode), found.start_timecode.rate) == ("10:00:00:24", 25)
    assert found.video.rate == 50


def _counting_25(film):
    """Make a timecode track of 50 frames a second one of 25 (QuickTime File Format, timecode media)."""
    film = bytearray(film)
    tables = [match.start() for match in re.finditer(b"stsd", film)]
    entry = next(place for place in tables if film[place + 16 : place + 20] == b"tmcd") + 16
    struct.pack_into(">IIB", film, entry + 20, 12800, 512, 25)
    count = film.rindex((36000 * 50 + 24).to_bytes(4))
    film[count : count + 4] = (36000 * 25 + 24).to_bytes(4)
    return bytes(film)


@pytest.mark.fault(
    "media", "a timecode that cannot be (77 of 25 frames)", "none at all; the clip is catalogued without"
)
def test_a_timecode_that_cannot_be_is_no_timecode(tmp_path):
    path = tmp_path / "a.mkv"
    ffmpeg(*picture("25"), *X264, "-metadata", "timecode=10:00:00:77", path)
    assert probe(path).start_timecode is None


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_rotation_is_what_turns_the_picture_upright(tmp_path, turned):
    flat, path = tmp_path / "flat.mp4", tmp_path / "a.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=black:s=64x32:d=0.2,drawbox=0:0:20:10:white:fill", *X264, flat)
    ffmpeg("-display_rotation", turned, "-i", flat, "-c", "copy", path)
    found = probe(path)
    upright = _gray("-i", path)
    stored = _gray("-noautorotate", "-i", path).reshape(32, 64)
    assert found.video.rotation in {0, 90, 180, 270}
    expected = np.rot90(stored, -found.video.rotation // 90)
    assert np.array_equal(upright, expected.ravel())


def _gray(*inputs):
    command = [FFMPEG, "-v", "error", *map(str, inputs), "-frames:v", "1", "-pix_fmt", "gray"]
    ended = subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True)
    return np.frombuffer(ended.stdout, np.uint8)


def test_hdr_and_ten_bits_and_wide_pixels_are_seen(tmp_path):
    path = tmp_path / "a.mov"
    hdr = "format=yuv422p10le,setparams=color_trc=arib-std-b67:color_primaries=bt2020:colorspace=bt2020nc,setsar=4/3"
    ffmpeg(*picture(), "-vf", hdr, "-c:v", "prores_ks", path)
    video = probe(path).video
    assert (video.transfer, video.bits, video.sample_aspect) == ("arib-std-b67", 10, Fraction(4, 3))


@pytest.mark.parametrize("ending", ["m4a", "mp3", "flac"])
def test_a_cover_is_no_film(tmp_path, ending):
    ffmpeg("-f", "lavfi", "-i", "color=s=100x100", "-frames:v", 1, tmp_path / "cover.png")
    path = tmp_path / f"a.{ending}"
    both = ("-map", 0, "-map", 1, "-c:v", "copy", "-disposition:v", "attached_pic")
    ffmpeg(*tone(), "-i", tmp_path / "cover.png", *both, path)
    found = probe(path)
    assert found.kind == "audio"
    assert found.start_timecode is None
    assert [each.kind for each in found.others] == ["cover"]
    assert abs(found.duration - 1) < Fraction(1, 10)


def test_sound_that_begins_late_has_an_offset(tmp_path):
    path = tmp_path / "a.mov"
    ffmpeg(*picture("25", 4), *tone(1), "-af", "asetpts=PTS+2.5/TB", *X264, "-c:a", "pcm_s16le", path)
    found = probe(path)
    assert abs(found.sound_offset - Fraction(5, 2)) < Fraction(1, 1000)
    assert found.duration == 4


def test_picture_that_begins_late_is_time_zero(tmp_path):
    path = tmp_path / "a.mov"
    ffmpeg(*tone(3), *picture("25", 1), "-vf", "setpts=PTS+1/TB", *X264, "-c:a", "pcm_s16le", path)
    found = probe(path)
    assert found.sound_offset == -1
    assert found.duration == 2


def test_a_transport_stream_whose_clock_begins_anywhere_has_the_length_of_its_picture(tmp_path):
    path = tmp_path / "a.mts"
    ffmpeg(*picture("25", 2), *X264, "-output_ts_offset", 600, path)
    found = probe(path)
    assert found.video.start > 600
    assert (found.duration, found.promised) == (2, False)


def test_every_stream_of_sound_is_there_with_its_channels(tmp_path):
    path = tmp_path / "a.mov"
    eight = ("-filter_complex", "[0:a]asplit=9[m]" + "".join(f"[c{n}]" for n in range(8)) + ";")
    joined = "".join(f"[c{n}]" for n in range(8)) + "amerge=inputs=8[e]"
    ffmpeg(*tone(), eight[0], eight[1] + joined, "-map", "[m]", "-map", "[e]", "-c:a", "pcm_s16le", path)
    assert [each.channels for each in probe(path).audio] == [1, 8]


def test_the_larger_picture_is_the_clip_s_and_the_other_is_named(tmp_path):
    path = tmp_path / "a.mp4"
    ffmpeg(*picture(), *picture(size="128x96"), "-map", 0, "-map", 1, *X264, path)
    found = probe(path)
    assert (found.video.index, found.video.width) == (1, 128)
    assert [(each.index, each.kind) for each in found.others] == [(0, "video")]


@pytest.mark.parametrize(("reference", "since_midnight"), [("1786440000", Fraction(74_435, 2)), ("0", None)])
def test_a_broadcast_wave_tells_recorder_and_date_and_counts_from_midnight(
    tmp_path, reference, since_midnight
):
    path = tmp_path / "a.wav"
    bext = {
        "originator": "Zoom F6",
        "origination_date": "2026-05-01",
        "origination_time": "10:20:30",
        "time_reference": reference,
    }
    ffmpeg(
        *tone(),
        "-write_bext",
        1,
        *(word for item in bext.items() for word in ("-metadata", "=".join(item))),
        path,
    )
    found = probe(path)
    assert (found.kind, found.duration, found.camera) == ("audio", 1, "Zoom F6")
    assert found.recorded == datetime(2026, 5, 1, 10, 20, 30)
    assert (found.start_timecode, found.since_midnight) == (None, since_midnight)


def test_camera_and_date_come_from_the_tags_of_the_film(tmp_path):
    path = tmp_path / "a.mov"
    said = {
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 17",
        "com.apple.quicktime.creationdate": "2026-05-01T12:00:00+0200",
        "creation_time": "2026-05-02T00:00:00Z",
    }
    words = [word for item in said.items() for word in ("-metadata", "=".join(item))]
    ffmpeg(*picture(), *X264, "-movflags", "use_metadata_tags", *words, path)
    found = probe(path)
    assert found.camera == "Apple iPhone 17"
    assert found.recorded == datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.fault("names", "a tag inside a film that is no UTF-8", "kept byte for byte")
def test_a_tag_that_is_no_utf8_is_still_a_tag(tmp_path):
    path = tmp_path / "a.mov"
    ffmpeg(*picture(), *X264, "-timecode", "10:00:00:00", "-metadata:s:v:0", "reel_name=A--1", path)
    path.write_bytes(path.read_bytes().replace(b"A--1", b"A\xff\xfe1"))
    assert probe(path).reel == "A\ufffd\ufffd1"


def test_a_date_that_stands_twice_in_a_file_is_one():
    found = tags.recorded([{"creation_time": "2024-04-02T14:59:24.000000Z;2024-04-02T14:59:24Z"}])
    assert found == datetime(2024, 4, 2, 14, 59, 24, tzinfo=UTC)


@pytest.mark.fault(
    "clock",
    "a camera whose clock was never set (1904, 1970)",
    "its date is no date; the day of the shoot can be given",
)
def test_a_clock_that_was_never_set_is_no_date():
    assert tags.recorded([{"creation_time": "1970-01-01T00:00:00.000000Z"}]) is None
    assert tags.recorded([{"creation_time": "nonsense"}]) is None
    assert tags.recorded([{"date": "2026"}, {"creation_time": "2026-05-01T10:00:00Z"}]) == datetime(
        2026, 5, 1, 10, tzinfo=UTC
    )


def test_a_machine_s_number_is_no_reel_and_a_maker_is_not_said_twice():
    assert tags.reel([{"com.apple.proapps.reel": "0x060A2B340101010501010D00"}]) is None
    assert tags.reel([{"REEL_NAME": " A001 "}]) == "A001"
    assert tags.camera([{"make": "Canon", "model": "Canon EOS C70"}]) == "Canon EOS C70"
    assert tags.camera([{"model": "FX6"}]) == "FX6"
    assert tags.camera([{}]) is None


@pytest.mark.fault(
    "names", "`-y.mov`, `a:b.mov`, `100%d.mov` and the like, probed", "read as the names they are"
)
@pytest.mark.parametrize(
    "name", ["-y.mp4", "a:b.mp4", "100%d.mp4", "http:x.mp4", "caf\udce9.mp4", "a b'\n.mp4"]
)
def test_any_name_is_read_as_a_name(tmp_path, plain, name, monkeypatch):
    (tmp_path / name).write_bytes(plain)
    assert probe(tmp_path / name).video.width == 64
    monkeypatch.chdir(tmp_path)
    assert probe(Path(name)).video.width == 64


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    (tmp_path / "C0001.MP4").touch()
    with pytest.raises(Unreadable, match=r"C0001.MP4: is empty \(0 bytes\)") as caught:
        probe(tmp_path / "C0001.MP4")
    assert caught.value.remedy


NO_FILM = {
    "words": b"These are only words.\n" * 400,
    "noise": random.Random(1).randbytes(3000),
    "zeros": bytes(4000),
}


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "mts", "wav", "mp3", "aac", "mxf", "flac"])
@pytest.mark.parametrize("content", NO_FILM.values(), ids=NO_FILM)
def test_what_is_no_film_is_said_to_be_none(tmp_path, ending, content):
    path = tmp_path / f"notes.{ending}"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=rf"notes.{ending}: (is no film or sound|holds neither)") as caught:
        probe(path)
    assert caught.value.remedy


@pytest.mark.fault("media", "a still picture named .mp4", "named as no film")
def test_a_picture_named_mp4_is_no_film(tmp_path):
    ffmpeg("-f", "lavfi", "-i", "color=s=100x100", "-frames:v", 1, tmp_path / "a.png")
    path = (tmp_path / "a.png").rename(tmp_path / "a.mp4")
    with pytest.raises(Unreadable, match="is no film or sound"):
        probe(path)


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{}'\n",
    "dash": (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
        '<Representation id="0" mimeType="video/mp4"><BaseURL>{}</BaseURL></Representation>'
        "</AdaptationSet></Period></MPD>"
    ),
}


@pytest.mark.parametrize("ending", ["mp4", "mts", "m3u8"])
@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.timeout(20)
def test_a_playlist_is_refused_and_opens_no_other_file(tmp_path, kind, ending):
    """The file that it names is a FIFO: whoever opened it would wait there for ever."""
    os.mkfifo(tmp_path / "secret.mts")
    path = tmp_path / f"a.{ending}"
    path.write_text(PLAYLISTS[kind].format(tmp_path / "secret.mts"))
    with pytest.raises(Unreadable, match=f"a.{ending}: is a list that names other files"):
        probe(path)


def test_a_film_without_its_index_says_so(tmp_path, plain):
    path = tmp_path / "a.mp4"
    path.write_bytes(plain[: len(plain) // 2])
    with pytest.raises(Unreadable, match=r"a.mp4: has no index \(moov\)") as caught:
        probe(path)
    assert "card" in caught.value.remedy


def test_a_film_cut_short_behind_its_index_still_promises_its_whole_length(tmp_path, plain):
    whole, path = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    path.write_bytes(plain)
    ffmpeg("-i", path, "-c", "copy", "-movflags", "faststart", whole)
    film = whole.read_bytes()
    path.write_bytes(film[: film.index(b"mdat") + 3000])
    found = probe(path)
    assert found.promised
    assert found.duration == probe(whole).duration


def test_a_wave_cut_short_promises_what_its_header_says(tmp_path):
    path = tmp_path / "a.wav"
    ffmpeg(*tone(2), "-c:a", "pcm_s24le", path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    found = probe(path)
    assert (found.duration, found.promised) == (2, True)
    assert found.audio[0].duration == 2


def test_a_long_wave_cut_short_promises_what_its_64_bits_say(tmp_path):
    path = tmp_path / "a.wav"
    ffmpeg(*tone(2), "-rf64", "always", path)
    whole = path.read_bytes()
    assert whole[:4] == b"RF64"
    assert probe(path).duration == 2
    path.write_bytes(whole[: len(whole) // 2])
    assert probe(path).duration == 2


@pytest.mark.fault(
    "media", "a WAV whose recorder lost power and never wrote its length", "as long as its samples"
)
@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 0x7FFFF000])
def test_a_wave_whose_recorder_lost_power_is_as_long_as_its_samples(tmp_path, length):
    path = tmp_path / "a.wav"
    ffmpeg(*tone(2), path)
    film = bytearray(path.read_bytes())
    struct.pack_into("<I", film, film.index(b"data") + 4, length)
    path.write_bytes(film)
    assert abs(probe(path).duration - 2) < Fraction(1, 100)


@pytest.mark.fault(
    "media", "a WAV of more than 4 GB whose length did not fit its header", "as long as its samples"
)
def test_a_wave_too_long_for_its_header_is_as_long_as_its_samples(tmp_path):
    path = tmp_path / "a.wav"
    ffmpeg(*tone(2), path)
    assert headers.promised_samples(path) is None
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.truncate(size + (1 << 32))  # a hole: it takes no room on the disk
    assert headers.promised_samples(path) == 2 * 48000 + (1 << 31)


def test_a_file_that_is_not_there_and_a_folder_are_unreadable(tmp_path):
    with pytest.raises(Unreadable, match=r"gone.mp4: cannot be opened \(No such file"):
        probe(tmp_path / "gone.mp4")
    with pytest.raises(Unreadable, match="is no ordinary file"):
        probe(tmp_path)


@pytest.mark.timeout(20)
def test_a_fifo_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "a.mp4")
    with pytest.raises(Unreadable, match="is no ordinary file"):
        probe(tmp_path / "a.mp4")


def test_a_film_with_rotten_bytes_is_still_described(tmp_path, plain):
    film = bytearray(plain)
    data = film.index(b"mdat") + 4
    film[data : data + 2000] = random.Random(1).randbytes(2000)
    path = tmp_path / "a.mp4"
    path.write_bytes(film)
    found = probe(path)
    assert (found.video.rate, found.duration >= 1) == (25, True)


@pytest.mark.parametrize(
    ("ending", "codec"), [("aac", ("-c:a", "aac")), ("mp3", ("-q:a", "4", "-write_xing", "0"))]
)
def test_sound_without_a_header_is_as_long_as_its_packets(tmp_path, ending, codec):
    """Silence first and noise later: the bit rate of the beginning says nothing about the length."""
    path = tmp_path / f"a.{ending}"
    ffmpeg("-f", "lavfi", "-i", "aevalsrc='if(gt(t,6),random(0),0)':d=8:s=48000", *codec, path)
    found = probe(path)
    assert abs(found.duration - 8) < Fraction(1, 10)
    assert not found.promised


@pytest.mark.fault("media", "a recording (Matroska) that was never closed", "as long as its packets")
def test_a_recording_that_was_never_closed_is_as_long_as_its_packets(tmp_path):
    path = tmp_path / "a.mkv"
    ffmpeg(*picture("25", 2), *X264, "-live", 1, path)
    found = probe(path)
    assert (found.duration, found.promised) == (2, False)
