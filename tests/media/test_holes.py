"""Where a file holds something, and where it has holes."""

import errno
import os

import pytest

from media import holes


@pytest.fixture
def sparse(tmp_path):
    """Two megabytes of 64: one at the start, one in the middle."""
    path = tmp_path / "a.wav"
    with path.open("wb") as file:
        file.write(b"x" * (1 << 20))
        file.seek(8 << 20)
        file.write(b"x" * (1 << 20))
        file.truncate(64 << 20)
    return path


def test_holes_do_not_count_as_what_a_file_holds(sparse):
    assert holes.held(sparse) == pytest.approx(2 << 20, abs=1 << 17)


def test_data_and_holes_add_up_to_the_file(sparse):
    with sparse.open("rb") as file:
        found = list(holes.stretches(file.fileno(), 64 << 20))
    assert [hole for _, hole in found] == [False, True, False, True]
    assert sum(length for length, _ in found) == 64 << 20


def test_where_the_file_system_cannot_tell_all_of_a_file_counts(sparse, monkeypatch):
    seek = os.lseek

    def unknown(descriptor, place, how):
        if how == os.SEEK_DATA:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return seek(descriptor, place, how)

    monkeypatch.setattr(os, "lseek", unknown)
    assert holes.held(sparse) == 64 << 20


def test_a_file_in_very_many_pieces_counts_whole(tmp_path):
    path = tmp_path / "pieces"
    with path.open("wb") as file:
        for piece in range(1500):
            file.seek(piece << 13)
            file.write(b"x")
        file.truncate(1500 << 13)
    assert holes.held(path) == 1500 << 13
