"""Verify, repair and the MHL history of a card: what is wrong with one is said, and a new one says what is there."""

import errno
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from media.mhl import history, xml


class Rotten(io.BufferedReader):
    """A file that can be opened, and that the disk does not give back."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def verified(kept, code):
    return json.loads(kept.run("verify", "--json", code=code))


@pytest.mark.fault(
    "looking after",
    "the whole folder of a card is gone from the originals, its history with it",
    "repair brings the card back from the second copy, and its history with it; verify then finds all whole",
)
def test_a_card_that_is_gone_comes_back_with_its_history(kept):
    root = kept.originals / "A001"
    shutil.rmtree(root)
    assert "originals/A001/ascmhl/ascmhl_chain.xml" in verified(kept, 3)["missing"]
    kept.run("repair", "--yes", "--json")
    (generation,) = history.read(root).generations
    assert len(generation.manifest.entries) == 3
    assert not verified(kept, 0)["missing"]


@pytest.mark.fault(
    "looking after",
    "an original is gone for good, and the card's history is lost",
    "the new history lists what is there; verify names the original alone",
)
def test_a_new_history_says_nothing_of_what_is_lost(kept):
    for folder in (kept.originals, kept.second):
        (folder / "A001" / "DCIM" / "C0001.MP4").unlink()
        shutil.rmtree(folder / "A001" / "ascmhl")
    kept.run("repair", "--yes", "--json", code=3)
    found = verified(kept, 3)
    assert found["changed"] == []
    assert [path for path in found["missing"] if path.startswith("originals")] == [
        "originals/A001/DCIM/C0001.MP4"
    ]


@pytest.mark.fault(
    "disk",
    "the disk cannot read back a manifest of a card's history (EIO)",
    "verify names it and goes on; exit 3",
)
def test_a_history_that_the_disk_does_not_give_back_is_changed(kept, monkeypatch):
    (manifest,) = (kept.originals / "A001/ascmhl").glob("*.mhl")
    opened = xml.opened

    def failing(path):
        return Rotten(path.open("rb").detach()) if path == manifest else opened(path)

    monkeypatch.setattr(xml, "opened", failing)
    assert verified(kept, 3)["changed"] == [str(manifest.relative_to(kept.folder))]
    assert f"{manifest.name}: cannot be read (Input/output error)" in kept.run("verify", code=3)


@pytest.mark.fault(
    "disk", "the disk cannot list the folder of a card's history (EIO)", "verify names it and goes on; exit 3"
)
def test_a_folder_that_the_disk_does_not_give_back_is_changed(kept, monkeypatch):
    listed = os.listdir

    def failing(path):
        if str(path).endswith("second/A001/ascmhl"):
            raise OSError(errno.EIO, "Input/output error", str(path))
        return listed(path)

    monkeypatch.setattr("media.mhl.history.os.listdir", failing)
    assert verified(kept, 3)["changed"] == [str(kept.second / "A001/ascmhl")]


@pytest.mark.fault(
    "cards",
    "a manifest of a card's history is a FIFO, or a link to another file",
    "named, never opened; nothing waits for it; exit 3",
)
@pytest.mark.parametrize("what", ["FIFO", "link"])
def test_a_manifest_that_is_no_file_is_changed(kept, tmp_path, what):
    (manifest,) = (kept.originals / "A001/ascmhl").glob("*.mhl")
    manifest.rename(tmp_path / "manifest")
    if what == "FIFO":
        os.mkfifo(manifest)
    else:
        manifest.symlink_to(tmp_path / "manifest")
    command = [sys.executable, "-m", "archive", "verify", "--json", "--archive", kept.folder]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 3
    assert json.loads(done.stdout)["changed"] == [str(manifest.relative_to(kept.folder))]


@pytest.fixture
def small(kept) -> Iterator[Path]:
    """The second copies of an archive on a disk of 1.5 MB."""
    there = kept.second.rename(kept.second.with_name(f"{kept.second.name}-before"))
    kept.second.mkdir()
    mount = ["/usr/bin/env", "mount", "-t", "tmpfs", "-o", "size=1500k", "none", str(kept.second)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    shutil.copytree(there, kept.second, dirs_exist_ok=True)
    yield kept.second
    subprocess.run(["/usr/bin/env", "umount", str(kept.second)], check=True)


@pytest.mark.fault(
    "disk",
    "verify --mhl, and the disk of the second copies is full",
    "it says so; nothing is left beside the lists; those of the originals are gone on with; exit 1",
)
def test_a_full_disk_leaves_no_part_of_a_list(kept, small):
    with (small / "filler").open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    before = sorted(small.rglob("*"))
    kept.run("verify", "--mhl", code=1)
    assert "could not be written (No space left on device)" in kept.said
    assert sorted(small.rglob("*")) == before
    assert len(history.read(kept.originals / "A001").generations) == 2
    assert len(history.read(kept.second / "A001").generations) == 1
    (small / "filler").unlink()
    assert verified(kept, 0)["changed"] == []
