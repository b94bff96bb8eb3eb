"""Reads a transcript as OHMS keeps it: lines of plain text with a mark a minute, or WebVTT."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.engines import captions
from ingest.engines.captions import Cue
from ingest.pieces import parted
from ingest.realigned import spread
from ingest.transcript import Segment, Word

NO_TRANSCRIPT = "No transcript."
PACE = 400  # milliseconds a word takes where nothing says how long

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NOTES = re.compile(r"\[\[footnotes\]\].*?\[\[/footnotes\]\]", re.DOTALL)
# A footnote's number, and times in running text, which the viewer of OHMS passes over, too.
_MARKS = re.compile(r"\[\[footnote\]\].*?\[\[/footnote\]\]|\{[\d:]*\}")
_SYNC = re.compile(r"\s*(\d+)\s*:\s*\|?(.*)", re.DOTALL)
_PLACE = re.compile(r"\s*(\d+)\s*\(\s*(\d+)\s*\)\s*")
_LABEL = re.compile(r"\s*([^:]{1,60}?)\s*:(?:\s+|\Z)")


class Names:
    """Who may be speaking."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """These, by their whole names."""
        self._by_part: dict[str, set[str]] = {}
        for name in names:
            for part in {name.casefold(), *name.casefold().split()[-1:]}:
                self._by_part.setdefault(part, set()).add(name)

    def whose(self, label: str) -> str | None:
        """Whom a label means: the whole name or the last one of somebody, or any name in capitals; None for no name."""
        found = self._by_part.get(label.casefold(), set())
        if len(found) == 1:
            return next(iter(found))
        return label if label.isupper() else None


def segments_of_webvtt(text: str, name: str, known: Names, *, each_says_who: bool) -> tuple[Segment, ...]:
    """The segments of a WebVTT transcript, a cue each.

    Args:
        text: OHMS leaves out its end (a last cue that ends at 0), and its first line.
        name: of the file, for errors.
        known: who may be named.
        each_says_who: a cue without a voice is said by nobody known; else by whoever spoke before.

    Raises:
        StepFailed: a line with "-->" holds no two times; names it.
    """
    lines = [_mended(line) for line in _BREAK.sub(" ", text).splitlines()]
    cues = [cue for cue in captions.cues("\n".join(lines), name, markup=True) if cue.text]
    found: list[Segment] = []
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        before = found[-1].speaker if found and not each_says_who else None
        voice = (known.whose(cue.voice) or cue.voice) if cue.voice else before
        found.append(_segment(cue, following, voice))
    return tuple(found)


def segments_of_text(text: str, sync: str, known: Names) -> tuple[Segment, ...]:
    """The segments of a transcript as text, a paragraph each.

    Args:
        text: its lines are those that the marks count.
        sync: such as `1:|13(3)|19(14)`: one minute lies between two marks; line and word are the last before each.
        known: who may be named before a colon.

    Returns:
        Their words lie evenly between the marks.
    """
    if text.strip() == NO_TRANSCRIPT:
        return ()
    lines = _MARKS.sub("", _NOTES.sub(lambda found: "\n" * found[0].count("\n"), text)).split("\n")
    times = _timed([line.split() for line in lines], _minutes(sync))
    found: list[Segment] = []
    speaker: str | None = None
    words: list[Word] = []
    for line, timed in zip(lines, times, strict=True):
        label = _LABEL.match(line)
        named = known.whose(label[1]) if label else None
        if words and (named or not timed):
            found.append(Segment(tuple(words), speaker=speaker))
            words = []
        speaker = named or speaker
        words += timed[len(label[0].split()) :] if label and named else timed
    return (*found, Segment(tuple(words), speaker=speaker)) if words else tuple(found)


def _mended(line: str) -> str:
    """A line of times of which the second is missing: OHMS has 0 for it."""
    first, arrow, second = line.partition("-->")
    return f"{first}{arrow}{first}" if arrow and second.strip() in ("00:00:00.000", "00:00.000") else line


def _segment(cue: Cue, following: Cue | None, speaker: str | None) -> Segment:
    texts, spaced = parted(cue.text.split())
    end = (
        cue.end_ms
        if cue.end_ms > cue.start_ms or following is None
        else max(cue.start_ms, following.start_ms)
    )
    return Segment(tuple(spread(texts, cue.start_ms, end)), speaker=speaker, spaced=spaced)


def _minutes(sync: str) -> list[tuple[int, int, int]]:
    """(milliseconds, line, word) of each mark; none where it is not given or cannot be read."""
    found = _SYNC.fullmatch(sync)
    if not found:
        return []
    marks = (_PLACE.fullmatch(mark) for mark in found[2].split("|"))
    step = int(found[1]) * 60_000
    return [(step * count, int(mark[1]), int(mark[2])) for count, mark in enumerate(marks, 1) if mark]


def _timed(lines: Sequence[Sequence[str]], minutes: Sequence[tuple[int, int, int]]) -> list[list[Word]]:
    """The words of each line, evenly between the marks."""
    texts = [text for line in lines for text in line]
    anchors = [(0, 0), *_anchors(lines, minutes)]
    last, moment = anchors[-1]
    anchors.append((len(texts), moment + (len(texts) - last) * PACE))
    words = [
        word
        for (first, begin), (behind, end) in pairwise(anchors)
        if behind > first
        for word in spread(texts[first:behind], begin, end)
    ]
    rest: Iterator[Word] = iter(words)
    return [[next(rest) for _ in line] for line in lines]


def _anchors(
    lines: Sequence[Sequence[str]], minutes: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, int]]:
    """How many words are said at each mark, and when that is."""
    before = [0]
    for words in lines:
        before.append(before[-1] + len(words))
    reached = 0
    for moment, line, word in minutes:
        if 1 <= line <= len(lines):
            reached = max(reached, before[line - 1] + min(word, len(lines[line - 1])))
            yield reached, moment
