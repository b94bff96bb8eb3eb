"""Facts about knowing a file by its looks and its content."""

import os
import subprocess
import sys
import threading
import time

import pytest
import xxhash

from media.errors import Changed, Stopped
from media.fingerprint import Seen, content_hash, digests


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "card" / "A001C002.MOV"
    path.parent.mkdir()
    path.write_bytes(os.urandom(1 << 20) * 9)
    return path


def test_the_hash_is_xxh3_128_in_32_hex_digits(source):
    assert content_hash(source) == xxhash.xxh3_128_hexdigest(source.read_bytes())
    assert len(content_hash(source)) == 32


def test_an_empty_file_has_a_hash(tmp_path):
    (tmp_path / "empty").touch()
    assert content_hash(tmp_path / "empty") == xxhash.xxh3_128_hexdigest(b"")


def test_what_the_file_system_says_differs_when_the_content_is_written_again(source):
    before = Seen.of(source)
    assert Seen.of(source) == before
    time.sleep(0.02)
    source.write_bytes(source.read_bytes())
    os.utime(source, ns=(before.mtime_ns, before.mtime_ns))
    after = Seen.of(source)
    assert (after.size, after.mtime_ns) == (before.size, before.mtime_ns)
    assert after != before


def test_knowing_a_file_by_its_looks_loads_no_hash_library():
    program = (
        "import sys, media.fingerprint; print([m for m in ('xxhash', 'av', 'numpy') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_file_with_holes_has_the_hash_of_its_zeros(tmp_path):
    with (tmp_path / "sparse").open("wb") as file:
        file.seek(6 << 20)
        file.write(b"end")
        file.truncate(11 << 20)
    whole = bytes(6 << 20) + b"end" + bytes((5 << 20) - 3)
    assert content_hash(tmp_path / "sparse") == xxhash.xxh3_128_hexdigest(whole)


def test_a_file_system_that_does_not_tell_of_holes_is_read_whole(tmp_path, monkeypatch):
    with (tmp_path / "sparse").open("wb") as file:
        file.seek(6 << 20)
        file.write(b"end")
    seek = os.lseek

    def told_nothing(descriptor, place, how):
        if how == os.SEEK_DATA:
            raise OSError(22, "Invalid argument")
        return seek(descriptor, place, how)

    monkeypatch.setattr(os, "lseek", told_nothing)
    assert content_hash(tmp_path / "sparse") == xxhash.xxh3_128_hexdigest(bytes(6 << 20) + b"end")


def test_several_digests_come_from_one_read(source):
    found = digests(source, ["xxh128", "md5"])
    assert found["xxh128"] == content_hash(source)
    assert len(found["md5"]) == 32


@pytest.mark.fault("cards", "a file that grows while it is read", "it is told apart from what was read")
def test_a_file_that_changes_while_it_is_read_has_no_hash(source):
    def grow(_):
        with source.open("ab") as file:
            file.write(b"more")

    with pytest.raises(Changed, match="changed while it was read"):
        content_hash(source, grow)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        content_hash(source, stop=stop)
