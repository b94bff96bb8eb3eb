"""What the commands say of the same fault agrees: damage is damage, absent is absent, whichever of them is asked."""

import json

import pytest

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
