"""The sample interviews are what their index says, and say what they are."""

import json
from datetime import UTC, datetime
from itertools import pairwise

import av
import pytest

from archive.demo import FOOTAGE
from media.probe import probe

INTERVIEWS = json.loads((FOOTAGE / "index.json").read_text(encoding="utf-8"))["interviews"]
CLIPS = [clip for interview in INTERVIEWS for clip in interview["clips"]]


def test_there_are_four_short_interviews_in_two_languages():
    lengths = [sum(clip["duration_ms"] for clip in interview["clips"]) for interview in INTERVIEWS]
    assert sorted(interview["language"] for interview in INTERVIEWS) == ["en", "en", "fr", "fr"]
    assert all(30_000 <= length <= 60_000 for length in lengths)


def test_together_they_are_small_enough_to_ship():
    assert sum(file.stat().st_size for file in FOOTAGE.iterdir()) < 2_500_000


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip["name"])
def test_timecode_reel_date_and_length_are_in_the_file(clip):
    found = probe(FOOTAGE / clip["name"])
    assert (str(found.start_timecode), found.reel) == (clip["start_timecode"], clip["reel"])
    assert found.recorded.astimezone(UTC) == datetime.fromisoformat(clip["recorded"])
    assert abs(found.duration * 1000 - clip["duration_ms"]) < 50


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip["name"])
def test_each_file_says_that_it_is_synthetic(clip):
    with av.open(str(FOOTAGE / clip["name"])) as file:
        assert file.metadata["comment"].startswith("Synthetic")


def test_the_split_interview_runs_on_in_timecode_without_a_gap():
    (split,) = (interview for interview in INTERVIEWS if len(interview["clips"]) > 1)
    for before, after in pairwise(split["clips"]):
        found = probe(FOOTAGE / before["name"])
        assert str(found.start_timecode.after(found.video.duration)) == after["start_timecode"]


def test_nobody_speaks_over_anybody_else():
    for interview in INTERVIEWS:
        assert all(one["end_ms"] < other["start_ms"] for one, other in pairwise(interview["said"]))


def test_one_interview_has_its_voice_on_the_second_channel_alone():
    channels = [{line["channel"] for line in interview["said"]} for interview in INTERVIEWS]
    assert sorted(channels, key=sorted) == [{0, 1}, {0, 1}, {0, 1}, {1}]
