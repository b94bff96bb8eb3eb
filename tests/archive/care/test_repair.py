"""`archive repair`: what it says, what it does once agreed to, and what it leaves."""

import errno
import json
import os
import pty
import random
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.care import continuing, database
from archive.config import find
from archive.intake import lock
from media.mhl import history

FIRST, SECOND, BESIDE = (f"originals/A001/DCIM/{name}" for name in ("C0001.MP4", "C0002.MP4", "C0001.XML"))


def repair(kept, *options, code=0):
    return json.loads(kept.run("repair", "--json", *options, code=code))


def verify(kept, code=0):
    return json.loads(kept.run("verify", "--json", code=code))


def rot(path: Path) -> bytes:
    """Change a byte in the middle; answers what lies there now."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return bytes(content)


def rot_pages(kept, *pages: int) -> None:
    with kept.database.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * 4096)
            file.write(random.Random(page).randbytes(4096))


def page_of(kept, table: str) -> int:
    return kept.sql("SELECT rootpage FROM sqlite_master WHERE name = ?", table)[0][0]


def test_a_whole_archive_needs_no_repair(kept):
    before = kept.footprint()
    assert repair(kept) == {"plan": [], "done": [], "left": [], "absent": []}
    assert "nothing to do" in kept.run("repair", "--yes")
    assert {path: seen for path, seen in kept.footprint().items() if not path.endswith(".lock")} == before


@pytest.mark.fault(
    "looking after",
    "repair without --yes where nobody can be asked",
    "says what it would do; changes nothing; exit 3",
)
def test_nothing_is_done_that_nobody_agreed_to(kept):
    rot(kept.folder / FIRST)
    kept.run("verify", code=3)
    before = kept.footprint()
    said = kept.run("repair", code=3)
    assert f"1. {FIRST}" in said
    assert f"Copy it from {kept.second / 'A001/DCIM/C0001.MP4'}" in said
    assert "archive repair --yes" in said
    report = repair(kept, code=3)
    (action,) = report["plan"]
    assert (action["what"], action["path"], report["done"]) == ("original", FIRST, [])
    assert action["size"] == (kept.folder / FIRST).stat().st_size
    assert {path: seen for path, seen in kept.footprint().items() if not path.endswith(".lock")} == before


@pytest.mark.fault(
    "looking after",
    "an original rots and another is deleted; there is a second copy",
    "copied back by hash; the rotten one is put aside",
)
def test_originals_come_back_from_the_second_copy(kept):
    rotten = rot(kept.folder / FIRST)
    (kept.folder / SECOND).unlink()
    report = repair(kept, "--yes")
    assert sorted(action["path"] for action in report["done"]) == [FIRST, SECOND]
    assert (kept.folder / FIRST).read_bytes() == (kept.second / "A001/DCIM/C0001.MP4").read_bytes()
    assert (kept.originals / ".damaged/A001/DCIM/C0001.MP4").read_bytes() == rotten
    assert verify(kept)["untracked"] == []


@pytest.mark.fault(
    "looking after",
    "a second copy rots, another is deleted",
    "mended from the originals; the rotten one is put aside",
)
def test_second_copies_are_mended_from_the_originals(kept):
    rotten = rot(kept.second / "A001/DCIM/C0001.MP4")
    (kept.second / "A001/DCIM/C0001.XML").unlink()
    assert len(repair(kept, "--yes")["done"]) == 2
    assert (kept.second / ".damaged/A001/DCIM/C0001.MP4").read_bytes() == rotten
    verify(kept)


@pytest.mark.fault(
    "looking after",
    "original and second copy both rot; a copy lies in another folder under another name",
    "found by its hash with --from",
)
def test_a_copy_elsewhere_is_found_by_its_content(kept, tmp_path):
    elsewhere = tmp_path / "drive" / "old"
    elsewhere.mkdir(parents=True)
    shutil.copy(kept.folder / FIRST, elsewhere / "renamed.bin")
    size = (kept.folder / FIRST).stat().st_size
    (elsewhere / "other.bin").write_bytes(bytes(size))
    rot(kept.folder / FIRST)
    rot(kept.second / "A001/DCIM/C0001.MP4")
    report = repair(kept, "--yes", code=3)
    assert [left["path"] for left in report["left"]] == [FIRST, str(kept.second / "A001/DCIM/C0001.MP4")]
    assert "archive repair --from FOLDER" in report["left"][0]["try"]
    assert len(repair(kept, "--yes", "--from", tmp_path / "drive")["done"]) == 2
    verify(kept)


def test_both_copies_of_another_file_may_each_mend_the_other(kept):
    rot(kept.folder / FIRST)
    rot(kept.second / "A001/DCIM/C0002.MP4")
    assert len(repair(kept, "--yes")["done"]) == 2
    verify(kept)


@pytest.mark.fault(
    "looking after",
    "the disk of the second copies is not mounted, and an original rots",
    "left, with what to do; exit 3",
)
def test_what_no_mounted_disk_has_is_left(kept):
    rot(kept.folder / FIRST)
    kept.second.rename(kept.second.with_name(f"{kept.second.name}-drawer"))
    report = repair(kept, "--yes", code=3)
    assert [left["path"] for left in report["left"]] == [FIRST]
    assert len(report["absent"]) == 3
    kept.run("repair", code=3)
    assert "is not mounted: 3 files" in kept.said


@pytest.mark.fault(
    "SQLite",
    "a full-text index lacks rows, and a transcript is not in it",
    "made again from the text; search finds it",
)
@pytest.mark.parametrize("index", ["folded_fts", "segments_fts"])
def test_indexes_are_made_again(kept, index):
    kept.sql(f"DELETE FROM {index}_docsize")  # noqa: S608
    kept.sql(f"DELETE FROM {index}_data WHERE id > 10")  # noqa: S608
    report = repair(kept, "--yes")
    assert [action["what"] for action in report["done"]] == ["index"]
    verify(kept)
    assert len(json.loads(kept.run("search", "garden", "--json"))) == 1


@pytest.mark.fault(
    "SQLite", "a transcript is gone from the table that is searched", "put back from its segments"
)
def test_a_lost_search_text_comes_back_from_the_segments(kept):
    before = kept.sql("SELECT * FROM folded ORDER BY 1")
    kept.sql("DELETE FROM folded WHERE transcript_id = 1")
    repair(kept, "--yes")
    assert kept.sql("SELECT * FROM folded ORDER BY 1") == before


def content(kept, *tables):
    return {table: kept.sql(f"SELECT * FROM {table} ORDER BY 1") for table in tables}  # noqa: S608


TABLES = ("clips", "files", "copies", "cards", "volumes", "interviews", "transcripts", "segments", "folded")


@pytest.mark.fault(
    "SQLite", "an index of the database rots", "all rows come back; the damaged file is kept; exit 0"
)
def test_a_database_whose_index_rotted_is_recovered_whole(kept):
    before = content(kept, *TABLES)
    rot_pages(kept, page_of(kept, "files_hash"), page_of(kept, "interview_clips_clip"))
    damaged = kept.database.read_bytes()
    report = repair(kept, "--yes")
    assert [action["what"] for action in report["done"]] == ["database"]
    assert content(kept, *TABLES) == before
    (aside,) = kept.folder.glob("archive.damaged-*.db")
    assert aside.read_bytes() == damaged
    verify(kept)
    assert not kept.database.with_name("archive.db-wal").exists()


@pytest.mark.fault(
    "SQLite",
    "a page of the table of segments rots; a backup is given with --from",
    "the lost rows come from the backup",
)
def test_lost_rows_come_from_a_backup(kept, tmp_path):
    before = content(kept, *TABLES)
    (tmp_path / "backup" / "archive").mkdir(parents=True)
    shutil.copy(kept.database, tmp_path / "backup" / "archive" / "archive.db")
    rot_pages(kept, page_of(kept, "segments"))
    plain = repair(kept, code=3)
    assert plain["left"][0]["path"] == "archive.db"
    report = repair(kept, "--yes", "--from", tmp_path / "backup", code=3)
    assert report["done"][0]["from"] == str(tmp_path / "backup/archive/archive.db")
    assert content(kept, *TABLES) == before
    verify(kept)


@pytest.mark.fault(
    "SQLite",
    "the database is gone, empty, or its first page is",
    "the best backup given takes its place; exit 0",
)
@pytest.mark.parametrize("what", ["gone", "empty", "zeros"])
def test_a_lost_database_comes_from_a_backup(kept, tmp_path, what):
    before = content(kept, *TABLES)
    backup = tmp_path / "backup"
    backup.mkdir()
    shutil.copy(kept.database, backup / "archive.db")
    whole = kept.database.read_bytes()
    kept.database.unlink()
    if what != "gone":
        kept.database.write_bytes(b"" if what == "empty" else bytes(4096) + whole[4096:])
    report = repair(kept, "--yes", code=3)
    assert (report["plan"], report["left"][0]["path"]) == ([], "archive.db")
    repair(kept, "--yes", "--from", backup)
    assert content(kept, *TABLES) == before
    verify(kept)


@pytest.mark.fault(
    "SQLite", "the database is damaged, and the backup that is given is another archive's", "it is not used"
)
def test_a_backup_of_another_archive_is_not_used(kept, tmp_path):
    backup = tmp_path / "backup"
    backup.mkdir()
    kept.sql("INSERT INTO themes (name) VALUES ('theirs')")
    shutil.copy(kept.database, backup / "archive.db")
    (kept.originals / ".interview-archive-volume").write_text("0" * 32)
    kept.database.unlink()
    report = repair(kept, "--yes", "--from", backup, code=3)
    assert report["plan"] == []
    assert not kept.database.exists()


@pytest.mark.fault(
    "kill",
    "repair is killed between keeping the damaged database and naming the new one",
    "the next repair finishes it",
)
def test_a_swap_that_was_killed_is_finished(kept, monkeypatch):
    before = content(kept, *TABLES)
    rot_pages(kept, page_of(kept, "files_hash"))
    replace = Path.replace

    def killed(path, target):
        if Path(target).name == "archive.db":
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        database.into_place(find(kept.folder), rescued(kept))
    monkeypatch.undo()
    assert (kept.folder / "archive.recovered.db").exists()
    assert repair(kept)["plan"] == []
    assert content(kept, *TABLES) == before
    assert not (kept.folder / "archive.recovered.db").exists()


def rescued(kept) -> Path:
    aside = kept.folder.parent / f"{kept.folder.name}-aside"
    aside.mkdir()
    found = database.rescue(find(kept.folder), (), aside, threading.Event())
    assert found is not None
    return found.path


@pytest.mark.fault(
    "SQLite",
    "a damaged database has a log of writes (-wal) that was not taken in yet",
    "its rows are recovered; no stale log stays",
)
def test_rows_in_the_log_of_writes_are_recovered(kept):
    """A process that was killed left them there."""
    script = (
        "import sqlite3, os, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('PRAGMA wal_autocheckpoint = 0');"
        "db.execute(\"INSERT INTO themes (name) VALUES ('work')\"); os._exit(9)"
    )
    rot_pages(kept, page_of(kept, "files_hash"))
    subprocess.run([sys.executable, "-c", script, str(kept.database)], check=False)
    assert kept.database.with_name("archive.db-wal").stat().st_size
    repair(kept, "--yes")
    assert not kept.database.with_name("archive.db-wal").exists()
    assert kept.sql("SELECT name FROM themes") == [("work",)]
    assert len([*kept.folder.glob("archive.damaged-*.db-wal")]) == 1


@pytest.mark.fault(
    "looking after",
    "the manifest of a card's MHL history is damaged, or the chain is lost",
    "put aside; a new history begins",
)
@pytest.mark.parametrize("what", ["manifest", "chain", "all"])
def test_a_damaged_history_begins_anew(kept, what):
    root = kept.originals / "A001"
    folder = root / "ascmhl"
    (manifest,) = folder.glob("*.mhl")
    if what == "manifest":
        manifest.write_bytes(b"")
    elif what == "chain":
        (folder / "ascmhl_chain.xml").unlink()
    else:
        shutil.rmtree(folder)
    report = repair(kept, "--yes")
    assert [action["what"] for action in report["done"]] == ["history"]
    (generation,) = history.read(root).generations
    assert len(generation.manifest.entries) == 3
    assert (kept.originals / ".damaged/A001").exists() == (what != "all")
    verify(kept)


@pytest.mark.fault("two at once", "repair while an ingest runs", "says who holds the archive; exit 5")
def test_a_repair_does_not_begin_beside_an_ingest(kept):
    rot(kept.folder / FIRST)
    with lock.held(kept.folder):
        kept.run("repair", "--yes", code=5)
    assert "process" in kept.said


@pytest.mark.fault(
    "disk", "there is no room to put an original back", "left, with what to do; exit 4; nothing is lost"
)
def test_a_full_disk_leaves_what_cannot_be_put_back(kept, monkeypatch):
    rotten = rot(kept.folder / FIRST)
    (kept.folder / BESIDE).unlink()

    def full(*_):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as context:
        context.setattr("media.copying.disk.flush_open", full)
        report = repair(kept, "--yes", code=4)
    assert (report["done"], len(report["left"])) == ([], 2)
    assert (kept.folder / FIRST).read_bytes() == rotten
    assert not [*kept.originals.rglob(".*.part")]
    assert len(repair(kept, "--yes")["done"]) == 2


def test_what_verify_found_whole_today_is_not_read_again(kept):
    verify(kept)
    rot(kept.folder / FIRST)
    lines = kept.log.read_text()
    repair(kept, "--yes")
    assert kept.log.read_text()[len(lines) :].count('"found"') == 1


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 3)])
def test_on_a_terminal_it_asks(kept, answer, code):
    """What it would do is said before."""
    rotten = rot(kept.folder / FIRST)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "archive", "repair", "--archive", str(kept.folder)],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    asked = b""
    while b"Do this?" not in asked:
        asked += os.read(ours, 1000)
    os.write(ours, answer)
    output, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == code
    assert output.startswith(f"1. {FIRST}".encode())
    assert ((kept.folder / FIRST).read_bytes() == rotten) == (code == 3)


@pytest.mark.fault(
    "looking after",
    "a second copy rots after verify found it whole, and repair takes it for that",
    "its content is hashed while it is copied: nothing is put in place; left, with what to do",
)
def test_a_source_that_rotted_meanwhile_is_not_put_in_place(kept):
    verify(kept)
    rotten = rot(kept.folder / FIRST)
    copy = kept.second / "A001/DCIM/C0001.MP4"
    before = copy.stat().st_ctime_ns
    rot(copy)
    kept.log.write_text(kept.log.read_text().replace(str(before), str(copy.stat().st_ctime_ns)))
    (left,) = repair(kept, "--yes", code=3)["left"]
    assert "archive verify" in left["try"]
    assert (kept.folder / FIRST).read_bytes() == rotten


def test_a_folder_that_is_not_there_is_said(kept):
    kept.run("repair", "--from", kept.folder / "nowhere", code=2)
    assert "nowhere" in kept.said


def test_a_proof_is_recorded_for_what_was_put_back(kept):
    before = datetime.now(UTC).isoformat(timespec="seconds")
    (kept.second / "A001/DCIM/C0001.MP4").unlink()
    repair(kept, "--yes")
    dates = [row[0] for row in kept.sql("SELECT verified FROM copies WHERE path = ?", FIRST)]
    assert sum(when >= before for when in dates) == 1


@pytest.mark.fault(
    "looking after",
    "renditions are deleted, cut short, and one that the recogniser hears",
    "made again from the original; what was cut short is put aside; transcripts stay",
)
def test_renditions_are_made_again(kept, footage, tmp_path):
    card = tmp_path / "cards" / "B002"
    card.mkdir(parents=True)
    footage.clip(card / "C0001.MP4", [("en-02", 0.5, 0)])
    kept.run("ingest", card, "--model", "demo")
    spoken = content(kept, "transcripts", "segments")
    made = next(path.parent for path in kept.folder.glob("renditions/*/proxy.mp4"))
    whole = sorted(path.name for path in made.iterdir())
    (made / "poster.jpg").unlink()
    (made / "sound.wav").unlink()
    os.truncate(made / "proxy.mp4", 100)
    report = repair(kept, "--yes")
    assert [action["what"] for action in report["done"]] == ["renditions"]
    assert sorted(path.name for path in made.iterdir()) == whole
    assert (kept.folder / "renditions/.damaged" / made.name / "proxy.mp4").stat().st_size == 100
    verify(kept)
    assert content(kept, "transcripts", "segments") == spoken


@pytest.mark.fault(
    "looking after",
    "a rendition and the only copy of its original are gone",
    "both are left, with what to do; exit 3",
)
def test_a_rendition_without_its_original_is_left(kept):
    poster = next(kept.folder.glob("renditions/*/poster.jpg"))
    poster.unlink()
    report = repair(kept, "--yes", code=3)
    (left,) = report["left"]
    assert left["path"] == str(poster.relative_to(kept.folder))
    assert "original" in left["why"]


def test_a_rendition_whose_original_is_lost_everywhere_is_left_with_it(kept):
    digest = kept.files["A001/DCIM/C0001.MP4"]
    kept.sql("INSERT INTO clips (hash, name, path, size) VALUES (?, 'C0001.MP4', ?, 1)", digest, FIRST)
    kept.copied()
    kept.sql(
        "INSERT INTO renditions (clip, kind, path, size) VALUES (?, 'peaks', 'renditions/peaks.json', 1)",
        digest,
    )
    (kept.folder / FIRST).unlink()
    (kept.second / "A001/DCIM/C0001.MP4").unlink()
    report = repair(kept, "--yes", code=3)
    assert (report["plan"], len(report["left"])) == ([], 3)


@pytest.mark.fault(
    "kill",
    "repair is killed in the middle of a copy back",
    "nothing half written under the name; the next one ends it",
)
def test_a_repair_that_was_killed_is_gone_on_with(kept):
    rotten = rot(kept.folder / FIRST)
    (kept.folder / SECOND).unlink()
    process = subprocess.run(
        [sys.executable, "-c", KILLED, "repair", "--yes", "--archive", str(kept.folder)],
        capture_output=True,
        check=False,
    )
    assert process.returncode == 9
    assert len([*kept.originals.glob(".*.part")]) == 1
    assert (kept.folder / FIRST).read_bytes() == rotten
    assert not (kept.folder / SECOND).exists()
    assert len(repair(kept, "--yes")["done"]) == 2
    assert verify(kept)["untracked"] == []


# The command, killed when the first copy was written aside and is to be read back.
KILLED = """
import os, sys
from archive.cli import main
from media import copying
copying._Part.prove = lambda *_: os._exit(9)
main(sys.argv[1:])
"""


@pytest.mark.fault(
    "names",
    "--from names a folder with a space and an escape sequence in it",
    "the command that repair tells to run can be pasted; the terminal does not obey it",
)
def test_the_command_that_is_told_can_be_pasted(kept, tmp_path):
    folder = tmp_path / "my disk\x1b[2J"
    folder.mkdir()
    (kept.folder / FIRST).unlink()
    said = kept.run("repair", "--from", folder, code=3)
    assert said.endswith(f"archive repair --yes --from '{tmp_path}/my disk\\x1b[2J'\n")


@pytest.mark.fault(
    "looking after",
    "repair is begun without stdin, and finds something to do",
    "the plan is told, and nothing is done without --yes",
)
def test_a_repair_that_nobody_can_agree_to_only_tells(kept):
    (kept.folder / FIRST).unlink()
    line = 'exec "$@" <&-'
    program = [sys.executable, "-m", "archive", "repair", "--archive", str(kept.folder)]
    done = subprocess.run(
        ["/bin/sh", "-c", line, "sh", *program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.endswith("Nothing was changed. To do this: archive repair --yes\n")
    assert not (kept.folder / FIRST).exists()


@pytest.mark.fault(
    "disk", "the disk is full when repair writes (ENOSPC)", "said as such: exit 4; the rest is done"
)
def test_a_disk_that_is_full_in_a_repair_is_said_to_be(kept, monkeypatch):
    def full(*_arguments) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    shutil.rmtree(kept.originals / "A001/ascmhl")
    (kept.folder / FIRST).unlink()
    monkeypatch.setattr(continuing, "bring", full)
    report = repair(kept, "--yes", code=4)
    assert [action["path"] for action in report["done"]] == [FIRST]
    assert [left["why"] for left in report["left"]] == ["No space left on device"]


@pytest.mark.fault(
    "two at once", "an archive is repaired while somebody else works in it", "says who has it in use; exit 5"
)
def test_who_has_an_archive_in_use_is_said(kept):
    with lock.held(kept.folder):
        kept.run("repair", code=5)
    assert f"{kept.folder} is in use by process {os.getpid()} on " in kept.said
