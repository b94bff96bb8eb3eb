"""Cuts what is said into captions: cues that can be read while they are heard, and never two at a time.

Times are whole milliseconds throughout: rounding seconds is how writers of captions come to cues that end before they
begin.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

LONGEST_MS = 6000  # a cue that stands longer is cut at a word, so that it can be read while it is heard
LEAST_MS = 700  # of a cue that somebody else's would cut short: the other one waits so long
WIDEST = 42  # characters of a line, as subtitlers have it; one of Chinese, Japanese or Korean counts as two
ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "۔", "।")

Spoken = tuple[str, int, int]  # a word with the space behind it, if it has one; its start and its end


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch by one speaker: its words, and who says them; None where nobody knows."""

    words: tuple[Spoken, ...]
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption.

    Attributes:
        start_ms: when it appears.
        end_ms: when it goes; always later.
        lines: one or two, without markup.
        speaker: who says it; None where nobody knows.
    """

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    speaker: str | None = None


def cut(passages: Iterable[Said]) -> list[Cue]:
    """The cues of what is said, in the order of their starts; each ends before the next one begins."""
    made = [_cue(words, each.speaker) for each in passages for words in _readable(each.words)]
    return _by_turns(sorted(made, key=lambda cue: cue.start_ms))


def _cue(words: Sequence[Spoken], speaker: str | None) -> Cue:
    return Cue(words[0][1], max(words[-1][2], words[0][1] + 1), _lines(words), speaker)


def _by_turns(cues: Sequence[Cue]) -> list[Cue]:
    """Let no cue begin before the one before it has ended: many programs show one at a time."""
    found: list[Cue] = []
    for cue, following in zip_longest(cues, cues[1:]):
        start = max(cue.start_ms, found[-1].end_ms) if found else cue.start_ms
        end = max(cue.end_ms, start + 1)
        if following and following.start_ms < end:
            end = max(following.start_ms, min(end, start + LEAST_MS))
        found.append(replace(cue, start_ms=start, end_ms=end))
    return found


def _readable(words: Iterable[Spoken]) -> Iterator[list[Spoken]]:
    """Words in cues that are short enough to read, ended early after a sentence that fills half of one."""
    line: list[Spoken] = []
    for word in words:
        if line and (not _fits([*line, word]) or word[2] - line[0][1] > LONGEST_MS):
            yield line
            line = []
        line.append(word)
        if word[0].rstrip().endswith(ENDS) and _width(_text(line)) > WIDEST:
            yield line
            line = []
    if line:
        yield line


def _fits(words: Sequence[Spoken]) -> bool:
    """Whether words fill two lines at most, however they are broken."""
    first = 0
    while first < len(words) and _width(_text(words[: first + 1])) <= WIDEST:
        first += 1
    return _width(_text(words[max(first, 1) :])) <= WIDEST


def _lines(words: Sequence[Spoken]) -> tuple[str, ...]:
    """One line, or two about as long as each other."""
    whole = _text(words)
    if _width(whole) <= WIDEST or len(words) < 2:
        return (whole,)
    pairs = [(_text(words[:place]), _text(words[place:])) for place in range(1, len(words))]
    return min(pairs, key=lambda pair: max(map(_width, pair)))


def _text(words: Sequence[Spoken]) -> str:
    # A line break would end the cue, so it becomes a space.
    return " ".join("".join(text for text, _, _ in words).split())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
