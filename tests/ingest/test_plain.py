"""A transcript as plain text, written and read back."""

import pytest

from ingest import plain
from ingest.revised import Line, revised
from ingest.transcript import Segment, Word


def segment(text, start_ms, speaker=None, *, spaced=True):
    parts = text.split() if spaced else [*text]
    words = tuple(
        Word(part, start_ms + 100 * place, start_ms + 100 * place + 90) for place, part in enumerate(parts)
    )
    return Segment(words, speaker=speaker, spaced=spaced)


SEGMENTS = (
    segment("Who owns it?", 1_000, "Amina Diallo"),
    segment("Nobody.", 65_000),
    segment("Note: we all do.", 66_000),
    segment("# is no number: it is a sign", 67_000, "ben"),
    segment("[laughs] at 10:30 then", 70_000),
    segment("这是我们的街", 80_000, spaced=False),
    Segment(
        tuple(Word(text, 90_000 + at, 90_001 + at) for at, text in enumerate(["我们", "的", "街。"])),
        spaced=False,
    ),
    Segment((Word("สวัส", 95_000, 95_400), Word("ดี", 95_400, 95_700)), spaced=False),
    segment("They say 他们 here", 96_000, "Amina Diallo"),
    segment("هذا شارعنا.", 97_000),
)


def test_a_line_is_a_segment_with_the_time_and_who_speaks():
    assert plain.written(SEGMENTS).splitlines()[:3] == [
        "[0:01] Amina Diallo: Who owns it?",
        "[1:05] Nobody.",
        "[1:06] : Note: we all do.",
    ]


def test_what_comes_back_is_what_was_written():
    known = {each.speaker for each in SEGMENTS if each.speaker}
    assert revised(SEGMENTS, [*plain.lines(plain.written(SEGMENTS), known)]) == SEGMENTS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("AMINA: Who owns it?", Line(("Who", "owns", "it?"), "AMINA")),
        ("[00:01:02.500]  Amina : Who?", Line(("Who?",), "Amina", 62_500)),
        ("he said: come", Line(("he", "said:", "come"))),
        ("ben: come", Line(("come",), "ben")),
        ("At 10:30 we met", Line(("At", "10:30", "we", "met"))),
        (
            "One two three four five six: seven",
            Line(("One", "two", "three", "four", "five", "six:", "seven")),
        ),
        ("这是，我们", Line(("这是，我们",))),
    ],
)
def test_a_typed_line_is_read_as_people_write_it(text, line):
    assert [*plain.lines(text, {"ben"})] == [line]


def test_empty_lines_and_remarks_say_nothing():
    assert [*plain.lines("# Garden\n\n   \nHello\n  # more\n")] == [Line(("Hello",))]
