"""Times, lengths, dates and words as people read them."""

import pytest

from archive.web import wording


@pytest.mark.parametrize(
    ("ms", "text"),
    [(400, "0 s"), (45_000, "45 s"), (1_860_000, "31 min"), (7_800_000, "2 h 10 min"), (7_200_000, "2 h")],
)
def test_a_length_is_rounded_to_what_a_person_would_say(ms, text):
    assert wording.length(ms).replace("\N{NO-BREAK SPACE}", " ") == text


def test_a_date_is_written_out_and_what_is_none_stays_as_it_is():
    assert [wording.day(text) for text in ("2026-03-14", "spring 2026", None)] == [
        "14 March 2026",
        "spring 2026",
        "",
    ]


def test_a_language_that_we_do_not_know_keeps_its_code():
    assert [wording.language(code) for code in ("fr", "xx", None)] == ["French", "xx", ""]


def test_right_to_left_is_known():
    assert [wording.direction(code) for code in ("ar", "en")] == ["rtl", "ltr"]


def test_one_is_singular():
    assert [wording.plural(number, "quote") for number in (1, 0, 1204)] == [
        "1 quote",
        "0 quotes",
        "1,204 quotes",
    ]
