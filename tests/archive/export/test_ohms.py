"""OHMS XML: the index and the transcript of an interview, valid by its schema, and back without loss."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archive.catalogue import chapters, releases
from archive.catalogue.chapters import Chapter
from archive.catalogue.releases import Release
from archive.catalogue.texts import SpokenSegment
from archive.export import ohms
from archive.export.material import material
from archive.export.ohms_text import WIDEST, laid_out
from ingest import ohms as reader
from ingest.ohms_text import Names, segments_of_text
from ingest.transcript import Word

TODAY = date(2026, 11, 21)
SCHEMA = Path(__file__).parents[2] / "golden" / "schemas" / "ohms.xsd"
OHMS = {"o": reader.NAMESPACE}


@pytest.fixture
def garden(spoken):
    """Five minutes in which two people speak, with three chapters that lie in each other."""
    said = [
        spoken.segment("Nobody owns this garden. " * 60, 0, 0),
        spoken.segment("Who <i>says</i> so & why? ", 125_000, 1),
        spoken.segment("Note: we all do. ]]>", 130_500, 0),
        spoken.segment("没有人拥有这个花园。", 140_000, spaced=False),
    ]
    slug = spoken.interview(
        "Garden & <yard>",
        said,
        clips=[(spoken.clip("a.mov", seconds="300"), 0)],
        speakers=["Anna d'Été", "Jo Bell"],
        people=(("Anna d'Été", "interviewee"), ("Jo Bell", "interviewer"), ("Al", "camera")),
        date="2026-03-04",
        themes=("housing",),
        series="Commons",
        identifier="OH-17",
        abstract="A yard.",
    )
    for chapter in (
        Chapter(
            1250, 130_200, "Beginnings", "How it\nbegan.", ("land", "food"), ("Brooklyn", "Rome"), ("Coop",)
        ),
        Chapter(20_001, 30_999, "Inside"),
        Chapter(130_200, 300_000, "After"),
    ):
        chapters.add(spoken.db, slug, chapter)
    return slug


@pytest.fixture
def written(spoken, garden):
    """What is written for the desk."""
    return ohms.write(material(spoken.db, garden, "desk", TODAY))


@pytest.fixture
def record(written):
    """The record, valid by its schema."""
    root = etree.fromstring(written)
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root)
    return root[0]


@pytest.fixture
def back(written, tmp_path):
    """What is read of what was written."""
    (tmp_path / "o.xml").write_bytes(written)
    return reader.read(tmp_path / "o.xml")


def texts(record, *paths):
    return [text for path in paths for text in record.xpath(f"o:{path}/text()", namespaces=OHMS)]


def test_what_ohms_keeps_of_an_interview_is_in_its_record(record):
    assert texts(record, "title", "accession", "duration", "series_name", "subject", "description") == [
        "Garden & <yard>",
        "OH-17",
        "00:05:00",
        "Commons",
        "housing",
        "A yard.",
    ]
    assert texts(record, "interviewee", "interviewer") == ["Anna d'Été", "Jo Bell"]
    assert texts(record, "language", "user_notes", "fmt") == ["en", "Review: machine", "video"]
    assert record.xpath("string(o:date/@value)", namespaces=OHMS) == "2026-03-04"


def test_a_chapter_is_a_point_of_the_index(record):
    assert texts(record, "index/o:point/o:time") == ["1", "20", "130"]
    (first, *_) = record.xpath("o:index/o:point", namespaces=OHMS)
    assert texts(first, "title", "keywords", "subjects", "gpspoints/o:gps_text") == [
        "Beginnings",
        "Coop",
        "land;food",
        "Brooklyn",
        "Rome",
    ]
    (opening,) = texts(first, "partial_transcript")
    assert opening.startswith("Nobody owns this garden. Nobody")
    assert len(opening) <= 200


def test_the_transcript_stands_in_lines_of_which_a_mark_a_minute_is_known(record):
    (text,) = texts(record, "transcript")
    lines = text.split("\n")
    assert lines[0].startswith("ANNA D'ÉTÉ: Nobody owns this garden.")
    assert max(map(len, lines)) <= WIDEST
    (sync,) = texts(record, "sync")
    assert sync.startswith("1:|")
    marks = [tuple(map(int, mark.rstrip(")").split("("))) for mark in sync.removeprefix("1:|").split("|")]
    # Words begin every 400 ms, so that 150 do in each minute; the name before them is two more.
    counted = [sum(len(each.split()) for each in lines[: line - 1]) + word for line, word in marks]
    assert counted == [2 + 150, 2 + 240]


def test_chapters_come_back_as_they_went_out(back):
    assert back.points == (
        reader.Point(
            1250, 130_200, "Beginnings", "How it\nbegan.", ("land", "food"), ("Brooklyn", "Rome"), ("Coop",)
        ),
        reader.Point(20_001, 30_999, "Inside", None, (), (), ()),
        reader.Point(130_200, 300_000, "After", None, (), (), ()),
    )


def test_the_transcript_comes_back_with_its_speakers_and_the_times_of_its_segments(back, spoken, garden):
    went = material(spoken.db, garden, "desk", TODAY).transcript.segments
    assert back.language == "en"
    assert [(each.start_ms, each.end_ms) for each in back.segments] == [
        (each.start_ms, each.end_ms) for each in went
    ]
    assert [each.speaker for each in back.segments] == ["Anna d'Été", "Jo Bell", "Anna d'Été", None]
    assert ["".join(each.text.split()) for each in back.segments] == [
        "".join(each.text.split()) for each in went
    ]


def test_by_its_text_and_marks_alone_every_word_is_in_its_minute(record, spoken, garden):
    went = material(spoken.db, garden, "desk", TODAY).transcript.segments
    (text,), (sync,) = texts(record, "transcript"), texts(record, "sync")
    found = segments_of_text(text, sync, Names(("Anna d'Été", "Jo Bell")))
    assert [each.speaker for each in found[:3]] == ["Anna d'Été", "Jo Bell", "Anna d'Été"]
    pairs = list(zip(went[0].words, found[0].words, strict=True))
    assert all(one.start_ms // 60_000 == other.start_ms // 60_000 for one, other in pairs)


def test_withheld_words_are_in_neither_form_of_the_transcript(spoken, garden):
    releases.withhold(spoken.db, garden, releases.Withheld(125_000, 127_000))
    assert b"says" not in ohms.write(material(spoken.db, garden, "desk", TODAY))


def test_outside_the_house_the_public_name_stands_in_all_of_it(spoken, garden):
    spoken.db.execute("UPDATE people SET public_name = 'A. E.' WHERE name = 'Anna d''Été'")
    releases.record(spoken.db, garden, Release(frozenset({"web"}), "CC-BY-4.0", form="form.pdf"))
    releases.decide(spoken.db, garden, "public")
    content = ohms.write(material(spoken.db, garden, "web", TODAY)).decode()
    assert "A. E." in content
    assert "anna" not in content.casefold()


def test_an_interview_without_a_transcript_is_valid_too(spoken):
    slug = spoken.interview("Canal", [])
    root = etree.fromstring(ohms.write(material(spoken.db, slug, "desk", TODAY)))
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.text(min_size=1, max_size=100), min_size=1), st.integers(0, 400_000)),
        max_size=5,
    )
)
def test_every_mark_stands_on_a_word_of_the_text(said):
    segments = [
        SpokenSegment(
            "A B" if place % 2 else None,
            " ".join(words),
            start,
            start + 100 * len(words),
            tuple(
                Word(text, start + 100 * number, start + 100 * number) for number, text in enumerate(words)
            ),
        )
        for place, (words, start) in enumerate(said)
    ]
    text, sync = laid_out(segments)
    lines = text.split("\n")
    for mark in filter(None, sync.removeprefix("1:").split("|")):
        line, word = map(int, mark.rstrip(")").split("("))
        assert (line, word) == (1, 1) or len(lines[line - 1].split()) >= word >= 1
