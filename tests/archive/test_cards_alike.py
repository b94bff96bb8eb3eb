"""Cards that are alike, and second copies that come late: each card's files lie together, wherever they lie."""

import json
import os
import subprocess
import sys

import pytest


class Crew:
    """An archive with a folder for second copies, and what its crew does."""

    def __init__(self, folder):
        self.archive, self.second = folder / "archive", folder / "second"
        self.call("new", self.archive)

    def call(self, *arguments, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "archive", *map(str, arguments)],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def offload(self, *arguments):
        self.call("ingest", *arguments, "--archive", self.archive, "--only", "copy")

    def verify(self, code=0):
        return json.loads(self.call("verify", "--archive", self.archive, "--json", code=code))


@pytest.fixture
def crew(tmp_path):
    return Crew(tmp_path)


def card(root, **files):
    """Make a card of files; every file of every card has the same date."""
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return root


def lies(folder):
    """Each file below a folder with its content, without MHL's and ours."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "ascmhl" and not path.name.startswith(".")
    }


@pytest.mark.fault(
    "cards",
    "two cards alike whose lists come before their clips by name",
    "each list lies with its own card's clips",
)
def test_what_lies_beside_the_clips_of_two_cards_alike_lies_with_its_own(crew, tmp_path):
    crew.offload(card(tmp_path / "A" / "P2", CLIP__1_XML=b"<first/>", VIDEO__1_MXF=b"first clip"))
    crew.offload(card(tmp_path / "B" / "P2", CLIP__1_XML=b"<other/>", VIDEO__1_MXF=b"other clip"))
    assert lies(crew.archive / "originals") == {
        "P2/CLIP/1.XML": b"<first/>",
        "P2/VIDEO/1.MXF": b"first clip",
        "P2-2/CLIP/1.XML": b"<other/>",
        "P2-2/VIDEO/1.MXF": b"other clip",
    }


@pytest.mark.fault(
    "cards",
    "a known card at another mount point, and beside it in the archive one that is alike",
    "it is recognised by content; nothing is copied twice",
)
def test_a_known_card_is_not_taken_for_one_that_is_alike(crew, tmp_path):
    first = card(tmp_path / "A" / "P2", CLIP__1_XML=b"<first/>", VIDEO__1_MXF=b"first clip")
    crew.offload(first)
    crew.offload(card(tmp_path / "B" / "P2", CLIP__1_XML=b"<other/>", VIDEO__1_MXF=b"other clip"))
    before = lies(crew.archive / "originals")
    crew.offload(first.rename(tmp_path / "A" / "elsewhere"))
    assert lies(crew.archive / "originals") == before


@pytest.mark.fault(
    "cards",
    "a second copy that is first asked for when the camera has changed its index",
    "it gets the earlier index, too, from the originals; verify finds all whole",
)
def test_a_second_copy_that_comes_late_gets_what_is_on_the_card_no_more(crew, tmp_path):
    shot = card(tmp_path / "A001", C0001_MP4=b"first clip", MEDIAPRO_XML=b"<one clip/>")
    crew.offload(shot)
    card(shot, MEDIAPRO_XML=b"<two clips/>", C0002_MP4=b"second clip")
    crew.offload(shot, "--also", crew.second)
    assert lies(crew.second) == lies(crew.archive / "originals")
    assert b"<one clip/>" in lies(crew.second).values()
    assert crew.verify()["missing"] == []
