"""Several processes in one catalogue: none waits for ever, none is told "database is locked", none loses a row."""

import json
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.catalogue import open_catalogue
from archive.cli.failing import tell

ROUNDS = 150


def _count(path: Path) -> None:
    with open_catalogue(path, write=True) as db:
        for _ in range(ROUNDS):
            with db.atomic():
                (latest,) = db.execute("SELECT max(id) FROM themes").fetchone()
                db.execute("INSERT INTO themes (id, name) VALUES (?1, 'theme ' || ?1)", [(latest or 0) + 1])


def _read(path: Path) -> list[int]:
    with open_catalogue(path, write=False) as db:
        return [db.execute("SELECT count(*) FROM themes").fetchone()[0] for _ in range(ROUNDS)]


@pytest.mark.fault(
    "two at once",
    "two writers that read before they write, and a reader",
    "all wait their turn; no row is lost",
)
def test_two_writers_that_read_first_wait_for_each_other(tmp_path: Path):
    path = tmp_path / "archive.db"
    open_catalogue(path, write=True).close()
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        writers = [pool.submit(_count, path) for _ in range(2)]
        seen = pool.submit(_read, path).result()
        for writer in writers:
            writer.result()
    with open_catalogue(path, write=False) as db:
        assert db.execute("SELECT count(*) FROM themes").fetchone() == (2 * ROUNDS,)
    assert seen == sorted(seen)


def _fail_after(db: Database, theme: str) -> None:
    with db.atomic():
        db.execute("INSERT INTO themes (name) VALUES (?)", [theme])
        raise KeyError(theme)


def test_a_block_that_fails_leaves_nothing_and_one_inside_another_only_its_own(tmp_path: Path):
    with open_catalogue(tmp_path / "archive.db", write=True) as db:
        with db.atomic():
            db.execute("INSERT INTO themes (name) VALUES ('food')")
            with suppress(KeyError):
                _fail_after(db, "work")
        with suppress(KeyError):
            _fail_after(db, "land")
        assert db.execute("SELECT name FROM themes").fetchall() == [("food",)]
        assert not db.conn.in_transaction


@pytest.fixture
def busy(spoken):
    """An archive in which somebody has begun to write, and does not end."""
    spoken.interview("Bread", ["Who owns it? Nobody."])
    with closing(sqlite3.connect(spoken.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM interview_clips")
        yield spoken
        writer.execute("ROLLBACK")


def _archive(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archive", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.fault(
    "two at once",
    "archive list and archive search while another process writes",
    "they answer at once, with what was there before",
)
def test_list_and_search_answer_while_another_process_writes(busy):
    listed = _archive("list", "--json", "--archive", busy.folder)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert [len(one["clips"]) for one in json.loads(listed.stdout)] == [1]
    found = _archive("search", "nobody", "--json", "--archive", busy.folder)
    assert (found.returncode, found.stderr) == (0, "")
    assert [hit["text"] for hit in json.loads(found.stdout)] == ["Who owns it? Nobody."]


@pytest.mark.fault(
    "two at once", "archive serve is started while another process writes", "it starts and answers"
)
def test_the_pages_come_up_while_another_process_writes(busy):
    command = [sys.executable, "-m", "archive", "serve", "--port", "0", "--archive", str(busy.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout
        assert "http" in served.stdout.readline()
        served.send_signal(signal.SIGTERM)
        assert served.wait(20) == 0


@pytest.mark.fault(
    "two at once",
    "a process that writes for longer than anybody waits",
    'the others say that it does, exit 5; nobody reads "database is locked"',
)
def test_one_who_waited_in_vain_is_told_in_words(busy, capsys):
    with closing(sqlite3.connect(busy.path, timeout=0.01)) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked") as caught:
            other.execute("DELETE FROM themes")
        assert tell(caught.value) == 5
    said = capsys.readouterr().err
    assert "written by another process" in said
    assert "locked" not in said
