"""How far people have looked at a transcript, in words."""

from archive.catalogue.transcripts import State
from media.timecode import clock


def told(state: State, reviewed_ms: int | None, author: str | None) -> str:
    """Such as `machine`, or `corrected up to 41:10 by Ada`.

    Args:
        state: how far.
        reviewed_ms: up to where on the time line; None for all of it.
        author: who.
    """
    if state == "machine":
        return "machine"
    part = "" if reviewed_ms is None else f" up to {clock(reviewed_ms)}"
    return f"{state}{part}{f' by {author}' if author else ''}"
