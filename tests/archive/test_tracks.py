"""Clips that lie beside each other on a time line: what plays, when a moment of each is, and whose words count."""

from fractions import Fraction
from pathlib import Path

import pytest

from archive.catalogue import interviews, timeline, transcripts
from archive.catalogue.ledger import CatalogueLedger
from ingest.clip import Clip
from ingest.transcript import Transcript

FAST = 1 / (1 + Fraction(40, 1_000_000))


@pytest.fixture
def shoot(spoken):
    """A camera from 2 s on, another from 5 s on, and a recorder from the start whose clock runs fast; an hour each."""
    camera = spoken.clip("A001.mov", seconds="3600", timecode="10:00:00:00")
    other = spoken.clip("B001.mov", seconds="3600", timecode="10:00:03:00")
    recorder = spoken.clip("REC.wav", seconds="3610")
    spoken.db.execute("UPDATE clips SET kind = 'audio', start_timecode = NULL WHERE hash = ?", [recorder])
    slug = interviews.create(spoken.db, title="Bread", clips=())
    interviews.append_clip(spoken.db, slug, camera, Fraction(2), heard=False)
    interviews.append_clip(spoken.db, slug, other, Fraction(5), track=1, heard=False, why="by timecode")
    interviews.append_clip(spoken.db, slug, recorder, Fraction(0), pace=FAST, track=2, why="by sound")
    return slug, (camera, other, recorder)


def say(spoken, clip, *said, model="small"):
    """Transcribe a clip: each is the text and when it begins, in ms of the clip."""
    segments = tuple(spoken.segment(text, start, channel=0) for text, start in said)
    ledger = CatalogueLedger(spoken.db, Path(spoken.folder))
    transcript = Transcript("en", segments, model=model)
    ledger.done(Clip(clip, "a.mov", Path("a.mov"), 1, transcript=transcript), "transcribe", "{}")


def heard_in(spoken, slug):
    found = transcripts.current(spoken.db, slug)
    return [(segment.text, segment.start_ms) for segment in found.segments] if found else []


def test_places_come_back_as_they_were_said_and_the_longest_ends_the_interview(spoken, shoot):
    found = interviews.find(spoken.db, shoot[0])
    assert [(clip.track, clip.heard, clip.pace, clip.why) for clip in found.clips] == [
        (0, False, 1, None),
        (1, False, 1, "by timecode"),
        (2, True, FAST, "by sound"),
    ]
    assert found.duration_ms == round(3610 * FAST * 1000)


def test_track_0_plays(spoken, shoot):
    clips = interviews.find(spoken.db, shoot[0]).clips
    for moment in (0, 2, 6, 4000):
        playing = timeline.holding(clips, Fraction(moment)), timeline.ending(clips, Fraction(moment))
        assert [clip and clip.name for clip in playing] == ["A001.mov", "A001.mov"]


def test_a_moment_of_a_fast_clock_comes_earlier_and_comes_back(spoken, shoot):
    recorder = interviews.find(spoken.db, shoot[0]).clips[2]
    assert float(recorder.at(Fraction(3600))) == pytest.approx(3599.856, abs=0.001)
    assert recorder.inside(recorder.at(Fraction(3600))) == 3600


def test_timecode_follows_the_pace_of_its_own_clock(spoken, shoot):
    slug, (camera, *_) = shoot
    spoken.db.execute("UPDATE interview_clips SET pace = ? WHERE clip = ?", [str(FAST), camera])
    clip = interviews.find(spoken.db, slug).clips[0]
    assert clip.timecode(Fraction(2)) == "10:00:00:00"
    assert clip.timecode(Fraction(3002)) == "10:50:00:03"  # 0.12 s more were counted


def test_only_what_is_heard_is_said_and_where_its_own_clock_puts_it(spoken, shoot):
    slug, (camera, _, recorder) = shoot
    say(spoken, camera, ("Scratch sound.", 1000))
    assert heard_in(spoken, slug) == []
    say(spoken, recorder, ("Who owns it?", 3_600_000))
    assert heard_in(spoken, slug) == [("Who owns it?", 3_599_856)]


def test_where_the_recorder_did_not_run_a_camera_is_heard_and_nothing_is_said_twice(spoken, shoot):
    slug, (camera, _, recorder) = shoot
    spoken.db.execute("UPDATE interview_clips SET heard = 1 WHERE clip = ?", [camera])
    spoken.db.execute("UPDATE interview_clips SET offset = '602' WHERE clip = ?", [recorder])
    said = ("Before it ran.", 10_000), ("Who owns it?", 700_000)
    say(spoken, camera, *said)
    say(spoken, recorder, ("Who owns it?", 100_000))
    assert heard_in(spoken, slug) == [("Before it ran.", 12_000), ("Who owns it?", 701_996)]
