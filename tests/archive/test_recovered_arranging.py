"""A damaged catalogue comes back as its interviews were arranged, also from a backup of before."""

import shutil
import sqlite3
from contextlib import closing
from fractions import Fraction
from threading import Event

import pytest

from archive.catalogue import arranging, former, integrity, interviews, open_catalogue, revisions
from archive.catalogue.recovery import recover

TABLES = (
    "interviews",
    "interview_clips",
    "former_slugs",
    "former_moments",
    "transcripts",
    "withheld",
    "chapters",
)


@pytest.fixture
def filled(spoken):
    """Three interviews of one clip each, the first of two; chapters, a release and a withheld passage."""
    clips = [(spoken.clip("a1.mov"), Fraction(0)), (spoken.clip("a2.mov"), Fraction(10))]
    said = [spoken.segment("we sold bread", 1000), spoken.segment("then the war came", 12000)]
    spoken.interview("Amina", said, clips=clips)
    spoken.interview("Carl", [spoken.segment("the mill burnt down", 2000)])
    spoken.interview("Dora", [spoken.segment("nothing was left", 3000)])
    for number in (1, 2, 3):
        spoken.db.execute(
            "INSERT INTO chapters (interview_id, start_ms, end_ms, title) VALUES (?, 1000, 5000, 'A')",
            [number],
        )
        spoken.db.execute(
            "INSERT INTO withheld (interview_id, start_ms, end_ms, recorded) VALUES (?, 2000, 3000, '')",
            [number],
        )
    return spoken


def copied(spoken, path):
    spoken.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return shutil.copy(spoken.path, path)


def told(path):
    """Return what counts of a catalogue: its rows without the numbers of segments, and its words."""
    with open_catalogue(path, write=True) as db:
        words = "SELECT transcript_id, position, start_ms, end_ms, text, words FROM segments ORDER BY 1, 2"
        rows = {table: sorted(map(repr, db[table].rows)) for table in TABLES}
        return rows | {"words": db.execute(words).fetchall()}


ARRANGED = {
    "merged": lambda db: arranging.merge(db, "amina", ["carl"]),
    "split": lambda db: arranging.split(db, "amina", [5000]),
    "reordered": lambda db: arranging.reorder(db, "amina", ["a2.mov", "a1.mov"]),
    "merged and split again": lambda db: [
        arranging.merge(db, "amina", ["carl"]),
        arranging.split(db, "amina", [20000]),
    ],
}


@pytest.mark.parametrize("how", ["merged", "split", "reordered", "merged and split again"])
@pytest.mark.fault(
    "SQLite",
    "interviews were merged, split or reordered since the backup; then steps of clips are gone",
    "the steps come back, and nothing that was arranged is undone",
)
def test_a_backup_of_before_undoes_nothing(filled, tmp_path, how):
    backup = copied(filled, tmp_path / "backup.db")
    with filled.db.atomic():
        ARRANGED[how](filled.db)
    before = told(copied(filled, tmp_path / "before.db"))
    filled.db.execute("DELETE FROM steps")
    damaged = copied(filled, tmp_path / "damaged.db")
    recover(damaged, backup, tmp_path / "new.db", rows_gone=True)
    assert told(tmp_path / "new.db") == before
    assert integrity.faults(tmp_path / "new.db", Event()) == integrity.Faults()


@pytest.mark.parametrize("table", ["former_slugs", "former_moments", "releases", "withheld", "chapters"])
@pytest.mark.fault(
    "SQLite",
    "former slugs, releases, withheld passages or chapters are gone, with other rows; there is a backup",
    "they are back",
)
def test_what_nothing_takes_away_comes_back(filled, tmp_path, table):
    arranging.merge(filled.db, "amina", ["carl"])
    filled.db.execute("INSERT INTO releases (interview_id, uses, recorded) VALUES (1, '[\"web\"]', '2026')")
    backup = copied(filled, tmp_path / "backup.db")
    rows = [*filled.db[table].rows]
    assert rows
    filled.db.execute(f"DELETE FROM {table}")  # noqa: S608
    filled.db.execute("DELETE FROM steps")
    recover(copied(filled, tmp_path / "damaged.db"), backup, tmp_path / "new.db", rows_gone=True)
    with open_catalogue(tmp_path / "new.db", write=True) as db:
        assert [*db[table].rows] == rows


@pytest.mark.fault(
    "SQLite",
    "interviews were merged; the catalogue is read without a backup",
    "all of it comes over: former slugs, moved moments, every revision",
)
def test_without_a_backup_all_that_can_be_read_comes_over(filled, tmp_path):
    arranging.merge(filled.db, "amina", ["carl", "dora"])
    arranging.split(filled.db, "amina", [5000])
    before = told(copied(filled, tmp_path / "before.db"))
    recover(tmp_path / "before.db", None, tmp_path / "new.db")
    assert told(tmp_path / "new.db") == before
    with open_catalogue(tmp_path / "new.db", write=True) as db:
        assert former.heir(db, "carl") == "amina-2"
        assert len(revisions.of_interview(db, "amina-2")) == len(
            [row for row in before["transcripts"] if "'interview_id': 2" in row or "'interview_id': 4" in row]
        )


def test_rows_of_an_interview_that_has_the_number_of_another_now_stay_away(filled, tmp_path):
    """SQLite gives the highest number again: what a backup says of the one that had it is not said of the new one."""
    backup = copied(filled, tmp_path / "backup.db")
    arranging.merge(filled.db, "amina", ["dora"])
    filled.interview("Eve", [filled.segment("who are you", 1000)])
    assert interviews.row_of(filled.db, "eve") == 3
    before = told(copied(filled, tmp_path / "before.db"))
    filled.db.execute("DELETE FROM steps")
    recover(copied(filled, tmp_path / "damaged.db"), backup, tmp_path / "new.db", rows_gone=True)
    assert told(tmp_path / "new.db") == before
    with closing(sqlite3.connect(tmp_path / "new.db")) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
