"""Captions: WebVTT that every browser reads, whatever was said."""

from archive.web.captions import LONGEST_MS, WIDEST, Said, escape, webvtt
from media.webvtt import clock


def test_a_time_has_hours_minutes_seconds_and_milliseconds():
    assert (clock(0), clock(3_723_004)) == ("00:00:00.000", "01:02:03.004")


def test_what_would_be_markup_is_text():
    assert escape("A & B <v Eve>--> out</v>\n\nnext") == "A &amp; B &lt;v Eve&gt;--&gt; out&lt;/v&gt; next"


def test_each_cue_names_its_speaker():
    said = Said((("Hello ", 0, 400), ("there.", 450, 800)), "Anna <Rossi>")
    assert webvtt([said], language="en") == (
        "WEBVTT\nLanguage: en\n\n00:00:00.000 --> 00:00:00.800\n<v Anna &lt;Rossi&gt;>Hello there.\n"
    )


def test_a_long_passage_is_cut_into_cues_that_can_be_read():
    words = tuple((f"word{number} ", number * 500, number * 500 + 400) for number in range(60))
    cues = webvtt([Said(words)]).split("\n\n")[1:]
    assert len(cues) > 4
    assert all(len(cue.splitlines()[1]) <= WIDEST for cue in cues)
    assert " ".join(cue.splitlines()[1] for cue in cues) == "".join(text for text, _, _ in words).strip()
    assert LONGEST_MS == 6000


def test_a_later_clip_has_only_its_words_and_its_own_clock():
    words = (("one ", 9_000, 9_500), ("two ", 10_200, 10_600), ("three", 20_000, 20_400))
    assert "00:00:00.200 --> 00:00:00.600\ntwo\n" in webvtt([Said(words)], from_ms=10_000, to_ms=20_000)


def test_a_word_of_no_length_gives_a_cue_that_ends_after_it_begins():
    assert "00:00:01.000 --> 00:00:01.001" in webvtt([Said((("Oh.", 1000, 1000),))])


def test_no_words_are_a_file_without_cues():
    assert webvtt([]) == "WEBVTT\n"
