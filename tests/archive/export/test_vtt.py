"""Captions: WebVTT that every browser reads, whatever was said."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archive.export.cues import LONGEST_MS, WIDEST, Said, cut
from archive.export.vtt import escape, webvtt
from media.webvtt import clock


def cues(text):
    return text.strip().split("\n\n")[1:]


def test_a_time_has_hours_minutes_seconds_and_milliseconds():
    assert (clock(0), clock(3_723_004)) == ("00:00:00.000", "01:02:03.004")


def test_what_would_be_markup_is_text():
    assert escape("A & B <v Eve>--> out</v>\n\nnext") == "A &amp; B &lt;v Eve&gt;--&gt; out&lt;/v&gt; next"


def test_each_cue_names_its_speaker():
    said = Said((("Hello ", 0, 400), ("there.", 450, 800)), "Anna <Rossi>")
    assert webvtt([said], language="en") == (
        "WEBVTT\nLanguage: en\n\n00:00:00.000 --> 00:00:00.800\n<v Anna &lt;Rossi&gt;>Hello there.\n"
    )


def test_notes_stand_before_the_first_cue_and_are_no_cue():
    assert webvtt([Said((("Hello.", 0, 400),))], notes=["A --> B", "machine"]).split("\n\n")[1] == (
        "NOTE\nA --&gt; B\nmachine"
    )


def test_a_long_passage_is_cut_into_cues_of_two_lines_that_can_be_read():
    words = tuple((f"word{number} ", number * 500, number * 500 + 400) for number in range(60))
    found = cut([Said(words)])
    assert len(found) > 4
    assert all(len(cue.lines) <= 2 and max(map(len, cue.lines)) <= WIDEST for cue in found)
    assert all(cue.end_ms - cue.start_ms <= LONGEST_MS for cue in found)
    assert {cue.start_ms for cue in found} <= {start for _, start, _ in words}
    assert (
        " ".join(line for cue in found for line in cue.lines) == "".join(text for text, *_ in words).strip()
    )


def test_two_lines_are_about_as_long_as_each_other():
    words = [(f"{word} ", 100 * place, 100 * place + 90) for place, word in enumerate(["abcdefgh"] * 6)]
    assert [len(line) for line in cut([Said(tuple(words))])[0].lines] == [26, 26]


def test_a_line_of_characters_that_are_as_wide_as_two_holds_half_of_them():
    words = tuple((character, place * 50, place * 50 + 40) for place, character in enumerate("这" * 50))
    found = cut([Said(words)])
    assert [len(line) for cue in found for line in cue.lines] == [21, 21, 8]


def test_a_word_that_is_longer_than_a_line_is_not_cut():
    assert cut([Said((("x" * 100, 0, 500),))])[0].lines == ("x" * 100,)


def test_a_cue_ends_before_somebody_else_begins():
    found = cut([Said((("Yes ", 0, 2000), ("so.", 2000, 5000)), "A"), Said((("Right.", 3000, 3400),), "B")])
    assert [(cue.speaker, cue.start_ms, cue.end_ms) for cue in found] == [("A", 0, 3000), ("B", 3000, 3400)]


def test_of_two_who_begin_together_each_can_be_read():
    found = cut([Said((("Yes.", 1000, 3000),), "A"), Said((("No.", 1000, 2000),), "B")])
    assert [(cue.start_ms, cue.end_ms) for cue in found] == [(1000, 1700), (1700, 2000)]


spoken = st.tuples(
    st.text("ab.? ", min_size=1, max_size=30), st.integers(0, 20_000), st.integers(0, 3000)
).map(lambda word: (word[0].strip() + "x ", word[1], word[1] + word[2]))
passages = st.lists(spoken, min_size=1, max_size=30).map(
    lambda words: Said(tuple(sorted(words, key=lambda w: w[1])))
)


@given(st.lists(passages, max_size=6))
def test_no_two_cues_overlap_none_is_empty_and_no_word_is_lost(said):
    found = cut(said)
    assert all(cue.start_ms < cue.end_ms and all(cue.lines) and len(cue.lines) <= 2 for cue in found)
    assert all(one.end_ms <= two.start_ms for one, two in pairwise(found))
    there = sorted(" ".join(line for cue in found for line in cue.lines).split())
    assert there == sorted(part for each in said for word in each.words for part in word[0].split())


def test_a_later_clip_has_only_its_words_and_its_own_clock():
    words = (("one ", 9_000, 9_500), ("two ", 10_200, 10_600), ("three", 20_000, 20_400))
    found = webvtt([Said(words)], from_ms=10_000, to_ms=20_000)
    assert cues(found) == ["00:00:00.200 --> 00:00:00.600\ntwo"]


def test_a_word_of_no_length_gives_a_cue_that_ends_after_it_begins():
    assert "00:00:01.000 --> 00:00:01.001" in webvtt([Said((("Oh.", 1000, 1000),))])


def test_no_words_are_a_file_without_cues():
    assert webvtt([]) == "WEBVTT\n"
