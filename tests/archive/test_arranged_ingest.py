"""What is ingested after interviews were arranged by hand goes where it belongs, and undoes nothing."""

import json
import shutil
import subprocess
import sys

import pytest

from archive import config
from archive.catalogue import former, open_catalogue

NAMES = ("GX010001.MP4", "GX020001.MP4", "GX030001.MP4")
SAID = ("en-01", "en-02", "en-03")


def run(archive, *arguments):
    """Run a command in an archive and return what it prints as JSON."""
    command = [sys.executable, "-m", "archive", *arguments, "--json", "--archive", str(archive)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return (
        [json.loads(line) for line in ended.stdout.splitlines()]
        if "ingest" in arguments
        else json.loads(ended.stdout)
    )


@pytest.fixture(scope="module")
def card(tmp_path_factory, footage):
    """One recording that a camera split into three files of five seconds, and another one."""
    folder = tmp_path_factory.mktemp("card")
    for number, (name, sentence) in enumerate(zip(NAMES, SAID, strict=True)):
        footage.clip(
            folder / name, [(sentence, 0.5, 0)], length=5, timecode=f"10:00:{number * 5:02}:00", size=(64, 36)
        )
    footage.clip(folder / "B001.MP4", [("en-04", 0.5, 0)], length=5, size=(64, 36))
    return folder


@pytest.fixture(scope="module")
def ingested(tmp_path_factory, card):
    """An archive of the first two files, and of the other recording."""
    made = config.create(tmp_path_factory.mktemp("ingested") / "archive", "Test")
    wanted = [str(card / name) for name in (*NAMES[:2], "B001.MP4")]
    run(made.folder, "ingest", *wanted, "--model", "demo", "--in-place")
    return made.folder


@pytest.fixture
def archive(ingested, tmp_path):
    """A copy of it."""
    return shutil.copytree(ingested, tmp_path / "archive")


def clips(archive):
    """Return the clips of each interview, by slug."""
    return {each["interview"]: [clip["name"] for clip in each["clips"]] for each in run(archive, "list")}


def heard(archive, slug):
    """Return what is said in an interview: (start, text) of each segment."""
    found = run(archive, "transcript", "show", slug)["segments"]
    return [(each["start_ms"], each["text"]) for each in found]


def everything(archive):
    return clips(archive), {slug: heard(archive, slug) for slug in clips(archive)}


def test_a_card_that_comes_again_undoes_nothing(archive, card):
    run(archive, "interview", "merge", "gx010001", "b001")
    run(archive, "interview", "split", "gx010001", "0:07")
    before = everything(archive)
    assert before[0] == {"gx010001": list(NAMES[:2]), "gx010001-2": [NAMES[1], "B001.MP4"]}
    run(
        archive,
        "ingest",
        *(str(card / name) for name in (*NAMES[:2], "B001.MP4")),
        "--model",
        "demo",
        "--in-place",
    )
    assert everything(archive) == before


def test_the_next_file_goes_behind_the_one_after_which_it_was_recorded(archive, card):
    """The recording was split within its second file: the third belongs to the part that has the end of that."""
    run(archive, "interview", "split", "gx010001", "0:07.500")
    run(archive, "ingest", str(card), "--model", "demo", "--in-place")
    assert clips(archive) == {
        "gx010001": [NAMES[0], NAMES[1]],
        "b001": ["B001.MP4"],
        "gx010001-2": [NAMES[1], NAMES[2]],
    }


def test_the_next_file_goes_before_what_was_merged_behind_the_recording(archive, card):
    run(archive, "interview", "merge", "gx010001", "b001")
    before = heard(archive, "gx010001")
    run(archive, "ingest", str(card), "--model", "demo", "--in-place")
    assert clips(archive) == {"gx010001": [*NAMES, "B001.MP4"]}
    after = heard(archive, "gx010001")
    assert [text for _, text in after if text in dict(map(reversed, before))] == [text for _, text in before]
    with open_catalogue(archive / "archive.db", write=False) as db:
        led, *_ = former.leads(db, "b001", 0)
    assert (led.slug, led.time_line, led.shift_ms) == ("gx010001", 1, 15000)


def test_what_is_heard_anew_of_a_clip_of_two_interviews_goes_to_both(archive, card):
    run(archive, "interview", "split", "gx010001", "0:07.500")
    before = everything(archive)
    run(archive, "ingest", str(card / NAMES[1]), "--redo", "transcribe", "--model", "demo", "--in-place")
    assert everything(archive) == before


def test_a_title_that_was_merged_still_takes_what_is_ingested_for_it(archive, card):
    run(archive, "interview", "merge", "gx010001", "b001")
    later = str(card / NAMES[2])
    run(archive, "ingest", later, "--interview", "B001", "--model", "demo", "--in-place")
    assert clips(archive) == {"gx010001": [*NAMES[:2], "B001.MP4", NAMES[2]]}
