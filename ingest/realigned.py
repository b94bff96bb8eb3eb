"""Keeps the times of words through a correction: what a person wrote is laid on the words that were heard."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from rapidfuzz.distance import Levenshtein

from ingest.transcript import Word

# What a word takes besides its letters, in letters: a short one is not said in no time.
BESIDE = 2


def realigned(heard: Sequence[Word], written: Sequence[str]) -> tuple[tuple[Word, int | None], ...]:
    """The words that a person wrote, each with a time.

    Both are aligned by the fewest words that were changed, inserted and deleted (Levenshtein's distance over words,
    without their capitals and punctuation). A word that is still there keeps its exact times; what was written
    instead of others shares the time of those; what was put in between takes the pause that is there.

    Args:
        heard: words with times, in order.
        written: words as they are to be read, in order.

    Returns:
        One word for each that was written, in order, and the place of the heard one that it stands for. Its
        probability is 1 where the person changed it.
    """
    if not heard:
        return tuple((Word(text, 0, 0), None) for text in written)
    found: list[tuple[Word, int | None]] = []
    for old, new, _ in aligned([word.text for word in heard], written):
        if len(old) == len(new):
            found += ((_said(heard[i], written[j]), i) for i, j in zip(old, new, strict=True))
        elif new and not old:
            gap = spread([written[j] for j in new], *_pause(heard, old.start))
            found += ((word, None) for word in gap)
        elif new:
            over = _over([heard[i] for i in old], [written[j] for j in new])
            found += ((word, old.start + place * len(old) // len(new)) for place, word in enumerate(over))
    return tuple(found)


def aligned(heard: Sequence[str], written: Sequence[str]) -> Iterator[tuple[range, range, bool]]:
    """Stretches that belong together, in order: of what was heard, of what was written, whether they say the same."""
    steps = Levenshtein.opcodes([_plain(text) for text in heard], [_plain(text) for text in written])
    for same, alike in groupby(steps, key=lambda step: step.tag == "equal"):
        group = list(alike)
        first, last = group[0], group[-1]
        yield range(first.src_start, last.src_end), range(first.dest_start, last.dest_end), same


def _plain(text: str) -> str:
    folded = text.casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded)) or text


def _said(word: Word, text: str) -> Word:
    return word if word.text == text else replace(word, text=text, probability=1.0)


def _pause(heard: Sequence[Word], place: int) -> tuple[int, int, int | None]:
    """From when to when it is silent before a heard word, which may be no time at all, and the channel there."""
    before = heard[place - 1] if place else None
    after = heard[place] if place < len(heard) else None
    if before is None or after is None:
        edge = before or after
        assert edge  # there is at least one word
        moment = edge.end_ms if before else edge.start_ms
        return moment, moment, edge.channel
    return before.end_ms, max(before.end_ms, after.start_ms), before.channel


def spread(written: Sequence[str], start: int, end: int, channel: int | None = None) -> list[Word]:
    """Give each word its share of a time by its length; milliseconds."""
    edges = _shares(written)
    times = [start + (end - start) * part // edges[-1] for part in edges]
    return [
        Word(text, first, last, 1.0, channel)
        for text, (first, last) in zip(written, pairwise(times), strict=True)
    ]


def _over(heard: Sequence[Word], written: Sequence[str]) -> list[Word]:
    """Lay words over others instead of which they stand, letter by letter, so that pauses stay where they were."""
    old, new = _shares([word.text for word in heard]), _shares(written)
    # Where each edge between written words lies on the scale of the heard ones; near an edge of those it is theirs.
    edges = [_near(old, part * old[-1] / new[-1]) for part in new]
    words = []
    for text, (first, last) in zip(written, pairwise(edges), strict=True):
        begins, ends = bisect_right(old, first) - 1, bisect_left(old, last) - 1
        start = _within(heard[min(begins, len(heard) - 1)], old, begins, first)
        end = _within(heard[min(ends, len(heard) - 1)], old, ends, last)
        words.append(Word(text, start, max(start, end), 1.0, heard[min(begins, len(heard) - 1)].channel))
    return words


def _near(edges: Sequence[int], at: float) -> float:
    nearest = min(edges, key=lambda edge: abs(edge - at))
    return nearest if abs(nearest - at) <= BESIDE else at


def _within(word: Word, edges: Sequence[int], place: int, at: float) -> int:
    place = min(place, len(edges) - 2)
    share = (at - edges[place]) / (edges[place + 1] - edges[place])
    return word.start_ms + int((max(word.end_ms, word.start_ms) - word.start_ms) * share)


def _shares(words: Sequence[str]) -> list[int]:
    """The edges of words by their length in letters, from 0."""
    weights = (sum(character.isalnum() for character in text) + BESIDE for text in words)
    return list(accumulate(weights, initial=0))
