"""An archive whose archive.toml is gone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "archive"]


def run(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.fixture
def archive(spoken) -> Path:
    """An archive of one interview, without archive.toml; a backup of it lies in `backups`."""
    spoken.interview("Garden", ["nobody owns this garden"])
    spoken.db.close()
    folder = spoken.folder / "my archive"
    (folder / "originals").mkdir(parents=True)
    (spoken.folder / "archive.db").rename(folder / "archive.db")
    (spoken.folder / "archive.toml").rename(folder / "archive.toml")
    (folder / "archive.toml").write_text('title = "Gardens"\n')
    made = run("backup", spoken.folder / "backups", "--json", "--archive", folder)
    (folder / "archive.toml").unlink()
    (spoken.folder / "backup").symlink_to(json.loads(made.stdout)["path"])
    return folder


@pytest.mark.fault(
    "looking after",
    "an archive.toml that is gone",
    "said so, with where a backup has it and what makes a new one; all else is untouched",
)
def test_an_archive_without_settings_is_told_from_no_archive(archive):
    for done in (run("list", "--archive", archive), run("list", cwd=archive / "originals")):
        assert done.returncode == 2
        assert f"{archive} is an archive that lacks its archive.toml" in done.stderr
        assert "Copy it from a backup (BACKUP/archive/archive.toml)" in done.stderr
        assert f"archive new '{archive}'" in done.stderr


def test_what_is_said_of_an_archive_without_settings_is_true(archive):
    before = (archive / "archive.db").read_bytes()
    assert run("new", archive).returncode == 0
    assert (archive / "archive.db").read_bytes() == before
    assert "Garden" in run("list", "--archive", archive).stdout
    shutil.copy(archive.parent / "backup" / "archive" / "archive.toml", archive)
    assert "Gardens" in (archive / "archive.toml").read_text()
    assert "Garden" in run("list", "--archive", archive).stdout
