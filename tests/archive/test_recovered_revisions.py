"""What people made of transcripts comes through damage to the catalogue, and through being made again."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from archive.catalogue import integrity, open_catalogue, revisions, transcripts
from archive.catalogue.recovery import recover
from ingest.plain import lines
from ingest.revised import revised


def correct(db, slug, *changes, **about):
    """Change words of the current transcript as somebody would, and keep it."""
    before = transcripts.current(db, slug)
    text = "\n".join(segment.text for segment in before.segments)
    for old, new in changes:
        text = text.replace(old, new)
    segments = revised(transcripts.as_segments(before), list(lines(text)))
    return revisions.keep(db, slug, segments, kind="corrected", author="Nora", **about)


@pytest.fixture
def corrected(spoken, tmp_path):
    """A copy of a catalogue in which a transcript was corrected and translated; and what its revisions say."""
    slug = spoken.interview("Bread", ["Who bones it?", "Nobody."])
    correct(spoken.db, slug, ("bones", "owns"))
    english = (spoken.segment("Chi lo possiede?"),)
    revisions.keep(spoken.db, slug, english, kind="imported", language="it", translation=True)
    path = tmp_path / "copy.db"
    shutil.copy(spoken.path, path)
    spoken.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(spoken.path, path)
    return path, every(path, slug)


def every(path, slug="bread"):
    with open_catalogue(path, write=True) as db:
        return [(each, revisions.load(db, slug, each.number)) for each in revisions.of_interview(db, slug)]


def damage(path, folder, *statements):
    damaged = Path(shutil.copy(path, folder / "damaged.db"))
    with closing(sqlite3.connect(damaged)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
    return damaged


@pytest.mark.parametrize("gone", [1, 2, 3])
@pytest.mark.fault(
    "SQLite",
    "a revision of a transcript is gone; there is a backup",
    "it is back, and the same one is current",
)
def test_with_a_backup_every_revision_comes_back(corrected, tmp_path, gone):
    path, before = corrected
    damaged = damage(
        path,
        tmp_path,
        "PRAGMA foreign_keys = ON",
        f"DELETE FROM transcripts WHERE revision = {gone}",  # noqa: S608
    )
    recover(damaged, path, tmp_path / "new.db", rows_gone=True)
    assert every(tmp_path / "new.db") == before
    assert integrity.faults(tmp_path / "new.db", Event()) == integrity.Faults()


@pytest.mark.fault(
    "SQLite",
    "a corrected revision is gone; the backup is older than it",
    "the last one that a person made is current, and what is gone is said",
)
def test_a_backup_from_before_the_correction_makes_no_second_current_revision(spoken, tmp_path):
    slug = spoken.interview("Bread", ["Who bones it?"])
    spoken.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = shutil.copy(spoken.path, tmp_path / "backup.db")
    correct(spoken.db, slug, ("bones", "owns"))
    correct(spoken.db, slug, ("it?", "them?"))
    spoken.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damaged = damage(spoken.path, tmp_path, "DELETE FROM transcripts WHERE revision IN (1, 3)")
    recover(damaged, backup, tmp_path / "new.db", rows_gone=True)
    assert [(each.number, each.current) for each, _ in every(tmp_path / "new.db")] == [(1, False), (2, True)]
    assert integrity.faults(tmp_path / "new.db", Event()) == integrity.Faults()


@pytest.mark.fault(
    "SQLite", "speakers are gone, and there is no backup", "what they say stays; nobody knows who says it"
)
def test_words_stay_though_nobody_knows_who_says_them(corrected, tmp_path):
    path, before = corrected
    found = recover(damage(path, tmp_path, "DELETE FROM speakers"), None, tmp_path / "new.db")
    now = every(tmp_path / "new.db")
    assert [[each.text for each in saved.segments] for _, saved in now] == [
        [each.text for each in saved.segments] for _, saved in before
    ]
    assert found.sentences == ["4 rows of segments belonged to rows of speakers that are gone: kept without."]


@pytest.mark.fault("SQLite", "of an interview only a translation is left", "said by archive verify")
def test_an_interview_of_which_only_a_translation_is_left(corrected, tmp_path):
    path, _ = corrected
    damaged = damage(
        path,
        tmp_path,
        "PRAGMA foreign_keys = ON",
        "DELETE FROM transcripts WHERE NOT translation",
        "INSERT INTO steps (clip, step, settings, state, finished)"
        " SELECT hash, 'transcribe', '{}', 'done', '' FROM clips",
    )
    assert "Of 1 interview only a translation is left." in integrity.faults(damaged, Event()).rows


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "archive", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.fault(
    "looking after",
    "a clip is transcribed again after somebody corrected what it says",
    "the correction is what is shown and found; the machine's words are kept beside it",
)
def test_a_clip_that_is_transcribed_again_keeps_its_correction(tmp_path, footage):
    film, folder = tmp_path / "film.mp4", tmp_path / "archive"
    footage.clip(film, [("en-02", 0.6, 0)])
    run("new", folder)
    given = ("--archive", folder, "--model", "demo")
    run("ingest", film, *given)
    before = json.loads(run("transcript", "show", "film", "--json", "--archive", folder))
    word = before["segments"][0]["words"][0]["text"]
    with open_catalogue(folder / "archive.db", write=True) as db:
        assert correct(db, "film", (word, "Xylophone"), reason="a test") == 2
        db.execute("UPDATE steps SET settings = '{}' WHERE step = 'transcribe'")  # as if by another model
    run("ingest", film, "--redo", "transcribe", *given)
    run("ingest", *given)
    shown = json.loads(run("transcript", "show", "film", "--json", "--archive", folder))
    assert (shown["revision"], shown["segments"][0]["words"][0]["text"]) == (2, "Xylophone")
    assert shown["segments"][0]["words"][0]["start_ms"] == before["segments"][0]["words"][0]["start_ms"]
    assert len(json.loads(run("search", "xylophone", "--json", "--archive", folder))) == 1
    with open_catalogue(folder / "archive.db", write=False) as db:
        assert revisions.load(db, "film", 1).segments[0].words[0].text == word


@pytest.mark.fault(
    "looking after",
    "another clip of an interview comes after somebody corrected the first",
    "what it says is added to the correction, and is marked as not looked at",
)
def test_a_clip_that_comes_after_a_correction_is_added_to_it(tmp_path, footage):
    folder = tmp_path / "archive"
    run("new", folder)
    for name, sentence in (("one.mp4", "en-02"), ("two.mp4", "en-05")):
        footage.clip(tmp_path / name, [(sentence, 0.6, 0)], length=6)
    given = ("--archive", folder, "--model", "demo", "--interview", "Bread")
    run("ingest", tmp_path / "one.mp4", *given)
    with open_catalogue(folder / "archive.db", write=True) as db:
        before = transcripts.current(db, "bread")
        correct(db, "bread", (before.segments[0].words[0].text, "Xylophone"))
    run("ingest", tmp_path / "two.mp4", *given)
    with open_catalogue(folder / "archive.db", write=False) as db:
        now = transcripts.current(db, "bread")
    added = [segment for segment in now.segments if segment.start_ms >= 6000]
    assert now.segments[0].words[0].text == "Xylophone"
    assert len(now.segments) == len(before.segments) + len(added)
    assert added
    assert (now.author, now.state, now.reviewed_ms) == ("Nora", "corrected", added[0].start_ms)
