"""Interviews: slugs, clips on one time line, who and what they are about."""

from fractions import Fraction

import pytest

from archive.catalogue import interviews
from archive.catalogue.description import Description
from archive.errors import UserError


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Shared cars", "shared-cars"),
        ("L’économie à Rome!", "l-economie-a-rome"),
        ("A003C012_241130", "a003c012-241130"),
        ("北京", "北-京"),
        ("…", "interview"),
        ("caf\udce9", "caf"),
    ],
)
def test_a_slug_is_made_from_the_title(spoken, title: str, slug: str):
    assert interviews.create(spoken.db, title=title, clips=[]) == slug


def test_titles_that_agree_get_slugs_that_do_not(spoken):
    slugs = [
        interviews.create(spoken.db, title=title, clips=[]) for title in ("Café", "Cafe", "CAFE", "Cafe 2")
    ]
    assert slugs == ["cafe", "cafe-2", "cafe-3", "cafe-2-2"]


def test_a_title_from_a_name_that_is_no_utf8_can_be_stored(spoken):
    slug = interviews.create(spoken.db, title="caf\udce9", clips=[])
    assert interviews.find(spoken.db, slug).title == "caf\N{REPLACEMENT CHARACTER}"


def test_holds_what_the_crew_knows(spoken):
    first, second = spoken.clip("a.mov", seconds="30030/1001"), spoken.clip("b.mov", seconds="5")
    slug = interviews.create(
        spoken.db,
        title="Shared cars",
        clips=[(first, Fraction(0)), (second, Fraction(30030, 1001))],
        about=Description(
            place="Paris",
            people=(("Jean Martin", "interviewee"), ("Ada Low", "interviewer")),
            organisation="Autopartage",
            themes=("mobility", "work"),
            date="2024-05-31",
            language="fr",
            speakers=("Ada Low", "Jean Martin"),
        ),
    )
    found = interviews.find(spoken.db, slug)
    assert (found.language, found.language_given, found.date) == ("fr", True, "2024-05-31")
    assert (found.place, found.organisation, found.duration_ms) == ("Paris", "Autopartage", 35000)
    assert [(clip.name, clip.offset) for clip in found.clips] == [("a.mov", 0), ("b.mov", Fraction(30))]
    assert [(person.name, person.role) for person in found.people] == [
        ("Jean Martin", "interviewee"),
        ("Ada Low", "interviewer"),
    ]
    assert (found.themes, found.speakers) == (("mobility", "work"), ("Ada Low", "Jean Martin"))
    named = "SELECT name FROM speakers WHERE person_id IS NOT NULL ORDER BY channel"
    assert spoken.db.execute(named).fetchall() == [("Ada Low",), ("Jean Martin",)]


def test_a_clip_put_behind_the_others_makes_the_interview_longer(spoken):
    slug = interviews.create(spoken.db, title="One", clips=[(spoken.clip("a.mov"), Fraction(0))])
    later = spoken.clip("b.mov")
    interviews.append_clip(spoken.db, slug, later, Fraction(10))
    assert interviews.find(spoken.db, slug).duration_ms == 20000
    assert interviews.of_clip(spoken.db, later) == slug
    assert interviews.of_clip(spoken.db, "f" * 32) is None


def test_a_name_with_any_byte_comes_back(spoken):
    slug = interviews.create(spoken.db, title="x", clips=[(spoken.clip("caf\udce9.mov"), Fraction(0))])
    assert interviews.find(spoken.db, slug).clips[0].name == "caf\udce9.mov"


def test_a_slug_that_is_not_there_brings_those_spelt_nearly_so(spoken):
    for title in ("Shared cars", "Food coop"):
        interviews.create(spoken.db, title=title, clips=[])
    with pytest.raises(UserError, match="no interview 'shared-car'") as caught:
        interviews.find(spoken.db, "shared-car")
    assert "shared-cars" in caught.value.remedy
    assert "food" not in caught.value.remedy


def test_the_listing_is_read_by_few_queries(spoken):
    """However many interviews there are."""
    for number in range(30):
        spoken.interview(f"Interview {number}", ["Hello there."], themes=["work"])
    asked: list[str] = []
    spoken.db.conn.set_trace_callback(asked.append)
    assert len(interviews.listing(spoken.db)) == 30
    spoken.db.conn.set_trace_callback(None)
    assert len(asked) < 10


def test_one_person_on_two_microphones_is_one_speaker(spoken):
    slug = interviews.create(
        spoken.db, title="One", clips=[], about=Description(speakers=("Ada Low", "Ada Low"))
    )
    assert interviews.find(spoken.db, slug).speakers == ("Ada Low",)


EVERYTHING = Description(
    place="Rome",
    people=(("Anna Rossi", "baker"),),
    organisation="Forno Comune",
    themes=("food",),
    date="2026-05-04",
    series="Bread",
    episode=3,
    identifier="OH-1912",
    abstract="How an oven is shared.",
    shoot="Rome in May",
    initiative="The night oven",
    title="Anna Rossi bakes",
)


def test_everything_the_crew_knows_comes_back_as_it_was_said(spoken):
    slug = interviews.create(spoken.db, title="A001", clips=[])
    assert interviews.amend(spoken.db, slug, EVERYTHING)
    found = interviews.find(spoken.db, slug)
    for name in ("place", "organisation", "themes", "date", "series", "episode", "identifier", "abstract"):
        assert getattr(found, name) == getattr(EVERYTHING, name), name
    assert (found.shoot, found.initiative, found.title) == (
        "Rome in May",
        "The night oven",
        "Anna Rossi bakes",
    )
    assert (found.slug, found.status, found.until) == ("a001", "draft", None)
    assert not interviews.amend(spoken.db, slug, EVERYTHING)


def test_what_is_cleared_is_not_said_any_more_and_all_else_stays(spoken):
    slug = interviews.create(spoken.db, title="A001", clips=[], about=EVERYTHING)
    interviews.clear(spoken.db, slug, ["people", "themes", "organisation", "series"])
    found = interviews.find(spoken.db, slug)
    assert (found.people, found.themes, found.organisation, found.series) == ((), (), None, None)
    assert found.initiative is None, "it was the organisation's"
    assert (found.place, found.episode) == ("Rome", 3)


def test_an_initiative_belongs_to_an_organisation(spoken):
    """That of another organisation is none of an interview's any more, and without any it is refused."""
    slug = interviews.create(spoken.db, title="A001", clips=[], about=EVERYTHING)
    interviews.amend(spoken.db, slug, Description(organisation="Casa Aperta"))
    assert interviews.find(spoken.db, slug).initiative is None
    bare = interviews.create(spoken.db, title="A002", clips=[])
    with pytest.raises(UserError, match="whose initiative"):
        interviews.amend(spoken.db, bare, Description(initiative="The night oven", place="Rome"))
    assert interviews.find(spoken.db, bare).place is None
