"""Facts about what the disk is asked to do, on this system and on macOS."""

import errno
import fcntl
import os
import sys
from pathlib import Path

import pytest

from ingest.steps import place
from media import disk, volume


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
    rotten, aside = tmp_path / "C0001.MP4", tmp_path / ".damaged"
    aside.mkdir()
    rotten.write_bytes(b"rotten")
    os.link(rotten, aside / "C0001.MP4")
    assert disk.set_aside(rotten, tmp_path) == aside / "C0001.MP4"
    assert not rotten.exists()
    assert [each.name for each in aside.iterdir()] == ["C0001.MP4"]
    rotten.write_bytes(b"rotten again")
    assert disk.set_aside(rotten, tmp_path) == aside / "C0001-2.MP4"


@pytest.mark.fault(
    "names", "a file whose name has 255 bytes is written, or put aside twice", "every name fits"
)
@pytest.mark.parametrize("name", ["ü" * 126 + ".ab", "a" * 100 + "." + "b" * 154])
def test_a_name_as_long_as_can_be_is_written_and_put_aside(tmp_path, name):
    path = tmp_path / name
    assert len(os.fsencode(name)) == 255
    kept = []
    for content in (b"one", b"two", b"three"):
        disk.write(path, content)
        kept.append(disk.set_aside(path, tmp_path))
    assert [each.read_bytes() for each in kept] == [b"one", b"two", b"three"]
    assert all(os.fsencode(each.name).decode() for each in kept)
    assert [each.name for each in tmp_path.iterdir()] == [".damaged"]


def test_a_free_name_has_the_next_number_before_its_ending(tmp_path):
    (tmp_path / "a.b-1").mkdir()
    (tmp_path / "a.b-1-2").symlink_to("nowhere")
    assert disk.free_name(tmp_path / "a.b-1") == tmp_path / "a.b-1-3"
    assert disk.free_name(tmp_path / "new.db", ".db") == tmp_path / "new.db"
    (tmp_path / "new.db").touch()
    assert disk.free_name(tmp_path / "new.db", ".db") == tmp_path / "new-2.db"


@pytest.mark.fault(
    "power",
    "the power fails after files were written into new folders",
    "the folders' own names are on the disk",
)
@pytest.mark.parametrize("how", ["volume", "rendition", "put aside"])
def test_the_name_of_every_new_folder_is_flushed(tmp_path, monkeypatch, how):
    flushed, flush_folder = [], disk.flush_folder

    def noted(folder):
        flushed.append(folder)
        flush_folder(folder)

    monkeypatch.setattr(disk, "flush_folder", noted)
    folder = tmp_path / "a" / "b"
    (tmp_path / "file").touch()
    if how == "volume":
        volume.mark(folder)
    elif how == "rendition":
        with place.aside(folder, "clip"):
            pass
    else:
        disk.set_aside(tmp_path / "file", tmp_path, "a/b")
        folder = tmp_path / ".damaged" / "a" / "b"
    assert {tmp_path, folder.parents[1], folder.parent} <= set(flushed)


@pytest.mark.fault(
    "disk", "the file that names a volume may not be read", "it is not replaced: the volume stays what it is"
)
def test_an_id_that_may_not_be_read_is_not_replaced(tmp_path, monkeypatch):
    known = volume.mark(tmp_path)
    opened = Path.open

    def refuse(path, *arguments, **options):
        if path.name == volume.ID_FILE:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        with pytest.raises(PermissionError):
            volume.mark(tmp_path)
    assert volume.identity(tmp_path) == known
