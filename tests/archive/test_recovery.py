"""A damaged catalogue, whichever of its pages have rotted, comes back whole, and with it all that can be read."""

import random
import shutil
import sqlite3
from contextlib import closing
from fractions import Fraction
from threading import Event

import pytest

from archive.catalogue import integrity, interviews, open_catalogue, transcripts
from archive.catalogue.composing import TRANSCRIPT, compose
from archive.catalogue.recovery import recover
from archive.errors import DamageFound
from ingest.transcript import Segment, Transcript, Word

PAGE = 4096
TABLES = ("clips", "interviews", "interview_clips", "transcripts", "segments", "folded")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    """A catalogue of eight interviews with 300 segments each."""
    path = tmp_path_factory.mktemp("whole") / "archive.db"
    words = random.Random(1)
    with open_catalogue(path, write=True) as db:
        for number in range(8):
            digest = f"{number:032x}"
            db.execute("INSERT INTO clips (hash, name, path, size) VALUES (?, ?, ?, 1)", [digest] * 3)
            db.execute(
                "INSERT INTO steps (clip, step, settings, state, finished) VALUES (?, 'copy', '{}', 'done', '')",
                [digest],
            )
            db.execute("INSERT INTO files (path, name, hash, size) VALUES (?, ?, ?, 1)", [digest] * 3)
            slug = interviews.create(db, title=f"Interview {number}", clips=[(digest, Fraction(0))])
            segments = tuple(
                Segment(
                    (Word(f"word{words.randrange(5000)}", place * 1000, place * 1000 + 500, 0.9),), channel=0
                )
                for place in range(300)
            )
            transcripts.save(db, slug, Transcript("en", segments, model="test"), version="1")
    return path


def rows(path):
    with closing(sqlite3.connect(path)) as db:
        return {table: set(db.execute(f"SELECT * FROM {table}")) for table in TABLES}  # noqa: S608


def rotten(whole, path, pages):
    content = bytearray(whole.read_bytes())
    for page in pages:
        content[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
    path.write_bytes(content)
    return path


@pytest.mark.fault(
    "SQLite", "any three pages of the database rot; there is a backup", "recovered; not a row is lost"
)
@pytest.mark.parametrize("seed", range(8))
def test_with_a_backup_every_row_comes_back(catalogue, tmp_path, seed):
    pages = random.Random(seed).sample(range(catalogue.stat().st_size // PAGE), 3)
    damaged = rotten(catalogue, tmp_path / "damaged.db", pages)
    backup = shutil.copy(catalogue, tmp_path / "backup.db")
    recover(damaged, backup, tmp_path / "new.db")
    assert integrity.faults(tmp_path / "new.db", Event()) == integrity.Faults()
    assert rows(tmp_path / "new.db") == rows(catalogue)


@pytest.mark.fault(
    "SQLite",
    "two pages of segments rot; there is no backup",
    "all others are read around them; what is lost is said",
)
@pytest.mark.parametrize("seed", range(4))
def test_without_one_all_is_read_around_rotten_pages(catalogue, tmp_path, seed):
    pages = random.Random(seed).sample(leaves(catalogue, "segments"), 2)
    found = recover(rotten(catalogue, tmp_path / "damaged.db", pages), None, tmp_path / "new.db")
    assert integrity.faults(tmp_path / "new.db", Event()) == integrity.Faults()
    before, after = rows(catalogue), rows(tmp_path / "new.db")
    lost = before.pop("segments") - after["segments"]
    assert 0 < len(lost) < 200
    assert after.pop("segments")
    before.pop("folded")
    after.pop("folded")
    assert after == before
    assert all("of segments could not be read" in sentence for sentence in found.sentences)


def leaves(path, table):
    """The places of the leaf pages of a table: https://sqlite.org/fileformat2.html#b_tree_pages."""
    with closing(sqlite3.connect(path)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    content, found, waiting = path.read_bytes(), [], [root]
    while waiting:
        page = content[(place := waiting.pop() - 1) * PAGE :][:PAGE]
        if page[0] == 13:
            found.append(place)
            continue
        cells = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n], "big") for n in range(page[3] * 256 + page[4])]
        waiting += [int.from_bytes(page[cell : cell + 4], "big") for cell in cells]
        waiting.append(int.from_bytes(page[8:12], "big"))
    return found


@pytest.mark.fault(
    "SQLite", "all segments of an interview rot; the ledger has its clips' transcripts", "put together again"
)
def test_transcripts_come_back_from_the_ledger(tmp_path):
    path = tmp_path / "archive.db"
    spoken = Transcript("en", (Segment((Word("Nobody", 0, 400, 0.9),), channel=0),), model="test")
    with open_catalogue(path, write=True) as db:
        db.execute("INSERT INTO clips (hash, name, path, size) VALUES ('a', 'a', 'a', 1)")
        interviews.create(db, title="Garden", clips=[("a", Fraction(0))])
        db.execute(
            "INSERT INTO steps (clip, step, settings, state, result, finished)"
            " VALUES ('a', 'copy', '{}', 'done', NULL, '2026'), ('a', 'transcribe', '{}', 'done', ?, '2026')",
            [TRANSCRIPT.dump_json(spoken).decode()],
        )
        compose(db, "a")
    before = rows(path)
    found = recover(
        rotten(path, tmp_path / "damaged.db", leaves(path, "segments")), None, tmp_path / "new.db"
    )
    assert rows(tmp_path / "new.db") == before
    assert found.sentences == []


@pytest.mark.fault(
    "SQLite", "rows belong to one that nobody has", "brought back from a backup; else left out, and said"
)
@pytest.mark.parametrize("backed_up", [True, False])
def test_rows_without_the_one_they_belong_to(catalogue, tmp_path, backed_up):
    damaged = shutil.copy(catalogue, tmp_path / "damaged.db")
    with closing(sqlite3.connect(damaged)) as db:
        db.execute("DELETE FROM transcripts WHERE id = 1")
        db.commit()
    found = recover(damaged, catalogue if backed_up else None, tmp_path / "new.db")
    assert integrity.faults(tmp_path / "new.db", Event()) == integrity.Faults()
    assert (rows(tmp_path / "new.db") == rows(catalogue)) == backed_up
    assert bool(found.sentences) != backed_up


def test_nothing_at_all_is_not_taken_for_a_catalogue(tmp_path):
    with pytest.raises(DamageFound):
        recover(None, None, tmp_path / "new.db")
