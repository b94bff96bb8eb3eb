"""Restores: only from what is whole, in one move, and nothing that was there is lost."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from multiprocessing import get_context
from pathlib import Path

import pytest

from archive.care import restore, swap
from archive.care.manifest import CONTENT, NAME
from archive.catalogue import schema
from archive.cli import main
from archive.cli.watching import Silent
from archive.intake import lock
from media import volume

NOW = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)


@pytest.fixture
def backups(kept) -> Path:
    """A folder with one backup of the archive `kept`."""
    place = kept.folder.parent / f"{kept.folder.name}-backups"
    (kept.folder / "captions").mkdir()
    (kept.folder / "captions" / "C0001.srt").write_text("as it was")
    kept.run("backup", place)
    return place


@pytest.fixture
def backup(backups) -> Path:
    """That backup, made long ago."""
    (folder,) = backups.iterdir()
    return _aged(folder, "2020-01-01")


def _aged(folder: Path, day: str) -> Path:
    _rewritten(folder, made=f"{day}T00:00:00+00:00")
    return folder


def _rewritten(folder: Path, **other: object) -> None:
    said = json.loads((folder / NAME).read_text()) | other
    (folder / NAME).write_text(json.dumps(said))


@pytest.fixture
def target(kept) -> Path:
    """Where to restore to; nothing is there."""
    return kept.folder.parent / f"{kept.folder.name}-restored"


class Ran:
    """What a command said, run in this process, which takes a tenth of the time."""

    def __init__(self, *arguments: object, code: int = 0) -> None:
        with (
            redirect_stdout(StringIO()) as output,
            redirect_stderr(StringIO()) as talk,
            pytest.raises(SystemExit) as ended,
        ):
            main([*map(str, arguments)])
        self.output, self.said = output.getvalue(), talk.getvalue()
        assert (ended.value.code or 0) == code, f"exit {ended.value.code}: {self.output}{self.said}"


def _listing(folder: Path) -> str:
    return Ran("list", "--json", "--archive", folder).output


def _rot(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_a_restored_archive_says_what_it_said_when_it_was_backed_up(kept, backup, target):
    told = json.loads(Ran("restore", backup, target, "--json").output)
    assert (told["path"], told["from"], told["before"]) == (str(target), str(backup), None)
    assert [path.name for path in sorted(target.iterdir()) if path.name != ".lock"] == [
        "archive.db",
        "archive.toml",
        "captions",
        "logs",
        "originals",
        "renditions",
    ], "no -wal lies beside the database"
    assert _listing(target) == _listing(kept.folder)
    assert volume.identity(target / "originals") == volume.identity(kept.originals)
    assert (target / "captions" / "C0001.srt").read_text() == "as it was"


@pytest.mark.fault(
    "looking after",
    "a restore where originals and renditions are not there",
    "they are named as absent, with what to do; that is no failure",
)
def test_originals_that_are_not_there_are_named_as_absent(kept, backup, target):
    told = Ran("restore", backup, target)
    assert sorted(told.output.splitlines()[1:]) == [
        f"absent      originals/{path}" for path in sorted(kept.files)
    ]
    assert f"archive repair --from {kept.second} --archive {target}" in told.said
    assert "Renditions are absent (2)" in told.said


@pytest.mark.fault(
    "looking after",
    "a new folder, a backup, and the second copy of the originals",
    "a working archive, in which everything is whole",
)
def test_a_backup_and_the_second_copy_of_the_originals_are_an_archive_again(kept, backup, target):
    shutil.rmtree(kept.folder)
    Ran("restore", backup, target)
    shutil.copytree(
        kept.second, target / "originals", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*")
    )
    shutil.rmtree(target / "renditions")
    checked = json.loads(Ran("verify", "--json", "--archive", target, code=3).output)
    assert checked["changed"] == []
    assert {path.split("/")[0] for path in checked["missing"]} == {"renditions"}
    found = json.loads(Ran("search", "nobody owns", "--json", "--archive", target).output)
    assert [hit["interview"] for hit in found] == ["garden"]


@pytest.mark.fault(
    "looking after",
    "a restore from a backup in which one file rotted, is cut short or gone",
    "refused, exit 3, the file and a whole backup named; nothing is made",
)
@pytest.mark.parametrize("name", ["archive.db", "captions/C0001.srt"])
@pytest.mark.parametrize("harm", [_rot, lambda path: path.write_bytes(path.read_bytes()[:-1]), Path.unlink])
def test_a_damaged_backup_is_refused_and_the_latest_whole_one_named(kept, backup, target, name, harm):
    latest = json.loads(kept.run("backup", backup.parent, "--json"))["path"]
    path = backup / CONTENT / name
    harm(path)
    told = Ran("restore", backup, target, code=3)
    assert str(path) in told.said
    assert f"archive restore {latest} FOLDER" in told.said
    assert not target.exists()


@pytest.mark.fault(
    "looking after",
    "a folder of backups whose latest rotted, or has lost its manifest",
    "the latest whole one is taken; says which were passed over",
)
def test_of_a_folder_of_backups_the_latest_whole_one_is_taken(kept, backup, target):
    backups = backup.parent
    later = [
        _aged(Path(json.loads(kept.run("backup", backups, "--json"))["path"]), f"2020-01-0{day}")
        for day in (2, 3, 4)
    ]
    _rot(later[2] / CONTENT / "archive.db")
    (later[1] / NAME).write_text('{"format": 1')
    told = Ran("restore", backups, target, "--json")
    assert json.loads(told.output)["from"] == str(later[0])
    assert told.said.count("Passed over") == 2


@pytest.mark.fault(
    "looking after",
    "the manifest of a backup cannot be read, as from a failing disk",
    "said, exit 3; in a folder of backups it is passed over with a word, never silently",
)
def test_a_manifest_that_cannot_be_read_is_told(kept, backup, target):
    later = Path(json.loads(kept.run("backup", backup.parent, "--json"))["path"])
    (later / NAME).unlink()
    (later / NAME).mkdir()
    assert f"{later / NAME} cannot be read" in Ran("restore", later, target, code=3).said
    told = Ran("restore", backup.parent, target, "--json")
    assert json.loads(told.output)["from"] == str(backup)
    assert f"Passed over: {later / NAME} cannot be read" in told.said


@pytest.mark.fault("clock", "a backup made after the clock was set back", "it is the latest all the same")
def test_the_latest_backup_is_the_last_made_whatever_its_clock_said(kept, backup, target):
    _aged(backup, "2099-01-01")
    latest = json.loads(kept.run("backup", backup.parent, "--json"))["path"]
    assert json.loads(Ran("restore", backup.parent, target, "--json").output)["from"] == latest


def test_a_backup_from_before_the_first_ingest_is_no_other_archives(kept, backup, target):
    _rewritten(backup, archive=None)
    latest = json.loads(kept.run("backup", backup.parent, "--json"))["path"]
    assert json.loads(Ran("restore", backup.parent, target, "--json").output)["from"] == latest


def test_a_folder_with_backups_of_several_archives_is_not_guessed_from(kept, backup, target):
    other = shutil.copytree(backup, backup.with_name("another's"))
    _rewritten(other, archive="f" * 32)
    told = Ran("restore", backup.parent, target, code=2)
    assert str(other) in told.said
    assert str(backup) in told.said


@pytest.mark.parametrize("what", ["nothing", "an empty folder", "a file"])
def test_what_is_no_backup_is_told_so(tmp_path, target, what):
    source = tmp_path / "source"
    if what == "an empty folder":
        source.mkdir()
    elif what == "a file":
        source.write_text("x")
    Ran("restore", source, target, code=2)
    assert not target.exists()


@pytest.mark.fault(
    "looking after",
    "a manifest with a path that leads out of the backup, or that is cut short",
    "refused as damaged, exit 3; nothing is written",
)
@pytest.mark.parametrize("path", ["../out", "captions/../../out", "{target}/out", None])
def test_a_manifest_that_leads_elsewhere_is_refused(backup, target, path):
    text = (backup / NAME).read_text()
    if path:
        path = path.format(target=backup.parent)
        shutil.copy(backup / CONTENT / "archive.toml", backup / CONTENT / path)  # its hash is right
        (backup / NAME).write_text(text.replace('"archive.toml"', json.dumps(path)))
    else:
        (backup / NAME).write_text(text[:-20])
    told = Ran("restore", backup, target, code=3)
    assert str(backup / NAME) in told.said
    assert not target.exists()


@pytest.mark.fault(
    "looking after",
    "a restore into the root folder, or into the backup or the folder of backups that it is made from",
    "refused, exit 2; nothing is touched",
)
def test_a_restore_leads_out_of_the_backups_and_into_a_folder(backups, backup):
    before = sorted(backups.rglob("*"))
    assert "Try: " in Ran("restore", backup, "/", code=2).said
    for source, inside in ((backup, backup / "x"), (backups, backups / "new" / "x"), (backups, backups)):
        assert "holds what is restored" in Ran("restore", source, inside, code=2).said
    assert sorted(backups.rglob("*")) == before


@pytest.mark.fault(
    "looking after", "a restore into a folder that holds other files", "refused, exit 2; nothing is touched"
)
def test_a_folder_that_holds_something_else_is_left_alone(backup, target):
    target.mkdir()
    (target / "notes.txt").write_text("mine")
    Ran("restore", backup, target, code=2)
    assert [path.name for path in target.iterdir()] == ["notes.txt"]
    assert not target.with_name(f".{target.name}.restoring").exists()


def test_an_empty_folder_becomes_the_archive(backup, target):
    target.mkdir()
    Ran("restore", backup, target)
    assert "Garden" in _listing(target)


@pytest.mark.fault(
    "SQLite",
    "a restore from a backup that a newer program made",
    "refused, exit 6; what is in its place stays",
)
def test_a_backup_of_a_newer_program_is_refused(kept, backup, target):
    database = backup / CONTENT / "archive.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute(f"PRAGMA user_version = {schema.USER_VERSION + 1}")
    _list_again(backup)
    before = kept.footprint()
    Ran("restore", backup, kept.folder, code=6)
    assert kept.footprint() == before


def _list_again(backup: Path) -> None:
    """Let the manifest say what is in the backup now."""
    from media.fingerprint import content_hash

    said = json.loads((backup / NAME).read_text())
    for entry in said["files"]:
        path = backup / CONTENT / entry["path"]
        entry["size"], entry["hash"] = path.stat().st_size, content_hash(path)
    (backup / NAME).write_text(json.dumps(said))


def test_a_backup_of_an_older_program_is_brought_to_todays_form(backup, target):
    from sqlite_utils import Database

    database = backup / CONTENT / "archive.db"
    database.unlink()
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        schema.migrations.apply(Database(db), stop_before="m002_whole_cards")
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
    _list_again(backup)
    Ran("restore", backup, target)
    assert not (target / "archive.db-wal").exists()
    assert _listing(target) == "[]\n"


@pytest.mark.fault(
    "looking after",
    "a restore over an archive",
    "that is kept beside, footage is taken over by its name; what was given since is not lost",
)
def test_an_archive_that_is_restored_over_is_kept_and_its_footage_taken_over(kept, backup):
    (kept.folder / "captions" / "C0002.srt").write_text("given since")
    kept.sql("UPDATE interviews SET title = 'spoilt'")
    inode = (kept.originals / "A001/DCIM/C0001.MP4").stat().st_ino
    told = json.loads(Ran("restore", backup, kept.folder, "--json").output)
    before = Path(told["before"])
    assert before.parent == kept.folder.parent
    assert (before / "captions" / "C0002.srt").read_text() == "given since"
    assert "spoilt" in _listing(before)
    assert "Garden" in _listing(kept.folder)
    assert (told["absent"], told["renditions"]) == ([], [])
    assert (kept.originals / "A001/DCIM/C0001.MP4").stat().st_ino == inode
    kept.run("verify")


@pytest.mark.fault(
    "SQLite",
    "a restore over an archive whose database was being written when its program was killed",
    "the write-ahead log that is left does not take over the restored rows",
)
def test_a_write_ahead_log_that_was_left_does_not_take_over_the_restored_rows(kept, backup):
    with closing(sqlite3.connect(kept.database, isolation_level=None)) as db:
        db.execute("UPDATE interviews SET title = 'spoilt'")
        left = {name: (kept.folder / name).read_bytes() for name in ("archive.db-wal", "archive.db-shm")}
    for name, content in left.items():
        (kept.folder / name).write_bytes(content)
    Ran("restore", backup, kept.folder)
    assert "spoilt" not in _listing(kept.folder)
    with closing(sqlite3.connect(kept.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.fault(
    "SQLite", "a restore over an archive whose database is lost or rotten", "restored; the broken one is kept"
)
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"\xff" * 9000)])
def test_an_archive_with_a_broken_database_is_restored_over(kept, backup, harm):
    harm(kept.database)
    told = json.loads(Ran("restore", backup, kept.folder, "--json").output)
    assert "Garden" in _listing(kept.folder)
    assert told["absent"] == []
    kept.run("verify")


@pytest.mark.fault(
    "looking after",
    "a restore over an archive that an earlier version filled, whose folders have no id yet",
    "known by its originals; they are taken over",
)
def test_an_archive_without_an_id_is_known_by_its_originals(kept):
    place = kept.folder.with_name(f"{kept.folder.name}-backups")
    kept.sql("DELETE FROM copies")
    kept.sql("DELETE FROM volumes")
    (kept.originals / volume.ID_FILE).unlink()
    kept.run("backup", place)
    told = json.loads(Ran("restore", place, kept.folder, "--json").output)
    assert told["before"]
    assert (told["absent"], told["renditions"]) == ([], [])


@pytest.mark.fault(
    "looking after",
    "a restore over an archive of which it cannot be read whose originals they are",
    "refused before anything moves; they are not taken for another archive's",
)
def test_originals_whose_id_cannot_be_read_are_not_left_behind(kept, backup):
    mark = kept.originals / volume.ID_FILE
    mark.unlink()
    mark.mkdir()
    there = sorted(kept.folder.parent.glob(f"*{kept.folder.name}*"))
    assert str(mark) in Ran("restore", backup, kept.folder, code=2).said
    assert sorted(kept.folder.parent.glob(f"*{kept.folder.name}*")) == there
    assert (kept.originals / "A001/DCIM/C0001.MP4").exists()


@pytest.mark.fault(
    "looking after",
    "a restore over another archive",
    "that is kept whole, with its originals; none of its footage moves",
)
def test_another_archives_footage_is_not_taken_over(kept, backup, target):
    Ran("new", target)
    volume.mark(target / "originals")
    (target / "originals" / "other.mp4").write_bytes(b"x")
    told = json.loads(Ran("restore", backup, target, "--json").output)
    assert (Path(told["before"]) / "originals" / "other.mp4").exists()
    assert len(told["absent"]) == len(kept.files)


def test_of_two_archives_without_an_id_neither_takes_the_others_footage(kept, target):
    place = kept.folder.with_name(f"{kept.folder.name}-backups")
    kept.sql("DELETE FROM copies")
    kept.sql("DELETE FROM volumes")
    kept.run("backup", place)
    Ran("new", target)
    (target / "originals" / "other.mp4").write_bytes(b"x")
    told = json.loads(Ran("restore", place, target, "--json").output)
    assert (Path(told["before"]) / "originals" / "other.mp4").exists()


@pytest.mark.fault(
    "disk",
    "renames that fail in the middle of a restore over an archive, and when it is taken back",
    "the older archive is whole beside; the same command completes it",
)
def test_a_swap_that_is_refused_halfway_is_completed_by_the_next(kept, backup, monkeypatch):
    rename, calls = Path.rename, iter(range(1, 99))

    def failing(self: Path, to: Path) -> Path:
        if next(calls) in (2, 3):
            raise OSError(errno.EIO, "Input/output error", str(to))
        return rename(self, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", failing)
        Ran("restore", backup, kept.folder, code=4)
    (before,) = kept.folder.parent.glob(f"{kept.folder.name}.before*")
    assert (before / "originals/A001/DCIM/C0001.MP4").exists()
    told = json.loads(Ran("restore", backup, kept.folder, "--json").output)
    assert told["absent"] == []


@pytest.mark.fault(
    "two at once", "a restore over an archive in which an ingest runs", "refused, exit 5, says who"
)
def test_an_archive_in_which_an_ingest_runs_is_not_restored_over(kept, backup):
    before = kept.footprint()
    with lock.held(kept.folder):
        told = Ran("restore", backup, kept.folder, code=5)
    assert f"process {os.getpid()}" in told.said
    assert {path: held for path, held in kept.footprint().items() if not path.endswith(".lock")} == before


RENAMES = 4


def _is_killed_at_rename(number: int, backup: Path, folder: Path) -> None:
    calls = 0
    rename = Path.rename

    def counting(self: Path, to: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(self, to)

    swap.Path.rename = counting
    restore.restore(backup, folder, NOW, Silent(), threading.Event())


@pytest.mark.fault(
    "kill",
    "kill -9 at each rename of a restore over an archive",
    "one of the two is whole at every moment, and the same command completes it",
)
@pytest.mark.parametrize("number", range(1, RENAMES + 2))
def test_a_restore_that_is_killed_is_completed_by_the_next(kept, backup, number):
    before = kept.folder.with_name(f"{kept.folder.name}.before-2026-11-21T101500Z")
    killed = get_context("spawn").Process(target=_is_killed_at_rename, args=[number, backup, kept.folder])
    killed.start()
    killed.join()
    assert killed.exitcode == (-signal.SIGKILL if number <= RENAMES else 0)
    whole = [
        folder for folder in (before, kept.folder) if (folder / "originals/A001/DCIM/C0001.MP4").exists()
    ]
    assert "Garden" in _listing(whole[0])
    Ran("restore", backup, kept.folder)
    assert "Garden" in _listing(kept.folder)
    kept.run("verify")
    assert not kept.folder.with_name(f".{kept.folder.name}.restoring").exists()
    assert not (kept.folder / ".restoring").exists()
    if 2 < number <= RENAMES:
        assert [path.name for path in kept.folder.parent.glob(f"{kept.folder.name}.before*")] == [before.name]


@pytest.mark.fault(
    "disk", "the disk fills up while an archive is restored", "exit 4; what was there is as it was"
)
def test_a_full_disk_leaves_what_was_there(kept, backup):
    before = kept.footprint()
    limit = ["prlimit", "--fsize=100000"]
    done = subprocess.run(
        [*limit, sys.executable, "-m", "archive", "restore", str(backup), str(kept.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 4, done.stderr
    assert {path: held for path, held in kept.footprint().items() if not path.endswith(".lock")} == before
    assert not kept.folder.with_name(f".{kept.folder.name}.restoring").exists()
