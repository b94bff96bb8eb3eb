"""What a file claims of itself against what any clip is, before anything is made of it."""

from collections.abc import Iterable
from pathlib import Path

import av

from media.allowed import DECODERS, LONGEST, MOST_PIXELS, MOST_STREAMS, THINNEST
from media.amounts import bytes_of
from media.errors import Unreadable
from media.holes import held
from media.timecode import clock

LEAVE_OUT = "The original is safe. If it is a clip, convert it into one that is smaller; else leave it out."
NOTHING_THERE = "Copy it again from the card; if it is the same there, nothing was recorded."
# Seconds that are cheap to decode, whatever they hold: of stills, and of each channel of sound. A track on which
# somebody was muted for two hours is a clip.
BRIEF = 600
BRIEF_SOUND = 7200
LARGE = 64 << 20  # bytes; a smaller file is looked through in no time
HOLLOW = 1000  # times as long as what it holds


def hold_holes(path: Path) -> None:
    """Refuse a file that is nothing but a hole, before ffmpeg looks through all of it for something.

    A recorder that lost power leaves the room that it had set aside, which may be a card's worth.

    Raises:
        Unreadable: naming what there is of it.
    """
    size = path.stat().st_size
    if size > LARGE and (there := held(path)) * HOLLOW < size:
        raise Unreadable(
            f"{path.name}: holds {bytes_of(there)} of the {bytes_of(size)} that it is long;"
            " the rest was never written",
            NOTHING_THERE,
        )


def hold_streams(name: str, container: av.container.InputContainer) -> None:
    """Hold a file that was opened, but not decoded, to the most streams and pixels.

    Raises:
        Unreadable: naming what is too many.
    """
    count = len(container.streams)
    if count > MOST_STREAMS:
        raise Unreadable(f"{name}: holds {count} streams; no more than {MOST_STREAMS} are taken", LEAVE_OUT)
    for stream in container.streams.video:
        codec = stream.codec_context
        if codec and codec.width * codec.height > MOST_PIXELS:
            raise Unreadable(
                f"{name}: has a picture of {codec.width} x {codec.height};"
                f" no more than {MOST_PIXELS // 10**6} million pixels are taken",
                LEAVE_OUT,
            )


def is_allowed(codec: av.CodecContext | None) -> bool:
    """Whether a decoder is one of those that footage and recordings need."""
    return codec is not None and codec.codec.name in DECODERS


def hold_length(path: Path, seconds: float, channels: Iterable[int], *, pictured: bool) -> None:
    """Hold the length that a file claims to what is there of it, and to the longest.

    A hole as long as a day costs nothing on the disk, nor do two pictures with a day between them; decoded as
    silence and as stills they would cost the whole of their length.

    Args:
        path: the file.
        seconds: that it claims.
        channels: of each stream of sound.
        pictured: whether there is a picture, too.

    Raises:
        Unreadable: naming the length, and what is there.
    """
    lasting = seconds * max(1, sum(channels))
    if lasting <= (BRIEF if pictured else BRIEF_SOUND):
        return
    there = held(path)
    if there < THINNEST * lasting:
        raise Unreadable(
            f"{path.name}: claims {clock(round(seconds * 1000))} and holds {bytes_of(there)}:"
            " nothing of that length was recorded",
            NOTHING_THERE,
        )
    if seconds > LONGEST:
        raise Unreadable(
            f"{path.name}: claims {clock(round(seconds * 1000))}; no more than 24 hours are taken", LEAVE_OUT
        )


def refusal(path: Path) -> Unreadable:
    """Why a file is no clip that ffmpeg, when it opened it, got no memory for."""
    return Unreadable(f"{path.name}: claims more streams, or takes more memory, than any clip", LEAVE_OUT)
