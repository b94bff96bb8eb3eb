"""Facts about what the disk is asked to do, on this system and on macOS."""

import errno
import fcntl
import os
import sys

import pytest

from media import disk


@pytest.fixture
def mac(monkeypatch):
    """What macOS is asked through fcntl; only the calls are tried here, not what its kernel makes of them."""
    asked = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "F_NOCACHE", 48, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda descriptor, *request: asked.append(request))
    return asked


@pytest.fixture
def flushed(monkeypatch):
    """The descriptors that fsync was asked for."""
    descriptors = []
    monkeypatch.setattr(os, "fsync", descriptors.append)
    return descriptors


def test_a_file_and_a_folder_are_flushed_with_fsync(tmp_path, flushed):
    (tmp_path / "file").touch()
    disk.flush(tmp_path / "file")
    disk.flush_folder(tmp_path)
    assert len(flushed) == 2


def test_macos_is_asked_to_empty_the_cache_of_the_drive(tmp_path, mac, flushed):
    disk.flush_folder(tmp_path)
    assert mac == [(51,)]
    assert flushed == []


def test_a_network_volume_on_macos_gets_the_flush_that_it_knows(tmp_path, mac, flushed, monkeypatch):
    def unknown(descriptor, request):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(fcntl, "fcntl", unknown)
    disk.flush_folder(tmp_path)
    assert len(flushed) == 1


def test_a_file_system_that_flushes_no_folders_is_forgiven_and_a_failing_disk_is_not(tmp_path, monkeypatch):
    def failing(number):
        def fsync(descriptor):
            raise OSError(number, os.strerror(number))

        return fsync

    monkeypatch.setattr(os, "fsync", failing(errno.EINVAL))
    disk.flush_folder(tmp_path)
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    with pytest.raises(OSError, match="Input/output error"):
        disk.flush_folder(tmp_path)


def test_macos_reads_past_its_cache(tmp_path, mac):
    with (tmp_path / "file").open("xb") as file:
        disk.forget(file.fileno())
    assert mac == [(48, 1)]


def test_what_was_flushed_and_forgotten_reads_the_same(tmp_path):
    path = tmp_path / "file"
    with path.open("xb") as file:
        file.write(b"content")
        file.flush()
        disk.flush_open(file.fileno())
        disk.forget(file.fileno())
    assert path.read_bytes() == b"content"


def test_a_name_is_given_once_and_never_in_place_of_another_file(tmp_path):
    part, target = tmp_path / "part", tmp_path / "target"
    part.write_text("one")
    disk.name(part, target)
    assert not part.exists()
    part.write_text("two")
    with pytest.raises(FileExistsError):
        disk.name(part, target)
    assert (part.read_text(), target.read_text()) == ("two", "one")


def test_other_failures_of_naming_are_told(tmp_path):
    (tmp_path / "part").touch()
    with pytest.raises(FileNotFoundError):
        disk.name(tmp_path / "part", tmp_path / "nowhere" / "target")


@pytest.mark.fault(
    "kill",
    "kill -9 while a damaged file is put aside, when it has its new name and still its old one",
    "the next run takes the old name away; the file is not put aside twice",
)
def test_a_file_that_was_half_put_aside_is_not_put_aside_twice(tmp_path):
    rotten, aside = tmp_path / "C0001.MP4", tmp_path / "aside"
    aside.mkdir()
    rotten.write_bytes(b"rotten")
    os.link(rotten, aside / "C0001.MP4")
    assert disk.set_aside(rotten, aside) == aside / "C0001.MP4"
    assert not rotten.exists()
    assert [each.name for each in aside.iterdir()] == ["C0001.MP4"]
    rotten.write_bytes(b"rotten again")
    assert disk.set_aside(rotten, aside) == aside / "C0001-2.MP4"
