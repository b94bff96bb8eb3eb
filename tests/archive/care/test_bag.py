"""Bags: the whole archive out and back without loss, in a form that every library's programs check."""

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archive.care import bag as bagging
from archive.care import restore, unbag
from archive.care.bagit import spelt, unspelt
from archive.cli.watching import Silent
from media import volume
from media.errors import NoRoom
from media.mhl.digests import Digests

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # bagit 1.9 asks for pkg_resources where there is one
    import bagit

THEN = datetime(2026, 11, 21, tzinfo=UTC)
ODD = [
    "e\u0301.txt",  # looks like the next, and is another name on most disks
    "\u00e9.txt",
    "100%.pdf",
    "%41.txt",
    "two\nlines.txt",
    "one\rline.txt",
    "caf\udce9.txt",
    "\N{REPLACEMENT CHARACTER}25.txt",
]


@pytest.fixture
def packed(kept) -> Path:
    """A bag of the archive `kept` with its originals."""
    (kept.folder / "captions").mkdir()
    (kept.folder / "captions" / "C0001.srt").write_text("as it was")
    (kept.folder / "releases" / "garden").mkdir(parents=True)
    (kept.folder / "releases" / "garden" / "form.pdf").write_bytes(b"signed")
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    kept.run("bag", place, "--originals")
    return place


@pytest.fixture
def target(kept) -> Path:
    """Where to restore to; nothing is there."""
    return kept.folder.parent / f"{kept.folder.name}-restored"


def _restore(packed: Path, target: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "archive", "restore", str(packed), str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def _rows(database: Path, *but: str) -> dict[str, list[tuple]]:
    """Every row of every table, those of the indexes included, and the schema."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?immutable=1", uri=True)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: db.execute(f"SELECT * FROM [{name}]") for name in tables if name not in but}  # noqa: S608
        found = {name: each.fetchall() for name, each in rows.items()}
        return found | {"": sorted(db.execute("SELECT name, coalesce(sql, '') FROM sqlite_master"))}


def _files(folder: Path) -> dict[str, bytes]:
    """Every file of an archive but its database, its logs and what only says who works in it."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {
        name: content
        for name, content in found.items()
        if not name.startswith(("archive.db", "logs/", ".")) and volume.ID_FILE not in name
    }


def test_a_bag_is_valid_for_the_program_of_the_library_of_congress(packed):
    read = bagit.Bag(str(packed))
    assert read.validate()
    assert read.info["Source-Organization"] == "Test"
    assert read.version_info == (1, 0)
    assert set(read.algorithms) == {"sha256", "sha512"}


def test_what_comes_back_from_a_bag_is_the_same_row_for_row_and_file_for_file(kept, packed, target):
    _restore(packed, target)
    assert _rows(target / "archive.db") == _rows(kept.database)
    assert _files(target) == _files(kept.folder)
    assert volume.identity(target / "originals") == volume.identity(kept.originals)


def test_an_archive_from_a_bag_with_originals_is_whole(packed, target):
    _restore(packed, target)
    checked = subprocess.run(
        [sys.executable, "-m", "archive", "verify", "--archive", str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert "all of it is whole" in checked.stdout


def test_without_originals_they_are_absent_not_lost(kept, target):
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    told = json.loads(kept.run("bag", place, "--json"))
    assert (told["originals"], told["path"]) == (False, str(place))
    assert bagit.Bag(str(place)).validate()
    restored = _restore(place, target)
    assert "absent      originals/A001/DCIM/C0001.MP4" in restored.stdout
    # Nothing was found whole in a folder of originals that is empty.
    assert _rows(target / "archive.db", "copies") == _rows(kept.database, "copies")
    checked = subprocess.run(
        [sys.executable, "-m", "archive", "verify", "--json", "--archive", str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert len(json.loads(checked.stdout)["absent"]) >= len(kept.files)


def test_a_bag_says_what_it_is_and_that_it_holds_what_must_not_leave(packed):
    said = (packed / "README.txt").read_text(encoding="utf-8")
    assert "RFC 8493" in said
    assert "must not leave the house" in said
    program = shutil.which("sha256sum") or pytest.skip("there is no sha256sum")
    checked = subprocess.run([program, "--check", "--quiet", "manifest-sha256.txt"], cwd=packed, check=False)
    assert checked.returncode == 0, "as README.txt says"


@pytest.mark.fault(
    "names",
    "files with line breaks, per cent signs and bytes that are no UTF-8 go into a bag",
    "the bag is valid for every program; restored, each has its own name",
)
def test_odd_names_go_into_a_bag_and_come_back(kept, target):
    (kept.folder / "papers").mkdir()
    for number, name in enumerate(ODD):
        (kept.folder / "papers" / name).write_text(str(number))
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    kept.run("bag", place)
    assert bagit.Bag(str(place)).validate()
    assert "%" not in (place / "manifest-sha256.txt").read_text(encoding="utf-8")
    _restore(place, target)
    assert {path.name: path.read_text() for path in (target / "papers").iterdir()} == {
        name: str(number) for number, name in enumerate(ODD)
    }


@pytest.mark.parametrize("name", [*ODD, "plain.txt", "\N{REPLACEMENT CHARACTER}", "a/b%/c\n"])
def test_a_name_in_a_bag_spells_one_name_alone(name):
    written = str(spelt(Path(name)))
    assert written.encode()
    assert not set(written) & set("%\r\n")
    assert str(unspelt(written)) == name


@pytest.mark.fault(
    "names",
    "a bag whose lists write %25, %0A and %0D, as RFC 8493 wants it",
    "its files are found by their names",
)
def test_names_that_other_programs_encoded_are_read(kept, target):
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    kept.run("bag", place)
    (place / "data" / "50%\n.txt").write_text("half")
    for name in ("sha256", "sha512"):
        with (place / f"manifest-{name}.txt").open("a", encoding="utf-8") as file:
            file.write(f"{_digest(name, b'half')}  data/50%25%0A.txt\n")
    info = place / "bag-info.txt"
    info.write_text("".join(line for line in info.read_text().splitlines(True) if "Oxum" not in line))
    for path in place.glob("tagmanifest-*"):
        path.unlink()
    _restore(place, target)
    assert (target / "50%\n.txt").read_text() == "half"


def _digest(algorithm: str, content: bytes) -> str:
    return hashlib.new(algorithm, content).hexdigest()


DAMAGE = {
    "a file rotted": lambda bag: _rot(bag / "data/captions/C0001.srt"),
    "an original rotted": lambda bag: _rot(bag / "data/originals/A001/DCIM/C0001.MP4"),
    "the database rotted": lambda bag: _rot(bag / "data/archive.db"),
    "a file is gone": lambda bag: (bag / "data/captions/C0001.srt").unlink(),
    "a file is too much": lambda bag: (bag / "data/captions/more.srt").write_text("more"),
    "a file is a link": lambda bag: _linked(bag / "data/captions/C0001.srt"),
    "its list rotted": lambda bag: _rot(bag / "manifest-sha256.txt"),
    "bag-info.txt was edited": lambda bag: (bag / "bag-info.txt").write_text("Source-Organization: Else\n"),
    "a manifest names half": lambda bag: _halved(bag / "manifest-sha512.txt"),
    "a manifest leads out of it": lambda bag: _led_out(bag),
}
NAMES = {
    "a file rotted": "data/captions/C0001.srt",
    "an original rotted": "data/originals/A001/DCIM/C0001.MP4",
    "the database rotted": "data/archive.db",
    "a file is gone": "data/captions/C0001.srt is missing",
    "a file is too much": "data/captions/more.srt is in none of its lists",
    "a file is a link": "data/captions/C0001.srt is no file",
    "its list rotted": "manifest-sha256.txt",
    "bag-info.txt was edited": "bag-info.txt",
    "a manifest names half": "manifest-sha512.txt",
    "a manifest leads out of it": "names no file",
}


def _rot(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _linked(path: Path) -> None:
    path.rename(path.with_name("other"))
    path.symlink_to("other")


def _halved(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(True)
    path.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")


def _led_out(bag: Path) -> None:
    for path in bag.glob("manifest-*"):
        path.write_text(path.read_text().replace("data/captions/", "data/../captions/"))


@pytest.mark.fault(
    "looking after",
    "a restore from a bag in which a file is damaged, missing, too much or a link, or whose lists are damaged",
    "refused, exit 3, the file named; nothing is put in place",
)
@pytest.mark.parametrize("what", DAMAGE)
def test_a_bag_that_is_not_whole_is_refused_and_nothing_is_put_in_place(packed, target, what):
    DAMAGE[what](packed)
    assert NAMES[what] in _restore(packed, target, code=3).stderr
    assert not target.exists()
    assert not [path for path in target.parent.iterdir() if "restoring" in path.name]


@pytest.mark.fault(
    "looking after",
    "a bag whose files would mean something to the program: .restoring, archive.db-wal",
    "refused, exit 3; nothing is put in place",
)
@pytest.mark.parametrize("name", [".restoring", "archive.db-wal", "archive.v2.db"])
def test_a_bag_brings_no_file_that_would_steer_the_program(kept, target, name):
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    kept.run("bag", place)
    (place / "data" / name).write_text("{}")
    bagit.Bag(str(place)).save(manifests=True)
    assert "is no file of an archive" in _restore(place, target, code=3).stderr
    assert not target.exists()


def test_a_bag_that_another_program_listed_anew_is_restored(packed, target, kept):
    for path in packed.glob("*manifest-*"):
        path.unlink()
    digest = hashlib.md5
    lines = [
        f"{digest(path.read_bytes()).hexdigest()} *{path.relative_to(packed)}\n"
        for path in sorted((packed / "data").rglob("*"))
        if path.is_file()
    ]
    (packed / "manifest-md5.txt").write_text("".join(lines), encoding="utf-8")
    _restore(packed, target)
    assert _rows(target / "archive.db") == _rows(kept.database)


@pytest.mark.fault(
    "looking after",
    "archive bag into a folder that is there, or in the archive",
    "exit 2; nothing is touched",
)
def test_a_bag_is_made_in_a_folder_of_its_own(kept):
    place = kept.folder.parent / f"{kept.folder.name}-taken"
    place.mkdir()
    kept.run("bag", place, code=2)
    assert list(place.iterdir()) == []
    kept.run("bag", kept.folder / "bags" / "one", code=2)
    assert not (kept.folder / "bags").exists()
    assert not place.with_name(f"{place.name}.part").exists()


@pytest.mark.fault(
    "disk",
    "there is no room for a bag",
    "exit 4 before anything is copied, saying how much it takes; nothing is left",
)
def test_a_bag_that_does_not_fit_is_not_begun(kept, monkeypatch):
    free = shutil.disk_usage(kept.folder)._replace(free=1000)
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    monkeypatch.setattr(bagging.shutil, "disk_usage", lambda _: free)
    kept.run("bag", place, "--originals", code=4)
    assert "and 1 kB are free" in kept.said
    assert re.search(r"it takes 28\d kB", kept.said)
    assert not list(place.parent.glob(f"{place.name}*"))


@pytest.mark.fault(
    "looking after",
    "archive bag --originals where an original rotted, or is gone",
    "exit 3, the file named; no bag is made of damage",
)
@pytest.mark.parametrize("act", [_rot, Path.unlink], ids=["rotted", "gone"])
def test_damage_goes_into_no_bag(kept, act):
    act(kept.originals / "A001/DCIM/C0002.MP4")
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    kept.run("bag", place, "--originals", code=3)
    assert "originals/A001/DCIM/C0002.MP4 is not what the catalogue says" in kept.said
    assert not place.exists()
    kept.run("bag", place)


@pytest.mark.fault(
    "kill",
    "kill -9 while a bag with originals is made",
    "no bag; the same command copies only what is not there yet",
)
def test_a_bag_that_was_killed_is_gone_on_with(kept, monkeypatch):
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    part = place.with_name(f"{place.name}.part")
    kept.run("bag", place, "--originals")
    # What a run leaves that was killed before the last file: no lists yet, and something that belongs to it no more.
    place.rename(part)
    for path in part.glob("*.txt"):
        path.unlink()
    (part / "data/originals/A001/DCIM/C0002.MP4").unlink()
    (part / "data/originals/A001/gone.MP4").write_bytes(b"x")
    copied = []
    copy = bagging.copying.copy

    def counting(source, *arguments, **options):
        copied.append(source.name)
        return copy(source, *arguments, **options)

    monkeypatch.setattr(bagging.copying, "copy", counting)
    kept.run("bag", place, "--originals")
    assert "C0002.MP4" in copied
    assert "C0001.MP4" not in copied
    assert bagit.Bag(str(place)).validate()
    assert not part.exists()
    assert not (place / "data/originals/A001/gone.MP4").exists()


@pytest.mark.fault(
    "kill",
    "Ctrl-C, or kill -9, while a bag is made or restored",
    "no bag and no archive; run again, both are made, and nothing is left aside",
)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_a_bag_or_a_restore_the_next_one_makes_it(kept, target, how):
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    (kept.folder / "papers").mkdir()
    for number in range(80):
        (kept.folder / "papers" / f"{number}.txt").write_text(str(number))
    _ended(place.with_name(f"{place.name}.part") / "data/papers", how, "bag", place, "--archive", kept.folder)
    assert not place.exists()
    kept.run("bag", place)
    assert bagit.Bag(str(place)).validate()
    assert not place.with_name(f"{place.name}.part").exists()
    stage = target.with_name(f".{target.name}.restoring")
    _ended(stage / "papers", how, "restore", place, target)
    assert not target.exists()
    _restore(place, target)
    assert _rows(target / "archive.db", "copies") == _rows(kept.database, "copies")
    assert not stage.exists()


def _ended(begun: Path, how: signal.Signals, *command: object) -> None:
    """Run a command, and end it as soon as it has begun to write into a folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "archive", *map(str, command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not (begun.exists() and any(begun.iterdir())):
        time.sleep(0.005)
    process.send_signal(how)
    assert process.wait(60) == (130 if how == signal.SIGINT else -signal.SIGKILL)


@pytest.mark.fault(
    "two at once", "archive bag --originals while an ingest runs", "exit 5; without originals the bag is made"
)
def test_a_bag_with_originals_waits_for_no_ingest(kept):
    from archive.intake import lock

    place = kept.folder.parent / f"{kept.folder.name}-bag"
    with lock.held(kept.folder):
        kept.run("bag", place, "--originals", code=5)
        kept.run("bag", place)


@pytest.mark.fault(
    "disk",
    "archive bag --originals while the originals are not mounted",
    "exit 4; without originals the bag is made",
)
def test_originals_that_are_not_mounted_go_into_no_bag(kept):
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    kept.originals.rename(kept.folder.parent / f"{kept.folder.name}-away")
    kept.originals.mkdir()
    kept.run("bag", place, "--originals", code=4)
    assert not place.exists()
    kept.run("bag", place)


def test_the_digests_of_bags_are_those_of_everybody():
    digests = Digests(["sha256", "sha512"])
    digests.update(b"abc")
    assert digests.hexdigests() == {
        name: hashlib.new(name, b"abc").hexdigest() for name in ("sha256", "sha512")
    }


def test_an_archive_that_was_there_is_kept_and_the_originals_of_the_bag_are_used(kept, packed):
    os.utime(kept.originals / "A001/DCIM/C0001.MP4")
    told = json.loads(
        subprocess.run(
            [sys.executable, "-m", "archive", "restore", str(packed), str(kept.folder), "--json"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    before = Path(told["before"])
    assert (before / "originals/A001/DCIM/C0001.MP4").exists()
    assert (kept.folder / "originals/A001/DCIM/C0001.MP4").exists()
    assert told["absent"] == []


def test_every_transcript_is_in_a_bag_as_webvtt_and_as_text_and_says_what_must_not_leave(kept, target):
    kept.run("withhold", "garden", "0:01", "0:02", "--why", "asked")
    kept.run("withdraw", "theatre")
    (kept.folder / "Transcripts").mkdir()
    (kept.folder / "Transcripts" / "typed.txt").write_text("their own")
    place = kept.folder.parent / f"{kept.folder.name}-bag"
    kept.run("bag", place)
    folder = place / "data" / "transcripts-2"
    assert {path.name for path in folder.iterdir()} == {
        f"{slug}.{form}" for slug in ("garden", "theatre") for form in ("vtt", "txt")
    }
    said = (folder / "garden.txt").read_text(encoding="utf-8")
    assert "nobody owns this garden" in said, "a bag is the house's own: nothing is left out"
    assert "# Withheld, must not leave: 0:01 to 0:02" in said
    assert (folder / "theatre.vtt").read_text(encoding="utf-8").startswith("WEBVTT")
    assert "NOTE\nStatus: withdrawn\n" in (folder / "theatre.vtt").read_text(encoding="utf-8")
    described = ElementTree.parse(place / "data" / "metadata" / "garden.xml").getroot()
    assert described.findtext("{http://purl.org/dc/elements/1.1/}title") == "Garden"
    _restore(place, target)
    assert (target / "Transcripts" / "typed.txt").read_text() == "their own"
    assert not (target / "transcripts-2").exists()
    assert not (target / "metadata").exists(), "what was made from the database is no file of the archive"


@pytest.fixture
def small(tmp_path) -> Path:
    """A disk of 900 kB, mounted at a folder."""
    folder = tmp_path.parent / f"{tmp_path.name}-small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=900k", "none", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk, and not everywhere")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607


@pytest.mark.fault(
    "disk",
    "the disk of a bag fills up while it is made, or while an archive is made of one",
    "exit 4; nothing is left",
)
@pytest.mark.parametrize("what", ["the database", "a file"])
def test_a_full_disk_leaves_neither_a_bag_nor_an_archive(kept, small, target, monkeypatch, what):
    if what == "the database":
        kept.sql("CREATE TABLE filler AS SELECT randomblob(900000) AS filler")
    else:
        (kept.folder / "papers").write_bytes(os.urandom(900_000))
    monkeypatch.setattr(bagging, "_must_fit", lambda *_: None)
    kept.run("bag", small / "bag", code=4)
    assert "room" in kept.said or "space" in kept.said
    assert list(small.iterdir()) == []
    kept.run("bag", target)
    monkeypatch.setattr(unbag, "_must_fit", lambda *_: None)
    with pytest.raises(NoRoom):
        restore.restore(target, small / "archive", THEN, Silent(), threading.Event())
    assert list(small.iterdir()) == []
