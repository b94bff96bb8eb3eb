"""Where terms stand near each other in the folded text of one transcript: pure, on one string.

The text has a line a segment, and in a line a space on either side of each token, so that plain string search
finds whole tokens, and counting spaces and line ends tells which they are. An interview may say a word a
thousand times, so nothing is looked at before it is asked for.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.search.query import Term

Occurrence = tuple[int, int]
"""A term in the text: from the space before its first token to the character after its last."""


@dataclass(frozen=True, slots=True)
class Window:
    """One occurrence of every term, near each other.

    Attributes:
        occurrences: in the order of the terms.
        gap: how many tokens between them belong to none.
    """

    occurrences: tuple[Occurrence, ...]
    gap: int

    @property
    def rank(self) -> tuple[int, bool]:
        """Lower is better: the closest first, and of two as close the one in the order that was typed."""
        return self.gap, list(self.occurrences) != sorted(self.occurrences)

    @property
    def start(self) -> int:
        """The character before its first token."""
        return min(start for start, _ in self.occurrences)

    @property
    def end(self) -> int:
        """The character after its last token."""
        return max(end for _, end in self.occurrences)


def occurrences(text: str, term: Term, start: int = 0, end: int | None = None) -> Iterator[Occurrence]:
    """Every place of a term, in order; also over the ends of segments."""
    pattern = _pattern(term)
    for match in pattern.finditer(text, start, len(text) if end is None else end):
        yield match.span()


def windows(text: str, terms: Sequence[Term], near: int) -> Iterable[Window]:
    """The closest windows that hold every term, none overlapping another, closest first, then in order.

    Args:
        text: the folded text of a transcript.
        terms: at least one.
        near: how many tokens there may be from the end of the first occurrence to the start of the last,
            as FTS5's NEAR counts them.
    """
    if len(terms) == 1:
        return (Window((one,), 0) for one in occurrences(text, terms[0]))
    return _apart(
        sorted(_around_the_rarest(text, terms, near), key=lambda window: (window.rank, window.start))
    )


def is_near(text: str, window: Window, others: Iterable[Term], near: int) -> bool:
    """Whether any of the other terms stands within `near` tokens of the window, or in a segment of it."""
    start = min(_back(text, window.start, near), text.rfind("\n", 0, window.start) + 1)
    line_end = text.find("\n", window.end)
    end = max(_ahead(text, window.end, near), len(text) if line_end < 0 else line_end)
    return any(_pattern(term).search(text, start, end + 1) for term in others)


def by_segment(text: str, found: Iterable[Window]) -> dict[int, list[Window]]:
    """Windows by the number of the segment that they begin in, in the order given."""
    ends = [match.start() for match in _LINE_END.finditer(text)]
    groups: dict[int, list[Window]] = {}
    for window in found:
        groups.setdefault(bisect_left(ends, window.start), []).append(window)
    return groups


def runs(text: str, found: Iterable[Window]) -> Iterator[tuple[int, list[Window]]]:
    """The same for windows in the order of the text, one segment after the other."""
    segment, counted = 0, 0
    group: list[Window] = []
    for window in found:
        ends = text.count("\n", counted, window.start)
        if ends and group:
            yield segment, group
            group = []
        segment += ends
        counted = window.start
        group.append(window)
    if group:
        yield segment, group


def places(text: str, segment: int, group: Sequence[Window]) -> list[tuple[int, int]]:
    """The matched tokens of windows that begin in `segment`, as (segment, token of that segment), in order."""
    begin = text.rfind("\n", 0, group[0].start) + 1
    found = set()
    for start, end in (one for window in group for one in window.occurrences):
        at = start
        while 0 <= at < end:
            if text[at + 1] != "\n":
                line = text.rfind("\n", 0, at) + 1
                found.add((segment + text.count("\n", begin, at), text.count(" ", line, at)))
            at = text.find(" ", at + 1, end)
    return sorted(found)


def _around_the_rarest(text: str, terms: Sequence[Term], near: int) -> Iterator[Window]:
    """The closest window around each occurrence of the term that is said least often."""
    rarest = min(range(len(terms)), key=lambda number: text.count(f" {terms[number].tokens[0]}"))
    reach = near + max(len(term.tokens) for term in terms)
    for found in occurrences(text, terms[rarest]):
        start, end = _back(text, found[0], reach), _ahead(text, found[1], reach)
        events = [
            (place, number)
            for number, term in enumerate(terms)
            for place in ([found] if number == rarest else occurrences(text, term, start, end + 1))
        ]
        events.sort()
        around = [window for window in _sweep(text, events, len(terms)) if window[0] <= near]
        if around:
            yield min((window for _, window in around), key=lambda window: window.rank)


def _sweep(text: str, events: Sequence[tuple[Occurrence, int]], wanted: int) -> Iterator[tuple[int, Window]]:
    """Windows of the latest occurrence of each term, with the tokens from the first one's end to the last one."""
    latest: dict[int, Occurrence] = {}
    for place, number in events:
        latest[number] = place
        if len(latest) == wanted:
            window = tuple(latest[term] for term in range(wanted))
            between = _tokens(text, min(end for _, end in window), place[0])
            span = _tokens(text, min(start for start, _ in window), max(end for _, end in window))
            matched = sum(_tokens(text, start, end) for start, end in window)
            yield between, Window(window, max(0, span - matched))


def _apart(found: Iterable[Window]) -> Iterator[Window]:
    """Those that do not overlap an earlier one."""
    kept: list[Occurrence] = []
    for window in found:
        span = (window.start, window.end)
        at = bisect_left(kept, span)
        if (not at or kept[at - 1][1] <= span[0]) and (at == len(kept) or kept[at][0] >= span[1]):
            kept.insert(at, span)
            yield window


def _tokens(text: str, start: int, end: int) -> int:
    """How many tokens begin there; each line begins with a space of its own, so a line end takes one back."""
    return max(0, text.count(" ", start, end) - text.count("\n", start, end))


def _back(text: str, at: int, tokens: int) -> int:
    """The space before the token that stands so many tokens before the one at this space."""
    while tokens and at > 0:
        at = text.rfind(" ", 0, at)
        tokens -= text[at + 1] != "\n"
    return max(at, 0)


def _ahead(text: str, at: int, tokens: int) -> int:
    """The space after the token that stands so many tokens after the one that ends at this space."""
    while tokens and at < len(text):
        is_token = text[at + 1 : at + 2] != "\n"
        at = text.find(" ", at + 1)
        if at < 0:
            return len(text)
        tokens -= is_token
    return at


_LINE_END = re.compile("\n")


@lru_cache(maxsize=256)
def _pattern(term: Term) -> re.Pattern[str]:
    # Begins with a literal, which lets `re` skip ahead; the last space is shared with the token that follows.
    tokens = " (?:\n )*".join(re.escape(token) for token in term.tokens)
    return re.compile(f" {tokens}{'[^ ]*' if term.prefix else ''}(?= )")
