"""Caption files that people gave: `archive verify` sees what becomes of them, and ingest keeps what was edited."""

import json
import shutil

import pytest

from archive.catalogue import open_catalogue
from archive.catalogue.originals import Original
from archive.config import find
from archive.intake import captions
from media.fingerprint import content_hash

CAPTIONS = b"1\n00:00:01,000 --> 00:00:03,000\nNobody owns this garden.\n"


def say(kept, *arguments, code=0):
    return json.loads(kept.run(*arguments, "--json", code=code))


@pytest.fixture
def given(kept):
    """The captions of the first clip, from which its transcript was made."""
    clip = "0" * 32
    place = kept.folder / "captions" / clip[:12] / "C0001.srt"
    place.parent.mkdir(parents=True)
    place.write_bytes(CAPTIONS)
    with open_catalogue(kept.database, write=True) as db:
        db.execute(
            "INSERT INTO steps (clip, step, settings, state, finished) VALUES (?, 'transcribe', ?, 'done', '')",
            [clip, captions.settings(place)],
        )
    return place


def said(kept, given):
    return str(given.relative_to(kept.folder))


def test_captions_that_are_there_are_checked(kept, given):
    assert say(kept, "verify")["checked"] == 10


@pytest.mark.fault(
    "looking after",
    "captions that came with a clip are deleted",
    "verify: missing; repair takes them from a copy that it finds, as in a backup",
)
def test_captions_that_are_gone_are_missing(kept, given):
    elsewhere = kept.folder / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(given, elsewhere / "renamed.srt")
    shutil.rmtree(kept.folder / "captions")
    assert say(kept, "verify", code=3)["missing"] == [said(kept, given)]
    (left,) = say(kept, "repair", "--yes", code=3)["left"]
    assert "archive repair --from FOLDER" in left["try"]
    say(kept, "repair", "--yes", "--from", elsewhere)
    assert given.read_bytes() == CAPTIONS
    assert say(kept, "verify")["missing"] == []


@pytest.mark.fault(
    "looking after",
    "captions are edited after their transcript was made, or rot",
    "verify: changed; repair leaves them as they are and says how their transcript is made anew",
)
def test_captions_that_were_edited_are_changed(kept, given):
    given.write_bytes(CAPTIONS.replace(b"Nobody", b"No one"))
    assert say(kept, "verify", code=3)["changed"] == [said(kept, given)]
    assert "its transcript was made from what it was before" in kept.run("verify", code=3)
    (left,) = say(kept, "repair", "--yes", code=3)["left"]
    assert "--redo transcribe" in left["try"]
    assert b"No one" in given.read_bytes()


@pytest.mark.fault(
    "looking after",
    "captions are edited in the archive, and their card is ingested again",
    "the edited ones stay; ones that were not edited give way to those of the card",
)
@pytest.mark.parametrize("edited", [True, False])
def test_a_card_does_not_undo_an_edit(kept, given, tmp_path, edited):
    came = {content_hash(given)}
    clip = Original("0" * 32, "C0001.MP4", given, in_place=False, size=1)
    (tmp_path / "C0001.SRT").write_bytes(CAPTIONS + b"\n")
    if edited:
        given.write_bytes(b"edited")
    assert captions.keep(find(kept.folder), clip, tmp_path / "C0001.SRT", came.__contains__) != edited
    assert given.read_bytes() == (b"edited" if edited else CAPTIONS + b"\n")


def test_captions_of_another_kind_than_the_transcript_was_made_from_are_no_edit(kept, given, tmp_path):
    """A .vtt that came later is not what the .srt was; a mended one takes its place."""
    clip = Original("0" * 32, "C0001.MP4", given, in_place=False, size=1)
    for text in (b"WEBVTT", b"WEBVTT\n"):
        (tmp_path / "C0001.vtt").write_bytes(text)
        assert captions.keep(find(kept.folder), clip, tmp_path / "C0001.vtt", lambda digest: True)
        assert given.with_suffix(".vtt").read_bytes() == text


@pytest.mark.fault(
    "looking after",
    "the disk of the originals is away, on which an earlier version kept captions, too",
    "verify: absent, as the originals are",
)
def test_captions_that_were_kept_of_old_are_absent_with_the_originals(kept, given):
    kept.sql("UPDATE clips SET path = 'originals/' || substr(hash, 1, 12) || '/C0001.MP4'")
    kept.sql("INSERT OR IGNORE INTO files (path, name, hash, size) SELECT path, name, hash, 1 FROM clips")
    given.parent.rename(kept.originals / given.parent.name)
    kept.originals.rename(kept.folder / "away")
    kept.originals.mkdir()
    report = say(kept, "verify")
    assert report["missing"] == []
    assert "originals/000000000000/C0001.srt" in report["absent"]


def test_captions_of_a_clip_of_any_name_can_be_remembered(kept, tmp_path):
    """SQLite takes no name that is not UTF-8."""
    path = tmp_path / "caf\udce9.srt"
    path.write_bytes(CAPTIONS)
    with open_catalogue(kept.database, write=True) as db:
        db.execute(
            "INSERT INTO steps (clip, step, settings, state, finished) VALUES (?, 'transcribe', ?, 'done', '')",
            ["0" * 32, captions.settings(path)],
        )
        (used,) = captions.used(find(kept.folder), db)
    assert used.place.name == path.name
