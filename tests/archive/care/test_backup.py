"""Backups: what is in one, that it is whole or not there, and what happens beside it."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from archive.care import backup, manifest, moment, restore
from archive.care.manifest import CONTENT, NAME
from archive.config import find
from archive.errors import DamageFound
from media.errors import NoRoom, Stopped
from media.fingerprint import content_hash

NOW = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)


@pytest.fixture
def place(kept) -> Path:
    """Where backups lie."""
    return kept.folder.parent / f"{kept.folder.name}-backups"


def _content(folder: Path) -> dict[str, bytes]:
    top = folder / CONTENT
    return {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def _give(kept, *names: str) -> None:
    for name in names:
        (kept.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (kept.folder / name).write_text(name, encoding="utf-8", errors="surrogateescape")


def _interviews(database: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?immutable=1", uri=True)) as db:
        return db.execute("SELECT title FROM interviews ORDER BY id").fetchall()


def test_a_backup_holds_the_database_and_what_people_gave_but_no_footage(kept, place):
    _give(kept, "captions/C0001.srt", "forms/anna.pdf", ".DS_Store", ".damaged/a.pdf", "archive.v1.db")
    told = json.loads(kept.run("backup", place, "--json"))
    assert set(told) == {"path", "hash", "removed", "left_out"}
    folder = Path(told["path"])
    assert folder.parent == place
    assert set(_content(folder)) == {"archive.db", "archive.toml", "captions/C0001.srt", "forms/anna.pdf"}
    assert _interviews(folder / CONTENT / "archive.db") == [("Garden",), ("Theatre",)]


def test_the_manifest_names_every_file_with_its_hash_and_the_hash_of_it_names_the_whole(kept, place):
    _give(kept, "captions/C0001.srt")
    told = json.loads(kept.run("backup", place, "--json"))
    folder = Path(told["path"])
    listed = {entry["path"]: entry for entry in json.loads((folder / NAME).read_text())["files"]}
    assert set(listed) == set(_content(folder))
    for name, entry in listed.items():
        path = folder / CONTENT / name
        assert (entry["size"], entry["hash"]) == (path.stat().st_size, content_hash(path))
    assert told["hash"] == content_hash(folder / NAME)


def test_people_are_told_what_is_in_it_and_what_of_the_footage_exists_twice(kept, place):
    kept.run("backup", place)
    assert "the database and 1 other file" in kept.said
    assert f"3 original files (279 kB). Each has a second copy, in {kept.second}." in kept.said
    kept.sql("DELETE FROM copies WHERE path LIKE '%C0001.MP4' AND verified IS NOT NULL")
    kept.run("backup", place)
    assert "1 of them have no second copy" in kept.said


@pytest.mark.fault(
    "looking after",
    "archive backup while another process writes to the database",
    "the backup holds what was there before; nobody waits",
)
def test_a_backup_is_made_beside_one_who_writes(kept, place):
    with closing(sqlite3.connect(kept.database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE interviews SET title = 'half done'")
        folder = Path(json.loads(kept.run("backup", place, "--json"))["path"])
        writer.execute("ROLLBACK")
    assert _interviews(folder / CONTENT / "archive.db") == [("Garden",), ("Theatre",)]


@pytest.mark.fault(
    "looking after", "a backup into the archive's own folder", "refused, exit 2; nothing is made"
)
@pytest.mark.parametrize("below", ["", "backups", "originals/backups"])
def test_a_backup_into_the_archive_itself_is_refused(kept, below):
    before = kept.footprint()
    kept.run("backup", kept.folder / below, code=2)
    assert "on another disk" in kept.said
    assert kept.footprint() == before


@pytest.mark.fault(
    "SQLite",
    "a backup of a damaged database",
    "refused, exit 3; earlier backups are left alone, none is made",
)
def test_a_damaged_database_is_not_backed_up(kept, place):
    kept.run("backup", place)
    whole = kept.database.read_bytes()
    kept.database.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    kept.run("backup", place, code=3)
    assert len(list(place.iterdir())) == 1


@pytest.mark.fault(
    "SQLite", "a backup of a database whose rows point to rows that are gone", "refused, exit 3; none is made"
)
def test_a_database_that_lost_rows_is_not_backed_up(kept, place):
    kept.sql("DELETE FROM cards")
    kept.run("backup", place, code=3)
    assert "Rows of files belong to rows of cards that are gone" in kept.said
    assert list(place.iterdir()) == []


@pytest.mark.fault(
    "SQLite", "a backup of a newer program's database", "refused, exit 6; not a byte of it changes"
)
def test_a_newer_database_is_not_backed_up(kept, place):
    kept.sql("PRAGMA user_version = 99")
    before = kept.database.read_bytes()
    kept.run("backup", place, code=6)
    assert kept.database.read_bytes() == before


NAMES = (
    "captions/a\nb.srt",
    "captions/caf\udce9.srt",
    "captions/100%d [b].srt",
    "captions/" + "n" * 251 + ".srt",
)


@pytest.mark.fault(
    "names",
    "captions whose names hold line breaks, bytes that are no UTF-8, brackets, 255 bytes",
    "all are backed up",
)
def test_any_name_goes_into_a_backup(kept, place):
    _give(kept, *NAMES)
    folder = Path(json.loads(kept.run("backup", place, "--json"))["path"])
    assert set(NAMES) < set(_content(folder))
    assert manifest.fault(manifest.read(folder), threading.Event()) is None


@pytest.mark.fault(
    "names", "a folder of backups whose name is no UTF-8", "backups are made in it and restored from it"
)
def test_a_folder_of_any_name_takes_backups(kept, place):
    place = place.with_name("b\udce9ck?up %20\n#1")
    made = backup.backup(find(kept.folder), place, NOW, threading.Event())
    assert manifest.fault(manifest.read(made.backup.folder), threading.Event()) is None
    assert _interviews(made.backup.folder / CONTENT / "archive.db") == [("Garden",), ("Theatre",)]


@pytest.mark.fault(
    "disk", "a folder of captions that may not be read", "exit 4; no backup is made without it"
)
def test_a_folder_that_cannot_be_read_is_not_passed_over(kept, place, monkeypatch):
    _give(kept, "captions/C0001.srt")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("captions"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    kept.run("backup", place, code=4)
    assert f"{kept.folder / 'captions'}: Permission denied" in kept.said
    assert list(place.iterdir()) == []


@pytest.mark.fault(
    "looking after",
    "a named pipe, a link to a folder and a link to nothing among the captions",
    "named as left out; never opened",
)
def test_what_is_no_file_is_named_as_left_out(kept, place):
    _give(kept, "captions/C0001.srt")
    os.mkfifo(kept.folder / "captions" / "pipe")
    (kept.folder / "portraits").symlink_to(kept.folder.parent)
    (kept.folder / "captions" / "gone.srt").symlink_to("/nowhere")
    (kept.folder / "captions" / "again.srt").symlink_to("C0001.srt")
    kept.run("backup", place)
    for name, why in (
        ("pipe", "not a file"),
        ("portraits", "a link to a folder"),
        ("gone.srt", "a link to nothing"),
    ):
        assert f"{name}, {why}." in kept.said
    (folder,) = place.iterdir()
    assert _content(folder)["captions/again.srt"] == b"captions/C0001.srt"


def _is_killed_before_the_name(folder: Path, place: Path) -> None:
    backup._name = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    backup.backup(find(folder), place, NOW, threading.Event())


@pytest.mark.fault(
    "kill", "kill -9 while a backup is made", "nothing lies under a backup's name; the next backup clears up"
)
def test_a_backup_that_is_killed_is_none(kept, place):
    killed = get_context("spawn").Process(target=_is_killed_before_the_name, args=[kept.folder, place])
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert [path.name[0] for path in place.iterdir()] == ["."]
    kept.run("backup", place)
    assert [backup.PART.fullmatch(path.name) for path in place.iterdir()] == [None]


@pytest.mark.fault(
    "two at once", "two backups into one folder", "neither takes the other's unfinished one for a dead one's"
)
def test_the_part_of_a_backup_that_is_being_made_is_not_cleared_up(kept, place):
    place.mkdir()
    with backup._aside(place, "archive-2026-11-21T101500Z") as part:
        kept.run("backup", place)
        assert part.exists()
    assert not part.exists()


@pytest.mark.fault("kill", "Ctrl-C while a backup is made", "nothing is left of it")
def test_a_backup_that_is_stopped_leaves_nothing(kept, place):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        backup.backup(find(kept.folder), place, NOW, stop)
    assert list(place.iterdir()) == []


@pytest.mark.fault("disk", "no room for a backup", "said before anything is written, exit 4; nothing is left")
def test_a_backup_that_does_not_fit_is_not_begun(kept, place, monkeypatch):
    usage = shutil.disk_usage(kept.folder)._replace(free=1000)
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(NoRoom, match="no space left"):
        backup.backup(find(kept.folder), place, NOW, threading.Event())
    assert list(place.iterdir()) == []


@pytest.mark.fault(
    "disk", "a disk that gives back other bytes than a backup wrote", "exit 1; no backup is left there"
)
def test_a_disk_that_does_not_give_back_what_was_written_holds_no_backup(kept, place, monkeypatch):
    hashes = iter(range(99))
    monkeypatch.setattr(manifest, "content_hash", lambda *_, **__: f"{next(hashes)}")
    kept.run("backup", place, code=1)
    assert "does not give back what was written to it" in kept.said
    assert list(place.iterdir()) == []


@pytest.fixture
def small(tmp_path) -> Path:
    """A disk of 600 kB, mounted at a folder."""
    folder = tmp_path.parent / f"{tmp_path.name}-small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "none", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk, and not everywhere")
    yield folder
    if folder.is_mount():
        away = ["umount", str(folder)]
        subprocess.run(away, check=True)


@pytest.mark.fault(
    "disk", "the disk of the backups fills up while one is written", "exit 4; nothing is left of it"
)
@pytest.mark.parametrize("size", [20_000, 700_000])
def test_a_full_disk_leaves_no_backup(kept, small, monkeypatch, size):
    """Where the database does not fit any more, and where a file behind it does not."""
    (kept.folder / "captions").write_bytes(os.urandom(size))
    if size < 100_000:
        kept.sql("CREATE TABLE filler AS SELECT randomblob(600000) AS filler")
    monkeypatch.setattr(backup, "_must_fit", lambda *_: None)
    with pytest.raises(NoRoom, match=f"no space left in {small}"):
        backup.backup(find(kept.folder), small, NOW, threading.Event())
    assert list(small.iterdir()) == []


@pytest.mark.fault(
    "disk",
    "a backup to a disk that is not mounted any more",
    "exit 4; nothing is written into the empty mount point",
)
def test_a_backup_into_an_empty_mount_point_stops_before_it_begins(kept, small):
    place = small / "backups"
    kept.run("backup", place)
    away = ["umount", str(small)]
    subprocess.run(away, check=True)
    kept.run("backup", place, code=4)
    assert f"mounted at {small} and is not mounted now" in kept.said
    assert list(small.iterdir()) == []
    (small / "elsewhere").mkdir()
    kept.run("backup", small / "elsewhere")


@pytest.mark.fault(
    "looking after", "a person calls a folder of their own `damaged`", "it is in the backup like every other"
)
def test_a_folder_that_a_person_calls_damaged_is_theirs(kept, place):
    _give(kept, "damaged/form.pdf")
    folder = Path(json.loads(kept.run("backup", place, "--json"))["path"])
    assert "damaged/form.pdf" in _content(folder)


@pytest.mark.fault(
    "SQLite", "a damaged database is kept beside the one that was recovered of it", "it goes into no backup"
)
def test_a_rotten_database_goes_into_no_backup(kept, place):
    rotten = "archive.damaged-2026-11-21T101500Z-2.db"
    _give(kept, rotten, f"{rotten}-wal", "archive.recovered.db", "archive.pdf")
    folder = Path(json.loads(kept.run("backup", place, "--json"))["path"])
    assert set(_content(folder)) == {"archive.db", "archive.toml", "archive.pdf"}


@pytest.mark.fault(
    "two at once", "a second backup clears up at the moment when the first gets its name", "the first stays"
)
def test_no_other_backup_takes_one_that_is_getting_its_name_for_a_dead_one(kept, place, monkeypatch):
    flush_folder = backup.disk.flush_folder

    def clearing(folder: Path) -> None:
        flush_folder(folder)
        if place.exists():
            backup.sweep(place)

    monkeypatch.setattr(backup.disk, "flush_folder", clearing)
    folder = Path(json.loads(kept.run("backup", place, "--json"))["path"])
    assert (folder / NAME).exists()
    assert not (folder / ".lock").exists()


@pytest.mark.fault(
    "kill",
    "kill -9 at the moment when a backup has got its name, its lock still in it",
    "it is a whole backup",
)
def test_a_lock_that_was_left_in_a_backup_harms_nothing(kept, place):
    folder = Path(json.loads(kept.run("backup", place, "--json"))["path"])
    (folder / ".lock").write_text("process 1 on nowhere since long ago")
    assert restore.choose(folder, threading.Event())[0].folder == folder
    assert json.loads(kept.run("backup", place, "--json"))["removed"] == [str(folder)]
    assert not folder.exists()


@pytest.mark.fault(
    "kill", "Ctrl-C while the copy of the database is checked", "ends at once; nothing is left"
)
def test_the_check_of_the_copy_can_be_stopped(kept, place, monkeypatch):
    stop, vacuum = threading.Event(), moment._vacuum

    def stopped_after(*arguments) -> None:
        vacuum(*arguments)
        stop.set()

    monkeypatch.setattr(moment, "_vacuum", stopped_after)
    monkeypatch.setattr(manifest, "proven", lambda *_: pytest.fail("the check was not stopped"))
    with pytest.raises(Stopped):
        backup.backup(find(kept.folder), place, NOW, stop)
    assert list(place.iterdir()) == []


@pytest.mark.fault(
    "names",
    "the manifest of a backup names a file outside it, or no name at all",
    "it is refused before anything is written",
)
@pytest.mark.parametrize(
    "path", ["/etc/x", "//etc/x", "a/../../x", "", ".", "a\0b", "a\N{REPLACEMENT CHARACTER}41"]
)
def test_a_manifest_that_names_what_is_no_file_of_it_is_refused(kept, place, path):
    folder = Path(json.loads(kept.run("backup", place, "--json"))["path"])
    said = json.loads((folder / NAME).read_text())
    said["files"][0]["path"] = path
    (folder / NAME).write_text(json.dumps(said))
    with pytest.raises(DamageFound, match="no file of it"):
        manifest.read(folder)
