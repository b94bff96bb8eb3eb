"""Transcripts: revisions, speakers, and words kept exactly."""

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue import transcripts
from archive.catalogue.texts import pack, unpack
from ingest.transcript import Note, Segment, Transcript, Word

times = st.integers(0, 10**8)
texts = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=12)
words = st.builds(Word, texts, times, times, st.integers(0, 100).map(lambda percent: percent / 100))
spoken_segments = st.builds(
    Segment, st.lists(words, min_size=1, max_size=20).map(tuple), spaced=st.booleans()
)


@given(spoken_segments)
def test_words_come_back_as_they_were(segment: Segment):
    assert unpack(segment.text, pack(segment)) == segment.words


def _save(spoken, slug: str, *said: str, model: str = "test", version: str = "1") -> int:
    segments, start = [], 0
    for text in said:
        segments.append(spoken.segment(text, start, channel=0))
        start += 60_000
    return transcripts.save(spoken.db, slug, Transcript("en", tuple(segments), model=model), version=version)


def test_the_first_is_revision_1_and_current(spoken):
    slug = spoken.interview("Bread", ["Who owns it?"])
    found = transcripts.current(spoken.db, slug)
    assert found is not None
    assert (found.revision, found.language, found.kind, found.model) == (1, "en", "machine", "test")
    assert [word.text for segment in found.segments for word in segment.words] == ["Who", "owns", "it?"]


def test_one_that_only_gains_segments_is_the_same_revision(spoken):
    """Another clip of the interview was finished, behind or between those that were there."""
    slug = spoken.interview("Bread", [])
    assert _save(spoken, slug, "Who owns it?") == 1
    assert _save(spoken, slug, "Who owns it?", "Nobody.") == 1
    found = transcripts.current(spoken.db, slug)
    assert found is not None
    assert [segment.text for segment in found.segments] == ["Who owns it?", "Nobody."]
    between = (*(spoken.segment(text, start, 0) for text, start in (("Who owns it?", 0), ("Well.", 30_000))),)
    last = spoken.segment("Nobody.", 60_000, 0)
    assert (
        transcripts.save(spoken.db, slug, Transcript("en", (*between, last), model="test"), version="1") == 1
    )


def test_one_that_says_something_else_is_a_new_revision_and_the_old_one_is_kept(spoken):
    slug = spoken.interview("Bread", ["Who owns it?"])
    assert _save(spoken, slug, "Who bones it?") == 2
    found = transcripts.current(spoken.db, slug)
    assert found is not None
    assert (found.revision, found.segments[0].text) == (2, "Who bones it?")
    rows = spoken.db.execute(
        "SELECT revision, current, text FROM transcripts JOIN segments ON transcript_id = transcripts.id"
        " ORDER BY revision"
    ).fetchall()
    assert rows == [(1, 0, "Who owns it?"), (2, 1, "Who bones it?")]


def test_another_model_or_version_makes_a_new_revision_even_of_the_same_words(spoken):
    slug = spoken.interview("Bread", [])
    assert _save(spoken, slug, "Who owns it?") == 1
    assert _save(spoken, slug, "Who owns it?", model="large-v3") == 2
    assert _save(spoken, slug, "Who owns it?", model="large-v3", version="2") == 3


def test_the_same_again_writes_no_row(spoken):
    slug = spoken.interview("Bread", [])
    _save(spoken, slug, "Who owns it?", "Nobody.")
    before = spoken.db.execute("SELECT id, text FROM segments").fetchall()
    other = spoken.interview("Cars", ["Rows that come later."])
    _save(spoken, slug, "Who owns it?", "Nobody.")
    assert spoken.db.execute("SELECT id, text FROM segments LIMIT 2").fetchall() == before
    assert transcripts.current(spoken.db, other) is not None


def test_nobody_speaking_is_an_empty_transcript(spoken):
    slug = spoken.interview("Silence", [], language=None)
    found = transcripts.current(spoken.db, slug)
    assert found is not None
    assert (found.language, found.revision, found.segments) == (None, 1, ())


def test_a_channel_without_a_name_is_a_numbered_speaker(spoken):
    said = [spoken.segment("Who owns it?", 0, channel=1), spoken.segment("Nobody.", 5000, channel=0)]
    slug = spoken.interview("Bread", said, speakers=["Ada Low"])
    found = transcripts.current(spoken.db, slug)
    assert found is not None
    assert [segment.speaker for segment in found.segments] == ["Speaker 2", "Ada Low"]


def test_captions_bring_the_names_of_their_speakers(spoken):
    said = [replace(spoken.segment("Nobody."), speaker="Jean Martin"), spoken.segment("Well.", 5000)]
    slug = spoken.interview("Bread", said)
    found = transcripts.current(spoken.db, slug)
    assert found is not None
    assert [segment.speaker for segment in found.segments] == ["Jean Martin", None]


def test_a_language_that_was_given_outlives_the_one_that_was_heard(spoken):
    spoken.interview("Bread", ["Who?"], language="en")
    slug = spoken.interview("Pain", [])
    spoken.db.execute("UPDATE interviews SET language = 'fr', language_given = 1 WHERE slug = ?", [slug])
    _save(spoken, slug, "Who?")
    found = spoken.db.execute("SELECT language FROM interviews ORDER BY id").fetchall()
    assert found == [("en",), ("fr",)]


def test_guards_that_struck_are_kept(spoken):
    slug = spoken.interview("Bread", [])
    notes = (Note(41_000, 44_900, "left out, nobody speaks there"),)
    transcripts.save(spoken.db, slug, Transcript("en", notes=notes, model="test"), version="1")
    found = transcripts.current(spoken.db, slug)
    assert found is not None
    assert found.notes == ("0:41 to 0:44: left out, nobody speaks there",)


def test_a_failure_halfway_leaves_the_earlier_transcript_whole(spoken):
    slug = spoken.interview("Bread", ["Who owns it?"])
    spoken.db.execute(
        "CREATE TEMP TRIGGER fails AFTER INSERT ON folded BEGIN SELECT RAISE(ABORT, 'full disk'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="full disk"):
        _save(spoken, slug, "Something else.")
    found = transcripts.current(spoken.db, slug)
    assert found is not None
    assert (found.revision, found.segments[0].text) == (1, "Who owns it?")
