"""Search among passages about a theme: what is said in chapters, not only in interviews as a whole."""

import pytest

from archive.catalogue import chapters, revisions, themes
from archive.catalogue.chapters import Chapter
from archive.search import Facet, Filters, facets, search
from archive.search.filters import unknown


@pytest.fixture
def street(spoken):
    """A street of which only a part of the talk is about housing, and another interview that is about it."""
    said = [
        spoken.segment("The bread is ours.", 0, 0),
        spoken.segment("The rent is ours too.", 4000, 0),
        spoken.segment("The cars are ours.", 8000, 0),
    ]
    slug = spoken.interview("Street", said, place="Rome")
    passage = Chapter(4000, 7000, "Rent", themes=("housing",))
    chapters.add(spoken.db, slug, passage)
    spoken.interview("Tower", ["Ours."], themes=["housing"], place="Paris")
    spoken.interview("Field", ["Ours."], place="Paris")
    return slug


def texts(spoken, typed, **filters):
    return sorted(quote.text for quote in search(spoken.db, typed, Filters(**filters)))


@pytest.mark.parametrize("name", ["housing", "Housing", "logement"])
def test_of_a_theme_its_passages_are_found_and_what_is_about_it_as_a_whole(spoken, street, name):
    assert texts(spoken, "ours", theme=name) == ["Ours.", "The rent is ours too."]
    assert texts(spoken, "bread", theme=name) == []
    assert unknown(spoken.db, Filters(theme=name)) == []


def test_a_broader_theme_finds_what_is_about_a_narrower_one(spoken, street):
    themes.describe(spoken.db, "housing", broader="living")
    assert texts(spoken, "ours", theme="living") == ["Ours.", "The rent is ours too."]


def test_a_translation_has_the_same_passages(spoken, street):
    said = (spoken.segment("Anche il pane.", 0), spoken.segment("Anche l'affitto.", 4000))
    revisions.keep(spoken.db, street, said, kind="imported", language="it", translation=True)
    assert texts(spoken, "anche", theme="housing") == ["Anche l'affitto."]


def test_the_facets_count_only_interviews_that_say_it_in_such_a_passage(spoken, street):
    found = facets(spoken.db, "ours", Filters(theme="housing"))
    assert (found.interviews, found.place) == (2, (Facet("Paris", 1), Facet("Rome", 1)))
    assert facets(spoken.db, "bread", Filters(theme="housing")).interviews == 0
    assert facets(spoken.db, "bread").interviews == 1
