"""The id of a folder that may be on another disk."""

import errno
from pathlib import Path

import pytest

from media import volume


@pytest.mark.fault(
    "disk", "the id of a volume cannot be read for once", "it gets no other one; the run stops"
)
@pytest.mark.parametrize("chance", [1, 2])
def test_an_id_that_cannot_be_read_for_once_is_not_replaced(tmp_path, monkeypatch, chance):
    known = volume.mark(tmp_path)
    opened, calls = Path.open, []

    def fails_once(path, *how, **also):
        if path.name == volume.ID_FILE and how == ("rb",):
            calls.append(path)
            if len(calls) == chance:
                raise OSError(errno.EIO, "Input/output error")
        return opened(path, *how, **also)

    monkeypatch.setattr(Path, "open", fails_once)
    if chance == 1:
        with pytest.raises(OSError, match="Input/output"):
            volume.mark(tmp_path)
    else:
        assert volume.mark(tmp_path) == known
    monkeypatch.undo()
    assert volume.identity(tmp_path) == known


def test_a_folder_that_is_marked_stays_as_it_is(tmp_path):
    known = volume.mark(tmp_path / "new")
    assert volume.mark(tmp_path / "new") == known
    assert volume.mark(tmp_path / "new", taken=[known]) != known
