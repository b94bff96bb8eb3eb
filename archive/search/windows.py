"""Where terms stand near each other in the folded text of one transcript: pure, on one string.

The text has a line a segment, and in a line a space on either side of each token, so that plain string search
finds whole tokens, and counting spaces and line ends tells which they are.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.search.query import Term

_LINE_END = re.compile("\n")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A term in the text: the numbers of its first and last token, and from which character to which."""

    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """One occurrence of every term, near each other; `gap` is how many tokens between them belong to none."""

    occurrences: tuple[Occurrence, ...]
    gap: int

    @property
    def start(self) -> int:
        """The character before its first token."""
        return min(occurrence.start for occurrence in self.occurrences)

    @property
    def first(self) -> int:
        """The number of its first token."""
        return min(occurrence.first for occurrence in self.occurrences)

    @property
    def last(self) -> int:
        """The number of its last token."""
        return max(occurrence.last for occurrence in self.occurrences)


def occurrences(text: str, term: Term) -> Iterator[Occurrence]:
    """Every place of a term, in order; also over the ends of segments."""
    token, counted = 0, 0
    for match in _pattern(term).finditer(text):
        start, end = match.span()
        # Each line begins with a space of its own, so a line end takes one space back.
        token += text.count(" ", counted, start) - text.count("\n", counted, start)
        counted = start
        yield Occurrence(token, token + len(term.tokens) - 1, start, end)


def windows(text: str, terms: Sequence[Term], near: int) -> list[Window]:
    """The closest windows that hold every term, none overlapping another, closest first, then in order.

    Args:
        text: the folded text of a transcript.
        terms: at least one.
        near: how many tokens there may be from the end of the first occurrence to the start of the last,
            as FTS5's NEAR counts them.
    """
    found = sorted(_sweep(text, terms, near), key=lambda window: (window.gap, window.first))
    kept: list[Window] = []
    taken: set[int] = set()
    for window in found:
        tokens = range(window.first, window.last + 1)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(window)
    return kept


def is_near(window: Window, others: Iterable[Occurrence], near: int) -> bool:
    """Whether any of the other occurrences stands within `near` tokens of the window."""
    first, last = window.first - near, window.last + near
    return any(other.last >= first and other.first <= last for other in others)


def by_segment(text: str, found: Iterable[Window]) -> dict[int, list[Window]]:
    """Windows by the number of the segment that they begin in, in the order given."""
    ends = [match.start() for match in _LINE_END.finditer(text)]
    groups: dict[int, list[Window]] = {}
    for window in found:
        groups.setdefault(bisect_left(ends, window.start), []).append(window)
    return groups


def places(text: str, segment: int, group: Sequence[Window]) -> list[tuple[int, int]]:
    """The matched tokens of windows that begin in `segment`, as (segment, token of that segment), in order."""
    begin = text.rfind("\n", 0, group[0].start) + 1
    found = set()
    for occurrence in (one for window in group for one in window.occurrences):
        at = occurrence.start
        while 0 <= at < occurrence.end:
            if text[at + 1] != "\n":
                line = text.rfind("\n", 0, at) + 1
                found.add((segment + text.count("\n", begin, at), text.count(" ", line, at)))
            at = text.find(" ", at + 1, occurrence.end)
    return sorted(found)


def _sweep(text: str, terms: Sequence[Term], near: int) -> Iterator[Window]:
    """Windows that end at each occurrence, made of the nearest earlier occurrence of every other term."""
    events = [(found, number) for number, term in enumerate(terms) for found in occurrences(text, term)]
    events.sort(key=lambda event: event[0].first)
    latest: dict[int, Occurrence] = {}
    for found, number in events:
        latest[number] = found
        if len(latest) == len(terms):
            chosen = tuple(latest.values())
            if found.first - min(one.last for one in chosen) - 1 <= near:
                yield Window(chosen, _gap(chosen))


def _gap(chosen: Sequence[Occurrence]) -> int:
    span = max(one.last for one in chosen) - min(one.first for one in chosen) + 1
    return max(0, span - sum(one.last - one.first + 1 for one in chosen))


@lru_cache(maxsize=256)
def _pattern(term: Term) -> re.Pattern[str]:
    # Begins with a literal, which lets `re` skip ahead; the last space is shared with the token that follows.
    tokens = " (?:\n )*".join(re.escape(token) for token in term.tokens)
    return re.compile(f" {tokens}{'[^ ]*' if term.prefix else ''}(?= )")
