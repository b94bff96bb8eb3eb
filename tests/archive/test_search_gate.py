"""What is withheld is found by no search, and of what was withdrawn nothing is."""

import pytest

from archive.catalogue import releases
from archive.catalogue.releases import Release, Withheld
from archive.search import facets, search


@pytest.fixture
def shared(spoken):
    """Two interviews that speak of a garden; the first in two segments, of which the second begins at 10 s."""
    said = [spoken.segment("The garden is ours.", 0, 0), spoken.segment("My garden is a secret.", 10_000, 0)]
    return spoken.interview("Shared", said), spoken.interview("Other", ["A garden for all."])


def found(spoken, **options) -> list[str]:
    quotes = search(spoken.db, "garden", **options)
    assert facets(spoken.db, "garden", **options).interviews == len({quote.interview for quote in quotes})
    return [quote.text for quote in quotes]


def test_a_segment_with_something_withheld_is_not_found(spoken, shared):
    releases.withhold(spoken.db, shared[0], Withheld(10_200, 10_300))
    assert sorted(found(spoken)) == ["A garden for all.", "The garden is ours."]
    assert search(spoken.db, "secret") == []
    assert facets(spoken.db, "secret").interviews == 0


def test_a_quote_that_runs_into_what_is_withheld_is_not_found(spoken, shared):
    releases.withhold(spoken.db, shared[0], Withheld(10_000, 12_000))
    assert search(spoken.db, '"ours my"') == []


def test_what_was_withdrawn_is_not_found(spoken, shared):
    releases.decide(spoken.db, shared[0], "withdrawn")
    assert found(spoken) == ["A garden for all."]
    releases.decide(spoken.db, shared[0], "draft")
    assert len(found(spoken)) == 3


def test_without_a_form_nothing_is_found_where_the_settings_want_one_first(spoken, shared):
    releases.record(spoken.db, shared[1], Release())
    assert found(spoken, form_first=True) == ["A garden for all."]


def test_the_command_finds_nothing_of_it(archive, spoken, shared):
    releases.decide(spoken.db, shared[1], "withdrawn")
    releases.withhold(spoken.db, shared[0], Withheld(0, 5_000))
    spoken.db.conn.commit()
    assert "secret" in archive("search", "garden").out
    assert "for all" not in archive("search", "garden").out
    assert "ours" not in archive("search", "garden").out
