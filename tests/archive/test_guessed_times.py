"""No guess at when a word was said lets through what is withheld: captions and translations go in whole segments."""

import re
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from archive.catalogue import releases, revisions, transcripts
from archive.catalogue.merging import merge
from archive.catalogue.releases import Consent, Release, Withheld
from archive.export.material import material
from archive.release import open_words, reaches
from archive.search import search
from archive.web import records
from archive.web.moments import moment
from ingest.transcript import Segment, Transcript, Word

TODAY = date(2026, 11, 21)
FRENCH = (
    ("Bonjour à tous.", 0),
    ("Personne ne sait pourquoi elle est partie en mai.", 3400),
    ("Voilà.", 14_000),
)
ENGLISH = """\
1
00:00:00,000 --> 00:00:01,200
Hello everybody.

2
00:00:03,400 --> 00:00:13,000
Nobody knows why she went away in May.

3
00:00:14,000 --> 00:00:15,000
So it is.
"""


@pytest.fixture
def jardin(archive, spoken, tmp_path):
    """An interview of twenty seconds in French, with a translation that somebody brought."""
    said = [spoken.segment(text, at, 0) for text, at in FRENCH]
    slug = spoken.interview(
        "Jardin", said, language="fr", clips=[(spoken.clip("jardin.mov", seconds="20"), 0)]
    )
    release = Release(frozenset(releases.USES), signed_by="Amina", signed=TODAY)
    releases.record(spoken.db, slug, release)
    releases.decide(spoken.db, slug, "public")
    (tmp_path / "en.srt").write_text(ENGLISH)
    assert archive("transcript", "import", slug, "en.srt", "--language", "en").code == 0
    return slug


def words(text):
    return re.findall(r"[A-Za-z]+", text)


def test_of_a_translation_no_word_leaves_whose_caption_reaches_into_what_is_withheld(archive, spoken, jardin):
    releases.withhold(spoken.db, jardin, Withheld(9000, 10_600))
    for use in ("desk", "web"):
        out = archive(
            "transcript", "export", jardin, "--language", "en", "--use", use, "--to", "srt", "--out", "a.srt"
        )
        assert out.code == 0, out.err
        assert "8 words that are withheld are left out" in out.err
        left = (spoken.folder / "a.srt").read_text()
        assert ("Hello" in left, "So it is" in left) == (True, True)
        assert not {"Nobody", "knows", "why", "she", "went", "away", "May"} & set(words(left))


def test_what_was_heard_is_still_left_out_word_by_word(spoken, jardin):
    releases.withhold(spoken.db, jardin, Withheld(4200, 4500))
    left = material(spoken.db, jardin, "web", TODAY).transcript.segments
    assert [each.text for each in left][1:3] == ["Personne ne", "pourquoi elle est partie en mai."]


def test_between_two_captions_both_may_have_been_said(spoken, jardin):
    releases.withhold(spoken.db, jardin, Withheld(13_200, 13_300))
    left = material(spoken.db, jardin, "web", TODAY, language="en").transcript.segments
    assert [each.text for each in left] == ["Hello everybody."]


def test_neither_search_nor_a_page_shows_them(spoken, jardin):
    assert search(spoken.db, "nobody knows")
    releases.withhold(spoken.db, jardin, Withheld(13_200, 13_300))
    assert search(spoken.db, "nobody knows") == []
    assert search(spoken.db, "so it is") == []
    assert search(spoken.db, "voilà")
    spoken.db.conn.commit()
    with closing(sqlite3.connect(spoken.path)) as reader:
        reader.row_factory = sqlite3.Row
        shown = records.interview(reader, jardin, "en")
        assert [each.text for each in shown.passages] == ["Hello everybody."]
        assert len(records.interview(reader, jardin, "fr").passages) == 3


@pytest.mark.parametrize("kind", ["captions", "imported"])
def test_so_it_is_with_what_came_from_a_file_and_with_what_was_made_of_that(spoken, jardin, kind):
    brought = Segment((Word("Personne", 3400, 4000), Word("sait.", 4000, 13_000)), speaker="Amina")
    if kind == "captions":
        transcripts.save(spoken.db, jardin, Transcript("fr", (brought,), kind=kind))
    else:
        revisions.keep(spoken.db, jardin, [brought], kind=kind, language="fr")
    first = transcripts.current(spoken.db, jardin)
    mended = Segment((Word("Nul", 3400, 4000), Word("sait.", 4000, 13_000)), speaker="Amina")
    revisions.keep(spoken.db, jardin, [mended], kind="corrected")
    second = transcripts.current(spoken.db, jardin)
    assert (first.kind, first.heard, second.kind, second.heard) == (kind, False, "corrected", False)
    releases.withhold(spoken.db, jardin, Withheld(9000, 10_600))
    assert material(spoken.db, jardin, "web", TODAY).transcript.segments == ()


def test_words_that_a_person_corrected_where_they_were_heard_go_one_by_one(spoken, jardin):
    heard = transcripts.current(spoken.db, jardin)
    revisions.keep(spoken.db, jardin, transcripts.as_segments(heard), kind="corrected")
    assert transcripts.current(spoken.db, jardin).heard
    revisions.keep(spoken.db, jardin, transcripts.as_segments(heard), kind="imported")
    assert not transcripts.current(spoken.db, jardin).heard
    revisions.restore(spoken.db, jardin, heard.revision)
    assert transcripts.current(spoken.db, jardin).heard


def test_the_front_page_quotes_no_caption_that_reaches_there(spoken, jardin):
    revisions.keep(
        spoken.db, jardin, transcripts.as_segments(transcripts.current(spoken.db, jardin)), kind="imported"
    )
    releases.withhold(spoken.db, jardin, Withheld(2000, 2100))
    spoken.db.conn.commit()
    with closing(sqlite3.connect(spoken.path)) as reader:
        reader.row_factory = sqlite3.Row
        assert moment(reader) is None


def test_a_segment_reaches_from_the_one_before_it_to_the_one_behind_it():
    assert [*reaches([(1000, 2000), (2500, 9000), (8000, 9500)])] == [
        (0, 2500),
        (2000, 9000),
        (8000, 1 << 62),
    ]
    said = [[(1000, 1400), (1400, 2000)], [(2500, 2500)]]
    consent = Consent(withheld=(Withheld(2000, 2100),))
    assert open_words(consent, said, exact=True) == [[range(2)], [range(1)]]
    assert open_words(consent, said, exact=False) == [[], []]


def test_so_it_is_with_an_interview_that_a_file_is_a_part_of(spoken, jardin):
    brought = Segment((Word("Personne", 1000, 4000), Word("sait.", 4000, 9000)), speaker="Amina")
    other = spoken.interview("Autre", [], language="fr")
    revisions.keep(spoken.db, other, [brought], kind="imported", language="fr")
    heard = transcripts.as_segments(transcripts.current(spoken.db, jardin))
    revisions.keep(spoken.db, jardin, heard, kind="corrected")
    assert transcripts.current(spoken.db, jardin).heard
    merge(spoken.db, jardin, [other])
    found = transcripts.current(spoken.db, jardin)
    assert (len(found.segments), found.heard) == (4, False)


def test_so_it_is_where_the_words_of_one_clip_are_captions(spoken, jardin):
    both = [(spoken.clip("heard.mov"), 0), (spoken.clip("captioned.mov"), 10)]
    slug = spoken.interview("Deux", ["Voilà."], clips=both)
    assert transcripts.current(spoken.db, slug).heard
    for (clip, _), kind in zip(both, ("machine", "captions"), strict=True):
        spoken.db.execute(
            "INSERT INTO steps (clip, step, settings, state, finished, result)"
            " VALUES (?, 'transcribe', '{}', 'done', '', json_object('kind', ?))",
            [clip, kind],
        )
    assert not transcripts.current(spoken.db, slug).heard
