"""What an exporter needs of a transcript: its stretches as captions take them, and what is said about it."""

from collections.abc import Iterator

from archive.catalogue.reviewed import told
from archive.export.cues import Said
from archive.export.material import Material
from ingest.transcript import is_spaced


def stretches(found: Material) -> Iterator[Said]:
    """What is said, in order, as captions are cut from it."""
    for segment in found.transcript.segments if found.transcript else ():
        space = " " if is_spaced(segment.text, segment.words) else ""
        words = ((word.text + space, word.start_ms, word.end_ms) for word in segment.words)
        yield Said(tuple(words), segment.speaker)


def state(found: Material) -> str:
    """How far people have looked at the transcript, such as `corrected up to 41:10 by Ada`."""
    spoken = found.transcript
    return told(spoken.state, spoken.reviewed_ms, spoken.author) if spoken else "none"
