"""Second copies that the database has lost are known again, once they were read."""

import json
import random

import pytest


def say(kept, *arguments, code=0):
    return json.loads(kept.run(*arguments, "--json", code=code))


def rot(kept, table):
    ((page,),) = kept.sql("SELECT rootpage FROM sqlite_master WHERE name = ?", table)
    with kept.database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(random.Random(page).randbytes(4096))


@pytest.mark.fault(
    "SQLite",
    "the page rots that says which second copies there are; no backup",
    "repair recovers the rest, then reads them and knows them again",
)
def test_second_copies_are_known_again(kept):
    rot(kept, "copies")
    say(kept, "repair", "--yes", code=3)
    assert len(say(kept, "verify")["untracked"]) == 0
    assert say(kept, "verify")["checked"] == 9
    assert say(kept, "repair")["plan"] == []


@pytest.mark.fault(
    "looking after",
    "rows of second copies are gone from the database; one of these files rotted",
    "verify says what they are; repair knows those that are whole, and names the other",
)
def test_only_whole_copies_are_known_again(kept):
    kept.sql("DELETE FROM copies")
    (rotten := kept.second / "A001/DCIM/C0001.XML").write_bytes(b"<about>the other one</about>x"[:29])
    assert len(say(kept, "verify")["untracked"]) == 3
    kept.run("verify")
    assert "To know them again: archive repair" in kept.said
    report = say(kept, "repair", "--yes", code=3)
    assert [each["what"] for each in report["plan"]] == ["copy"]
    assert str(rotten) in report["left"][0]["why"]
    assert say(kept, "verify")["untracked"] == [str(rotten)]


@pytest.mark.fault(
    "SQLite",
    "the page rots that says where the second copies lie; no backup",
    "the originals' folder is known by its id file, that of the second copies where it is named with --from",
)
def test_volumes_are_known_again_by_their_id_files(kept):
    before = sorted(kept.sql("SELECT * FROM volumes"))
    rot(kept, "volumes")
    plain = say(kept, "repair", code=3)
    assert "folders of the second copies" in plain["left"][0]["try"]
    say(kept, "repair", "--yes", "--from", kept.second, code=3)
    assert sorted(kept.sql("SELECT * FROM volumes")) == before
    assert say(kept, "verify")["checked"] == 9
