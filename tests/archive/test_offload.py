"""Cards: what is copied of them, where it lies, and when one may be formatted; through the command."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "archive"]


class Crew:
    """An archive, and what its crew does."""

    def __init__(self, folder):
        self.folder = folder
        self.call("new", folder)

    def call(self, *arguments, code=0):
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)], capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
        output, talk = (stream.decode(errors="surrogateescape") for stream in (done.stdout, done.stderr))
        assert "Traceback" not in output + talk, talk
        assert done.returncode == code, f"exit {done.returncode}: {output[-800:]}{talk[-2000:]}"
        self.talk = talk
        return output

    def offload(self, *arguments, code=0):
        """Copy, and return the verdicts and the summary."""
        said = self.call(
            "ingest", *arguments, "--archive", self.folder, "--only", "copy", "--json", code=code
        )
        lines = [json.loads(line) for line in said.splitlines()]
        return [line for line in lines if line["event"] == "card"], lines[-1]

    def safe(self, *arguments, code=0):
        """Copy one card and return its verdict."""
        (verdict,), _ = self.offload(*arguments, code=code)
        return verdict

    def lies(self, below="originals"):
        """The files below a folder of the archive, without MHL's."""
        root = self.folder / below
        return sorted(
            str(path.relative_to(root))
            for path in root.rglob("*")
            if path.is_file() and path.parent.name != "ascmhl" and not path.name.startswith(".")
        )


@pytest.fixture
def crew(tmp_path):
    return Crew(tmp_path / "archive")


@pytest.fixture
def card(tmp_path):
    """A card as a camera leaves it; its clips need no film in them to be copied."""
    root = tmp_path / "A001"
    for name in ("CLIP/C0001.MP4", "CLIP/C0002.MP4", "CLIP/C0001M01.XML", "MEDIAPRO.XML", "THUMB/C0001.JPG"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(hashlib.sha256(name.encode()).digest() * 400)
    return root


def again(path, content):
    """Write other content of the same size, and give the file its earlier dates, as another card would have them."""
    before = path.stat()
    assert len(content) == before.st_size
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def flip(path):
    """Turn one bit of a file and keep its dates."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    again(path, bytes(body))


def test_a_card_is_mirrored_whole_and_may_be_formatted(crew, card):
    verdict = crew.safe(card)
    assert (verdict["path"], verdict["files"], verdict["safe_to_format"]) == (str(card), 5, True)
    assert "read back" in verdict["why"]
    names = sorted(str(path.relative_to(card)) for path in card.rglob("*") if path.is_file())
    assert crew.lies("originals/A001") == names
    assert all(
        (crew.folder / "originals" / "A001" / name).read_bytes() == (card / name).read_bytes()
        for name in names
    )


def test_a_person_reads_whether_a_card_may_be_formatted(crew, card, tmp_path):
    crew.call("ingest", card, "--archive", crew.folder, "--only", "copy")
    assert f"Safe to format {card} (5 files): every file was read" in crew.talk
    assert "all of it on one disk: delete the folder, but do not format that disk" in crew.talk
    crew.call("ingest", card / "CLIP" / "C0001.MP4", "--archive", crew.folder, "--only", "copy")
    assert f"Safe {card / 'CLIP' / 'C0001.MP4'} (1 file): " in crew.talk
    assert "format" not in crew.talk
    crew.call("ingest", tmp_path / "none", "--archive", crew.folder, "--only", "copy", code=1)
    assert f"NOT safe to format {tmp_path / 'none'} (0 files): it is not there" in crew.talk


def test_a_second_copy_is_made_in_the_same_read(crew, card, tmp_path):
    also = tmp_path / "second"
    verdict = crew.safe(card, "--also", also)
    assert verdict["safe_to_format"]
    assert str(also) in verdict["why"]
    for path in (crew.folder / "originals" / "A001").rglob("*"):
        copy = also / path.relative_to(crew.folder / "originals")
        assert path.is_dir() or copy.read_bytes() == path.read_bytes(), path


def test_unchanged_files_repeat_the_earlier_verdict_with_its_date(crew, card):
    crew.safe(card)
    verdict = crew.safe(card)
    assert verdict["safe_to_format"]
    assert "as of 20" in verdict["why"]
    assert "unchanged since" in verdict["why"]


@pytest.mark.fault(
    "cards", "one file of a known card was touched", "the whole card is read again before it is safe"
)
def test_one_file_that_looks_changed_makes_the_whole_card_be_read_again(crew, card):
    crew.safe(card)
    (card / "MEDIAPRO.XML").touch()
    said = crew.call("ingest", card, "--archive", crew.folder, "--only", "copy", "--json")
    read = [json.loads(line)["path"] for line in said.splitlines() if '"done"' in line and '"step"' in line]
    assert len([path for path in read if path.startswith(str(card))]) == 5


@pytest.mark.fault(
    "cards",
    "the camera changed its index and shot on",
    "the card goes on under its name; both versions of the index are kept",
)
def test_a_card_that_was_shot_on_is_the_same_card(crew, card):
    crew.safe(card)
    (card / "MEDIAPRO.XML").write_bytes(b"<two clips more/>")
    (card / "CLIP" / "C0003.MP4").write_bytes(b"3" * 5000)
    assert crew.safe(card)["safe_to_format"]
    assert crew.lies() == [
        "A001/CLIP/C0001.MP4",
        "A001/CLIP/C0001M01.XML",
        "A001/CLIP/C0002.MP4",
        "A001/CLIP/C0003.MP4",
        "A001/MEDIAPRO-2.XML",
        "A001/MEDIAPRO.XML",
        "A001/THUMB/C0001.JPG",
    ]
    lists = sorted((crew.folder / "originals" / "A001" / "ascmhl").glob("*.mhl"))
    assert [path.name[:4] for path in lists] == ["0001", "0002"]


@pytest.mark.fault(
    "cards",
    "a second card with the same names, sizes and dates, and other content",
    "two sets of clips; nothing of the first is touched",
)
def test_two_cards_with_the_same_names_sizes_and_dates_are_two_sets_of_clips(crew, card):
    crew.safe(card)
    first = {name: (crew.folder / "originals" / name).read_bytes() for name in crew.lies()}
    for name in ("CLIP/C0001.MP4", "CLIP/C0002.MP4"):
        again(card / name, bytes(len((card / name).read_bytes())))
    again(card / "CLIP" / "C0002.MP4", b"2" * (card / "CLIP" / "C0002.MP4").stat().st_size)
    verdicts, summary = crew.offload(card)
    assert verdicts[0]["safe_to_format"]
    assert len(summary["done"]) == 2
    assert {name: (crew.folder / "originals" / name).read_bytes() for name in first} == first
    assert [name for name in crew.lies() if name.endswith("MP4")] == [
        "A001-2/CLIP/C0001.MP4",
        "A001-2/CLIP/C0002.MP4",
        "A001/CLIP/C0001.MP4",
        "A001/CLIP/C0002.MP4",
    ]


@pytest.mark.fault("cards", "the same content on two cards, or twice on one", "one clip, seen twice")
def test_the_same_content_twice_is_one_clip(crew, card, tmp_path):
    shutil.copy(card / "CLIP" / "C0001.MP4", card / "CLIP" / "COPY.MP4")
    other = tmp_path / "B001"
    other.mkdir()
    shutil.copy(card / "CLIP" / "C0002.MP4", other / "X.MP4")
    verdicts, summary = crew.offload(card, other)
    assert [verdict["safe_to_format"] for verdict in verdicts] == [True, True]
    assert len(summary["done"]) == 2
    assert len(summary["present"]) == 2
    assert [name for name in crew.lies() if name.endswith("MP4")] == [
        "A001/CLIP/C0001.MP4",
        "A001/CLIP/C0002.MP4",
    ]


@pytest.mark.fault(
    "cards", "a known card at another mount point", "it is recognised; nothing is copied twice"
)
def test_a_card_at_another_mount_point_is_the_same_card(crew, card, tmp_path):
    crew.safe(card)
    before = crew.lies()
    card.rename(tmp_path / "A001 1")
    assert crew.safe(tmp_path / "A001 1")["safe_to_format"]
    assert crew.lies() == before


@pytest.mark.fault(
    "cards", "an empty folder where a card should be mounted", "it is not called safe to format"
)
def test_an_empty_mount_point_is_not_safe_to_format(crew, tmp_path):
    (tmp_path / "mnt").mkdir()
    verdict = crew.safe(tmp_path / "mnt")
    assert not verdict["safe_to_format"]
    assert verdict["why"] == "there is no footage on it"


@pytest.mark.fault(
    "cards", "a folder of documents without any footage", "nothing of it is taken, and it says so"
)
def test_a_folder_without_footage_is_left_alone(crew, tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "letter.docx").write_bytes(b"x")
    verdicts, summary = crew.offload(tmp_path / "papers")
    assert not verdicts[0]["safe_to_format"]
    assert crew.lies() == []
    assert [each["why"] for each in summary["skipped"]] == ["is no clip (.docx)"]


@pytest.mark.fault(
    "cards", "camera RAW, which nothing here decodes", "it is copied and verified all the same"
)
def test_camera_raw_is_footage_too(crew, tmp_path):
    (tmp_path / "BMD").mkdir()
    (tmp_path / "BMD" / "A001.braw").write_bytes(b"raw" * 1000)
    assert crew.safe(tmp_path / "BMD")["safe_to_format"]
    assert crew.lies() == ["BMD/A001.braw"]
    assert crew.safe(tmp_path / "BMD")["safe_to_format"]
    assert crew.lies() == ["BMD/A001.braw"]


@pytest.mark.fault("cards", "a FIFO named like a clip", "it is not opened; the card is safe without it")
def test_a_fifo_keeps_no_card_from_being_safe(crew, card):
    os.mkfifo(card / "CLIP" / "C0009.MP4")
    verdicts, summary = crew.offload(card)
    assert (verdicts[0]["files"], verdicts[0]["safe_to_format"]) == (5, True)
    assert [Path(each["path"]).name for each in summary["skipped"] if "FIFO" in each["why"]] == ["C0009.MP4"]


@pytest.mark.skipif(not shutil.which("strace"), reason="only strace makes the system refuse a read")
@pytest.mark.fault(
    "cards",
    "a card of which one file cannot be read (EIO)",
    "the others are copied; it is not safe to format",
)
def test_a_file_that_the_card_does_not_give_back_keeps_it_from_being_safe(crew, card):
    bad = card / "CLIP" / "C0002.MP4"
    strace = ["strace", "-f", "-qq", "-o", crew.folder / "trace", "-e", "inject=read:error=EIO", "-P", bad]
    arguments = ["ingest", card, "--archive", crew.folder, "--only", "copy", "--json"]
    done = subprocess.run([*strace, *COMMAND, *arguments], capture_output=True, check=False)
    if b"ptrace" in done.stderr:
        pytest.skip("strace may not look into processes here")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    (verdict,) = [line for line in lines if line["event"] == "card"]
    assert done.returncode == 1
    assert not verdict["safe_to_format"]
    assert verdict["why"] == "C0002.MP4 could not be copied"
    assert "Input/output error" in lines[-1]["failed"][0]["error"]
    assert crew.lies() == [
        "A001/CLIP/C0001.MP4",
        "A001/CLIP/C0001M01.XML",
        "A001/MEDIAPRO.XML",
        "A001/THUMB/C0001.JPG",
    ]
    assert crew.safe(card)["safe_to_format"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_permission_is_named_in_the_verdict(crew, card):
    (card / "CLIP" / "C0002.MP4").chmod(0)
    verdict = crew.safe(card, code=1)
    assert not verdict["safe_to_format"]
    assert "C0002.MP4 could not be copied" in verdict["why"]


@pytest.mark.fault("cards", "clips that are left in their place", "their card is not safe to format")
def test_in_place_is_never_safe_to_format_and_a_copy_later_is(crew, card):
    verdict = crew.safe(card, "--in-place")
    assert not verdict["safe_to_format"]
    assert "left in their place" in verdict["why"]
    assert crew.lies() == []
    assert crew.safe(card)["safe_to_format"]
    assert "A001/CLIP/C0001.MP4" in crew.lies()
    with closing(sqlite3.connect(crew.folder / "archive.db")) as db:
        assert db.execute("SELECT DISTINCT in_place FROM clips").fetchall() == [(0,)]


@pytest.mark.fault(
    "disk",
    "an original that rotted, and its card read once more",
    "it is copied again; the rotten one is put aside, nothing is deleted",
)
def test_a_rotten_original_is_not_called_safe_but_copied_again(crew, card):
    crew.safe(card)
    original = crew.folder / "originals" / "A001" / "CLIP" / "C0001.MP4"
    flip(original)
    (card / "MEDIAPRO.XML").touch()
    assert crew.safe(card)["safe_to_format"]
    assert original.read_bytes() == (card / "CLIP" / "C0001.MP4").read_bytes()
    aside = crew.folder / "originals" / ".damaged" / "A001" / "CLIP" / "C0001.MP4"
    assert aside.read_bytes() != original.read_bytes()
    assert "was damaged" in crew.talk


@pytest.mark.fault(
    "disk", "an original that is gone, and its card unchanged", "it is copied again before it is safe"
)
def test_an_original_that_is_gone_is_copied_again(crew, card):
    crew.safe(card)
    original = crew.folder / "originals" / "A001" / "CLIP" / "C0001.MP4"
    original.unlink()
    assert "every file was read" in crew.safe(card)["why"]
    assert original.exists()


@pytest.mark.fault("disk", "the volume of the originals is not mounted", "exit 4 before anything is begun")
def test_originals_that_are_not_mounted_stop_the_run_before_it_begins(crew, card):
    crew.safe(card)
    (crew.folder / "originals").rename(crew.folder / "away")
    (crew.folder / "originals").mkdir()
    (card / "CLIP" / "C0005.MP4").write_bytes(b"5")
    crew.call("ingest", card, "--archive", crew.folder, "--only", "copy", code=4)
    assert "its volume is not mounted" in crew.talk
    assert not any((crew.folder / "originals").iterdir())


@pytest.mark.fault("disk", "the volume of the second copy is not mounted", "exit 4 before anything is begun")
def test_a_second_copy_that_is_not_mounted_stops_the_run_before_it_begins(crew, card, tmp_path):
    also = tmp_path / "second"
    crew.safe(card, "--also", also)
    also.rename(tmp_path / "away")
    also.mkdir()
    (card / "CLIP" / "C0005.MP4").write_bytes(b"5")
    crew.call("ingest", card, "--archive", crew.folder, "--also", also, "--only", "copy", code=4)
    assert "its volume is not mounted" in crew.talk
    assert not any(also.iterdir())
    assert "A001/CLIP/C0005.MP4" not in crew.lies()


@pytest.mark.fault("disk", "--also inside the archive", "exit 2; it would be lost together with it")
def test_a_second_copy_inside_the_archive_is_refused(crew, card):
    crew.call("ingest", card, "--archive", crew.folder, "--also", crew.folder / "copy", code=2)
    assert "lost together with it" in crew.talk


def test_a_second_copy_that_is_asked_for_later_gets_everything(crew, card, tmp_path):
    crew.safe(card)
    also = tmp_path / "second"
    assert crew.safe(card, "--also", also)["safe_to_format"]
    below = (path.relative_to(also) for path in also.rglob("*") if path.is_file())
    names = sorted(
        str(path) for path in below if path.parent.name != "ascmhl" and not path.name.startswith(".")
    )
    assert names == crew.lies()
    assert list((also / "A001" / "ascmhl").glob("0001*.mhl"))


def test_a_card_and_a_folder_on_it_are_judged_each(crew, card):
    verdicts, summary = crew.offload(card, card / "CLIP", card / "CLIP" / "C0001.MP4")
    assert [(one["files"], one["safe_to_format"]) for one in verdicts] == [(5, True), (3, True), (1, True)]
    assert len(summary["done"]) == 2


def test_files_of_one_folder_given_one_by_one_lie_in_one_folder(crew, card):
    crew.offload(card / "CLIP" / "C0001.MP4")
    crew.offload(card / "CLIP" / "C0002.MP4")
    assert crew.lies() == ["CLIP/C0001.MP4", "CLIP/C0002.MP4"]


@pytest.mark.fault(
    "cards",
    "a file that is not what the card's own MHL says",
    "exit 3: it is kept; the card is not safe to format",
)
def test_the_lists_on_a_card_are_checked(crew, card):
    digest = hashlib.md5((card / "CLIP" / "C0001.MP4").read_bytes()).hexdigest()  # noqa: S324 - as cameras do
    size = (card / "CLIP" / "C0001.MP4").stat().st_size
    list_of_card = card / "A001.mhl"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<hashlist version="1.1"><hash><file>CLIP/C0001.MP4</file>'
        f"<size>{size}</size><md5>{{}}</md5></hash></hashlist>"
    )
    list_of_card.write_text(body.format(digest))
    assert crew.safe(card)["safe_to_format"]
    list_of_card.write_text(body.format("0" * 32))
    verdict = crew.safe(card, code=3)
    assert not verdict["safe_to_format"]
    assert "C0001.MP4: its MHL says md5 " + "0" * 32 in verdict["why"]
    assert "A001/CLIP/C0001.MP4" in crew.lies()
    assert crew.safe(card, code=3)["why"] == verdict["why"]


@pytest.mark.fault(
    "cards", "a file that the card's own MHL lists is missing", "the card is not safe to format; exit 3"
)
def test_a_file_that_the_cards_list_names_and_that_is_gone_is_told(crew, card):
    (card / "A001.mhl").write_text(
        '<hashlist version="1.1"><hash><file>CLIP/C0007.MP4</file><size>1</size>'
        f"<md5>{'0' * 32}</md5></hash></hashlist>"
    )
    for _ in range(2):
        verdict = crew.safe(card, code=3)
        assert not verdict["safe_to_format"]
        assert "CLIP/C0007.MP4 is in its MHL and was not copied" in verdict["why"]


@pytest.mark.fault(
    "names",
    "control characters, bytes that are no UTF-8, 255 bytes, NFC beside NFD, a leading dash",
    "each is copied; MHL gets a safe name, the catalogue keeps the true bytes",
)
def test_every_name_gets_a_place_and_keeps_its_bytes(crew, tmp_path):
    root = tmp_path / "odd"
    names = [
        b"two\nlines.wav",
        b"caf\xe9.wav",
        b"esc\x1b[31m.wav",
        b"n" * 251 + b".wav",
        "\N{LATIN SMALL LETTER E WITH ACUTE}.wav".encode(),
        "e\N{COMBINING ACUTE ACCENT}.wav".encode(),
        b"-y.wav",
        b"a:b.wav",
        b"100%d.wav",
        b"[b].wav",
        b" .wav",
    ]
    root.mkdir()
    for number, name in enumerate(names):
        (root / os.fsdecode(name)).write_bytes(bytes([number]) * 100)
    verdict = crew.safe(root)
    assert verdict["safe_to_format"], verdict
    listed = json.loads(
        subprocess.run(
            [*COMMAND, "ingest", root, "--archive", crew.folder, "--only", "copy", "--json"],
            capture_output=True,
            check=True,
        ).stdout.splitlines()[-1]
    )
    assert sorted(os.fsencode(Path(path).name) for path in listed["present"]) == sorted(names)
    on_disk = [os.fsencode(path.name) for path in (crew.folder / "originals" / "odd").glob("*.wav")]
    assert len(on_disk) == len(names)
    assert all(min(name) >= 32 and name.decode() for name in on_disk)


@pytest.mark.fault(
    "names", "two names that differ in case only", "both are kept, on a disk that knows no case as well"
)
def test_names_that_differ_in_case_are_both_kept(crew, card, tmp_path):
    (card / "CLIP" / "c0001.mp4").write_bytes(b"lower")
    assert crew.safe(card)["safe_to_format"]
    assert len([name for name in crew.lies() if name.lower().endswith("mp4")]) == 3


@pytest.mark.fault(
    "kill",
    "a file that a killed run had put in place and not recorded",
    "it is found whole and taken as it is",
)
def test_a_file_that_lies_in_place_unrecorded_is_taken(crew, card):
    crew.safe(card)
    with closing(sqlite3.connect(crew.folder / "archive.db")) as db, db:
        for table in ("copies", "files", "steps", "sources", "clips"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
    before = crew.lies()
    assert crew.safe(card)["safe_to_format"]
    assert crew.lies() == before


def test_an_archive_of_the_first_version_goes_on(crew, card):
    """Its originals lie by their hash, and nobody noted when they were read: the card is read again."""
    crew.safe(card)
    with closing(sqlite3.connect(crew.folder / "archive.db")) as db, db:
        db.execute("UPDATE sources SET read = NULL")
        db.execute("DELETE FROM copies")
        db.execute("UPDATE files SET card = NULL")
    verdict = crew.safe(card)
    assert verdict["safe_to_format"]
    assert "every file was read" in verdict["why"]


@pytest.mark.fault(
    "names", "a clip whose name holds a line break and an escape, and that fails", "one line in the log"
)
def test_no_name_makes_lines_or_colours_in_the_log(crew, tmp_path):
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "a\n2026 INFO all is well\x1b[31m.mp4").write_bytes(b"no film")
    crew.call("ingest", odd, "--archive", crew.folder, "--model", "demo", code=1)
    (log,) = (crew.folder / "logs").glob("ingest-*.log")
    text = log.read_text(encoding="utf-8")
    assert "\\n2026 INFO all is well\\x1b[31m.mp4" in text
    assert "\x1b" not in text
    assert not any(line.startswith("2026 INFO") for line in text.splitlines())


@pytest.mark.parametrize("first", ["CLIP", "CLIP/C0001.MP4"])
@pytest.mark.fault(
    "cards", "a folder of a card, and then the card itself", "the rest of the card is copied as well"
)
def test_a_part_of_a_card_named_before_the_card_takes_nothing_from_it(crew, card, first):
    verdicts, _ = crew.offload(card / first, card)
    assert [verdict["safe_to_format"] for verdict in verdicts] == [True, True]
    assert verdicts[1]["files"] == 5
    assert any(name.endswith("MEDIAPRO.XML") for name in crew.lies())


def offload_and(crew, card, act):
    """Begin an offload, act when the first file is copied, and return the verdict."""
    command = [*COMMAND, "ingest", card, "--archive", crew.folder, "--only", "copy", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        acted = False
        for line in process.stdout:
            event = json.loads(line)
            if event.get("state") == "done" and not acted:
                act(Path(event["path"]))
                acted = True
            if event["event"] == "card":
                verdict = event
    return verdict


@pytest.fixture
def large(card):
    """More on the card, so that there is time to do something to it."""
    (card / "CLIP" / "C0009.MP4").write_bytes(os.urandom(1 << 20) * 300)
    return card


@pytest.mark.fault(
    "cards", "a file that was copied is written again before all are", "the card is not safe to format"
)
def test_a_file_that_changes_after_its_copy_keeps_the_card_from_being_safe(crew, large):
    verdict = offload_and(crew, large, lambda path: path.write_bytes(b"rewritten"))
    assert not verdict["safe_to_format"]
    assert "changed since it was read" in verdict["why"]


@pytest.mark.fault(
    "cards", "a clip that comes onto a card while it is copied", "the card is not safe to format"
)
def test_a_file_that_comes_meanwhile_keeps_the_card_from_being_safe(crew, large):
    verdict = offload_and(crew, large, lambda path: path.with_name("C0010.MP4").write_bytes(b"new"))
    assert not verdict["safe_to_format"]
    assert "C0010.MP4 came while the others were copied" in verdict["why"]


@pytest.mark.fault(
    "disk",
    "a second copy that was made by copying another one, and rotted",
    "each is known and read for itself",
)
def test_second_copies_that_carry_one_id_are_told_apart(crew, card, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    crew.safe(card, "--also", one)
    shutil.copytree(one, two)
    flip(two / "A001" / "CLIP" / "C0001.MP4")
    verdict = crew.safe(card, "--also", one, "--also", two, code=1)
    assert not verdict["safe_to_format"]
    assert f"no second copy: {two}" in verdict["why"]


@pytest.mark.skipif(not shutil.which("strace"), reason="only strace makes the system refuse a read")
@pytest.mark.fault(
    "disk",
    "an original that its disk does not give back (EIO)",
    "it is put aside and copied again from the card",
)
def test_an_original_that_cannot_be_read_is_copied_again(crew, card):
    crew.safe(card)
    original = crew.folder / "originals" / "A001" / "CLIP" / "C0001.MP4"
    (card / "MEDIAPRO.XML").touch()
    inject = ["-e", "trace=read", "-e", "inject=read:error=EIO", "-P", original]
    arguments = ["ingest", card, "--archive", crew.folder, "--only", "copy", "--json"]
    strace = ["strace", "-f", "-qq", "-o", crew.folder / "trace", *inject]
    done = subprocess.run([*strace, *COMMAND, *arguments], capture_output=True, check=False)
    if b"ptrace" in done.stderr:
        pytest.skip("strace may not look into processes here")
    assert (crew.folder / "originals" / ".damaged" / "A001" / "CLIP" / "C0001.MP4").exists()
    assert crew.safe(card)["safe_to_format"]
    assert original.read_bytes() == (card / "CLIP" / "C0001.MP4").read_bytes()


@pytest.mark.fault(
    "disk",
    "an original that was altered, its card untouched",
    "the card is read again, and the original is mended",
)
def test_an_original_that_was_altered_is_seen_without_touching_the_card(crew, card):
    crew.safe(card)
    original = crew.folder / "originals" / "A001" / "CLIP" / "C0001.MP4"
    flip(original)
    assert "every file was read" in crew.safe(card)["why"]
    assert original.read_bytes() == (card / "CLIP" / "C0001.MP4").read_bytes()


@pytest.mark.fault(
    "disk", "an original that became a link to the card's file", "it is no copy; it is copied again"
)
def test_a_link_to_the_card_is_no_copy(crew, card):
    crew.safe(card)
    original = crew.folder / "originals" / "A001" / "CLIP" / "C0001.MP4"
    original.unlink()
    original.symlink_to(card / "CLIP" / "C0001.MP4")
    crew.safe(card)
    assert not original.is_symlink()
    assert original.read_bytes() == (card / "CLIP" / "C0001.MP4").read_bytes()


@pytest.mark.fault("cards", "--also on the card itself", "exit 2 before anything is copied")
def test_a_second_copy_on_the_card_is_refused(crew, card):
    for also in (card, card / "second"):
        (verdict,), _ = crew.offload(card, "--also", also, code=2)
        assert not verdict["safe_to_format"]
    assert crew.lies() == []
    assert not (card / "second").exists()


@pytest.mark.fault("cards", "an archive that lies on the card it copies", "the card is not safe to format")
def test_a_card_that_holds_the_archive_is_not_safe(tmp_path, card):
    verdict = Crew(card / "archive").safe(card)
    assert not verdict["safe_to_format"]
    assert "lies on it" in verdict["why"]


@pytest.mark.fault(
    "cards", "the archive's own originals, or a second copy, given as a card", "exit 2; they are no card"
)
def test_our_own_copies_are_no_card(crew, card, tmp_path):
    also = tmp_path / "second"
    crew.safe(card, "--also", also)
    for path in (crew.folder / "originals", also, also / "A001"):
        (verdict,), _ = crew.offload(path, code=2)
        assert not verdict["safe_to_format"]
        assert "own copies" in verdict["why"]
    crew.call("ingest", "--archive", crew.folder, "--only", "copy")  # and nobody is asked for it again


@pytest.mark.fault(
    "cards",
    "footage whose name begins with a dot, or that lies in a hidden folder",
    "it is footage all the same",
)
def test_hidden_footage_is_footage(crew, card):
    for name in (".P/x.mov", ".A001.wav", "._A002.wav"):
        (card / name).parent.mkdir(exist_ok=True)
        (card / name).write_bytes(name.encode() * 100)
    (card / "._C0001.MP4").write_bytes(b"\0\5\x16\7" + b"what macOS keeps")
    verdicts, summary = crew.offload(card)
    assert verdicts[0]["files"] == 8
    assert len(summary["done"]) == 5


@pytest.mark.parametrize("first", ["docs", "docs/letter.pdf"])
@pytest.mark.fault(
    "cards", "a folder of papers on a card, and then the card itself", "the papers are copied with it"
)
def test_papers_named_before_their_card_are_copied_with_it(crew, card, first):
    (card / "docs").mkdir()
    (card / "docs" / "letter.pdf").write_bytes(b"paper")
    verdicts, _ = crew.offload(card / first, card)
    assert verdicts[1]["safe_to_format"], verdicts
    assert any(name.endswith("docs/letter.pdf") for name in crew.lies())


@pytest.mark.fault(
    "disk",
    "a file of somebody else's in the place of a second copy",
    "it is left alone; the second copy is refused",
)
def test_a_file_of_somebody_else_on_a_second_disk_is_left_alone(crew, card, tmp_path):
    crew.safe(card)
    also = tmp_path / "second"
    (also / "A001" / "CLIP").mkdir(parents=True)
    (also / "A001" / "CLIP" / "C0001.MP4").write_bytes(b"not ours")
    verdict = crew.safe(card, "--also", also, code=1)
    assert not verdict["safe_to_format"]
    assert (also / "A001" / "CLIP" / "C0001.MP4").read_bytes() == b"not ours"
    assert not (also / ".damaged").exists()


def test_a_verdict_is_said_where_a_disk_is_absent(crew, card, tmp_path):
    also = tmp_path / "second"
    crew.safe(card, "--also", also)
    also.rename(tmp_path / "away")
    (verdict,), _ = crew.offload(card, "--also", also, code=4)
    assert not verdict["safe_to_format"]
    assert "not mounted" in verdict["why"]
