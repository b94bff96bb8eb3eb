"""`archive chapter`: the timed index of an interview."""

import json

import pytest


@pytest.fixture
def garden(spoken):
    """An interview of ten seconds."""
    return spoken.interview("Garden", ["nobody owns this garden", "we all do"])


def listed(archive, slug):
    return json.loads(archive("chapter", "list", slug, "--json").out)


def test_a_chapter_comes_back_as_it_was_given(archive, garden):
    given = [
        "0:00:01.250",
        "4",
        "Beginnings",
        "--synopsis",
        "How it began.",
        "--theme",
        "food",
        "--theme",
        "land",
    ]
    given += ["--place", "Brooklyn", "--organisation", "Coop"]
    assert archive("chapter", "add", garden, *given).code == 0
    assert listed(archive, garden) == [
        {
            "interview": "garden",
            "start_ms": 1250,
            "end_ms": 4000,
            "title": "Beginnings",
            "synopsis": "How it began.",
            "themes": ["food", "land"],
            "places": ["Brooklyn"],
            "organisations": ["Coop"],
        }
    ]
    assert (
        archive("chapter", "list", garden).out
        == "      0:01 to 0:04  Beginnings (food; land; Brooklyn; Coop)\n"
    )


def test_chapters_are_listed_in_the_order_of_the_time_line(archive, garden):
    for start, end, title in (("5", "9", "Later"), ("0", "5", "First"), ("1", "2", "Inside")):
        archive("chapter", "add", garden, start, end, title)
    assert [each["title"] for each in listed(archive, garden)] == ["First", "Inside", "Later"]


def test_one_with_the_same_start_and_title_is_written_anew(archive, garden):
    archive("chapter", "add", garden, "1", "2", "Bread", "--theme", "food")
    archive("chapter", "add", garden, "1", "3", "Bread", "--theme", "work")
    assert [(each["end_ms"], each["themes"]) for each in listed(archive, garden)] == [(3000, ["work"])]


def test_of_one_that_is_there_what_is_not_given_stays(archive, garden):
    given = ("--synopsis", "How it began.", "--theme", "food", "--place", "Brooklyn")
    archive("chapter", "add", garden, "1", "2", "Bread", *given)
    archive("chapter", "add", garden, "1", "3", " Bread ", "--organisation", "Coop", "--place", "")
    assert [
        (each["end_ms"], each["synopsis"], each["themes"], each["places"], each["organisations"])
        for each in listed(archive, garden)
    ] == [(3000, "How it began.", ["food"], [], ["Coop"])]


@pytest.mark.fault("looking after", "a chapter with an empty title", "refused; nothing is written")
@pytest.mark.parametrize("title", ["", "  "])
def test_a_chapter_without_a_title_is_refused(archive, garden, title):
    ended = archive("chapter", "add", garden, "1", "2", title)
    assert (ended.code, "A chapter without a title" in ended.err) == (2, True)
    assert listed(archive, garden) == []


def test_a_theme_is_known_by_its_name_in_any_language(archive, garden):
    archive("chapter", "add", garden, "1", "2", "Pain", "--theme", "logement")
    assert listed(archive, garden)[0]["themes"] == ["housing"]


def test_a_chapter_is_removed_by_where_it_begins(archive, garden):
    archive("chapter", "add", garden, "1", "2", "Bread")
    assert archive("chapter", "remove", garden, "1").code == 0
    assert listed(archive, garden) == []
    ended = archive("chapter", "remove", garden, "1")
    assert (ended.code, "No chapter of garden begins at 0:01" in ended.err) == (2, True)


@pytest.mark.fault(
    "looking after", "a chapter that is no passage of the interview", "named; exit 2; nothing is written"
)
@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("4", "2", "0:04 to 0:02 is no passage of garden, which lasts 0:10"),
        ("4", "11", "0:04 to 0:11 is no passage"),
        ("4", "4", "is no passage"),
        ("noon", "4", "'noon' is no moment such as 0:01:05.250"),
        ("1:75", "4", "is no moment"),
    ],
)
def test_what_is_no_passage_is_refused(archive, garden, start, end, said):
    ended = archive("chapter", "add", garden, start, end, "Bread")
    assert ended.code == 2
    assert said in " ".join(ended.err.replace("\u2502", " ").split())
    assert listed(archive, garden) == []
