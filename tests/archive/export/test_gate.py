"""Whatever leaves asks the gate: every exporter there is, found by itself."""

import pkgutil
from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import get_type_hints

import pytest

from archive import export
from archive.catalogue import chapters, releases
from archive.catalogue.chapters import Chapter
from archive.catalogue.releases import Release, Withheld
from archive.errors import UserError
from archive.export import EXPORTERS
from archive.export.material import Material, material

TODAY = date(2026, 11, 21)
EVERYWHERE = ("desk", "film", "web", "education", "data")
OUTSIDE = ("web", "education", "data")


def found_by_themselves():
    """Every module of the package that writes something: its name, and the function."""
    modules = [import_module(f"archive.export.{each.name}") for each in pkgutil.iter_modules(export.__path__)]
    return {each.__name__.rpartition(".")[2]: each.write for each in modules if hasattr(each, "write")}


WRITERS = found_by_themselves()


def test_every_exporter_gets_what_the_gate_lets_through_and_nothing_else():
    assert set(EXPORTERS.values()) <= set(WRITERS.values())
    assert {"srt", "vtt", "txt", "json", "ohms", "dublin_core"} <= set(WRITERS)
    for write in WRITERS.values():
        assert get_type_hints(write) == {"found": Material, "return": bytes}


@pytest.fixture
def garden(spoken):
    """An interview that is released for everything; `between us` is said from 1.6 s to 2.3 s."""
    slug = spoken.interview(
        "Garden",
        ["nobody owns this garden between us we all do", "it was my aunt who"],
        people=[("Amina Diallo", "interviewee")],
        speakers=["Amina Diallo"],
    )
    signed = ("Amina Diallo", date(2024, 5, 4))
    releases.record(spoken.db, slug, Release(frozenset(releases.USES), "CC-BY-4.0", *signed, note="ask"))
    releases.decide(spoken.db, slug, "public")
    return slug


@pytest.fixture
def leaving(spoken, garden):
    """What leaves for a use: (exporter, text) of all exporters."""

    def leaving(use, slug=garden, **options):
        found = material(spoken.db, slug, use, TODAY, **options)
        return [(name, write(found).decode()) for name, write in WRITERS.items()]

    return leaving


def refused(leaving, use, why, *arguments, **options):
    with pytest.raises(UserError, match=why):
        leaving(use, *arguments, **options)


def test_what_is_released_goes_wherever_it_may(leaving):
    for use in EVERYWHERE:
        assert all("garden" in text.casefold() for _, text in leaving(use))


def test_withheld_words_are_in_nothing_that_leaves(leaving, spoken, garden):
    releases.withhold(spoken.db, garden, Withheld(1600, 2300))
    for use in EVERYWHERE:
        for name, text in leaving(use):
            assert "between" not in text, (name, use)
            assert "us we" not in text, (name, use)
            assert "garden" in text.casefold(), (name, use)


@pytest.mark.parametrize("before", ["public", "desk", "draft", "embargoed"])
def test_nothing_of_what_was_withdrawn_leaves(leaving, spoken, garden, before):
    releases.decide(spoken.db, garden, before, date(2030, 1, 1) if before == "embargoed" else None)
    releases.decide(spoken.db, garden, "withdrawn")
    for use in EVERYWHERE:
        refused(leaving, use, "It was withdrawn")


@pytest.mark.parametrize("until", [date(2030, 1, 1), date(2020, 1, 1)])
def test_under_embargo_nothing_leaves_the_house_also_after_its_date(leaving, spoken, garden, until):
    releases.decide(spoken.db, garden, "embargoed", until)
    for use in OUTSIDE:
        refused(leaving, use, "under embargo")
    for use in ("desk", "film"):
        assert all("garden" in text.casefold() for _, text in leaving(use))


def test_without_a_release_it_stays_inside_and_a_warning_goes_with_it(leaving, spoken):
    slug = spoken.interview("Bread", ["who bakes it"])
    for use in OUTSIDE:
        refused(leaving, use, "There is no release", slug)
    for use in ("desk", "film"):
        assert material(spoken.db, slug, use, TODAY).warnings == ("The release is still missing.",)
        assert all("bakes" in text for name, text in leaving(use, slug) if name in EXPORTERS)
        refused(leaving, use, r"archive\.toml wants one first", slug, form_first=True)


def test_a_use_that_the_release_does_not_name_is_refused(leaving, spoken, garden):
    for use in releases.USES:
        releases.record(spoken.db, garden, Release(frozenset(releases.USES) - {use}))
        refused(leaving, use, f"does not allow {use}")
        assert all("garden" in text.casefold() for _, text in leaving("desk"))


def test_outside_the_house_people_have_their_public_names(leaving, spoken):
    said = ["I am Amina Diallo and Amina's garden is here", "thank you Diallo thank you AMINA"]
    slug = spoken.interview(
        "Amina Diallo at home",
        said,
        people=[("Amina Diallo", "interviewee")],
        speakers=["Amina Diallo"],
        clips=[(spoken.clip("amina_diallo_01.mov"), 0)],
    )
    spoken.db.execute("UPDATE people SET public_name = 'A. D.' WHERE name = 'Amina Diallo'")
    releases.record(spoken.db, slug, Release(frozenset(releases.USES), form="form.pdf"))
    releases.decide(spoken.db, slug, "public")
    for use in OUTSIDE:
        for _, text in leaving(use, slug):
            assert "A. D." in text
            assert "amina" not in text.casefold()
            assert "diallo" not in text.casefold()
        found = material(spoken.db, slug, use, TODAY)
        assert "amina" not in repr(found).casefold()
        assert "A. D.'s" in found.transcript.segments[0].text
        assert [word.start_ms for word in found.transcript.segments[0].words][-3:] == [2400, 2800, 3200]
    assert all("Amina" in text for use in ("desk", "film") for _, text in leaving(use, slug))


def test_what_people_made_of_it_and_its_language_go_with_it(leaving, spoken):
    spoken.db.execute("UPDATE transcripts SET state = 'corrected', author = 'Ben', reviewed_ms = 65000")
    for name, text in leaving("web"):
        if name not in EXPORTERS:
            continue  # there is no transcript in it
        assert "corrected" in text, name
        assert "1:05" in text or "65000" in text, name
        assert "en" in text.replace("garden", ""), name


@pytest.fixture
def secret(spoken, garden):
    """Chapters of it, of which two touch a passage that is withheld."""
    chapters.add(spoken.db, garden, Chapter(0, 4000, "Beginnings", "How it began.", ("Hiding",)))
    chapters.add(spoken.db, garden, Chapter(1700, 2200, "A secret"))
    chapters.add(spoken.db, garden, Chapter(4000, 5000, "Later", "What came."))
    releases.withhold(spoken.db, garden, Withheld(1600, 2300, "asked"))
    return garden


@pytest.mark.parametrize("use", ["desk", "film"])
def test_inside_the_house_a_chapter_is_cut_to_what_is_open_and_says_no_more_what_is_in_it(
    spoken, secret, use
):
    found = material(spoken.db, secret, use, TODAY)
    assert [(each.start_ms, each.end_ms, each.title, each.synopsis) for each in found.chapters] == [
        (0, 1600, "Beginnings", None),
        (2300, 4000, "Beginnings", None),
        (4000, 5000, "Later", "What came."),
    ]


@pytest.mark.parametrize("use", OUTSIDE)
def test_outside_the_house_a_chapter_that_touches_something_withheld_is_left_out(
    spoken, secret, leaving, use
):
    found = material(spoken.db, secret, use, TODAY)
    assert [(each.start_ms, each.end_ms, each.title, each.synopsis) for each in found.chapters] == [
        (4000, 5000, "Later", "What came.")
    ]
    for name, text in leaving(use):
        assert not [word for word in ("Beginnings", "How it began", "Hiding", "secret") if word in text], name
    assert found.warnings == ("2 words that are withheld are left out.",)
    assert [each.why for each in found.consent.withheld] == [None]


def test_a_segment_ends_where_something_is_withheld(spoken, garden):
    releases.withhold(spoken.db, garden, Withheld(1601, 1602))
    releases.withhold(spoken.db, garden, Withheld(2300, 2400))
    found = material(spoken.db, garden, "desk", TODAY).transcript.segments
    assert [segment.text for segment in found] == [
        "nobody owns this garden",
        "us we all do",
        "it was my aunt who",
    ]
    assert [(segment.start_ms, segment.end_ms) for segment in found][:2] == [(0, 1500), (2000, 3500)]


def test_a_word_of_no_length_is_withheld_where_it_begins(spoken, garden):
    words = spoken.segment("well then")
    still = replace(words, words=tuple(replace(word, end_ms=word.start_ms) for word in words.words))
    slug = spoken.interview("Still", [still])
    releases.withhold(spoken.db, slug, Withheld(400, 500))
    assert [each.text for each in material(spoken.db, slug, "desk", TODAY).transcript.segments] == ["well"]
