"""What copies leave aside while they run, and what is cleared up of it."""

import os
import subprocess
import sys
import threading

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
