"""What an exporter needs of a transcript: its stretches as captions take them, its chapters, what is said about it."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from archive.catalogue.chapters import Chapter
from archive.catalogue.reviewed import told
from archive.export.cues import Said
from archive.export.material import Material
from ingest.transcript import is_spaced
from media.timecode import clock


def stretches(found: Material) -> Iterator[Said]:
    """What is said, in order, as captions are cut from it."""
    for segment in found.transcript.segments if found.transcript else ():
        space = " " if is_spaced(segment.text, segment.words) else ""
        words = ((word.text + space, word.start_ms, word.end_ms) for word in segment.words)
        yield Said(tuple(words), segment.speaker)


def beginning(chapters: Iterable[Chapter], starts: Sequence[int]) -> list[list[Chapter]]:
    """The chapters that begin before each of these moments and after the one ahead of it, and those behind them all.

    Args:
        chapters: in the order of their starts.
        starts: when what is said begins, in order; milliseconds.

    Returns:
        One list more than there are moments; a chapter that begins at one of them stands with it.
    """
    found: list[list[Chapter]] = [[] for _ in range(len(starts) + 1)]
    for chapter in chapters:
        found[bisect_left(starts, chapter.start_ms)].append(chapter)
    return found


def heading(chapter: Chapter) -> str:
    """A chapter on one line, such as `0:05 Rents (housing, work)`: when it begins, its title, its themes."""
    themes = f" ({', '.join(chapter.themes)})" if chapter.themes else ""
    return " ".join(f"{clock(chapter.start_ms)} {chapter.title}{themes}".split())


def state(found: Material) -> str:
    """How far people have looked at the transcript, such as `corrected up to 41:10 by Ada`."""
    spoken = found.transcript
    return told(spoken.state, spoken.reviewed_ms, spoken.author) if spoken else "none"
