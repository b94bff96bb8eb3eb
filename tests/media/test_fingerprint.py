"""Facts about knowing a file by its content, and about copies that are proven."""

import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import pytest
import xxhash

from media import disk, fingerprint
from media.errors import NoRoom, Stopped, Unreadable
from media.fingerprint import CopyFailed, Seen, content_hash, copy, sweep

BIG = 9 << 20  # more than two blocks


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "card" / "A001C002.MOV"
    path.parent.mkdir()
    path.write_bytes(os.urandom(1 << 20) * 9)
    return path


@pytest.fixture
def originals(tmp_path):
    return tmp_path / "originals"


def files(folder):
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def test_the_hash_is_xxh3_128_in_32_hex_digits(source):
    assert content_hash(source) == xxhash.xxh3_128_hexdigest(source.read_bytes())
    assert len(content_hash(source)) == 32


def test_an_empty_file_has_a_hash(tmp_path):
    (tmp_path / "empty").touch()
    assert content_hash(tmp_path / "empty") == xxhash.xxh3_128_hexdigest(b"")


def test_progress_adds_up_to_the_size(source, originals):
    read, copied = [], []
    content_hash(source, read.append)
    copy(source, originals, copied.append)
    assert sum(read) == sum(copied) == BIG


def test_a_copy_lies_under_its_hash_and_its_name_with_the_date_of_its_source(source, originals):
    os.utime(source, ns=(1_600_000_000_000_000_000, 1_600_000_000_123_456_789))
    before = Seen.of(source)
    copied = copy(source, originals)
    assert copied.hash == content_hash(source)
    assert copied.path == originals / copied.hash[:12] / "A001C002.MOV"
    assert copied.path.read_bytes() == source.read_bytes()
    assert copied.size == BIG
    assert copied.seen == before
    assert Seen.of(copied.path).mtime_ns == before.mtime_ns
    assert files(originals) == [f"{copied.hash[:12]}/A001C002.MOV"]


def test_copying_the_same_file_again_keeps_the_first_copy(source, originals):
    first = copy(source, originals)
    seen = Seen.of(first.path)
    assert copy(source, originals) == first
    assert Seen.of(first.path) == seen
    assert len(files(originals)) == 1


def test_the_same_content_under_another_name_lies_beside_it(source, originals):
    first = copy(source, originals)
    other = source.rename(source.with_name("B.MOV"))
    assert copy(other, originals).path.parent == first.path.parent
    assert len(files(originals)) == 2


def test_a_damaged_copy_in_its_place_is_never_overwritten(source, originals):
    first = copy(source, originals)
    first.path.write_bytes(b"rot")
    with pytest.raises(CopyFailed, match="holds other content"):
        copy(source, originals)
    assert first.path.read_bytes() == b"rot"
    assert len(files(originals)) == 1


def test_a_file_that_grows_while_it_is_read_is_not_taken(source, originals):
    def grow(_):
        with source.open("ab") as file:
            file.write(b"more")

    with pytest.raises(CopyFailed, match="changed while it was read"):
        copy(source, originals, grow)
    with pytest.raises(CopyFailed, match="changed while it was read"):
        content_hash(source, grow)
    assert files(originals) == []


def test_a_file_that_is_replaced_while_it_is_read_is_not_taken(source, originals):
    other = source.with_name("other")
    other.write_bytes(source.read_bytes())
    with pytest.raises(CopyFailed, match="changed while it was read"):
        copy(source, originals, lambda _: other.exists() and other.replace(source))
    assert files(originals) == []


def test_a_disk_that_gives_back_other_bytes_is_found_out(source, originals, monkeypatch):
    forget = disk.forget

    def rot(descriptor):
        part = next(originals.glob(".*.part"))
        with part.open("r+b") as file:
            file.seek(BIG // 2)
            file.write(b"\0rot\0")
        forget(descriptor)

    monkeypatch.setattr(disk, "forget", rot)
    with pytest.raises(CopyFailed, match="does not give back"):
        copy(source, originals)
    assert files(originals) == []


def test_stopping_leaves_nothing_behind(source, originals):
    stop = threading.Event()
    with pytest.raises(Stopped):
        copy(source, originals, lambda _: stop.set(), stop)
    assert files(originals) == []
    with pytest.raises(Stopped):
        content_hash(source, stop=stop)


def test_a_full_disk_says_where_and_how_much(source, originals, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(disk, "flush_open", full)
    with pytest.raises(NoRoom, match=r"A001C002.MOV: no space left in .*originals"):
        copy(source, originals)
    assert files(originals) == []


def test_a_real_limit_on_file_size_ends_in_no_room_and_leaves_nothing(source, originals):
    program = f"""
import resource, signal
from pathlib import Path
from media.errors import NoRoom
from media.fingerprint import copy
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    copy(Path({str(source)!r}), Path({str(originals)!r}))
except NoRoom as error:
    print(error.message)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "cannot be copied" in ended.stdout
    assert files(originals) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_no_room(source, originals):
    originals.mkdir(mode=0o500)
    with pytest.raises(NoRoom, match="cannot be copied"):
        copy(source, originals)


def test_an_archive_that_is_a_file_is_no_room(source, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NoRoom, match="cannot be copied"):
        copy(source, tmp_path / "file" / "originals")


def test_a_source_that_is_not_there_is_unreadable(tmp_path, originals):
    with pytest.raises(Unreadable, match=r"gone\.mov: cannot be read"):
        copy(tmp_path / "gone.mov", originals)
    with pytest.raises(Unreadable, match="cannot be read"):
        content_hash(tmp_path)


def test_a_killed_copy_leaves_only_a_part_that_is_swept(tmp_path, originals):
    source = tmp_path / "A.mov"
    source.write_bytes(bytes(64 << 20))
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom media.fingerprint import copy\n"
        f"copy(Path({str(source)!r}), Path({str(originals)!r}),"
        " lambda size: (print(size, flush=True), time.sleep(9)))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as child:
        assert child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    left = files(originals)
    assert len(left) == 1
    assert left[0].endswith(".part")
    assert sweep(originals) == 1
    assert files(originals) == []


def test_sweeping_leaves_originals_alone(source, originals):
    copied = copy(source, originals)
    (originals / "notes.part").touch()
    assert sweep(originals) == 0
    assert copied.path.exists()
    assert sweep(originals / "nowhere") == 0


def test_two_copies_of_one_file_at_the_same_time_make_one(source, originals):
    results = []
    threads = [threading.Thread(target=lambda: results.append(copy(source, originals))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == 1
    assert len(files(originals)) == 1


def test_a_file_system_without_links_is_renamed_onto_and_still_not_over(source, originals, monkeypatch):
    def no_links(part, target):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", no_links)
    copied = copy(source, originals)
    assert copy(source, originals) == copied
    part = originals / "part"
    part.touch()
    with pytest.raises(FileExistsError):
        disk.name(part, copied.path)
    assert part.exists()
    assert copied.path.stat().st_size == BIG


def test_a_name_that_is_no_utf8_survives(tmp_path, originals):
    source = tmp_path / os.fsdecode(b"caf\xe9.mov")
    source.write_bytes(b"x")
    assert copy(source, originals).path.name == "caf\udce9.mov"


def test_what_the_file_system_says_differs_when_the_content_is_written_again(source):
    before = Seen.of(source)
    assert Seen.of(source) == before
    time.sleep(0.02)
    source.write_bytes(source.read_bytes())
    os.utime(source, ns=(before.mtime_ns, before.mtime_ns))
    after = Seen.of(source)
    assert (after.size, after.mtime_ns) == (before.size, before.mtime_ns)
    assert after != before


def test_what_a_copy_says_crosses_to_another_process(source, originals):
    copied = copy(source, originals)
    assert pickle.loads(pickle.dumps(copied)) == copied  # noqa: S301 - its own


def test_knowing_a_file_by_its_looks_loads_no_hash_library():
    program = (
        "import sys, media.fingerprint; print([m for m in ('xxhash', 'av', 'numpy') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_file_that_ends_inside_a_block_is_copied_to_its_last_byte(source, originals, monkeypatch):
    monkeypatch.setattr(fingerprint, "_BLOCK", 4097)
    small = source.with_name("small.wav")
    small.write_bytes(os.urandom(20_000))
    assert copy(small, originals).path.read_bytes() == small.read_bytes()
