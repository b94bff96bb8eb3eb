"""One transcript of an interview from those of its clips."""

from fractions import Fraction

from ingest.transcript import Note, Part, Segment, Transcript, Word, joined


def test_words_and_notes_of_a_later_clip_count_from_the_start_of_the_interview():
    first = Transcript("fr", (Segment((Word("Oui.", 100, 400),)),), model="m")
    second = Transcript(
        "en", (Segment((Word("Yes.", 100, 400),)),), model="m", notes=(Note(0, 50, "left out"),)
    )
    whole = joined([Part(first), Part(second, Fraction(1001, 30))])
    assert [segment.start_ms for segment in whole.segments] == [100, 33_467]
    assert [str(note) for note in whole.notes] == ["0:33 to 0:33: left out"]
    assert whole.language == "fr"
    assert [segment.language for segment in whole.segments] == [None, "en"]


def test_a_segment_says_its_language_where_it_is_another_than_the_interviews():
    first = Transcript("fr", (Segment((Word("Oui.", 0, 1),)), Segment((Word("Yes.", 2, 3),), language="en")))
    second = Transcript("en", (Segment((Word("No.", 0, 1),)), Segment((Word("Non.", 2, 3),), language="fr")))
    whole = joined([Part(first), Part(second, Fraction(1))])
    assert [segment.language for segment in whole.segments] == [None, "en", "en", None]


def test_the_words_of_a_clock_that_runs_fast_are_at_their_own_place_an_hour_later():
    said = Transcript(
        "en", (Segment((Word("Now.", 3_600_000, 3_601_000),)),), notes=(Note(3_600_000, 3_600_100, "x"),)
    )
    whole = joined([Part(said, Fraction(2), 1 / (1 + Fraction(40, 1_000_000)))])
    assert (whole.segments[0].start_ms, whole.segments[0].end_ms) == (3_601_856, 3_602_856)
    assert whole.notes[0].start_ms == 3_601_856


def test_what_two_clips_of_one_moment_say_stands_in_the_order_of_the_time_line():
    first = Transcript("en", (Segment((Word("One.", 0, 400),)), Segment((Word("Three.", 9000, 9400),))))
    second = Transcript("en", (Segment((Word("Two.", 0, 400),)),))
    whole = joined([Part(first), Part(second, Fraction(5))])
    assert [segment.text for segment in whole.segments] == ["One.", "Two.", "Three."]
