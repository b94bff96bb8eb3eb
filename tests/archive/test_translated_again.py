"""A translation that is brought again lies where its file has it, and one that went out comes back as it was."""

import json

import pytest

from archive.catalogue import releases, transcripts
from archive.catalogue.releases import Withheld

FRENCH = (
    ("Bonjour à tous.", 0),
    ("Personne ne sait pourquoi elle est partie en mai.", 3400),
    ("Voilà.", 14_000),
)


def captions(*cues):
    """A SubRip file of (start, end, text), in seconds below a minute."""
    return "".join(
        f"{number}\n00:00:{start:06.3f} --> 00:00:{end:06.3f}\n{text}\n\n".replace(".", ",", 2)
        for number, (start, end, text) in enumerate(cues, 1)
    )


FIRST = captions(
    (0, 1.2, "Hello everybody"), (3.4, 13, "Nobody knows why she went away in May"), (14, 15, "So it is")
)


@pytest.fixture
def jardin(spoken):
    """An interview of twenty seconds in French."""
    said = [spoken.segment(text, at, 0) for text, at in FRENCH]
    return spoken.interview("Jardin", said, language="fr", clips=[(spoken.clip("j.mov", seconds="20"), 0)])


@pytest.fixture
def brought(archive, jardin, tmp_path):
    """Bring a file as its English translation; returns the number of the revision, None where none was made."""

    def brought(text, name="en.srt", *options):
        (tmp_path / name).write_text(text)
        ended = archive("transcript", "import", jardin, name, "--language", "en", "--json", *options)
        assert ended.code == 0, ended.err
        return json.loads(ended.out)["revision"]

    return brought


@pytest.fixture
def english(spoken, jardin):
    """When which segment of the translation begins and ends, and what it says."""

    def english():
        found = transcripts.current(spoken.db, jardin, "en").segments
        return [(each.start_ms, each.end_ms, each.text) for each in found]

    return english


def test_captions_lie_where_their_file_has_them_whatever_was_there_before(brought, english, spoken, jardin):
    brought(FIRST)
    brought(
        captions(
            (0, 2, "Hello everybody nobody knows"),
            (2.5, 4, "why she went"),
            (6, 13, "away in May"),
            (14, 15, "So it is"),
        )
    )
    assert english() == [
        (0, 2000, "Hello everybody nobody knows"),
        (2500, 4000, "why she went"),
        (6000, 13_000, "away in May"),
        (14_000, 15_000, "So it is"),
    ]
    said = transcripts.current(spoken.db, jardin, "en").segments
    assert all(
        each.start_ms <= word.start_ms <= word.end_ms <= each.end_ms for each in said for word in each.words
    )


def test_the_same_words_at_other_times_are_another_revision(brought, english):
    brought(FIRST)
    assert brought(FIRST) is None
    assert brought(FIRST.replace("03,400", "04,400")) == 3
    assert english()[1] == (4400, 13_000, "Nobody knows why she went away in May")


@pytest.mark.parametrize("form", ["srt", "vtt", "txt", "json"])
def test_a_translation_that_went_out_comes_back_as_it_was(archive, brought, english, jardin, tmp_path, form):
    brought(
        FIRST.replace("in May", "in May and why nobody ever heard of her again on the street where she lived")
    )
    before = english()
    options = ("--language", "en", "--to", form, "--out", f"out.{form}")
    assert archive("transcript", "export", jardin, *options).code == 0
    out = (tmp_path / f"out.{form}").read_text()
    assert brought(out, f"out.{form}") is None
    assert brought(out.replace("Hello", "Hallo"), f"out.{form}") == 3
    assert english() == [(0, 1200, "Hallo everybody"), *before[1:]]


@pytest.mark.parametrize("form", ["srt", "txt", "json"])
def test_what_was_withheld_is_not_lost_by_a_translation_that_comes_back(
    archive, brought, english, spoken, jardin, tmp_path, form
):
    brought(FIRST)
    before = english()
    releases.withhold(spoken.db, jardin, Withheld(9000, 10_600))
    options = ("--language", "en", "--to", form, "--out", f"out.{form}")
    assert archive("transcript", "export", jardin, *options).code == 0
    out = (tmp_path / f"out.{form}").read_text()
    assert "Nobody" not in out
    assert brought(out, f"out.{form}") is None
    assert brought(out.replace("Hello", "Hallo"), f"out.{form}") == 3
    assert english() == [(0, 1200, "Hallo everybody"), *before[1:]]


def test_typed_text_without_times_is_laid_on_the_translation_that_is_there(brought, english):
    brought(FIRST)
    brought("Hello everybody\n\nNobody knew why she went away in May\n\nSo it was\n", "en.txt")
    said = " ".join(text for _, _, text in english())
    assert said == "Hello everybody Nobody knew why she went away in May So it was"
    assert (english()[0][0], english()[-1][1]) == (0, 15_000)
