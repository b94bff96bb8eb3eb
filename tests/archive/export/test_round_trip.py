"""What is exported and read again is what went out, whatever was said."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.catalogue import open_catalogue, transcripts
from archive.catalogue.chapters import Chapter
from archive.catalogue.description import Description
from archive.catalogue.interviews import create
from archive.catalogue.texts import SpokenSegment
from archive.catalogue.transcripts import as_segments
from archive.export import EXPORTERS
from archive.export.material import material
from ingest import given as giving
from ingest.laid import laid
from ingest.transcript import Segment, Transcript, Word

PARTS = [
    "&",
    "<",
    ">",
    "-->",
    "<b>",
    "</v>",
    "{\\an8}",
    "{x}",
    "&amp;",
    "Note:",
    "12:30",
    ":",
    "#",
    "[0:01]",
    "1",
]
LETTERS = st.text(
    st.characters(categories=["L", "M", "N", "P", "S"], exclude_characters="\u2060"), min_size=1, max_size=8
)
texts = st.one_of(
    st.sampled_from(PARTS), LETTERS, st.sampled_from(["هذا", "שלנו", "straße", "L’été", "co-op"])
)
speakers = st.one_of(st.none(), st.sampled_from(["Amina", "ben", "Dr: A & <B>", "Speaker 1", "李明"]))


@st.composite
def said(draw):
    """Segments of words with times, one after the other."""
    at, found = draw(st.integers(0, 5000)), []
    for speaker in draw(st.lists(speakers, min_size=1, max_size=5)):
        words = []
        for text in draw(st.lists(texts, min_size=1, max_size=25)):
            end = at + draw(st.integers(0, 900))
            words.append(Word(text, at, end, 0.5))
            at = end + draw(st.integers(0, 800))
        found.append(
            SpokenSegment(
                speaker, " ".join(w.text for w in words), words[0].start_ms, words[-1].end_ms, tuple(words)
            )
        )
    return tuple(found)


titles = st.lists(texts, min_size=1, max_size=4).map(" ".join)
passages = st.builds(
    lambda start, title, themes: Chapter(start, start + 1, title, None, tuple(themes)),
    st.integers(0, 20_000),
    st.one_of(titles, st.sampled_from(["12:30 --> 12:31", "two\nlines", "a\u2028b", "NOTE", "-->"])),
    st.lists(titles, max_size=2),
)


@pytest.fixture(scope="module")
def frame(tmp_path_factory):
    """What an exporter gets, with a transcript to be filled in."""
    path = tmp_path_factory.mktemp("frame") / "archive.db"
    with open_catalogue(path, write=True) as db:
        slug = create(db, title="Garden", clips=[], about=Description())
        transcripts.save(db, slug, Transcript("en", (Segment((Word("x", 0, 1),)),), model="m"), version="1")
        return material(db, slug, "desk", date(2026, 11, 21))


@cache
def known():
    return frozenset({"Amina", "ben", "Dr: A & <B>", "Speaker 1", "李明"})


@pytest.mark.parametrize("form", ["srt", "vtt", "txt", "json"])
@settings(max_examples=60, deadline=None)
@given(segments=said(), chapters=st.lists(passages, max_size=3))
def test_what_comes_back_is_what_went_out(frame, tmp_path_factory, form, segments, chapters):
    spoken = replace(frame.transcript, segments=segments)
    path = tmp_path_factory.getbasetemp() / f"round.{form}"
    in_order = tuple(sorted(chapters, key=lambda each: each.start_ms))
    path.write_bytes(EXPORTERS[form](replace(frame, transcript=spoken, chapters=in_order)))
    before = as_segments(spoken)
    found = laid(giving.read(path, known()), before)
    assert [(each.speaker, each.text) for each in found.segments] == [
        (each.speaker, each.text) for each in before
    ]
    assert [each.words for each in found.segments] == [each.words for each in before]
