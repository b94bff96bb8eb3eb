"""`archive verify`: what it sees, what it leaves alone, and how it goes on."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import pytest
from xxhash import xxh3_128_hexdigest

from archive import config
from archive.care.choice import Asked
from archive.care.verify import verify
from media import volume
from media.mhl import history

FIRST, SECOND, BESIDE = (f"originals/A001/DCIM/{name}" for name in ("C0001.MP4", "C0002.MP4", "C0001.XML"))
ALL = 9  # three originals, three second copies, a poster, an index of thumbnails and its sheet


def check(kept, *options, code=0):
    return json.loads(kept.run("verify", "--json", *options, code=code))


def rot(path: Path, place: int = 100) -> None:
    """One byte is another, and nothing that the file system says of the file has changed but its ctime."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def wrong(report) -> dict[str, list[str]]:
    return {name: found for name, found in report.items() if name != "checked" and found}


def test_a_whole_archive_is_whole_and_is_not_written_to(kept):
    """Not even the files that SQLite keeps beside a database that it has open."""
    before = kept.footprint()
    assert check(kept) == {
        "checked": ALL,
        "changed": [],
        "missing": [],
        "untracked": [],
        "absent": [],
        "unreadable": [],
        "database": [],
    }
    assert kept.footprint() == before
    assert kept.run("verify") == "9 files checked; all of it is whole.\n"
    assert kept.said == ""


@pytest.mark.parametrize("emptied", [False, True])
def test_a_new_archive_is_whole(kept, tmp_path, emptied):
    """A power cut may leave a database of no bytes."""
    kept.folder = tmp_path / "new"
    config.create(kept.folder, "New")
    if emptied:
        kept.database.touch()
    assert check(kept)["checked"] == 0
    assert kept.run("repair") == "All of it is whole; there is nothing to do.\n"
    assert kept.database.exists() == emptied


@pytest.mark.fault(
    "looking after", "one byte of an original rots; size and date are as before", "verify: changed; exit 3"
)
def test_a_rotten_byte_of_an_original_is_seen(kept):
    rot(kept.folder / FIRST)
    before = kept.footprint()
    report = check(kept, code=3)
    assert (report["checked"], wrong(report)) == (ALL, {"changed": [FIRST]})
    assert kept.footprint() == before
    said = kept.run("verify", code=3)
    assert f"changed     {FIRST}\n" in said
    assert "archive repair" in said


@pytest.mark.fault("looking after", "one byte of a second copy rots", "verify names the copy; exit 3")
def test_a_rotten_byte_of_a_second_copy_is_seen(kept):
    rot(kept.second / "A001/DCIM/C0002.MP4")
    assert wrong(check(kept, code=3)) == {"changed": [str(kept.second / "A001/DCIM/C0002.MP4")]}


@pytest.mark.fault(
    "looking after", "an original is cut short, another one deleted", "verify: changed, missing; exit 3"
)
def test_what_was_cut_short_or_deleted_is_seen(kept):
    os.truncate(kept.folder / FIRST, 10)
    (kept.folder / BESIDE).unlink()
    assert wrong(check(kept, code=3)) == {"changed": [FIRST], "missing": [BESIDE]}


@pytest.mark.fault("looking after", "one bit of a proxy or poster flips", "named as changed; exit 3")
def test_a_rendition_that_rotted_and_kept_its_size_is_changed(kept):
    (poster,) = (kept.folder / "renditions").glob("*/poster.jpg")
    poster.write_bytes(poster.read_bytes().swapcase())
    assert wrong(check(kept, code=3)) == {"changed": [str(poster.relative_to(kept.folder))]}


@pytest.mark.fault(
    "looking after",
    "a rendition is deleted, another one is of another size, a sheet is empty",
    "named; exit 3",
)
def test_renditions_are_there_and_of_their_size(kept):
    folder = next((kept.folder / "renditions").iterdir())
    (folder / "poster.jpg").unlink()
    (folder / "thumbnails-1.jpg").write_bytes(b"")
    report = check(kept, code=3)
    below = folder.relative_to(kept.folder)
    assert wrong(report) == {
        "missing": [str(below / "poster.jpg")],
        "changed": [str(below / "thumbnails-1.jpg")],
    }


@pytest.mark.fault(
    "looking after",
    "files that no row knows lie among originals, renditions and second copies",
    "untracked; exit 0",
)
def test_what_no_row_knows_is_untracked_and_no_damage(kept):
    """Parts that are being written, and what systems keep for themselves, are left out."""
    strangers = [
        kept.originals / "stray.mov",
        kept.originals / "A001/DCIM/holiday.jpg",
        kept.folder / "renditions/other.mp4",
        kept.second / "A001/copy.mov",
    ]
    for path in strangers:
        path.write_bytes(b"stray")
    for name in (".DS_Store", ".0f3a.part", "A001/.C0009.MP4.part"):
        (kept.originals / name).write_bytes(b"half")
    (kept.second / "somebody else's").write_bytes(b"theirs")
    report = check(kept)
    assert sorted(report["untracked"]) == sorted(
        [*(str(path.relative_to(kept.folder)) for path in strangers[:3]), str(strangers[3])]
    )
    assert "no damage" in kept.run("verify")


def test_what_an_ingest_adds_meanwhile_is_neither_expected_nor_untracked(kept):
    class Ingest:
        def expect(self, files, size):
            (kept.originals / "A001/DCIM/C0003.MP4").write_bytes(b"new")

        def at(self, path):
            pass

        def read(self, count):
            pass

    report = verify(config.find(kept.folder), Asked(), Ingest(), threading.Event())
    assert (report.checked, report.untracked, report.damaged) == (ALL, [], False)


@pytest.mark.fault(
    "looking after",
    "the disk of the second copies is not mounted",
    "absent, not missing; exit 0; says which disk",
)
def test_a_second_copy_that_is_not_mounted_is_absent(kept):
    kept.second.rename(kept.second.with_name("drawer"))
    kept.second.mkdir()  # an empty mount point
    report = check(kept)
    assert (report["checked"], len(report["absent"])) == (6, 3)
    assert all(path.startswith(str(kept.second)) for path in report["absent"])
    kept.run("verify")
    assert f"{kept.second}, which holds second copies, is not mounted: 3 files" in kept.said


class Meanwhile:
    """A watcher that does something when the second copies' turn comes."""

    def __init__(self, kept, act):
        self.turn = str(kept.second)
        self.act = act

    def expect(self, files, size):
        pass

    def at(self, path):
        if path.startswith(self.turn) and self.act:
            self.act()
            self.act = None

    def read(self, count):
        pass


@pytest.mark.fault(
    "looking after",
    "the disk of the second copies is unplugged while verify reads them",
    "absent, not missing",
)
def test_a_disk_that_goes_away_meanwhile_is_absent(kept):
    away = Meanwhile(kept, lambda: kept.second.rename(kept.second.with_name(f"{kept.second.name}-away")))
    report = verify(config.find(kept.folder), Asked(), away, threading.Event())
    assert (len(report.paths("absent")), report.damaged) == (3, False)


@pytest.mark.fault(
    "two at once",
    "an ingest makes a rendition again while verify is at it",
    "held against what is recorded by then",
)
def test_what_an_ingest_makes_again_meanwhile_is_whole(kept):
    poster = next(kept.folder.glob("renditions/*/poster.jpg"))

    def make():
        poster.write_bytes(b"a larger poster")
        digest = xxh3_128_hexdigest(b"a larger poster")
        kept.sql("UPDATE renditions SET size = 15, hash = ? WHERE kind = 'poster'", digest)

    report = verify(config.find(kept.folder), Asked(), Meanwhile(kept, make), threading.Event())
    assert (report.checked, report.damaged) == (ALL, False)


@pytest.mark.fault("looking after", "originals/ is an empty mount point", "absent, not missing; exit 0")
def test_originals_that_are_not_mounted_are_absent(kept):
    kept.originals.rename(kept.folder / "elsewhere")
    kept.originals.mkdir()
    (kept.originals / "stray").write_bytes(b"of the disk below")
    report = check(kept)
    assert sorted(report["absent"]) == sorted([FIRST, SECOND, BESIDE])
    assert (report["missing"], report["untracked"]) == ([], [])


@pytest.mark.fault(
    "looking after",
    "the folder of clips left in their place is gone, or empty; one of them is deleted",
    "absent; missing",
)
def test_clips_in_their_place_are_absent_with_their_folder_and_missing_without(kept, tmp_path):
    card = tmp_path / "card"
    card.mkdir()
    for number in (1, 2):
        (card / f"{number}.mov").write_bytes(b"x")
        kept.sql(
            "INSERT INTO clips (hash, name, path, in_place, size) VALUES (?, ?, ?, 1, 1)",
            f"ff{number:030}",
            f"{number}.mov",
            str(card / f"{number}.mov"),
        )
    kept.copied()
    (card / "1.mov").unlink()
    places = [f"card/{number}.mov" for number in (1, 2)]  # it happens to lie in the archive's folder
    assert wrong(check(kept, code=3)) == {"missing": places[:1], "changed": places[1:]}
    (card / "2.mov").unlink()
    assert wrong(check(kept)) == {"absent": places}
    card.rmdir()
    assert wrong(check(kept)) == {"absent": places}


@pytest.mark.fault(
    "SQLite", "a row is missing in the full-text index", "verify says that search misses words; exit 3"
)
@pytest.mark.parametrize("index", ["folded_fts", "segments_fts"])
def test_an_index_that_lacks_a_row_is_seen(kept, index):
    kept.sql(f"DELETE FROM {index}_docsize WHERE id = 1")  # noqa: S608
    (said,) = check(kept, code=3)["database"]
    assert index in said


@pytest.mark.fault("SQLite", "text changes and its full-text index is not told", "verify says so; exit 3")
def test_text_that_its_index_does_not_know_is_seen(kept):
    (trigger,) = kept.sql("SELECT sql FROM sqlite_master WHERE name = 'segments_au'")[0]
    kept.sql("DROP TRIGGER segments_au")
    kept.sql("UPDATE segments SET text = 'another word' WHERE id = 1")
    kept.sql(trigger)
    assert "segments_fts" in check(kept, code=3)["database"][0]


@pytest.mark.fault("SQLite", "a current transcript is not in the search's table", "verify says so; exit 3")
def test_a_transcript_that_search_does_not_know_is_seen(kept):
    kept.sql("DELETE FROM folded WHERE transcript_id = 1")
    assert "1 of the current transcripts" in check(kept, code=3)["database"][0]


@pytest.mark.fault("SQLite", "a row belongs to one that is gone", "verify names both tables; exit 3")
def test_a_row_without_the_row_that_it_belongs_to_is_seen(kept):
    kept.sql("UPDATE transcripts SET interview_id = 99 WHERE id = 1")
    assert "transcripts belong to rows of interviews" in check(kept, code=3)["database"][0]


@pytest.mark.fault(
    "SQLite", "pages of the database rot", "verify says that it is damaged; exit 3; no traceback"
)
@pytest.mark.parametrize("page", [1, *range(2, 60, 6)])
def test_a_rotten_page_is_seen(kept, page):
    size = 4096
    with kept.database.open("r+b") as file:
        file.seek((page - 1) * size + (100 if page == 1 else 0))
        file.write(random.Random(page).randbytes(size - (100 if page == 1 else 0)))
    before = kept.footprint()
    assert check(kept, code=3)["database"]
    assert kept.footprint() == before


@pytest.mark.fault(
    "SQLite", "the database is deleted, emptied, cut short, or begins with zeros", "damage; exit 3"
)
@pytest.mark.parametrize("what", ["deleted", "emptied", "cut short", "zeros"])
def test_a_database_that_is_not_there_or_none_is_damage(kept, what):
    content = kept.database.read_bytes()
    kept.database.unlink()
    after = {"emptied": b"", "cut short": content[:10_000], "zeros": bytes(4096) + content[4096:]}
    if what in after:
        kept.database.write_bytes(after[what])
    report = check(kept, code=3)
    assert report["database"]
    assert kept.database.exists() == (what != "deleted")
    kept.run("verify", code=3)


@pytest.mark.fault(
    "SQLite", "archive.db is another program's, or of a newer version", "exit 6; nothing is touched"
)
@pytest.mark.parametrize("setting", ["application_id = 7", "user_version = 999"])
def test_a_database_of_another_program_is_left_alone(kept, setting):
    kept.sql(f"PRAGMA {setting}")
    before = kept.footprint()
    kept.run("verify", code=6)
    assert kept.footprint() == before


@pytest.mark.fault(
    "two at once", "verify while an ingest writes", "it checks what was there; neither waits for the other"
)
def test_a_check_goes_on_beside_somebody_who_writes(kept):
    with closing(sqlite3.connect(kept.database, isolation_level=None, timeout=0)) as writer:
        writer.execute("INSERT INTO themes (name) VALUES ('work')")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO themes (name) VALUES ('land')")
        assert check(kept)["checked"] == ALL
        writer.execute("COMMIT")
        assert writer.execute("SELECT count(*) FROM themes").fetchone() == (2,)


class Slow:
    """An original of four gigabytes, all of it a hole: reading it takes a second or two."""

    PATH = "originals/A001/DCIM/C0009.MP4"

    def __init__(self, kept):
        self.kept = kept
        with (kept.folder / self.PATH).open("wb") as file:
            file.truncate(4 << 30)
        kept.sql(
            "INSERT INTO files (path, card, name, hash, size) VALUES (?, 1, 'DCIM/C0009.MP4', ?, ?)",
            self.PATH,
            "0" * 32,
            4 << 30,
        )

    def stop(self, number, *options):
        """Begin a check, and send a signal while the fourth file is read; returns its exit code and output."""
        process = self.kept.begin("verify", *options)
        until = time.monotonic() + 60
        while time.monotonic() < until and looked_at(self.kept) < 3:
            time.sleep(0.01)
        process.send_signal(number)
        output, talk = process.communicate(timeout=60)
        assert "Traceback" not in output + talk
        return process.returncode, output, talk

    def shrink(self):
        """Let the rest of the check be quick."""
        os.truncate(self.kept.folder / self.PATH, 0)
        digest = "99aa06d3014798d86001c324468d497f"  # xxh3-128 of nothing
        self.kept.sql("UPDATE files SET hash = ?, size = 0 WHERE path = ?", digest, self.PATH)


def looked_at(kept) -> int:
    return kept.log.read_text().count('"found"') if kept.log.exists() else 0


@pytest.mark.fault(
    "kill",
    "verify is stopped by Ctrl-C, SIGTERM or kill -9",
    "the next one reads only the rest and counts all",
)
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_check_that_was_stopped_is_gone_on_with(kept, number, code):
    slow = Slow(kept)
    found, output, talk = slow.stop(number)
    assert found == code
    if number != signal.SIGKILL:
        assert "3 files checked" in output
        assert "same command" in talk
    slow.shrink()
    assert check(kept)["checked"] == ALL + 1
    lines = [json.loads(line) for line in kept.log.read_text().splitlines()]
    assert sum(line.get("path") == FIRST for line in lines) == 1
    assert len({line["run"] for line in lines}) == 1
    assert check(kept)["checked"] == ALL + 1
    assert looked_at(kept) == 2 * (ALL + 1)


@pytest.mark.fault(
    "kill", "files are damaged after a stopped verify had read them", "the next one reads them again: changed"
)
def test_what_changed_since_the_stop_is_read_again(kept):
    slow = Slow(kept)
    slow.stop(signal.SIGKILL)
    slow.shrink()
    rot(kept.folder / FIRST)
    assert check(kept, code=3)["changed"] == [FIRST]


def test_a_check_with_other_options_begins_anew(kept):
    slow = Slow(kept)
    slow.stop(signal.SIGKILL)
    slow.shrink()
    assert check(kept, "--sample", "100%")["checked"] == ALL + 1
    assert looked_at(kept) == 3 + ALL + 1


def test_only_what_is_due_is_read(kept):
    """By the log and by the copies' own dates; what was changed since is due."""
    now = datetime.now(UTC).isoformat()
    kept.sql("UPDATE copies SET verified = ? WHERE path = ?", now, FIRST)
    assert check(kept, "--due", "90d")["checked"] == ALL - 2
    assert check(kept, "--due", "90d")["checked"] == 0
    assert check(kept)["checked"] == ALL
    shutil.copy(kept.folder / SECOND, kept.folder / "aside")
    shutil.copy(kept.folder / "aside", kept.folder / SECOND)
    assert check(kept, "--due", "12h")["checked"] == 1


@pytest.mark.fault(
    "looking after", "a file that was found damaged, with --due", "it is due whenever it was read"
)
def test_what_was_found_rotten_stays_due(kept):
    check(kept)
    line = next(line for line in kept.log.read_text().splitlines() if FIRST in line)
    rot(kept.folder / FIRST)
    check(kept, code=3)
    # A byte that rots by itself leaves even the ctime as it was.
    forged = json.dumps(json.loads(line) | {"changed_ns": (kept.folder / FIRST).stat().st_ctime_ns})
    kept.log.write_text(kept.log.read_text().replace(line, forged))
    assert check(kept, "--due", "4w", code=3)["changed"] == [FIRST]


@pytest.mark.fault(
    "clock", "verify's log has lines from days to come", "they prove nothing: the files are due"
)
@pytest.mark.parametrize("stopped", [False, True])
def test_a_log_from_the_future_proves_nothing(kept, stopped):
    check(kept)
    lines = kept.log.read_text().replace('"when": "2', '"when": "3').splitlines(keepends=True)
    kept.log.write_text("".join(lines[:-1] if stopped else lines))
    check(kept, *(() if stopped else ("--due", "90d")))
    assert looked_at(kept) == 2 * ALL


def test_a_sample_takes_first_what_was_not_read_for_longest(kept):
    seen = []
    for _ in range(3):
        assert check(kept, "--sample", "30%")["checked"] == 3
    for line in kept.log.read_text().splitlines():
        seen += [json.loads(line).get("path")] if "found" in line else []
    assert len(set(seen)) == ALL


@pytest.mark.fault(
    "looking after",
    "a file outside the sample is deleted or cut short",
    "seen all the same, since a look costs nothing",
)
def test_a_sample_sees_every_file_that_is_gone(kept):
    for path in kept.second.rglob("C*"):
        path.unlink()
    assert len(check(kept, "--sample", "1%", code=3)["missing"]) == 3


@pytest.mark.parametrize(
    "options",
    [
        ("--due", "soon"),
        ("--due", "9"),
        ("--sample", "0%"),
        ("--sample", "x"),
        ("--due", "1d", "--sample", "5%"),
    ],
)
def test_options_that_make_no_sense_are_refused_with_an_example(kept, options):
    kept.run("verify", *options, code=2)
    assert "Try: " in kept.said
    assert not kept.log.exists()


@pytest.mark.fault(
    "power", "the last line of verify's log is half written", "passed over; the log goes on behind it"
)
def test_a_torn_log_is_gone_on_with(kept):
    check(kept)
    whole = kept.log.read_text()
    kept.log.write_text(whole + '{"run": "1234", "when": "2026-')
    assert check(kept, "--due", "90d")["checked"] == 0
    began, ended = map(json.loads, kept.log.read_text().splitlines()[-2:])
    assert (began["state"], ended["state"], ended["checked"]) == ("began", "ended", 0)


@pytest.mark.fault("looking after", "verify cannot write its log", "it checks all the same, and says so")
def test_a_log_that_cannot_be_written_is_no_obstacle(kept):
    kept.log.mkdir()
    assert check(kept)["checked"] == ALL
    assert "verify.jsonl could not be written" not in kept.run("verify")
    assert "verify.jsonl could not be written" in kept.said


def test_a_history_gets_a_generation_for_a_check_when_asked(kept):
    assert check(kept, "--mhl")["checked"] == ALL
    for root in (kept.originals / "A001", kept.second / "A001"):
        first, last = history.read(root).generations
        assert (first.manifest.process, last.manifest.process) == ("transfer", "in-place")
        assert {one.action for entry in last.manifest.entries for one in entry.hashes} == {"verified"}
        assert len(last.manifest.entries) == 3
    assert check(kept)["checked"] == ALL


@pytest.mark.fault(
    "looking after",
    "an original has rotted, verify --mhl",
    "its history says failed beside that it was verified before",
)
def test_a_history_tells_of_a_file_that_failed(kept):
    rot(kept.folder / FIRST)
    check(kept, "--mhl", code=3)
    last = history.read(kept.originals / "A001").generations[-1]
    failed = [e.path for e in last.manifest.entries if any(one.action == "failed" for one in e.hashes)]
    assert failed == ["DCIM/C0001.MP4"]


@pytest.mark.fault(
    "looking after",
    "verify --mhl, and the history of a second copy cannot be written or is damaged",
    "said; all others are gone on with; exit 1, or 3 for the damage",
)
@pytest.mark.parametrize(("damage", "code"), [(False, 1), (True, 3)])
def test_a_history_that_cannot_be_gone_on_with_keeps_no_other(kept, damage, code, monkeypatch):
    folder = kept.originals / "A001/ascmhl"
    if damage:
        (folder / "ascmhl_chain.xml").write_text("")
    else:
        write = history.disk.write

        def refuse(path, content):
            if path.parent == folder:
                raise OSError(28, os.strerror(28))
            write(path, content)

        monkeypatch.setattr("media.mhl.history.disk.write", refuse)
    kept.run("verify", "--mhl", code=code)
    assert f"The MHL history of {kept.originals / 'A001'} could not be" in kept.said
    assert len(history.read(kept.second / "A001").generations) == 2


@pytest.mark.fault(
    "looking after",
    "a manifest of a card's history is changed, deleted, or its chain is empty or gone",
    "named; exit 3",
)
@pytest.mark.parametrize("what", ["changed", "deleted", "emptied chain", "deleted chain"])
def test_a_damaged_history_is_seen(kept, what):
    folder = kept.originals / "A001/ascmhl"
    (manifest,) = folder.glob("*.mhl")
    path = folder / "ascmhl_chain.xml" if "chain" in what else manifest
    {
        "changed": lambda: path.write_text(path.read_text().replace("0", "1")),
        "deleted": path.unlink,
        "emptied chain": lambda: path.write_text(""),
        "deleted chain": path.unlink,
    }[what]()
    report = check(kept, code=3)
    found = "missing" if "deleted" in what else "changed"
    assert wrong(report) == {found: [str(path.relative_to(kept.folder))]}
    assert path.name in kept.run("verify", code=3)


@pytest.mark.fault(
    "looking after", "a card's history and the catalogue disagree about a file", "verify says so; exit 3"
)
def test_a_history_that_says_otherwise_than_the_catalogue_is_seen(kept):
    kept.sql("UPDATE files SET hash = ? WHERE path = ?", "0" * 32, FIRST)
    report = check(kept, code=3)
    assert "originals/A001/ascmhl/ascmhl_chain.xml" in report["changed"]


@pytest.mark.fault(
    "names", "a file with bytes that are no UTF-8 is deleted", "named in JSON as Python writes it; no crash"
)
def test_a_name_of_any_bytes_is_said(kept):
    name = "caf\udce9.mov"
    kept.sql(
        "INSERT INTO files (path, card, name, hash, size) VALUES (?, 1, 'x', ?, 1)",
        "originals/A001/caf\N{REPLACEMENT CHARACTER}E9.mov",
        "0" * 32,
    )
    assert check(kept, code=3)["missing"] == [f"originals/A001/{name}"]
    assert r"caf\udce9.mov" in kept.run("verify", code=3)
    assert r"caf\udce9.mov" in kept.log.read_text()


@pytest.mark.fault(
    "disk", "another volume of another archive is mounted in the place of the second copies", "absent"
)
def test_another_volume_in_its_place_is_not_it(kept):
    (kept.second / volume.ID_FILE).write_text("0" * 32)
    assert len(check(kept)["absent"]) == 3


TO_VERSION_1 = (
    *(f"DROP TABLE {table}" for table in ("copies", "files", "volumes", "cards", "sources")),
    "CREATE TABLE sources (path TEXT PRIMARY KEY, clip TEXT, volume INTEGER, inode INTEGER, size INTEGER,"
    " mtime_ns INTEGER, ctime_ns INTEGER)",
    "CREATE INDEX sources_clip ON sources(clip)",
    "ALTER TABLE renditions DROP COLUMN hash",
    "DELETE FROM _sqlite_migrations WHERE name LIKE 'm002%'",
    "PRAGMA user_version = 1",
)


def test_an_older_archive_is_checked_as_it_is(kept):
    """It is migrated in the copy that is checked, and nowhere else."""
    for statement in TO_VERSION_1:
        kept.sql(statement)
    shutil.rmtree(kept.originals / "A001")
    before = kept.footprint()
    report = check(kept, code=3)
    assert (report["checked"], report["database"], len(report["missing"])) == (5, [], 2)
    assert kept.footprint() == before


@pytest.mark.skipif(not shutil.which("strace"), reason="only strace makes the system refuse a read")
@pytest.mark.fault(
    "disk",
    "the disk cannot read back an original (EIO)",
    "verify: changed, with the reason; all others are checked",
)
def test_a_file_that_the_disk_does_not_give_back_is_changed(kept):
    refused = ["-f", "-qq", "-e", "trace=read", "-e", "inject=read:error=EIO", "-P", kept.folder / SECOND]
    command = [sys.executable, "-m", "archive", "verify", "--archive", kept.folder]
    done = subprocess.run(
        ["/usr/bin/env", "strace", "-o", kept.folder / "trace", *refused, *command],
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in done.stderr:
        pytest.skip("strace may not look into processes here")
    assert done.returncode == 3
    assert done.stdout.startswith(f"changed     {SECOND} (Input/output error)\n9 files checked")


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can be somebody else")
@pytest.mark.fault(
    "disk",
    "verify by a user who may read the archive and not write to it",
    "all is checked; says that there is no log",
)
def test_who_may_only_read_can_check(kept):
    """What is left of root's rights is reading: the Python that runs this may lie in root's own folder."""
    rights = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    somebody = ["/usr/bin/env", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *rights]
    for folder in takewhile(lambda folder: folder != Path(tempfile.gettempdir()), kept.originals.parents):
        folder.chmod(0o755)
    before = kept.footprint()
    done = subprocess.run(
        [*somebody, sys.executable, "-m", "archive", "verify", "--archive", kept.folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "9 files checked; all of it is whole.\n"), done.stderr
    assert "verify.jsonl could not be written (Permission denied)" in done.stderr
    assert kept.footprint() == before


@pytest.mark.fault(
    "disk", "an original may not be read by the one who checks", "unreadable; says nothing of damage; exit 4"
)
def test_a_file_that_may_not_be_read_is_no_damage(kept, monkeypatch):
    lstat = os.lstat

    def refuse(path, *arguments, **options):
        if str(path).endswith("C0002.MP4") and "second" not in str(path):
            raise PermissionError(13, "Permission denied")
        return lstat(path, *arguments, **options)

    monkeypatch.setattr("archive.care.checks.os.lstat", refuse)
    assert wrong(check(kept, code=4)) == {"unreadable": [SECOND]}
    assert f"unreadable  {SECOND} (Permission denied)" in kept.run("verify", code=4)


@pytest.mark.fault(
    "disk",
    "the file that names a volume may not be read by the one who checks",
    "the volume is there: its files are looked at",
)
def test_a_volume_that_may_not_be_looked_into_is_not_absent(kept, monkeypatch):
    opened = Path.open

    def refuse(path, *arguments, **options):
        if path.name == volume.ID_FILE:
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    assert (check(kept)["checked"], check(kept)["absent"]) == (ALL, [])


@pytest.mark.fault(
    "disk",
    "the file that names the originals' volume may not be read by the one who ingests",
    "says that it may not, not that the volume is not mounted; exit 4; the file stays as it is",
)
def test_a_volume_that_may_not_be_looked_into_is_not_said_to_be_unmounted(kept, tmp_path, monkeypatch):
    opened, known = Path.open, volume.identity(kept.originals)

    def refuse(path, *arguments, **options):
        if path.name == volume.ID_FILE:
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    card = tmp_path.parent / f"{tmp_path.name}-card"
    card.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        kept.run("ingest", card, code=4)
    assert "originals cannot be written (Permission denied)" in kept.said
    assert volume.identity(kept.originals) == known
