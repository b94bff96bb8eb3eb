"""Holds recognised words to where somebody speaks: their times, and whether they were said at all.

Whisper puts a word that follows a pause anywhere in the pause, most often right after the word before. The voice
detector knows to a few hundredths of a second where the pause ends.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from ingest.engines.recogniser import Stretch
from ingest.paced import paced
from ingest.speakers import ends_sentence
from ingest.transcript import Block, Note, Word

LATE_MS = 600  # a sentence that begins so little after its sound began, began with it; so for its end
EDGE_MS = 60  # the last of a stretch of speech, in which a following word may seem to begin
OUTSIDE_MS = 300  # a sentence of which every word is so far from all speech was not said
SHORTEST_MS = 20
NEVER_MS = 1 << 60


def held(block: Block, speech: Sequence[Stretch]) -> Block:
    """The block with its words' times held to the speech, and without sentences where nobody speaks.

    Args:
        block: as it was recognised.
        speech: where somebody speaks in the whole clip, in ms, in order.
    """
    near = [span for span in speech if span[1] > block.start_ms and span[0] < block.end_ms]
    kept: list[list[Word]] = []
    notes = list(block.notes)
    for sentence in sentences(block.words):
        if any(_is_near(word, near) for word in sentence):
            kept.append(sentence)
        else:
            text = " ".join(word.text for word in sentence)
            notes.append(
                Note(sentence[0].start_ms, sentence[-1].end_ms, f"left out, nobody speaks there: {text}")
            )
    return replace(block, words=paced(sentences(_timed(kept, near)), near), notes=tuple(notes))


def sentences(words: Sequence[Word]) -> list[list[Word]]:
    """Words parted at the ends of sentences."""
    result: list[list[Word]] = []
    for place, word in enumerate(words):
        if place == 0 or ends_sentence(words[place - 1], word):
            result.append([])
        result[-1].append(word)
    return result


def _is_near(word: Word, speech: Sequence[Stretch]) -> bool:
    return any(word.end_ms > start - OUTSIDE_MS and word.start_ms < end + OUTSIDE_MS for start, end in speech)


def _timed(parts: Sequence[Sequence[Word]], speech: Sequence[Stretch]) -> tuple[Word, ...]:
    """The words of sentences with starts where speech is, in order, and ends that touch no following word."""
    words = [word for sentence in parts for word in sentence]
    if not words:
        return ()
    starts: list[int] = []
    for sentence in parts:
        moved = True  # as far as the first word of a sentence goes: it may belong to the next stretch
        trailing = _trailing(sentence, speech)
        for place, word in enumerate(sentence):
            before = starts[-1] if starts else 0
            start = before if place >= trailing else _start(word, speech, moved, before)
            moved = moved and start > word.start_ms
            starts.append(max(start, before))
    starts = _apart(words, starts, speech)
    following = [*starts[1:], NEVER_MS]
    return tuple(
        replace(word, start_ms=start, end_ms=max(_end(word, start, speech, until), start + SHORTEST_MS))
        for word, start, until in zip(words, starts, following, strict=True)
    )


def _trailing(sentence: Sequence[Word], speech: Sequence[Stretch]) -> int:
    """From which place on the words of a sentence lie in the pause after it, where nobody says them."""
    place = bisect_right(speech, sentence[0].start_ms, key=lambda span: span[0])
    last = bisect_right(speech, sentence[-1].start_ms, key=lambda span: span[0])
    if not last or (place == last and sentence[0].start_ms > speech[last - 1][1] - EDGE_MS):
        return len(sentence)
    end = speech[last - 1][1]
    return next((i for i, word in enumerate(sentence) if i and word.start_ms > end), len(sentence))


def _start(word: Word, speech: Sequence[Stretch], opens: bool, before: int) -> int:
    """Where a word begins: where it seems to, or where the stretch of speech begins that it belongs to.

    Args:
        word: as it was recognised.
        speech: where somebody speaks.
        opens: whether it begins a sentence, or follows such words that were all moved.
        before: where the word before begins.
    """
    place = bisect_right(speech, word.start_ms, key=lambda span: span[0])
    if place and opens and before < speech[place - 1][0] and word.start_ms - speech[place - 1][0] <= LATE_MS:
        return speech[place - 1][0]
    in_pause = not place or word.start_ms > speech[place - 1][1] - EDGE_MS
    if place < len(speech) and in_pause and (opens or word.end_ms > speech[place][0]):
        return speech[place][0]
    return word.start_ms


def _end(word: Word, start: int, speech: Sequence[Stretch], until: int) -> int:
    """Where a word ends: before the next word, and with its stretch of speech."""
    place = bisect_right(speech, start, key=lambda span: span[0])
    end = min(word.end_ms, until) if until > start else word.end_ms
    ends = speech[place - 1][1] if place else 0
    goes_on = until >= ends and ends - end <= LATE_MS  # nothing else is said in what is left of the stretch
    return ends if start < ends and (ends < end or goes_on) else end


def _apart(words: Sequence[Word], starts: Sequence[int], speech: Sequence[Stretch]) -> list[int]:
    """Words that were moved to one place, spread by their length up to the next word or pause."""
    result = list(starts)
    first = 0
    while first < len(words):
        last = first
        while last + 1 < len(words) and starts[last + 1] == starts[first]:
            last += 1
        if last > first:
            until = max(words[last].end_ms, starts[first] + SHORTEST_MS * (last - first + 1))
            if last + 1 < len(words):
                until = min(until, starts[last + 1])
            until = min([until, *(end for start, end in speech if start <= starts[first] < end)])
            lengths = [len(word.text) for word in words[first : last + 1]]
            reached = accumulate(lengths[:-1], initial=0)
            span = max(until - starts[first], 0)
            result[first : last + 1] = [starts[first] + span * part // sum(lengths) for part in reached]
        first = last + 1
    return result
