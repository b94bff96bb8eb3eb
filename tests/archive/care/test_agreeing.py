"""What the commands say of the same fault agrees: damage is damage, absent is absent, whichever of them is asked."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from archive.care.restore import restore
from archive.cli.watching import Silent

FIRST = "originals/A001/DCIM/C0001.MP4"


def say(kept, *arguments, code=0):
    return json.loads(kept.run(*arguments, "--json", code=code))


@pytest.mark.fault(
    "SQLite",
    "archive.db is a text, or bytes that are none of a database",
    "every command: damaged, exit 3, archive repair",
)
@pytest.mark.parametrize(
    "command", [["list"], ["search", "x"], ["ingest"], ["verify"], ["backup", "{}-backups"]]
)
def test_what_is_no_database_is_damage_for_every_command(kept, command):
    kept.database.write_bytes(b"somebody wrote a letter over it " * 400)
    answer = kept.run(*(each.format(kept.folder) for each in command), code=3)
    assert "archive repair" in answer + kept.said
    assert "begin as a database" in answer + kept.said


@pytest.mark.fault(
    "looking after",
    "an original, or its second copy, is replaced with a link to a whole file elsewhere",
    "changed; repair puts a file in its place",
)
@pytest.mark.parametrize("where", ["folder", "second"])
def test_a_link_is_no_copy(kept, tmp_path, where):
    place = kept.folder / FIRST if where == "folder" else kept.second / "A001/DCIM/C0001.MP4"
    said = FIRST if where == "folder" else str(place)
    place.rename(tmp_path / "elsewhere.mp4")
    place.symlink_to(tmp_path / "elsewhere.mp4")
    assert say(kept, "verify", code=3)["changed"] == [said]
    assert [each["path"] for each in say(kept, "repair", "--yes")["done"]] == [said]
    assert place.is_file()
    assert not place.is_symlink()
    assert say(kept, "verify")["changed"] == []


def test_folders_may_be_links(kept, tmp_path):
    """Originals and second copies may lie on other disks."""
    for number, folder in enumerate((kept.originals, kept.second)):
        folder.rename(tmp_path.parent / f"{tmp_path.name}-disk-{number}")
        folder.symlink_to(tmp_path.parent / f"{tmp_path.name}-disk-{number}")
    report = say(kept, "verify")
    assert (report["checked"], report["changed"]) == (9, [])


@pytest.mark.fault(
    "looking after",
    "repair while the disk of the originals is not mounted, or their id file is gone",
    "says what it could not look at and what to do; exit 0 as verify",
)
@pytest.mark.parametrize("what", ["unmounted", "without its id"])
def test_a_repair_does_not_call_whole_what_it_cannot_see(kept, what):
    if what == "unmounted":
        kept.originals.rename(kept.folder.parent / f"{kept.folder.name}-disk")
    else:
        (kept.originals / ".interview-archive-volume").unlink()
    assert len(say(kept, "verify")["absent"]) == len(say(kept, "repair")["absent"]) == 3
    answer = kept.run("repair")
    assert answer == "All that is there is whole; 3 absent, which could not be looked at.\n"
    assert "3 files could not be looked at" in kept.said
    assert ("put the file .interview-archive-volume with the line" in kept.said) == (what != "unmounted")


@pytest.fixture
def restored(kept):
    """The archive restored from a backup to another folder, and nothing brought to it yet."""
    backup = say(kept, "backup", f"{kept.folder}-backups")["path"]
    for folder in (kept.folder, kept.second):
        folder.rename(folder.with_name(f"{folder.name}-gone"))
    restore(Path(backup), kept.folder, datetime.now(UTC), Silent(), Event())
    return kept


@pytest.mark.fault(
    "looking after",
    "verify and repair after a restore, before the originals were brought back",
    "absent, with what to do; exit 0, as restore says; --from brings them back, with their history",
)
def test_what_a_restore_calls_absent_is_absent(restored):
    report = say(restored, "verify")
    assert (len(report["absent"]), report["missing"], report["changed"]) == (8, [], [])
    restored.run("verify")
    assert "archive repair --from FOLDER" in restored.said
    assert say(restored, "repair")["left"] == []
    second = f"{restored.second}-gone"
    answer = say(restored, "repair", "--yes", "--from", second)
    assert [each["what"] for each in answer["done"]] == ["original"] * 3 + ["history"]
    assert not [path for path in answer["absent"] if path.startswith("originals")]


@pytest.mark.fault(
    "looking after", "everything in originals/ is deleted but its id file", "missing, not absent; exit 3"
)
@pytest.mark.parametrize("moved", [False, True])
def test_originals_that_were_deleted_are_missing(kept, moved):
    """Also where they were moved before, by a program that gives everything today's date."""
    if moved:
        elsewhere = kept.originals.rename(kept.folder / "elsewhere")
        shutil.copytree(elsewhere, kept.originals, copy_function=shutil.copyfile)
        shutil.rmtree(elsewhere)
    shutil.rmtree(kept.originals / "A001")
    assert FIRST in say(kept, "verify", code=3)["missing"]
