"""Quotes: which are found, from which word to which, and which come first."""

import sqlite3
from contextlib import closing
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import UserError
from archive.search import Filters, facets, search
from archive.search.filters import unknown
from archive.search.quotes import address
from ingest.transcript import Segment, Transcript, Word


def texts(spoken, typed: str, **filters: str) -> list[str]:
    """Return the texts of the quotes found, best first."""
    return [quote.text for quote in search(spoken.db, typed, Filters(**filters))]


def marked(spoken, typed: str) -> list[list[str]]:
    """Return the matched words of each quote."""
    return [[quote.text[first:last] for first, last in quote.marks] for quote in search(spoken.db, typed)]


def test_a_quote_says_who_where_and_when_to_the_word(spoken):
    slug = spoken.interview(
        "Shared cars", ["Well, nobody owns the car."], speakers=["Jean Martin"], language="en"
    )
    (quote,) = search(spoken.db, '"nobody owns"')
    assert (quote.interview, quote.title, quote.speaker, quote.language) == (
        slug,
        "Shared cars",
        "Jean Martin",
        "en",
    )
    assert (quote.text, quote.start_ms, quote.end_ms) == ("Well, nobody owns the car.", 400, 1100)
    assert (quote.clip, quote.timecode_in, quote.timecode_out) == (
        "Shared cars.mov",
        "10:00:00:10",
        "10:00:01:02",
    )
    assert quote.url == "/interviews/shared-cars#t=0.4"
    assert marked(spoken, '"nobody owns"') == [["nobody", "owns"]]


def test_a_phrase_is_found_where_it_runs_over_two_segments_and_two_speakers(spoken):
    said = [
        spoken.segment("And nobody", 0, 0),
        spoken.segment("owns it?", 1000, 1),
        spoken.segment("No.", 3000, 0),
    ]
    spoken.interview("Bread", said, speakers=["Ada Low", "Jean Martin"])
    (quote,) = search(spoken.db, '"nobody owns it"')
    assert (quote.text, quote.speaker) == ("And nobody owns it?", "Ada Low")
    assert (quote.start_ms, quote.end_ms) == (400, 1700)
    assert marked(spoken, '"nobody owns it"') == [["nobody", "owns", "it"]]


def test_a_phrase_is_found_over_a_segment_of_punctuation_alone(spoken):
    spoken.interview("Bread", [spoken.segment("nobody", 0, 0), spoken.segment("…", 500, 0), "owns it"])
    assert texts(spoken, '"nobody owns"') == ["nobody … owns it"]


def test_a_phrase_is_not_found_where_its_words_only_stand_near(spoken):
    spoken.interview("Bread", ["Owns it? Nobody does."])
    assert texts(spoken, '"nobody owns"') == []
    assert texts(spoken, "nobody owns") == ["Owns it? Nobody does."]


def test_several_words_must_stand_near_each_other(spoken):
    spoken.interview(
        "Far", ["We share bread.", *["Something else was said here today."] * 10, "And then a freezer."]
    )
    spoken.interview("Near", ["We share bread and one freezer."])
    assert texts(spoken, "bread freezer") == ["We share bread and one freezer."]


def test_words_near_each_other_may_stand_in_two_segments(spoken):
    spoken.interview("Bread", ["It is about bread.", "The freezer came later.", "Cars did not."])
    (quote,) = search(spoken.db, "freezer bread")
    assert quote.text == "It is about bread. The freezer came later."
    assert (quote.start_ms, quote.end_ms) == (1200, 2300)


def test_the_phrase_comes_first_then_the_closest_then_the_order_typed(spoken):
    spoken.interview("A", ["Sharing is what makes every local economy."])
    spoken.interview("B", ["The economy of sharing."])
    spoken.interview("C", ["It is the sharing economy."])
    spoken.interview("D", ["Sharing an economy."])
    assert texts(spoken, "sharing economy") == [
        "It is the sharing economy.",
        "Sharing an economy.",
        "The economy of sharing.",
        "Sharing is what makes every local economy.",
    ]


def test_every_interview_gives_its_best_quote_before_any_gives_its_second(spoken):
    spoken.interview("Long", ["We share bread."] * 30)
    spoken.interview("Short", ["They share tools."])
    found = search(spoken.db, "share", limit=3)
    assert {quote.interview for quote in found[:2]} == {"long", "short"}
    assert found[2].interview == "long"


def test_a_word_excludes_the_quotes_near_which_it_stands_and_no_others(spoken):
    filler = ["Something else was said here today."] * 4
    spoken.interview("Bread", ["The owner is the boss.", *filler, "Every owner bakes."])
    assert texts(spoken, "owner -boss") == ["Every owner bakes."]
    assert texts(spoken, 'owner -"the boss"') == ["Every owner bakes."]
    assert texts(spoken, "owner -bo*") == ["Every owner bakes."]
    assert len(texts(spoken, 'owner -"a boss"')) == 2


def test_a_word_excludes_a_quote_that_would_show_it_however_long_the_segment(spoken):
    spoken.interview("Bread", [f"Every owner bakes {'and kneads ' * 10} like a boss."])
    assert texts(spoken, "owner") != []
    assert texts(spoken, "owner -boss") == []


def test_excluded_words_alone_find_nothing(spoken):
    spoken.interview("Bread", ["The owner bakes."])
    assert texts(spoken, "-boss") == []


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("Das Straßencafé", "strassencafe"),
        ("L’économie du partage", "economie"),
        ("L’économie du partage", "l'economie"),
        ("We don’t own it", "dont"),
        ("A co-operative bakery", '"co operative bakery"'),
        ("Platforms everywhere", "plat*"),
        ("Two platforms", '"two plat*"'),
        ("ΌΛΟΙ ΜΑΖΊ", "ολοι μαζι"),
    ],
)
def test_is_found_as_people_type_it(spoken, said: str, typed: str):
    spoken.interview("Bread", [said])
    assert texts(spoken, typed) == [said]


def test_what_is_written_without_spaces_is_found_by_any_part(spoken):
    spoken.interview("北京", [spoken.segment("我们在北京分享面包", 0, 0, spaced=False)], language="zh")
    (quote,) = search(spoken.db, "北京")
    assert (quote.start_ms, quote.end_ms) == (3 * 400, 4 * 400 + 300)
    assert quote.url == "/interviews/%E5%8C%97-%E4%BA%AC#t=1.2"


def test_a_word_of_several_tokens_is_marked_whole(spoken):
    spoken.interview("Bread", ["Dans «l’économie», oui."])
    assert marked(spoken, "economie") == [["l’économie"]]


def test_a_segment_with_the_word_twice_is_one_quote_from_the_first_to_the_last(spoken):
    spoken.interview("Bread", ["Share bread and share tools."])
    (quote,) = search(spoken.db, "share")
    assert (quote.start_ms, quote.end_ms) == (0, 3 * 400 + 300)
    assert marked(spoken, "share") == [["Share", "share"]]


def test_only_the_current_revision_is_found(spoken):
    slug = spoken.interview("Bread", ["Who bones it?"])
    from archive.catalogue import transcripts

    corrected = Transcript("en", (spoken.segment("Who owns it?", 0, 0),), model="better")
    transcripts.save(spoken.db, slug, corrected, version="1")
    assert (texts(spoken, "bones"), texts(spoken, "owns")) == ([], ["Who owns it?"])


def test_the_camera_and_its_timecode_are_those_of_the_clip_that_holds_the_word(spoken):
    first = spoken.clip("C001.mov", seconds="2", timecode="10:00:00:00")
    second = spoken.clip("C002.mov", seconds="5", rate="30000/1001", timecode="09:59:59;28")
    said = [spoken.segment("Nobody ever really owns the car", 0, 0)]
    spoken.interview("Split", said, clips=[(first, Fraction(0)), (second, Fraction(2))])
    (quote,) = search(spoken.db, '"owns the car"')
    assert (quote.clip, quote.timecode_in) == ("C001.mov", "10:00:01:05")
    assert quote.timecode_out == "10:00:00;06"
    (quote,) = search(spoken.db, "car")
    assert (quote.clip, quote.timecode_in) == ("C002.mov", "09:59:59;28")


def test_timecode_that_counts_half_the_frames_is_told_at_its_own_rate(spoken):
    """As cameras write it at 50 frames a second."""
    clip = spoken.clip("C001.mov", rate="50", timecode="10:00:00:24")
    spoken.db.execute("UPDATE clips SET timecode_rate = '25'")
    spoken.interview("Bread", ["Well, nobody."], clips=[(clip, Fraction(0))])
    (quote,) = search(spoken.db, "nobody")
    assert (quote.timecode_in, quote.timecode_out) == ("10:00:01:09", "10:00:01:16")


def test_a_clip_without_timecode_leaves_it_open(spoken):
    spoken.interview("Bread", ["Nobody."], clips=[(spoken.clip("a.wav"), Fraction(0))])
    (quote,) = search(spoken.db, "nobody")
    assert (quote.clip, quote.timecode_in, quote.timecode_out) == ("a.wav", None, None)


@pytest.fixture
def three(spoken):
    """Three interviews that all say "bread"."""
    common = {"place": "Paris", "themes": ["Food"], "date": "2024-05-31"}
    spoken.interview("One", ["Bread in Paris."], people=[("Jean Martin", "interviewee")], **common)
    spoken.interview(
        "Two", ["Pain, bread."], place="Rome", themes=["Food", "Work"], date="2023-01-02", language="fr"
    )
    spoken.interview("Three", ["Bread without a date."], speakers=["Ada Löw"])
    return spoken


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"place": "paris"}, {"one"}),
        ({"place": "Nowhere"}, set()),
        ({"person": "JEAN martin"}, {"one"}),
        ({"person": "ada low"}, {"three"}),
        ({"theme": "food"}, {"one", "two"}),
        ({"language": "fr"}, {"two"}),
        ({"language": "x' OR 1 --"}, set()),
        ({"since": "2024"}, {"one"}),
        ({"until": "2023"}, {"two"}),
        ({"since": "2023-01-02", "until": "2024-05"}, {"one", "two"}),
        ({"theme": "food", "place": "rome"}, {"two"}),
        ({}, {"one", "two", "three"}),
    ],
)
def test_filters_choose_interviews(three, filters: dict[str, str], found: set[str]):
    assert {quote.interview for quote in search(three.db, "bread", Filters(**filters))} == found
    assert facets(three.db, "bread", Filters(**filters)).interviews == len(found)


def test_a_date_that_is_none_is_named(spoken):
    with pytest.raises(UserError, match="'May' is no date"):
        search(spoken.db, "bread", Filters(since="May"))


def test_a_name_that_nobody_has_is_told_with_those_that_there_are(three):
    filters = Filters(place="Pariss", person="ada low", theme="Fod")
    assert unknown(three.db, filters) == [
        ("place", "Pariss", ["Paris", "Rome"]),
        ("theme", "Fod", ["education", "finance", "food", "housing", "mobility", "work"]),
    ]


def test_facets_count_interviews_with_every_filter_but_their_own(three):
    found = facets(three.db, "bread", Filters(theme="food", place="rome"))
    assert found.interviews == 1
    assert [(facet.value, facet.interviews) for facet in found.place] == [("Paris", 1), ("Rome", 1)]
    assert [(facet.value, facet.interviews) for facet in found.theme] == [("food", 1), ("work", 1)]
    assert [(facet.value, facet.interviews) for facet in found.language] == [("fr", 1)]


def test_facets_do_not_count_an_interview_whose_quotes_are_all_excluded(three):
    assert facets(three.db, "bread -date").interviews == 2


def test_a_read_only_connection_with_rows_by_name_is_enough(three):
    """As Datasette gives it."""
    with closing(sqlite3.connect(f"file:{three.path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        assert len(search(connection, "bread", Filters(theme="food"))) == 2
        assert facets(connection, "bread").interviews == 3


def test_the_limit_is_kept(spoken):
    spoken.interview("Long", ["We share bread."] * 30)
    assert len(search(spoken.db, "share", limit=7)) == 7
    assert len({quote.start_ms for quote in search(spoken.db, "share", limit=100)}) == 30


SOUNDS = st.sampled_from(["a", "b", "c", "d", "a's", "l'a", "don't", "é", "…", "北京", "co-op"])
TYPED = st.lists(
    st.sampled_from(["a", "b*", "c", '"a b"', '"b d"', "-d", '-"a c"', "é", "北", "dont", '"']), max_size=4
).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(SOUNDS, min_size=1, max_size=6), max_size=8), TYPED)
def test_what_the_index_finds_and_what_is_quoted_agree(spoken, said: list[list[str]], typed: str):
    """An interview that FTS5 finds has a quote, unless a word excludes it, and marks hold what was typed."""
    slug = spoken.interview(
        "x", [spoken.segment(" ".join(words), n * 5000, 0) for n, words in enumerate(said)]
    )
    found = [quote for quote in search(spoken.db, typed, limit=50) if quote.interview == slug]
    counted = facets(spoken.db, typed)
    assert counted.interviews == len({quote.interview for quote in search(spoken.db, typed, limit=10_000)})
    for quote in found:
        assert quote.marks
        assert quote.start_ms < quote.end_ms
        assert all(quote.text[first:last].strip() for first, last in quote.marks)


def test_a_long_interview_that_says_it_all_the_time_gives_what_was_asked_for(spoken):
    """Two hours of speech in which every segment has the word."""
    said = [
        Segment((Word("bread", n, n + 1), Word("again", n + 1, n + 2)), channel=0)
        for n in range(0, 14_400, 3)
    ]
    spoken.interview("Long", said)
    assert len(search(spoken.db, "bread again", limit=20)) == 20


def test_the_address_of_a_moment_has_no_zeros_behind_it():
    found = [address("bread", ms).partition("#t=")[2] for ms in (7000, 12_340, 5, 0)]
    assert found == ["7", "12.34", "0.005", "0"]
    assert address("é", 0) == "/interviews/%C3%A9#t=0"
