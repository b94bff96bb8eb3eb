"""Facts about which clips are one recording that the camera split."""

import subprocess
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import pytest

from media.probe import AudioStream, Probe, VideoStream, probe
from media.spanning import Shot, joined
from media.timecode import Timecode

PAL = Fraction(25)
NTSC = Fraction(30000, 1001)
CLOCK = datetime(2026, 5, 1, 10, 0, 0, tzinfo=UTC)


def shot(path, timecode=None, length=10, *, at=None, rate=PAL, container="mov", start=0, width=1920):
    duration = Fraction(length)
    video = VideoStream(
        index=0,
        codec="h264",
        width=width,
        height=1080,
        rate=rate,
        variable_rate=False,
        sample_aspect=Fraction(1),
        rotation=0,
        pixel_format="yuv420p",
        bits=8,
        transfer=None,
        start=Fraction(start),
        duration=duration,
    )
    found = Probe(
        container=container,
        duration=duration,
        promised=True,
        video=video,
        audio=(AudioStream(1, "aac", 48000, 2, "stereo", Fraction(start), duration),),
        start_timecode=Timecode.parse(timecode, rate) if timecode else None,
        recorded=CLOCK + timedelta(seconds=at) if at is not None else None,
    )
    return Shot(Path(path), found)


def recording(path, at=None, length=10):
    sound = AudioStream(0, "pcm_s24le", 48000, 2, "stereo", Fraction(0), Fraction(length))
    when = CLOCK + timedelta(seconds=at) if at is not None else None
    return Shot(Path(path), Probe("wav", Fraction(length), True, None, (sound,), recorded=when))


def names(shots):
    return [[each.path.name for each in group.shots] for group in joined(shots)]


def test_a_clip_whose_timecode_goes_on_where_the_one_before_ends_is_the_same_recording():
    groups = joined([shot("C/C0001.MP4", "10:00:00:00"), shot("C/C0002.MP4", "10:00:10:00")])
    assert [[each.path.name for each in group.shots] for group in groups] == [["C0001.MP4", "C0002.MP4"]]
    assert groups[0].reasons == ("C0002.MP4 goes on where C0001.MP4 ends (10:00:10:00)",)


def test_one_frame_more_or_less_is_forgiven_and_two_are_not():
    first = shot("C0001.MP4", "10:00:00:00")
    assert len(names([first, shot("C0002.MP4", "10:00:09:24")])) == 1
    assert len(names([first, shot("C0002.MP4", "10:00:10:01")])) == 1
    assert len(names([first, shot("C0002.MP4", "10:00:10:02")])) == 2


def test_drop_frame_timecode_is_followed_past_the_minute():
    length = Fraction(1001 * 1800, 30000)
    shots = [
        shot("C0001.MP4", "00:00:00;00", length, rate=NTSC),
        shot("C0002.MP4", "00:01:00;02", length, rate=NTSC),
    ]
    assert names(shots) == [["C0001.MP4", "C0002.MP4"]]


def test_a_recording_over_midnight_stays_one():
    assert names([shot("a_1.mov", "23:59:55:00"), shot("a_2.mov", "00:00:05:00")]) == [["a_1.mov", "a_2.mov"]]


def test_three_parts_are_one_recording_in_its_order_whatever_the_order_of_the_card():
    parts = [shot(f"{n:05}.MTS", f"10:00:{n}0:00") for n in range(3)]
    assert names([parts[2], parts[0], parts[1]]) == [["00000.MTS", "00001.MTS", "00002.MTS"]]


def test_the_camera_dates_tell_takes_apart_that_record_run_timecode_does_not():
    first = shot("C0001.MP4", "10:00:00:00", at=0)
    assert names([first, shot("C0002.MP4", "10:00:10:00", at=11)]) == [["C0001.MP4", "C0002.MP4"]]
    assert len(names([first, shot("C0002.MP4", "10:00:10:00", at=120)])) == 2


def test_without_proof_names_that_follow_each_other_are_separate():
    assert len(names([shot("MVI_0001.MOV"), shot("MVI_0002.MOV")])) == 2
    assert len(names([shot("MVI_0001.MOV", at=0), shot("MVI_0002.MOV", at=10)])) == 2
    assert len(names([recording("ZOOM0001.WAV"), recording("ZOOM0002.WAV")])) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("C0001.MP4", "C0003.MP4"),
        ("A/C0001.MP4", "B/C0002.MP4"),
        ("C0001.MP4", "C0002.MOV"),
        ("C0001.MP4", "D0002.MP4"),
        ("C0001.MP4", "C002.MP4"),
    ],
)
def test_names_that_do_not_follow_each_other_are_separate(first, second):
    assert len(names([shot(first, "10:00:00:00"), shot(second, "10:00:10:00")])) == 2


def test_another_picture_is_another_recording():
    assert len(names([shot("C0001.MP4", "10:00:00:00"), shot("C0002.MP4", "10:00:10:00", width=1280)])) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("clip.mov", "clip_1.mov"),
        ("clip.mov", "clip-2.mov"),
        ("clip_001.mov", "clip_002.mov"),
        ("A001C003_1.mov", "A001C003_2.mov"),
        ("MVI_0009.MOV", "MVI_0010.MOV"),
        ("mvi_0009.mov", "MVI_0010.MOV"),
        ("ZOOM0001-0001.mov", "ZOOM0001-0002.mov"),
    ],
)
def test_the_numbers_of_many_cameras_are_known(first, second):
    assert names([shot(first, "10:00:00:00"), shot(second, "10:00:10:00")]) == [[first, second]]


@pytest.mark.parametrize(
    "chapters",
    [["GX010042.MP4", "GX020042.MP4", "GX030042.MP4"], ["GOPR0042.MP4", "GP010042.MP4", "GP020042.MP4"]],
)
def test_gopro_chapters_need_no_other_proof_than_their_names(chapters):
    others = [shot("GX010043.MP4"), shot("GOPR0043.MP4")]
    groups = joined([*others, *map(shot, chapters)])
    assert [[each.path.name for each in group.shots] for group in groups] == [
        ["GX010043.MP4"],
        ["GOPR0043.MP4"],
        chapters,
    ]
    assert groups[2].reasons[0] == f"{chapters[1]} is the next chapter of {chapters[0]}"


def test_gopro_chapters_that_contradict_each_other_are_separate():
    first = shot("GX010042.MP4", "10:00:00:00", at=0)
    assert len(names([first, shot("GX020042.MP4", "10:00:10:05", at=10)])) == 1
    assert len(names([first, shot("GX020042.MP4", "10:00:10:00", at=0)])) == 1
    assert len(names([first, shot("GX020042.MP4", "11:00:00:00", at=10)])) == 2
    assert len(names([first, shot("GX020042.MP4", "10:00:10:00", at=3600)])) == 2


def test_avchd_halves_are_known_by_the_clock_that_runs_on():
    first = shot("00000.MTS", container="mpegts", start="1.4", length=600)
    second = shot("00001.MTS", container="mpegts", start="601.4")
    assert joined([first, second])[0].reasons == (
        "00001.MTS goes on where 00000.MTS ends (its clock runs on)",
    )
    assert len(names([first, shot("00001.MTS", container="mpegts", start="1.4")])) == 2


def test_a_recorder_s_parts_are_known_by_their_dates():
    first = recording("ZOOM0001-0001.WAV", 0, 600)
    groups = joined([first, recording("ZOOM0001-0002.WAV", 600)])
    assert groups[0].reasons == ("ZOOM0001-0002.WAV goes on where ZOOM0001-0001.WAV ends (10:10:00)",)
    assert len(names([first, recording("ZOOM0001-0002.WAV", 700)])) == 2


def test_every_clip_is_in_one_group_also_where_two_claim_the_same_one():
    first = shot("clip.mov", "10:00:00:00")
    shots = [first, shot("clip_1.mov", "10:00:10:00"), shot("clip-1.mov", "10:00:10:00")]
    assert names(shots) == [["clip.mov", "clip_1.mov"], ["clip-1.mov"]]


def ffmpeg(*arguments):
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def probed(paths):
    return [Shot(path, probe(path)) for path in paths]


X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p")


def test_real_films_are_joined_by_their_timecode_tracks(tmp_path):
    starts = {"A001C001.MOV": "23:59:59;28", "A001C002.MOV": "00:00:01;28", "A001C003.MOV": "00:00:09;00"}
    for name, start in starts.items():
        film = ("-f", "lavfi", "-i", "testsrc2=s=64x48:r=30000/1001:d=2", *X264, "-frames:v", 60)
        ffmpeg(*film, "-timecode", start, tmp_path / name)
    assert names(probed(tmp_path / name for name in starts)) == [
        ["A001C001.MOV", "A001C002.MOV"],
        ["A001C003.MOV"],
    ]


def test_a_real_transport_stream_that_was_split_is_joined_by_its_clock(tmp_path):
    film = ("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=12", "-f", "lavfi", "-i", "sine=d=12", *X264)
    split = ("-f", "segment", "-segment_time", 4, "-segment_format", "mpegts")
    ffmpeg(*film, *split, tmp_path / "%05d.MTS")
    ffmpeg(*film, "-t", 4, tmp_path / "00003.MTS")
    assert names(probed(sorted(tmp_path.glob("*.MTS")))) == [
        ["00000.MTS", "00001.MTS", "00002.MTS"],
        ["00003.MTS"],
    ]
