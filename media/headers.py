"""The first bytes of a file: why ffmpeg refuses it, and how many samples a WAV says it holds."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from media.errors import Unreadable

COPY_AGAIN = "Copy it again from the card; if the camera lost power, its maker's repair program may help."

_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"[playlist]")

MOST_PARTS = 10_000  # atoms or chunks of a file that are looked at; a file may be made of nothing else

# A recorder that cannot go back to write the length leaves one of these: 0, or close to the largest number
# that 31 or 32 bits hold. They promise nothing.
_NO_PROMISE = 0x7FFF0000


def refusal(path: Path) -> Unreadable:
    """Why `path`, which ffmpeg would not open, is no clip: the sentence and the remedy for a person."""
    with path.open("rb") as file:
        head = file.read(16)
        if any(head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(sign) for sign in _PLAYLISTS):
            return Unreadable(
                f"{path.name}: is a list that names other files, no film or sound itself",
                "Ingest the files that it names.",
            )
        if _is_quicktime(head) and not any(kind == b"moov" for kind, _ in _atoms(file)):
            return Unreadable(
                f"{path.name}: has no index (moov), so the camera or the copy stopped before its end",
                COPY_AGAIN,
            )
    return Unreadable(
        f"{path.name}: is no film or sound that ffmpeg knows",
        "Look whether it was named wrongly or damaged; if it is no clip, leave it out.",
    )


def _is_quicktime(head: bytes) -> bool:
    return head[4:8] in {b"ftyp", b"mdat", b"moov", b"wide", b"free", b"skip", b"pnot"}


def _atoms(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """The top-level atoms of a QuickTime or MP4 file with their sizes (ISO/IEC 14496-12, 4.2)."""
    position, end = 0, os.fstat(file.fileno()).st_size
    for _ in range(MOST_PARTS):
        if position + 8 > end:
            return
        file.seek(position)
        header = file.read(16)
        size, kind = struct.unpack_from(">I4s", header)
        if size == 1 and len(header) == 16:
            size = struct.unpack_from(">Q", header, 8)[0]
        elif size == 0:
            size = end - position
        if size < 8:
            return
        yield kind, size
        position += size


def promised_samples(path: Path) -> int | None:
    """How many samples a WAV ought to hold, where that is not what ffmpeg reads from it.

    ffmpeg shortens the length of a WAV to what is there, so a copy that was cut short looks whole to it; and it
    ends where the header says, so a recording of 5 GB whose length did not fit into 32 bits ends after 1 GB.
    Chunks are read as RIFF and as RF64 (EBU Tech 3306).

    Returns:
        None for any other file, for a header that promises nothing (a recorder that lost power), and where the
        header is right.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(12)
        if head[:4] not in {b"RIFF", b"RF64"} or head[8:12] != b"WAVE":
            return None
        long_size = frame = 0
        for _ in range(MOST_PARTS):
            if len(chunk := file.read(8)) < 8:
                return None
            kind, length = struct.unpack("<4sI", chunk)
            if kind == b"data":
                ought = _ought(long_size, length, size - file.tell())
                return ought // frame if ought and frame else None
            body = file.read(min(length, 64))
            if kind == b"ds64" and len(body) >= 16:
                long_size = struct.unpack_from("<8xQ", body)[0]
            elif kind == b"fmt " and len(body) >= 14:
                frame = struct.unpack_from("<12xH", body)[0]
            file.seek(length + length % 2 - len(body), os.SEEK_CUR)
    return None


def _ought(long_size: int, length: int, there: int) -> int | None:
    """The bytes of samples that ought to be there, where the header or the file is wrong about it."""
    declared = long_size or (length if length < _NO_PROMISE else 0)
    if declared > there:
        return declared
    # No chunk that may follow the samples is this long: the length went once round its 32 bits.
    return there if declared and not long_size and there - declared > 0xFFF00000 else None
