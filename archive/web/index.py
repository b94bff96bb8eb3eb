"""The chapters of an interview as its page shows them: a timed index, and headings in the transcript."""

import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from archive.catalogue import chapters, releases
from archive.export.timed_index import open_chapters
from archive.web.records import Passage

FEW = 6  # chapters that are all shown
FIRST = 4  # of more: those that are, before the others are unfolded


@dataclass(frozen=True, slots=True)
class Entry:
    """A chapter.

    Attributes:
        number: from 1, in the order of the time line.
        start_ms: from where it plays.
        end_ms: where it ends.
        synopsis: None, too, where some of it is withheld.
    """

    number: int
    start_ms: int
    end_ms: int
    title: str
    synopsis: str | None
    themes: tuple[str, ...]


def entries(db: sqlite3.Connection, slug: str) -> tuple[Entry, ...]:
    """The chapters of which not all is withheld."""
    consent = releases.of_interview(db, slug)
    found = open_chapters(chapters.of_interview(db, slug), consent)
    return tuple(
        Entry(number, parts[0].start_ms, parts[-1].end_ms, parts[0].title, parts[0].synopsis, parts[0].themes)
        for number, parts in enumerate(found, 1)
    )


def folded(entries: Sequence[Entry]) -> tuple[Sequence[Entry], Sequence[Entry]]:
    """Those to show at once, and those to unfold."""
    shown = len(entries) if len(entries) <= FEW else FIRST
    return entries[:shown], entries[shown:]


def headings(entries: Sequence[Entry], passages: Sequence[Passage]) -> dict[int, list[Entry]]:
    """Which chapters begin before a passage, by its place; one in which nothing is said has no heading."""
    starts = [passage.start_ms for passage in passages]
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        place = _first(entry, passages, starts)
        if place is not None:
            found.setdefault(place, []).append(entry)
    return found


def _first(entry: Entry, passages: Sequence[Passage], starts: Sequence[int]) -> int | None:
    """The first passage of a chapter: it begins in it, or lies in it for the greater part.

    People give a start to the second, so a passage that begins a moment before belongs to the chapter as well.
    """
    behind = bisect_left(starts, entry.start_ms)
    around = passages[behind - 1] if behind else None
    if around and around.start_ms + around.end_ms >= 2 * entry.start_ms:
        return behind - 1
    if behind < len(starts) and starts[behind] < entry.end_ms:
        return behind
    return behind - 1 if around and around.end_ms > entry.start_ms else None
