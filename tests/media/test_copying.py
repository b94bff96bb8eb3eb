"""Facts about copies that are proven: to one folder or several in one read."""

import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from media import copying, disk, fingerprint
from media.copying import sweep
from media.errors import Changed, CopyFailed, NoRoom, Stopped, Unreadable
from media.fingerprint import Seen, content_hash

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


def copy(source, *folders, progress=None, stop=None):
    """Copy to a folder that is named after the content."""
    place = lambda digest: Path(digest[:12], source.name)  # noqa: E731 - what a caller gives
    return copying.copy(source, folders, place, progress=progress, stop=stop)


def test_progress_adds_up_to_the_size(source, originals):
    read, copied = [], []
    content_hash(source, read.append)
    copy(source, originals, progress=copied.append)
    assert sum(read) == sum(copied) == BIG


def test_a_copy_lies_under_its_hash_and_its_name_with_the_date_of_its_source(source, originals):
    os.utime(source, ns=(1_600_000_000_000_000_000, 1_600_000_000_123_456_789))
    before = Seen.of(source)
    copied = copy(source, originals)
    assert copied.hash == content_hash(source)
    assert originals / copied.path == originals / copied.hash[:12] / "A001C002.MOV"
    assert (originals / copied.path).read_bytes() == source.read_bytes()
    assert copied.size == BIG
    assert copied.seen == before
    assert Seen.of(originals / copied.path).mtime_ns == before.mtime_ns
    assert files(originals) == [f"{copied.hash[:12]}/A001C002.MOV"]


def test_copying_the_same_file_again_keeps_the_first_copy(source, originals):
    first = copy(source, originals)
    seen = Seen.of(originals / first.path)
    assert copy(source, originals) == first
    assert Seen.of(originals / first.path) == seen
    assert len(files(originals)) == 1


def test_the_same_content_under_another_name_lies_beside_it(source, originals):
    first = copy(source, originals)
    other = source.rename(source.with_name("B.MOV"))
    assert copy(other, originals).path.parent == first.path.parent
    assert len(files(originals)) == 2


def test_a_damaged_copy_in_its_place_is_never_overwritten(source, originals):
    first = copy(source, originals)
    (originals / first.path).write_bytes(b"rot")
    with pytest.raises(CopyFailed, match="holds other content"):
        copy(source, originals)
    assert (originals / first.path).read_bytes() == b"rot"
    assert len(files(originals)) == 1


def test_a_file_that_grows_while_it_is_read_is_not_taken(source, originals):
    def grow(_):
        with source.open("ab") as file:
            file.write(b"more")

    with pytest.raises(Changed, match="changed while it was read"):
        copy(source, originals, progress=grow)
    with pytest.raises(Changed, match="changed while it was read"):
        content_hash(source, grow)
    assert files(originals) == []


def test_a_file_that_is_replaced_while_it_is_read_is_not_taken(source, originals):
    other = source.with_name("other")
    other.write_bytes(source.read_bytes())
    with pytest.raises(Changed, match="changed while it was read"):
        copy(source, originals, progress=lambda _: other.exists() and other.replace(source))
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
        copy(source, originals, progress=lambda _: stop.set(), stop=stop)
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
from media.copying import copy
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    copy(Path({str(source)!r}), [Path({str(originals)!r})], Path)
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
        "import sys, time\nfrom pathlib import Path\nfrom media.copying import copy\n"
        f"copy(Path({str(source)!r}), [Path({str(originals)!r})], Path, progress="
        "lambda size: (print(size, flush=True), time.sleep(9)))"
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
    assert (originals / copied.path).exists()
    assert sweep(originals / "nowhere") == 0


def test_two_copies_of_one_file_at_the_same_time_make_one(source, originals):
    results = []
    threads = [threading.Thread(target=lambda: results.append(copy(source, originals))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len({one.hash for one in results}) == 1
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
        disk.name(part, (originals / copied.path))
    assert part.exists()
    assert (originals / copied.path).stat().st_size == BIG


def test_a_name_that_is_no_utf8_survives(tmp_path, originals):
    source = tmp_path / os.fsdecode(b"caf\xe9.mov")
    source.write_bytes(b"x")
    assert copy(source, originals).path.name == "caf\udce9.mov"


def test_what_a_copy_says_crosses_to_another_process(source, originals):
    copied = copy(source, originals)
    assert pickle.loads(pickle.dumps(copied)) == copied  # noqa: S301 - its own


def test_a_file_that_ends_inside_a_block_is_copied_to_its_last_byte(source, originals, monkeypatch):
    monkeypatch.setattr(fingerprint, "_BLOCK", 4097)
    small = source.with_name("small.wav")
    small.write_bytes(os.urandom(20_000))
    assert (originals / copy(small, originals).path).read_bytes() == small.read_bytes()


def test_one_read_makes_a_copy_in_every_folder(source, tmp_path):
    copied = copy(source, tmp_path / "first", tmp_path / "second")
    assert copied.refused == {}
    for folder in ("first", "second"):
        assert (tmp_path / folder / copied.path).read_bytes() == source.read_bytes()
        assert len(files(tmp_path / folder)) == 1


@pytest.mark.fault("disk", "a second copy whose folder fails", "the first copy stands; the folder is named")
def test_a_second_folder_that_fails_takes_nothing_from_the_first(source, tmp_path):
    (tmp_path / "file").touch()
    broken = tmp_path / "file" / "second"
    copied = copy(source, tmp_path / "first", broken)
    assert "cannot be copied" in copied.refused[broken].message
    assert files(tmp_path / "first") == [str(copied.path)]
    with pytest.raises(NoRoom):
        copy(source, broken, tmp_path / "first")


def test_content_that_is_not_to_be_kept_leaves_nothing(source, originals):
    progress = []
    copied = copying.copy(source, [originals], lambda digest: None, progress=progress.append)
    assert (copied.path, copied.hash) == (None, content_hash(source))
    assert files(originals) == []
    assert sum(progress) == BIG


def test_other_digests_come_from_the_same_read(source, originals):
    copied = copying.copy(source, [originals], Path, algorithms=["md5", "xxh64"])
    assert copied.digests == fingerprint.digests(source, ["xxh128", "md5", "xxh64"])


@pytest.mark.fault("disk", "a sparse file of a gigabyte", "its holes stay holes, in the copy as well")
def test_holes_stay_holes(tmp_path, originals):
    sparse = tmp_path / "sparse.wav"
    with sparse.open("wb") as file:
        file.write(b"RIFF")
        file.seek(512 << 20)
        file.write(b"middle")
        file.truncate(1 << 30)
    if sparse.stat().st_blocks * 512 > 1 << 20:
        pytest.skip("this file system knows no holes")
    copied = originals / copy(sparse, originals).path
    assert copied.stat().st_size == 1 << 30
    assert copied.stat().st_blocks * 512 < 10 << 20
    with copied.open("rb") as file:
        file.seek((512 << 20) - 2)
        assert file.read(10) == b"\0\0middle\0\0"


@pytest.mark.fault(
    "cards", "a file that is cut short while it is read", "it is no good copy; nothing is put in place"
)
def test_a_file_that_shrinks_while_it_is_read_is_not_taken(source, originals):
    with pytest.raises(Changed, match="changed while it was read"):
        copy(source, originals, progress=lambda _: os.truncate(source, 5 << 20))
    assert files(originals) == []
