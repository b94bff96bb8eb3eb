"""Interviews put right by hand: what belongs to a clip goes with it, and links made before lead to the same words."""

import json
from fractions import Fraction

import pytest


@pytest.fixture
def two(spoken):
    """An interview of two clips of ten seconds, and another one of one clip."""
    clips = [(spoken.clip("a1.mov"), Fraction(0)), (spoken.clip("a2.mov"), Fraction(10))]
    one = spoken.interview(
        "Amina",
        [
            spoken.segment("we sold bread", 1000, channel=0),
            spoken.segment("then the war came", 12000, channel=1),
        ],
        clips=clips,
        speakers=("Amina", "Ben"),
    )
    other = spoken.interview(
        "Carl", [spoken.segment("the mill burnt down", 2000, channel=0)], speakers=("Carl",)
    )
    return one, other


def listed(ended):
    """Return what a command printed as JSON."""
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def shown(archive, interview, *more):
    """Return who says what when: (start, speaker, text)."""
    found = listed(archive("transcript", "show", interview, "--json", *more))
    return [(each["start_ms"], each["speaker"], each["text"]) for each in found["segments"]]


def test_merged_clips_lie_behind_each_other_with_their_words(two, archive):
    found = listed(archive("interview", "merge", "amina", "carl", "--json"))
    assert [each["interview"] for each in found] == ["amina"]
    assert found[0]["duration_ms"] == 30000
    assert [clip["name"] for clip in found[0]["clips"]] == ["a1.mov", "a2.mov", "Carl.mov"]
    assert shown(archive, "amina") == [
        (1000, "Amina", "we sold bread"),
        (12000, "Ben", "then the war came"),
        (22000, "Carl", "the mill burnt down"),
    ]
    assert [each["interview"] for each in listed(archive("list", "--json"))] == ["amina"]


def test_a_merged_interview_is_found_by_its_former_slug(two, archive):
    archive("interview", "merge", "amina", "carl")
    assert shown(archive, "carl") == shown(archive, "amina")


def test_splitting_where_it_was_merged_brings_everything_back(two, archive):
    before = listed(archive("list", "--json")), shown(archive, "amina"), shown(archive, "carl")
    archive("interview", "merge", "amina", "carl")
    found = listed(archive("interview", "split", "amina", "20", "--json"))
    assert [each["interview"] for each in found] == ["amina", "carl"]
    assert (listed(archive("list", "--json")), shown(archive, "amina"), shown(archive, "carl")) == before


def test_an_interview_is_split_within_a_clip(two, archive):
    found = listed(archive("interview", "split", "amina", "0:05", "--json"))
    assert [(each["interview"], each["duration_ms"]) for each in found] == [
        ("amina", 5000),
        ("amina-2", 15000),
    ]
    assert [[clip["name"] for clip in each["clips"]] for each in found] == [["a1.mov"], ["a1.mov", "a2.mov"]]
    assert shown(archive, "amina") == [(1000, "Amina", "we sold bread")]
    assert shown(archive, "amina-2") == [(7000, "Ben", "then the war came")]


def test_clips_are_put_in_another_order_with_their_words(two, archive):
    found = listed(archive("interview", "reorder", "amina", "a2.mov", "a1.mov", "--json"))
    assert [clip["name"] for clip in found[0]["clips"]] == ["a2.mov", "a1.mov"]
    assert shown(archive, "amina") == [(2000, "Ben", "then the war came"), (11000, "Amina", "we sold bread")]


def test_a_clip_is_put_to_its_place_with_its_words(two, archive):
    archive("interview", "align", "amina", "a2.mov", "10400")
    assert shown(archive, "amina")[1] == (12400, "Ben", "then the war came")
