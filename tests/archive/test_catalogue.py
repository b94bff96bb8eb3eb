"""The catalogue's file: made, opened, refused, migrated."""

import errno
import os
import signal
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.catalogue import open_catalogue, schema, versions
from archive.catalogue.troubles import explained
from archive.errors import DamageFound, ForeignDatabase, LockedByAnother, UserError
from media.errors import NoRoom


def test_is_made_in_wal_mode_with_foreign_keys(tmp_path: Path):
    with open_catalogue(tmp_path / "archive.db", write=True) as db:
        settings = ("journal_mode", "foreign_keys", "synchronous", "application_id", "user_version")
        found = [db.execute(f"PRAGMA {setting}").fetchone()[0] for setting in settings]
    assert found == ["wal", 1, 2, schema.APPLICATION_ID, schema.USER_VERSION]
    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]


def test_is_not_made_by_reading(tmp_path: Path):
    with pytest.raises(UserError) as caught:
        open_catalogue(tmp_path / "archive.db", write=False)
    assert "archive ingest" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_reader_cannot_write(tmp_path: Path):
    open_catalogue(tmp_path / "archive.db", write=True).close()
    with (
        open_catalogue(tmp_path / "archive.db", write=False) as db,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        db.execute("INSERT INTO themes (name) VALUES ('x')")


@pytest.mark.parametrize("busy", [False, True])
def test_who_may_only_read_the_folder_sees_what_another_writes(tmp_path: Path, monkeypatch, busy: bool):
    path = tmp_path / "archive.db"
    writer = open_catalogue(path, write=True)
    writer.execute("INSERT INTO themes (name) VALUES ('work')")
    if not busy:
        writer.close()
    monkeypatch.setattr("archive.catalogue.os.access", lambda path, mode: False)
    with open_catalogue(path, write=False) as db:
        assert db.execute("SELECT name FROM themes").fetchall() == [("work",)]
    writer.close()


@pytest.mark.fault("SQLite", "archive.db of no bytes, as a power cut leaves it", "it becomes a catalogue")
def test_a_file_of_no_bytes_becomes_a_catalogue(tmp_path: Path):
    """A power cut may leave one."""
    path = tmp_path / "archive.db"
    path.touch()
    with open_catalogue(path, write=True) as db:
        assert "interviews" in db.table_names()


@pytest.mark.fault(
    "SQLite",
    "an archive.db that is no database",
    "damaged, exit 3; not a byte of it changes, nothing lies beside it",
)
@pytest.mark.parametrize("content", [b"not a database", b"x" * 5000])
def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes):
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    with pytest.raises(DamageFound, match="does not begin as a database"):
        open_catalogue(path, write=True)
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["archive.db"]


@pytest.mark.fault(
    "SQLite",
    "another program's database named archive.db",
    "refused, exit 6; not a byte of it changes, nothing lies beside it",
)
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE receipts (id)")
    before = path.read_bytes()
    with pytest.raises(ForeignDatabase, match="another program"):
        open_catalogue(path, write=True)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["archive.db"]


@pytest.mark.fault(
    "SQLite", "a database of a newer version of the program", "refused, exit 6; not a byte of it changes"
)
def test_a_newer_programs_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "archive.db"
    with open_catalogue(path, write=True) as db:
        db.execute(f"PRAGMA user_version = {schema.USER_VERSION + 1}")
    before = path.read_bytes()
    for write in (True, False):
        with pytest.raises(ForeignDatabase, match="newer") as caught:
            open_catalogue(path, write=write)
        assert caught.value.exit_code == 6
    assert path.read_bytes() == before


@pytest.mark.fault("SQLite", "a newer version that stands only in the write-ahead log yet", "refused, exit 6")
def test_a_newer_database_is_refused_while_its_version_is_still_in_the_wal(tmp_path: Path):
    path = tmp_path / "archive.db"
    with open_catalogue(path, write=True) as db:
        db.execute(f"PRAGMA user_version = {schema.USER_VERSION + 1}")
        assert path.with_name("archive.db-wal").exists()
        with pytest.raises(ForeignDatabase, match="newer"):
            open_catalogue(path, write=True)


BEFORE = schema.USER_VERSION
KEPT = f"archive.v{BEFORE}.db"


def _with_another_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = type(schema.migrations)(schema.migrations.name)
    newer._migrations = list(schema.migrations._migrations)

    @newer()
    def m999_colours(db: Database) -> None:
        db.execute("CREATE TABLE colours (name)")

    monkeypatch.setattr(versions, "migrations", newer)
    monkeypatch.setattr(versions, "TODAY", BEFORE + 1)
    monkeypatch.setattr(schema, "USER_VERSION", BEFORE + 1)


@pytest.mark.parametrize("write", [True, False])
def test_an_older_database_is_migrated_after_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: bool
):
    path = tmp_path / "archive.db"
    with open_catalogue(path, write=True) as db:
        db.execute("INSERT INTO themes (name) VALUES ('food')")
    _with_another_migration(monkeypatch)
    with open_catalogue(path, write=write) as db:
        assert "colours" in db.table_names()
        assert db.execute("PRAGMA user_version").fetchone() == (BEFORE + 1,)
    with closing(sqlite3.connect(tmp_path / KEPT)) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (BEFORE,)
        assert copy.execute("SELECT name FROM themes").fetchall() == [("food",)]


@pytest.mark.fault(
    "SQLite", "an older database whose change to today's form fails halfway", "it is as it was"
)
def test_a_migration_that_fails_leaves_the_older_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "archive.db"
    open_catalogue(path, write=True).close()
    _with_another_migration(monkeypatch)

    @versions.migrations()
    def m999_fails(db: Database) -> None:
        db.execute("CREATE TABLE halfway (name)")
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        open_catalogue(path, write=True)
    with closing(sqlite3.connect(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        assert connection.execute("PRAGMA user_version").fetchone() == (BEFORE,)
    assert not {"halfway", "colours"} & tables
    assert not (tmp_path / KEPT).exists(), "a copy of what did not change"


@pytest.mark.fault(
    "SQLite",
    "an older database that does not come whole out of the change to today's form",
    "refused, exit 3; it is as it was",
)
def test_a_migration_whose_outcome_is_not_whole_leaves_the_older_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "archive.db"
    open_catalogue(path, write=True).close()
    _with_another_migration(monkeypatch)

    @versions.migrations()
    def m999_loses_an_interview(db: Database) -> None:
        db.execute("INSERT INTO interview_themes (interview_id, theme_id) VALUES (1, 1)")

    with pytest.raises(DamageFound, match="a row of interview_themes belongs to"):
        open_catalogue(path, write=True)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (BEFORE,)


def _as_version_1_left_it(path: Path) -> None:
    """Rows of everything that the second version keeps in another form."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        schema.migrations.apply(Database(connection), stop_before="m002_whole_cards")
        connection.execute("PRAGMA user_version = 1")
        for number, in_place in ((1, 0), (2, 1)):
            where = f"originals/{number:012x}/C{number}.MP4" if not in_place else f"/shoot/C{number}.MP4"
            connection.execute(
                "INSERT INTO clips (hash, name, path, in_place, size) VALUES (?, ?, ?, ?, 7)",
                [f"{number:032x}", f"C{number}.MP4", where, in_place],
            )
            connection.execute(
                "INSERT INTO sources VALUES (?, ?, 1, 2, 7, 3, 4)", [f"/card/C{number}.MP4", f"{number:032x}"]
            )


@pytest.mark.fault(
    "SQLite", "an archive of the version before", "its rows are kept in today's form, and a copy of it beside"
)
def test_what_the_first_version_knew_of_clips_and_cards_is_known_still(tmp_path: Path):
    path = tmp_path / "archive.db"
    _as_version_1_left_it(path)
    with open_catalogue(path, write=True) as db:
        assert db.execute("SELECT path, card, name, hash, size, generation FROM files").fetchall() == [
            ("originals/000000000001/C1.MP4", None, "C1.MP4", f"{1:032x}", 7, None)
        ]
        assert db.execute("SELECT * FROM sources ORDER BY rowid").fetchall() == [
            (f"/card/C{number}.MP4", f"{number:032x}", 1, 2, 7, 3, 4, None) for number in (1, 2)
        ]
        assert db.execute("SELECT count(*) FROM clips").fetchone() == (2,)
        assert "seen" not in db.table_names()
    with closing(sqlite3.connect(tmp_path / "archive.v1.db")) as copy:
        assert copy.execute("SELECT count(*) FROM sources WHERE clip IS NOT NULL").fetchone() == (2,)


def _is_killed_halfway(path: Path) -> None:
    @schema.migrations()
    def m999_is_killed(db: Database) -> None:
        db.execute("CREATE TABLE halfway (name)")
        os.kill(os.getpid(), signal.SIGKILL)

    versions.TODAY = schema.USER_VERSION = BEFORE + 1
    open_catalogue(path, write=True)


@pytest.mark.fault(
    "SQLite",
    "kill -9 while an older database is brought to today's form",
    "it is as it was; the next command brings it there",
)
def test_a_migration_that_is_killed_leaves_the_older_database_as_it_was(tmp_path: Path):
    path = tmp_path / "archive.db"
    _as_version_1_left_it(path)
    killed = get_context("spawn").Process(target=_is_killed_halfway, args=[path])
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert versions.of(path) == 1
    with open_catalogue(path, write=True) as db:
        assert db.execute("SELECT count(*) FROM sources").fetchone() == (2,)
        assert "halfway" not in db.table_names()


def test_a_copy_never_takes_the_place_of_an_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "archive.db"
    open_catalogue(path, write=True).close()
    (tmp_path / KEPT).write_bytes(b"an earlier copy")
    _with_another_migration(monkeypatch)
    open_catalogue(path, write=True).close()
    assert (tmp_path / KEPT).read_bytes() == b"an earlier copy"
    assert (tmp_path / f"archive.v{BEFORE}-2.db").exists()


def test_is_made_on_a_volume_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Such as exFAT."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    open_catalogue(tmp_path / "archive.db", write=True).close()
    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]


@pytest.mark.fault(
    "SQLite", "an archive on a volume that cannot be written", "it is read; nothing is put beside it"
)
def test_is_read_from_a_volume_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nothing is put beside it, although WAL would like to."""
    path = tmp_path / "archive.db"
    open_catalogue(path, write=True).close()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with open_catalogue(path, write=False) as db:
        assert db.execute("SELECT count(*) FROM interviews").fetchone() == (0,)
        assert [file.name for file in tmp_path.iterdir()] == ["archive.db"]


@pytest.mark.fault("SQLite", "another process that writes for longer than one waits", "said so, exit 5")
def test_one_that_another_process_locks_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "archive.db"
    open_catalogue(path, write=True).close()
    _with_another_migration(monkeypatch)
    monkeypatch.setattr(versions, "BUSY_TIMEOUT", 10)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedByAnother, match="another process") as caught:
            open_catalogue(path, write=True)
    assert caught.value.exit_code == 5


def test_one_that_cannot_be_opened_is_told_so(tmp_path: Path):
    (tmp_path / "gone").mkdir()
    path = tmp_path / "gone" / "archive.db"
    (tmp_path / "gone").rmdir()
    with pytest.raises(NoRoom, match="cannot be opened"):
        open_catalogue(path, write=True)


@pytest.mark.fault("SQLite", "rotten pages in archive.db", "told as damage, exit 3")
def test_a_rotten_page_is_told_as_damage(tmp_path: Path):
    path = tmp_path / "archive.db"
    with open_catalogue(path, write=True) as db:
        db.execute("INSERT INTO themes (name) VALUES (hex(randomblob(20000)))")
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(DamageFound, match="damaged") as caught, explained(path):
        open_catalogue(path, write=False).execute("SELECT name FROM themes").fetchall()
    assert caught.value.exit_code == 3
    path.write_bytes(b"no database")
    with pytest.raises(DamageFound) as other:
        open_catalogue(path, write=False)
    assert other.value.remedy == caught.value.remedy
    assert "archive restore SOURCE DIR" in other.value.remedy


@pytest.mark.parametrize("wrong", ["SELECT colour FROM themes", "SELECT * FROM colours", "SELEC"])
def test_a_mistake_of_the_program_is_not_told_as_damage(tmp_path: Path, wrong: str):
    path = tmp_path / "archive.db"
    with open_catalogue(path, write=True) as db, pytest.raises(sqlite3.OperationalError), explained(path):
        db.execute(wrong)


def _make(path: Path) -> list[str]:
    with open_catalogue(path, write=True) as db:
        db.execute("INSERT INTO themes (name) VALUES (hex(randomblob(8)))")
        return db.table_names()


@pytest.mark.fault(
    "two at once", "eight processes that make the same archive.db", "one of them makes it, all use it"
)
def test_several_processes_that_make_it_at_once_share_one(tmp_path: Path):
    path = tmp_path / "archive.db"
    with ProcessPoolExecutor(4) as pool:
        assert len({tuple(tables) for tables in pool.map(_make, [path] * 8)}) == 1
    with open_catalogue(path, write=False) as db:
        assert db.execute("SELECT count(*) FROM themes").fetchone() == (8,)
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []


def test_the_view_of_words_gives_plain_sql_a_row_a_word(spoken):
    spoken.interview("Bread", ["Who owns it? Nobody."])
    rows = spoken.db.execute(
        "SELECT text, start_ms, end_ms, probability FROM words ORDER BY position"
    ).fetchall()
    assert rows == [
        ("Who", 0, 300, 0.9),
        ("owns", 400, 700, 0.9),
        ("it?", 800, 1100, 0.9),
        ("Nobody.", 1200, 1500, 0.9),
    ]


def test_segments_have_the_search_that_datasette_finds_by_itself(spoken):
    slug = spoken.interview("Café", ["Das Café gehört allen."])
    found = "SELECT count(*) FROM segments_fts WHERE segments_fts MATCH 'cafe'"
    assert spoken.db.execute(found).fetchone() == (1,)
    assert spoken.db.table("segments").detect_fts() == "segments_fts"
    from archive.catalogue import transcripts
    from ingest.transcript import Transcript

    transcripts.save(
        spoken.db, slug, Transcript("de", (spoken.segment("Nichts."),), model="test"), version="1"
    )
    spoken.db.execute("INSERT INTO segments_fts (segments_fts) VALUES ('integrity-check')")
    spoken.db.execute("INSERT INTO folded_fts (folded_fts, rank) VALUES ('integrity-check', 1)")
