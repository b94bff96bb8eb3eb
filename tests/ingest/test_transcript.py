"""One transcript of an interview from those of its clips."""

from fractions import Fraction

from ingest.transcript import Note, Segment, Transcript, Word, joined


def test_words_and_notes_of_a_later_clip_count_from_the_start_of_the_interview():
    first = Transcript("fr", (Segment((Word("Oui.", 100, 400),)),), model="m")
    second = Transcript(
        "en", (Segment((Word("Yes.", 100, 400),)),), model="m", notes=(Note(0, 50, "left out"),)
    )
    whole = joined([(Fraction(0), first), (Fraction(1001, 30), second)])
    assert [segment.start_ms for segment in whole.segments] == [100, 33_467]
    assert [str(note) for note in whole.notes] == ["0:33 to 0:33: left out"]
    assert whole.language == "fr"
