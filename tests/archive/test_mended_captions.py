"""Captions beside a clip, through the command: mended on their card, and made again when the card is formatted."""

import json
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "archive"]
CAPTIONS = "1\n00:00:01,000 --> 00:00:03,000\nNobody owns this garden.\n"


class Shoot:
    """An archive, and a card with one clip and its captions."""

    def __init__(self, folder: Path) -> None:
        """Make the archive; the card is there."""
        self.archive, self.card = folder / "our archive", folder / "A001"
        self.captions = self.card / "C0001.srt"
        self.captions.write_text(CAPTIONS)
        self.original = self.archive / "originals" / "A001" / "C0001.MP4"
        subprocess.run([*COMMAND, "new", self.archive], check=True, capture_output=True)

    def run(self, *arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command of the archive; its exit code is part of what is tested."""
        command = [*COMMAND, *map(str, arguments), "--archive", str(self.archive)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def ingest(self, *arguments: object, code: int = 0) -> list[dict]:
        """Ingest; every line for scripts."""
        said = self.run("ingest", *arguments, "--model", "demo", "--json", code=code).stdout
        return [json.loads(line) for line in said.splitlines()]

    def verify(self, code: int = 0) -> dict:
        """Verify; the answer for scripts."""
        return json.loads(self.run("verify", "--json", code=code).stdout)

    def mend(self, *words: str) -> None:
        """Mend the captions on the card."""
        self.captions.write_text(CAPTIONS.replace(*words))

    def said(self) -> str:
        """The transcript."""
        shown = json.loads(self.run("transcript", "show", "c0001", "--json").stdout)
        return " ".join(segment["text"] for segment in shown["segments"])


@pytest.fixture
def shoot(tmp_path, footage) -> Shoot:
    """A card with one clip and its captions, not ingested yet."""
    (tmp_path / "A001").mkdir()
    footage.clip(tmp_path / "A001" / "C0001.MP4", [("en-02", 0.5, 0)])
    return Shoot(tmp_path)


def told(text: str) -> list[str]:
    """The words of the command that a text tells to make a transcript again."""
    line = next(line for line in text.splitlines() if "--redo transcribe" in line)
    words = shlex.split(line[line.index("archive ingest") :].partition(" --redo transcribe")[0])
    return [*words[1:], "--redo", "transcribe"]


@pytest.mark.fault(
    "looking after",
    "captions are mended on their card, which is ingested again and formatted",
    "no damage: verify says that the transcript is of before; what ingest told to do makes it anew without the card",
)
def test_captions_that_are_mended_on_the_card(shoot):
    shoot.ingest(shoot.card)
    shoot.mend("Nobody", "No one")
    again = shoot.run("ingest", shoot.card, "--model", "demo").stderr
    assert shoot.verify()["changed"] == []
    assert "C0001.srt" in shoot.run("verify").stderr
    shoot.mend("Nobody", "Not one")
    assert "edited since" not in shoot.run("ingest", shoot.card, "--model", "demo").stderr
    shutil.rmtree(shoot.card)
    shoot.run(*told(again), "--model", "demo")
    assert shoot.said() == "Not one owns this garden."
    assert shoot.verify()["changed"] == []
    assert "C0001.srt" not in shoot.run("verify").stderr


def test_captions_that_are_edited_in_the_archive_are_read_again_without_the_card(shoot):
    """What repair tells to do can be done when the card is formatted."""
    shoot.ingest(shoot.card)
    shutil.rmtree(shoot.card)
    (kept,) = shoot.archive.glob("captions/*/C0001.srt")
    kept.write_text(CAPTIONS.replace("Nobody", "No one"))
    assert shoot.verify(code=3)["changed"] == [str(kept.relative_to(shoot.archive))]
    (left,) = json.loads(shoot.run("repair", "--yes", "--json", code=3).stdout)["left"]
    shoot.run(*told(left["try"]), "--model", "demo")
    assert shoot.said() == "No one owns this garden."
    assert shoot.verify()["changed"] == []


@pytest.mark.fault(
    "looking after",
    "captions are edited in the archive and their transcript made again; then others come from the card",
    "the edited ones stay, and it is said; those of the card lie among the originals",
)
def test_an_edit_that_was_taken_up_is_not_undone_by_the_card(shoot):
    shoot.ingest(shoot.card)
    (kept,) = shoot.archive.glob("captions/*/C0001.srt")
    kept.write_text(CAPTIONS.replace("Nobody", "No one"))
    shoot.run("ingest", shoot.original, "--redo", "transcribe", "--model", "demo")
    shoot.mend("Nobody", "Not one")
    assert "C0001.MP4 were edited" in shoot.run("ingest", shoot.card, "--model", "demo").stderr
    assert "No one" in kept.read_text()
    assert any("Not one" in path.read_text() for path in shoot.original.parent.glob("*.srt"))
    assert shoot.said() == "No one owns this garden."


def test_a_clip_that_is_named_by_itself_brings_its_captions(shoot):
    """Kept among the originals they are known to be the card's, and give way to those that are mended there."""
    clip = shoot.card / "C0001.MP4"
    shoot.ingest(clip)
    shoot.mend("Nobody", "No one")
    assert "edited" not in shoot.run("ingest", clip, "--model", "demo").stderr
    assert shoot.original.with_name("C0001.srt").read_text() == CAPTIONS
    (kept,) = shoot.archive.glob("captions/*/C0001.srt")
    assert "No one" in kept.read_text()


@pytest.mark.fault(
    "kill",
    "a run ends between the copy of a card and the keeping of its captions; the card is gone",
    "the transcript is made from the captions among the originals, and nothing is missing",
)
def test_captions_that_lie_among_the_originals_only(shoot):
    shoot.ingest(shoot.card, "--only", "copy")
    shutil.rmtree(shoot.archive / "captions")
    shutil.rmtree(shoot.card)
    shoot.ingest()
    assert shoot.said() == "Nobody owns this garden."
    assert shoot.verify()["missing"] == []
    (shoot.archive / "originals").rename(shoot.archive / "away")
    away = shoot.verify()
    assert away["missing"] == []
    assert "originals/A001/C0001.srt" in away["absent"]


def test_a_transcript_of_captions_is_not_stale_for_what_an_earlier_version_did_not_note(shoot):
    """It noted the name of the file, and no hash."""
    shoot.ingest(shoot.card)
    with closing(sqlite3.connect(shoot.archive / "archive.db", isolation_level=None)) as db:
        db.execute("""UPDATE steps SET settings = '{"captions":"C0001.srt"}' WHERE step = 'transcribe'""")
    assert "--redo" not in shoot.run("ingest", shoot.card, "--model", "demo").stderr
    shoot.run("ingest", shoot.original, "--redo", "transcribe", "--model", "demo")
    shoot.mend("Nobody", "No one")
    assert "--redo" in shoot.run("ingest", shoot.card, "--model", "demo").stderr


@pytest.mark.parametrize("below", ["", "A001", "A001/C0001.MP4"])
def test_a_clip_is_made_again_by_where_its_original_lies(shoot, below):
    """Nothing is copied, no card is spoken of, and no card is needed; nor is anything left to go on with."""
    shoot.ingest(shoot.card)
    shutil.rmtree(shoot.card)
    path = shoot.archive / "originals" / below
    *lines, summary = shoot.ingest(path, "--redo", "transcribe", "--language", "fr")
    assert summary["done"] == [str(shoot.original)]
    assert {line.get("step") for line in lines} == {"transcribe"}
    (interview,) = json.loads(shoot.run("list", "--json").stdout)
    assert interview["language"] == "fr"
    assert shoot.ingest()[-1]["failed"] == []


def test_what_is_to_be_made_again_has_to_be_named(shoot):
    shoot.ingest(shoot.card)
    nothing = shoot.run("ingest", "--redo", "transcribe", code=2).stderr
    assert f"archive ingest '{shoot.archive / 'originals'}" in nothing
    shoot.run("ingest", shoot.original.with_name("C0002.MP4"), "--redo", "transcribe", code=2)
    shoot.run("ingest", shoot.original, code=2)


def test_a_dry_run_of_what_is_made_again_finds_nothing_new(shoot):
    shoot.ingest(shoot.card)
    said = shoot.run("ingest", shoot.original.parent, "--redo", "transcribe", "--dry-run").stdout
    assert said.startswith("0 new clips")
    assert "1 are in the archive" in said
    assert "kept with them" not in said


def test_a_clip_that_was_left_in_its_place_stays_there_when_it_is_made_again(shoot):
    clip = shoot.card / "C0001.MP4"
    shoot.ingest(shoot.card, "--in-place")
    assert shoot.ingest(clip, "--redo", "transcribe")[-1]["done"] == [str(clip)]
    assert list(shoot.archive.glob("originals/*/*")) == []


@pytest.mark.fault(
    "power",
    "clips are to be made again, and the disk of the originals is not mounted",
    "exit 4 before anything is begun; a transcript, which needs no original, is made all the same",
)
def test_what_is_made_again_of_originals_that_are_away(shoot):
    shoot.ingest(shoot.card)
    (shoot.archive / "originals").rename(shoot.archive / "away")
    (shoot.archive / "originals").mkdir()
    for step in ("sound", "renditions"):
        stopped = shoot.run("ingest", shoot.original, "--redo", step, "--model", "demo", code=4)
        assert "not mounted" in stopped.stderr
    assert shoot.ingest(shoot.original, "--redo", "transcribe")[-1]["failed"] == []
    (shoot.archive / "originals").rmdir()
    (shoot.archive / "away").rename(shoot.archive / "originals")
    assert shoot.ingest()[-1]["failed"] == []


@pytest.mark.parametrize("option", [["--also", "second"], ["--in-place"], ["--only", "copy"]])
def test_an_option_that_says_how_to_copy_is_refused_where_a_clip_is_only_made_again(shoot, option):
    """It could not be followed."""
    shoot.ingest(shoot.card)
    said = shoot.run("ingest", shoot.original, "--redo", "transcribe", *option, code=2).stderr
    assert option[0] in said
    assert "Try: " in said


def test_a_dry_run_says_how_many_clips_would_be_made_again(shoot):
    shoot.ingest(shoot.card)
    dry = ["ingest", shoot.card, "--dry-run"]
    assert "1 would be made again: sound" in shoot.run(*dry, "--redo", "sound").stdout
    assert json.loads(shoot.run(*dry, "--redo", "sound", "--json").stdout)["again"] == [
        str(shoot.card / "C0001.MP4")
    ]
    assert "again" not in shoot.run(*dry).stdout
