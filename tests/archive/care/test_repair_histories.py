"""Repair and the MHL history of a card: it comes back with the card, and says only what is there."""

import json
import shutil

import pytest

from media.mhl import history


def verified(kept, code):
    return json.loads(kept.run("verify", "--json", code=code))


@pytest.mark.fault(
    "looking after",
    "the whole folder of a card is gone from the originals, its history with it",
    "repair brings the card back from the second copy and begins a history; verify then finds all whole",
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
