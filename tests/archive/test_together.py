"""Recordings of one conversation are laid on one time line; what is not of it stays by itself."""

import wave
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from archive.intake.together import Heard, conversations
from media.probe import AudioStream, Probe, VideoStream
from media.sound.recording import Piece, Recording
from media.spanning import Group, Shot
from media.timecode import Timecode

RATE = 16_000
SENTENCES = ("en-01", "en-02", "en-03", "en-05", "en-07", "en-08")


@pytest.fixture(scope="module")
def talk(footage):
    """Eighty seconds in which somebody speaks, never twice in the same rhythm."""
    chance = np.random.default_rng(5)
    said = [(chance.choice(SENTENCES), place * 3.8 + chance.uniform(0, 0.9), 0) for place in range(20)]
    return footage.sound(said, length=80, noise_db=None)[0][:, 0]


class Devices:
    """Recordings of a talk, by what each device heard of it."""

    def __init__(self, folder: Path, talk: np.ndarray) -> None:
        self._folder = folder
        self._talk = talk
        self._heard: dict[Group, Heard] = {}
        self.notes: list[str] = []

    def camera(self, name, start, length, *, timecode=None, deaf=False, other=False, voices=1, dated=False):
        """Return what a camera took of the talk from a moment on; with `other` it stood in another room."""
        video = VideoStream(
            0,
            "h264",
            1920,
            1080,
            Fraction(25),
            False,
            Fraction(1),
            0,
            "yuv420p",
            8,
            None,
            Fraction(0),
            Fraction(length),
        )
        return self._group(
            f"{name}/{name}.MOV", start, length, video, timecode, deaf, other, voices, 0.0, dated
        )

    def recorder(self, start, length, *, deaf=False, voices=2, fast=0.0):
        """Return what a recorder took of the talk; its clock may run fast."""
        return self._group("ZOOM/REC.WAV", start, length, None, None, deaf, False, voices, fast)

    def _group(self, path, start, length, video, timecode, deaf, other, voices, fast=0.0, dated=False):
        sound = AudioStream(1, "pcm", 48_000, 2, "stereo", Fraction(0), Fraction(length))
        code = Timecode.parse(timecode, Fraction(25)) if timecode else None
        date = (
            datetime(2026, 5, 1, 10) + timedelta(seconds=float(code.frames / code.rate) - 36_000)
            if dated
            else None
        )
        probe = Probe("mov", Fraction(length), True, video, (sound,), start_timecode=code, recorded=date)
        shot = Shot(Path(path), probe)
        group = Group((shot,))
        moments = (start + np.arange(round(length * RATE)) / RATE / (1 + fast)) * RATE
        talk = self._talk[::-1] if other else self._talk
        heard = np.interp(moments, np.arange(len(talk)), talk, left=0, right=0) * (not deaf) * 0.5
        heard += np.random.default_rng(len(self._heard)).standard_normal(len(heard)) * 0.003
        file = self._folder / f"{len(self._heard)}.wav"
        with wave.open(str(file), "wb") as written:
            written.setparams((1, 2, RATE, 0, "NONE", ""))
            written.writeframes((heard.clip(-1, 1) * 32767).astype("<i2").tobytes())
        pieces = Recording([Piece(file, 0, len(heard))])
        self._heard[group] = Heard(pieces, 0 if deaf else voices, 0 if deaf else length / 2)
        return group

    def laid(self, *groups):
        """Return each conversation as (name, offset, track, heard) of what belongs to it."""
        found = conversations(groups, self._heard.__getitem__, self.notes.append)
        return [
            [
                (one.group.shots[0].path.stem, round(float(one.offset), 2), one.track, one.heard)
                for one in each
            ]
            for each in found
        ]


@pytest.fixture
def devices(tmp_path, talk):
    return Devices(tmp_path, talk)


def test_a_recorder_is_found_by_sound_and_heard_in_place_of_the_camera(devices):
    camera, recorder = devices.camera("A", 12, 60), devices.recorder(5, 75, fast=2e-4)
    assert devices.laid(recorder, camera) == [[("A", 7.0, 0, False), ("REC", 0.0, 1, True)]]
    (laid,) = conversations([camera, recorder], devices._heard.__getitem__, devices.notes.append)
    assert laid[1].why
    assert laid[1].why.startswith("by sound: for 1 min it heard what A.MOV heard; its clock runs about 20")
    assert float(laid[1].pace) == pytest.approx(1 / 1.0002, abs=3e-5)


def test_takes_of_a_camera_are_one_conversation_where_a_recorder_ran_through_all_of_them(devices):
    takes = [devices.camera("A", 0, 33), devices.camera("A", 40, 38)]
    recorder = devices.recorder(0, 80)
    laid = devices.laid(*takes, recorder)
    assert laid == [[("A", 0.0, 0, False), ("A", 40.0, 0, False), ("REC", 0.0, 1, True)]]


def test_a_camera_whose_card_was_changed_goes_on_on_its_track(devices):
    takes = [devices.camera("A001", 0, 33), devices.camera("A002", 40, 38)]
    laid = devices.laid(*takes, devices.recorder(0, 80))
    assert laid == [[("A001", 0.0, 0, False), ("A002", 40.0, 0, False), ("REC", 0.0, 1, True)]]


def test_two_cameras_that_are_alike_and_ran_at_the_same_time_have_a_track_each(devices):
    cameras = [devices.camera("A001", 0, 60), devices.camera("A002", 10, 60)]
    laid = devices.laid(*cameras, devices.recorder(0, 80))
    assert laid == [[("A001", 0.0, 0, False), ("A002", 10.0, 1, False), ("REC", 0.0, 2, True)]]


def test_two_cameras_are_laid_by_sound_where_their_timecodes_are_a_little_off(devices):
    first = devices.camera("A", 0, 60, timecode="10:00:00:00")
    second = devices.camera("B", 10, 60, timecode="10:00:08:00")
    assert devices.laid(first, second) == [[("A", 0.0, 0, True), ("B", 10.0, 1, False)]]


@pytest.mark.fault(
    "media",
    "two interviews in two rooms at the same time, by timecode",
    "they do not hear the same, and stay two interviews",
)
def test_what_does_not_hear_the_same_stays_apart(devices):
    first = devices.camera("A", 0, 60, timecode="10:00:00:00")
    second = devices.camera("B", 5, 60, timecode="10:00:05:00", other=True)
    assert devices.laid(first, second) == [[("A", 0.0, 0, True)], [("B", 0.0, 0, True)]]


@pytest.mark.parametrize(("start", "deaf"), [(5, True), (55, False)])
def test_where_nothing_can_be_heard_timecode_and_date_say_it_together(devices, start, deaf):
    first = devices.camera("A", 0, 60, timecode="10:00:00:00", dated=True)
    timecode = f"10:00:{start:02}:00"
    second = devices.camera("B", start, 60, timecode=timecode, dated=True, deaf=deaf)
    assert devices.laid(first, second) == [[("A", 0.0, 0, True), ("B", float(start), 1, not deaf)]]
    by_timecode_alone = devices.camera("C", start, 60, timecode=timecode, deaf=deaf)
    assert len(devices.laid(first, by_timecode_alone)) == 2


@pytest.mark.fault(
    "media",
    "two cameras that ran at the same time by timecode and date, and do not hear the same",
    "they stay two interviews, and a sentence says so and how to make them one",
)
def test_what_sound_contradicts_is_said(devices):
    first = devices.camera("A", 0, 60, timecode="10:00:00:00", dated=True)
    second = devices.camera("B", 5, 60, timecode="10:00:05:00", other=True, dated=True)
    assert len(devices.laid(first, second)) == 2
    (said,) = devices.notes
    assert "archive interview merge" in said


def test_two_conversations_and_their_recorder_stay_two(devices):
    here, there = devices.camera("A", 0, 60), devices.camera("B", 0, 60, other=True)
    assert devices.laid(there, here, devices.recorder(0, 70)) == [
        [("B", 0.0, 0, True)],
        [("A", 0.0, 0, False), ("REC", 0.0, 1, True)],
    ]


def test_of_a_recorder_that_nobody_plugged_in_nothing_is_known(devices):
    assert devices.laid(devices.camera("A", 0, 60), devices.recorder(0, 70, deaf=True)) == [
        [("A", 0.0, 0, True)],
        [("REC", 0.0, 0, True)],
    ]


def test_what_the_recorder_did_not_hear_is_heard_by_the_camera(devices):
    laid = devices.laid(devices.camera("A", 0, 80), devices.recorder(35, 45))
    assert laid == [[("A", 0.0, 0, True), ("REC", 35.0, 1, True)]]


def test_of_two_cameras_the_one_is_heard_that_tells_more_voices_apart(devices):
    first = devices.camera("A", 0, 60, timecode="10:00:00:00")
    second = devices.camera("B", 5, 60, timecode="10:00:05:00", voices=2)
    assert devices.laid(first, second) == [[("A", 0.0, 0, False), ("B", 5.0, 1, True)]]


@pytest.mark.parametrize("seconds", [10, 29])
def test_of_less_than_half_a_minute_nobody_is_sure(devices, seconds):
    assert len(devices.laid(devices.camera("A", 0, 60), devices.recorder(5, seconds))) == 2
