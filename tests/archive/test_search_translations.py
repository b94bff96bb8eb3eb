"""Search in what was said and in what it means in other languages, and by how far people have looked at it."""

import json
from dataclasses import replace

import pytest

from archive.catalogue import revisions
from archive.search import Facet, Filters, facets, search

MOMENTS = (0, 4000, 8000)


def passages(spoken, *texts):
    return tuple(spoken.segment(text, start, 0) for text, start in zip(texts, MOMENTS, strict=False))


@pytest.fixture
def bread(spoken):
    """What was said in French about bread in Rome, and a translator's English."""
    said = passages(spoken, "Personne ne possède le four.", "On le partage.", "À Rome aussi.")
    slug = spoken.interview("Pain", said, language="fr", speakers=["Jean"])
    english = passages(spoken, "Nobody owns the oven.", "We share it.", "In Rome too.")
    revisions.keep(spoken.db, slug, english, kind="imported", author="Tom", language="en", translation=True)
    return slug


def quoted(spoken, typed, **filters):
    return [(quote.language, quote.text) for quote in search(spoken.db, typed, Filters(**filters))]


def test_a_quote_is_found_in_either_language_and_plays_the_same_moment(spoken, bread):
    (french,) = search(spoken.db, '"possède le four"')
    (english,) = search(spoken.db, '"owns the oven"')
    assert (french.language, french.translation, french.text) == (
        "fr",
        False,
        "Personne ne possède le four.",
    )
    assert (english.language, english.translation, english.text) == ("en", True, "Nobody owns the oven.")
    (four,) = search(spoken.db, "personne")
    (oven,) = search(spoken.db, "nobody")
    assert (four.start_ms, four.timecode_in) == (oven.start_ms, oven.timecode_in) == (0, "10:00:00:00")
    assert (four.url, oven.url) == ("/interviews/pain#t=0", "/interviews/pain?language=en#t=0")


def test_a_passage_that_holds_the_word_in_both_languages_is_one_hit(spoken, bread):
    assert quoted(spoken, "rome") == [("fr", "À Rome aussi.")]
    assert quoted(spoken, "rome", language="en") == [("en", "In Rome too.")]
    assert quoted(spoken, "rome OR", language="it") == []
    (quote,) = search(spoken.db, "rome", limit=1)
    assert quote.language == "fr"


def test_what_is_closer_in_the_translation_is_shown_once_in_it(spoken):
    said = passages(spoken, "Rome, enfin, je veux dire aussi Milan.")
    slug = spoken.interview("Villes", said, language="fr")
    english = passages(spoken, "Rome Milan, I mean.")
    revisions.keep(spoken.db, slug, english, kind="imported", language="en", translation=True)
    assert quoted(spoken, "rome milan") == [("en", "Rome Milan, I mean.")]


def test_the_facets_count_an_interview_once(spoken, bread):
    spoken.interview("Roads", ["All roads lead to Rome."])
    found = facets(spoken.db, "rome")
    assert found.interviews == 2
    assert found.language == (Facet("en", 2), Facet("fr", 1))
    assert found.state == (Facet("corrected", 1), Facet("machine", 2))[::-1]
    assert facets(spoken.db, "rome", Filters(language="fr")).interviews == 1


@pytest.fixture
def asked_in_english(spoken):
    """An English question and a French answer in one transcript."""
    question = spoken.segment("Who owns the restaurant?", 0, 0)
    answer = replace(spoken.segment("Le restaurant est à nous.", 4000, 1), language="fr")
    return spoken.interview("Both", [question, answer], language="en")


def test_of_two_languages_in_one_transcript_each_is_found_by_itself(spoken, asked_in_english):
    assert quoted(spoken, "restaurant") == [
        ("en", "Who owns the restaurant?"),
        ("fr", "Le restaurant est à nous."),
    ]
    assert quoted(spoken, "restaurant", language="fr") == [("fr", "Le restaurant est à nous.")]
    assert quoted(spoken, "restaurant", language="en") == [("en", "Who owns the restaurant?")]
    assert quoted(spoken, "owns", language="fr") == []


def test_the_facets_know_each_language_of_one_transcript(spoken, asked_in_english):
    assert facets(spoken.db, "restaurant").language == (Facet("en", 1), Facet("fr", 1))
    assert facets(spoken.db, "owns").language == (Facet("en", 1),)
    assert facets(spoken.db, "owns", Filters(language="fr")).interviews == 0
    assert facets(spoken.db, "restaurant", Filters(language="fr")).interviews == 1


def test_a_hit_says_how_far_people_have_looked(archive, spoken):
    slug = spoken.interview("Bread", ["Who owns it?", "Nobody owns the bread."])
    spoken.interview("Cars", ["Nobody owns the car."])
    revisions.review(spoken.db, slug, "corrected", author="Nora", up_to_ms=1000)
    hits = {hit["interview"]: hit for hit in json.loads(archive("search", "nobody", "--json").out)}
    assert [hits["bread"][key] for key in ("state", "reviewed_ms", "reviewed_by")] == [
        "corrected",
        1000,
        "Nora",
    ]
    assert [hits["cars"][key] for key in ("state", "reviewed_ms", "reviewed_by")] == ["machine", None, None]
    told = archive("search", "bread", "--state", "corrected").out
    assert "bread · corrected up to 0:01 by Nora" in told
    assert json.loads(archive("search", "car", "--state", "corrected", "--json").out) == []


def test_a_hit_in_a_translation_says_so(archive, bread):
    assert "translation (en)" in archive("search", "oven").out
    assert "translation" not in archive("search", "four").out
