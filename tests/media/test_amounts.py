"""How amounts of bytes are written."""

import pytest

from media.amounts import bytes_of


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (12_000, "12 kB"), (1_300_000_000, "1.3 GB")],
)
def test_amounts_are_written_as_people_read_them(count, text):
    assert bytes_of(count) == text
