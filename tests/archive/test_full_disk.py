"""What commands do on a disk that has no room left."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from archive.catalogue import open_catalogue
from archive.cli.failing import tell

COMMAND = [sys.executable, "-m", "archive"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1.5 MB."""
    folder = tmp_path.parent / f"{tmp_path.name}-disk"
    folder.mkdir()
    mount = ["/usr/bin/env", "mount", "-t", "tmpfs", "-o", "size=1500k", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    yield folder
    subprocess.run(["/usr/bin/env", "umount", str(folder)], check=True)


@pytest.fixture
def archive(disk: Path, spoken) -> Path:
    """An archive of one interview on it."""
    spoken.interview("Garden", ["nobody owns this garden"])
    spoken.db.close()
    folder = disk / "archive"
    (folder / "logs").mkdir(parents=True)
    for name in ("archive.toml", "archive.db"):
        (folder / name).write_bytes((spoken.folder / name).read_bytes())
    return folder


def fill(disk: Path) -> None:
    """Leave not a byte free."""
    with (disk / "filler").open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def run(archive: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command of the archive."""
    command = [*COMMAND, *map(str, arguments), "--archive", str(archive)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.fault("disk", "a full disk under the archive that is read", "it is read all the same")
@pytest.mark.parametrize(
    "command", [["list"], ["search", "nobody"], ["transcript", "show", "garden"], ["ingest", "--dry-run"]]
)
def test_an_archive_on_a_full_disk_is_read(archive, disk, command):
    fill(disk)
    before = sorted(archive.rglob("*"))
    done = run(archive, *command)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(archive.rglob("*")) == before


@pytest.mark.fault(
    "disk", "a backup of an archive whose disk is full", "it is made; nothing is left on the full disk"
)
def test_an_archive_on_a_full_disk_is_backed_up(archive, disk, tmp_path):
    fill(disk)
    before = sorted(archive.rglob("*"))
    done = run(archive, "backup", tmp_path / "backups", "--json")
    assert done.returncode == 0, done.stderr
    (copy,) = Path(json.loads(done.stdout)["path"]).rglob("archive.db")
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT title FROM interviews").fetchall() == [("Garden",)]
    assert sorted(archive.rglob("*")) == before


@contextmanager
def serving(archive: Path) -> Iterator[str]:
    """The address of the archive's pages."""
    command = [*COMMAND, "serve", "--port", "0", "--archive", str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().strip()
            assert address, process.stderr.read()
            yield address
        finally:
            process.terminate()


@pytest.mark.fault(
    "disk",
    "an archive on a full disk is served, and room is made while it is",
    "its pages answer, and show what is written from then on",
)
def test_an_archive_on_a_full_disk_is_served(archive, disk):
    fill(disk)
    with serving(archive) as address:
        for page in ("", "?q=nobody", "archive/segments.json"):
            answer = httpx.get(address + page)
            assert (answer.status_code, "arden" in answer.text) == (200, True)
        (disk / "filler").unlink()
        for title in ("Orchard", "Meadow"):
            with open_catalogue(archive / "archive.db", write=True) as db:
                db.execute("UPDATE interviews SET title = ?", [title])
                assert title in httpx.get(address).text
            assert title in httpx.get(address).text
    assert run(archive, "list").returncode == 0


def leave_a_log(database: Path) -> None:
    """Write a change that a killed process leaves in the write-ahead log alone."""
    code = (
        "import os, sys; from pathlib import Path; from archive.catalogue import open_catalogue;"
        "db = open_catalogue(Path(sys.argv[1]), write=True);"
        "db.execute(\"INSERT INTO themes (name) VALUES ('work')\"); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(database)], check=True)
    database.with_name("archive.db-shm").unlink()  # as in a copy of the folder


@pytest.mark.fault(
    "disk",
    "a full disk, and changes that stand only in the write-ahead log",
    "told as a full disk, exit 4, never read without them",
)
def test_changes_in_the_log_are_not_passed_over(archive, disk):
    leave_a_log(archive / "archive.db")
    assert (archive / "archive.db-wal").stat().st_size > 0
    fill(disk)
    done = run(archive, "list")
    assert done.returncode == 4
    assert f"{archive / 'archive.db'}: its disk is full." in done.stderr
    (disk / "filler").unlink()
    with open_catalogue(archive / "archive.db", write=False) as db:
        assert db.execute("SELECT name FROM themes").fetchall() == [("work",)]


@pytest.mark.fault("disk", "a run on a full disk", "told as a full disk, exit 4; no traceback")
@pytest.mark.parametrize("with_lock", [False, True])
def test_a_run_on_a_full_disk_says_that_it_is_full(archive, disk, with_lock):
    if with_lock:
        (archive / ".lock").write_text("process 1 on earth since then\n")
    fill(disk)
    done = run(archive, "ingest")
    assert done.returncode == 4
    assert "its disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(archive, "list").returncode == 0  # whatever it could not write


@pytest.mark.fault(
    "disk", "a disk that has no room for one more file", "told as full, not as a matter of permissions"
)
def test_a_disk_without_room_for_files_is_told_as_full(archive, disk):
    (archive / ".lock").touch()
    (archive / "logs" / f"ingest-{datetime.now(UTC):%Y-%m-%d}.log").touch()
    files = len([disk, *disk.rglob("*")])
    subprocess.run(["/usr/bin/env", "mount", "-o", f"remount,nr_inodes={files}", str(disk)], check=True)
    assert run(archive, "list").returncode == 0
    done = run(archive, "ingest")
    assert done.returncode == 4
    assert "its disk is full" in done.stderr


def test_of_a_copy_that_does_not_fit_the_full_disk_is_named(disk, tmp_path, capsys):
    (tmp_path / "large").write_bytes(bytes(1 << 20))
    fill(disk)
    with pytest.raises(OSError, match="No space") as caught:
        shutil.copy(tmp_path / "large", disk / "copy")
    assert tell(caught.value) == 4
    assert capsys.readouterr().err.startswith(f"Error: {disk / 'copy'}: No space left on device.")


@pytest.mark.fault(
    "disk",
    "the disk is full when repair puts a new database in the place of a damaged one",
    "told as full, exit 4; the damaged one stays, and nothing lies beside it",
)
def test_a_repair_on_a_full_disk_leaves_nothing(archive, disk):
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'files_hash'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with (archive / "archive.db").open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    (archive / ".lock").write_text("process 1 on earth since then\n")
    damaged = (archive / "archive.db").read_bytes()
    fill(disk)
    done = run(archive, "repair", "--yes")
    assert "new database" in done.stdout
    assert done.returncode == 4
    assert "No space left" in done.stderr
    assert not [each for each in archive.iterdir() if "recovered" in each.name]
    assert (archive / "archive.db").read_bytes() == damaged


@pytest.mark.fault("disk", "a log that has no room", "the run goes on and tells all of it; no traceback")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_log_without_room_takes_nothing_from_a_run(spoken, tmp_path):
    spoken.db.close()
    logs = spoken.folder / "logs"
    logs.mkdir()
    (logs / f"ingest-{datetime.now(UTC):%Y-%m-%d}.log").symlink_to("/dev/full")
    (tmp_path / "empty.mp4").touch()
    done = run(spoken.folder, "ingest", tmp_path / "empty.mp4")
    assert done.returncode == 1
    assert "empty.mp4" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Logging error" not in done.stderr
