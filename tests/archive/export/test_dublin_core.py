"""Dublin Core: what an interview is, valid by its schema."""

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from archive.catalogue import chapters, releases
from archive.catalogue.chapters import Chapter
from archive.catalogue.releases import Release
from archive.export import dublin_core
from archive.export.material import material

TODAY = date(2026, 11, 21)
SCHEMAS = Path(__file__).parents[2] / "golden" / "schemas"


@pytest.fixture
def garden(spoken):
    """An interview about which everything is said."""
    slug = spoken.interview(
        "Garden & <yard>",
        ["nobody owns this garden"],
        place="Rome",
        date="2026-03-04",
        people=(("Anna Rossi", "interviewee"), ("Jo Bell", "interviewer")),
        organisation="Coop",
        initiative="Seeds",
        themes=("housing", "land"),
        series="Commons",
        episode=3,
        identifier="OH-17",
        abstract="How a yard\nbecame a garden.",
    )
    chapters.add(
        spoken.db, slug, Chapter(0, 1500, "Beginnings", "How it began.", ("land", "food"), ("Brooklyn",))
    )
    releases.decide(spoken.db, slug, "public")
    release = Release(frozenset({"web", "film"}), "CC-BY-4.0", "Anna Rossi", date(2024, 5, 4))
    releases.record(spoken.db, slug, release)
    return slug


def said(content):
    """What is said, by element."""
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "oai_dc.xsd"))
    root = etree.fromstring(content)
    schema.assertValid(root)
    found = {}
    for element in root:
        found.setdefault(etree.QName(element).localname, []).append(element.text)
    return found


def test_all_that_is_known_of_an_interview_is_in_it(spoken, garden):
    assert said(dublin_core.write(material(spoken.db, garden, "web", TODAY))) == {
        "title": ["Garden & <yard>"],
        "creator": ["Anna Rossi"],
        "contributor": ["Jo Bell (interviewer)"],
        "subject": ["housing", "land", "food", "Coop", "Seeds"],
        "description": ["How a yard\nbecame a garden.", "0:00 to 0:01: Beginnings. How it began."],
        "date": ["2026-03-04"],
        "type": ["MovingImage"],
        "format": ["0:10"],
        "identifier": [garden, "OH-17"],
        "language": ["en"],
        "relation": ["Commons, episode 3"],
        "coverage": ["Rome", "Brooklyn"],
        "rights": ["CC-BY-4.0", "Released for: film, web.", "Status: public."],
    }


def test_what_is_not_known_is_left_out(spoken):
    found = said(dublin_core.write(material(spoken.db, spoken.interview("Canal", ["one"]), "desk", TODAY)))
    assert [*found] == ["title", "type", "format", "identifier", "language", "rights"]


def test_characters_that_xml_does_not_know_do_no_harm(spoken):
    slug = spoken.interview("A\x00\x1b\ufffe\U0001f33bB", ["one"])
    assert said(dublin_core.write(material(spoken.db, slug, "desk", TODAY)))["title"] == [
        "A\ufffd\ufffd\ufffd\U0001f33bB"
    ]
