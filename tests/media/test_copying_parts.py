"""What copies leave aside while they run, and what is cleared up of it."""

import errno
import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from media import copying

# Copies a file into the folders that are given, and stops where it would prove the copies.
STOPPING = """
import sys, time
from pathlib import Path
from media import copying
def stop(*_):
    print(flush=True)
    time.sleep(60)
copying._Part.prove = stop
copying.copy(Path(sys.argv[1]), [Path(sys.argv[2])], lambda digest: Path("A001") / "C0001.MP4")
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "C0001.MP4"
    path.write_bytes(os.urandom(100_000))
    return path


@pytest.mark.fault(
    "two at once",
    "two archives that have their second copies in one folder",
    "neither clears up what the other is copying",
)
@pytest.mark.parametrize("moment", ["_write", "prove"])
def test_the_part_of_a_copy_that_is_running_stays(source, tmp_path, monkeypatch, moment):
    folder = tmp_path / "second"
    owner, swept = (copying if moment == "_write" else copying._Part), []
    go_on = getattr(owner, moment)

    def sweeping(*arguments):
        if moment == "prove":
            swept.append(copying.sweep(folder))
            return go_on(*arguments)
        done = go_on(*arguments)
        swept.append(copying.sweep(folder))
        return done

    monkeypatch.setattr(owner, moment, sweeping)
    copied = copying.copy(source, [folder], lambda digest: source.relative_to(tmp_path))
    assert swept == [0]
    assert (folder / copied.path).read_bytes() == source.read_bytes()
    assert [each.name for each in folder.iterdir()] == ["C0001.MP4"]


def test_the_part_of_a_copy_of_another_process_stays_until_that_is_killed(source, tmp_path):
    folder = tmp_path / "second"
    command = [sys.executable, "-c", STOPPING, str(source), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert copying.sweep(folder) == 0
        assert len([*folder.iterdir()]) == 1
        other.kill()
        other.wait()
        assert copying.sweep(folder) == 1
        assert [*folder.iterdir()] == []


@pytest.mark.fault("cards", "another program's unfinished file in the folder of a second copy", "it stays")
def test_the_unfinished_files_of_others_stay(source, tmp_path):
    folder = tmp_path / "second"
    folder.mkdir()
    (folder / ".film.mov.part").touch()
    copying.copy(source, [folder], lambda digest: None, stop=threading.Event())
    assert copying.sweep(folder) == 0
    assert [each.name for each in folder.iterdir()] == [".film.mov.part"]


@pytest.mark.fault(
    "disk",
    "a network volume whose locks keep all others from reading (SMB)",
    "the copy is read back all the same",
)
def test_no_lock_keeps_others_from_reading_a_part_back(source, tmp_path, monkeypatch):
    """The kernel keeps these locks from nobody here: what SMB would refuse to read is refused in its place."""
    read = copying.from_disk

    def reading(path, *arguments):
        with path.open("rb") as other:
            fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return read(path, *arguments)

    monkeypatch.setattr(copying, "from_disk", reading)
    copied = copying.copy(source, [tmp_path / "first", tmp_path / "second"], lambda digest: Path(source.name))
    assert copied.refused == {}
    assert (tmp_path / "second" / source.name).read_bytes() == source.read_bytes()


def refuse(*_arguments, **_named):
    """What the system says of the file of another user."""
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@pytest.fixture
def left_aside(tmp_path):
    """The part of a copy that somebody began."""
    part = tmp_path / "second" / f".{'0' * 32}.part"
    part.parent.mkdir()
    part.touch()
    return part


@pytest.mark.fault(
    "two at once",
    "the part of a copy of another user, who alone may write to it",
    "it stays: it may be running",
)
def test_a_part_that_cannot_be_asked_for_its_lock_stays(left_aside, monkeypatch):
    monkeypatch.setattr(Path, "open", refuse)
    assert copying.sweep(left_aside.parent) == 0
    assert left_aside.exists()


def test_a_part_that_may_not_be_removed_stays(left_aside, monkeypatch):
    monkeypatch.setattr(Path, "unlink", refuse)
    assert copying.sweep(left_aside.parent) == 0


@pytest.mark.fault(
    "disk",
    "the disk of a second copy goes away, and says so when its file is closed",
    "the first copy is made",
)
def test_a_second_disk_that_goes_away_takes_nothing_from_the_first(source, tmp_path, monkeypatch):
    first, second = tmp_path / "first", tmp_path / "second"

    class Gone:
        """An open file of a disk that is gone."""

        def write(self, block):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        def close(self):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def opened(part, open_it=copying._Part.open):
        open_it(part)
        if part.folder == second:
            part._file.close()
            part._file = Gone()

    monkeypatch.setattr(copying._Part, "open", opened)
    copied = copying.copy(source, [first, second], lambda digest: Path(source.name))
    assert list(copied.refused) == [second]
    assert (first / source.name).read_bytes() == source.read_bytes()
