"""Where a file holds something, and where it has holes: long runs of zeros that the disk does not store."""

import errno
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_MOST_STRETCHES = 2000  # that are looked at to say how much a file holds; one in more pieces counts as whole


def stretches(descriptor: int, size: int) -> Iterator[tuple[int, bool]]:
    """Lengths of data and of holes in turn, which add up to `size`, and whether each is a hole.

    The open file stands at the start of each stretch that is data. Where the system does not tell of holes all of
    it is data. See lseek(2), SEEK_DATA.
    """
    sparse = os.fstat(descriptor).st_blocks * 512 < size
    if not (sparse and hasattr(os, "SEEK_DATA")):
        yield size, False
        return
    place = 0
    while place < size:
        try:
            data = min(os.lseek(descriptor, place, os.SEEK_DATA), size)
        except OSError as error:
            if error.errno != errno.ENXIO:  # the file system does not tell; a hole up to the end is ENXIO
                os.lseek(descriptor, place, os.SEEK_SET)
                yield size - place, False
                return
            data = size
        if data > place:
            yield data - place, True
        if data < size:
            end = min(os.lseek(descriptor, data, os.SEEK_HOLE), size)
            os.lseek(descriptor, data, os.SEEK_SET)
            yield end - data, False
            data = end
        place = data


def held(path: Path) -> int:
    """The bytes of a file that were written; its holes do not count."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        found = list(islice(stretches(file.fileno(), size), _MOST_STRETCHES))
    return sum(length for length, hole in found if not hole) if len(found) < _MOST_STRETCHES else size
