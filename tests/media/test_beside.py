"""Facts about which recordings may be of one conversation."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from media.beside import beside
from media.probe import AudioStream, Probe, VideoStream
from media.spanning import Group, Shot
from media.timecode import Timecode

PAL, NTSC = Fraction(25), Fraction(30000, 1001)
DAY = datetime(2026, 5, 1, tzinfo=UTC)


def at(clock, *, days=0, zone=UTC):
    hours, minutes, seconds = map(int, clock.split(":"))
    return (DAY + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)).replace(tzinfo=zone)


def camera(path="A/C0001.MP4", timecode=None, *, recorded=None, rate=PAL, length=600, reel=None):
    video = VideoStream(
        index=0,
        codec="h264",
        width=1920,
        height=1080,
        rate=rate,
        variable_rate=False,
        sample_aspect=Fraction(1),
        rotation=0,
        pixel_format="yuv420p",
        bits=8,
        transfer=None,
        start=Fraction(0),
        duration=Fraction(length),
    )
    sound = AudioStream(1, "aac", 48000, 2, "stereo", Fraction(0), Fraction(length))
    start = Timecode.parse(timecode, rate) if timecode else None
    found = Probe(
        "mov", Fraction(length), True, video, (sound,), start_timecode=start, reel=reel, recorded=recorded
    )
    return Group((Shot(Path(path), found),))


def recorder(clock=None, *, recorded=None, length=600, path="ZOOM/REC0001.WAV"):
    sound = AudioStream(0, "pcm_s24le", 48000, 2, "stereo", Fraction(0), Fraction(length))
    midnight = at("0:00:00")
    since = Fraction((at(clock) - midnight).total_seconds()) if clock else None
    found = Probe("wav", Fraction(length), True, None, (sound,), recorded=recorded, since_midnight=since)
    return Group((Shot(Path(path), found),))


def test_timecodes_that_overlap_say_where_two_cameras_lie_beside_each_other():
    found = beside(camera(timecode="10:00:00:00"), camera("B/C0001.MP4", "10:00:02:15", rate=NTSC))
    assert found
    assert float(found.offset) == pytest.approx(2.5, abs=0.01)
    assert not found.sure


def test_a_recorders_timecode_counts_samples_since_midnight():
    found = beside(camera(timecode="10:00:00:00"), recorder("9:59:58"))
    assert found
    assert found.offset == -2


def test_a_timecode_runs_past_midnight():
    found = beside(camera(timecode="23:59:00:00"), recorder("0:00:30"))
    assert found
    assert found.offset == 90


def test_drop_frame_timecode_keeps_to_the_clock_and_other_timecode_says_what_it_reads():
    dropped = beside(camera(timecode="10:00:00:00"), camera("B/C0001.MP4", "10:00:00;00", rate=NTSC))
    other = beside(camera(timecode="10:00:00:00"), camera("B/C0001.MP4", "10:00:00:00", rate=NTSC))
    assert dropped
    assert other
    assert abs(dropped.offset) < Fraction(1, 20)
    assert other.offset == 0


@pytest.mark.fault(
    "media",
    "two recordings on a card whose timecodes never ran at the same time",
    "they are never taken for one conversation",
)
@pytest.mark.parametrize("second", [camera("B/C0001.MP4", "14:00:00:00"), recorder("14:00:00")])
def test_what_did_not_run_at_the_same_time_belongs_apart(second):
    assert beside(camera(timecode="10:00:00:00"), second) is None
    assert beside(second, camera(timecode="10:00:00:00")) is None


@pytest.mark.fault(
    "clock",
    "two recordings with the same timecode on different days",
    "they are never taken for one conversation",
)
def test_dates_of_other_days_keep_apart():
    one = camera(timecode="10:00:00:00", recorded=at("10:00:00"))
    assert beside(one, camera("B/C0001.MP4", "10:00:00:00", recorded=at("10:00:00", days=1))) is None
    assert beside(one, recorder(recorded=at("10:00:00", days=2, zone=None))) is None


def test_dates_that_agree_with_the_timecodes_make_it_sure_also_in_another_time_zone():
    one = camera(timecode="10:00:00:00", recorded=at("8:00:07"))
    found = beside(one, recorder("10:00:30", recorded=at("10:00:31", zone=None)))
    assert found
    assert (found.offset, found.sure) == (30, True)


@pytest.mark.fault(
    "clock",
    "a camera whose timecode counts what it recorded and not the time of day",
    "it is not held against the other clips: their sound decides",
)
def test_a_timecode_that_is_not_the_time_of_day_says_nothing():
    counting = camera(timecode="00:12:00:00", recorded=at("10:00:00"))
    found = beside(counting, recorder("10:01:00", recorded=at("10:01:00")))
    assert found
    assert (found.offset, found.sure) == (None, False)


def test_takes_of_one_camera_are_never_beside_each_other():
    assert beside(camera(timecode="10:00:00:00"), camera("A/C0002.MP4", "10:00:00:00")) is None
    assert beside(camera(reel="A001", timecode="10:00:00:00"), camera(reel="B001", timecode="10:00:00:00"))


def test_without_timecode_sound_is_asked_of_a_recorder_and_of_cameras_that_ran_at_the_same_time():
    assert beside(camera(), recorder())
    assert beside(camera(), recorder(length=29)) is None
    assert beside(camera(), camera("B/C0001.MP4")) is None
    assert beside(camera(recorded=at("10:00:00")), camera("B/C0001.MP4", recorded=at("10:05:00")))
    assert beside(camera(recorded=at("10:00:00")), camera("B/C0001.MP4", recorded=at("13:00:00"))) is None


def test_what_ran_together_for_some_seconds_only_is_sure_by_timecode_and_date_alone():
    short = {"length": 10, "path": "B/C0001.MP4", "timecode": "10:00:05:00"}
    assert beside(camera(timecode="10:00:00:00"), camera(**short)) is None
    sure = beside(
        camera(timecode="10:00:00:00", recorded=at("10:00:00")), camera(**short, recorded=at("10:00:06"))
    )
    assert sure
    assert sure.sure
