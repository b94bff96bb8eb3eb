"""Holds words to the pace at which people speak.

Whisper's alignment squeezes words into hundredths of a second and leaves the time to their neighbours, small models
more than large ones. The voice detector knows when the voice ends, and how long a word takes goes with its length.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, zip_longest

from ingest.engines.recogniser import Stretch
from ingest.transcript import Word

FASTEST_MS = 20  # a letter; fast speech has 20 to 25 letters a second
SQUEEZED_SHARE = 0.25  # of a sentence's words; so many cannot be fast ones
HELD_MS = 1500  # a voice that goes on for longer after the last word says something else
BESIDE = 2  # what a word takes besides its letters, in letters


def paced(sentences: Sequence[Sequence[Word]], speech: Sequence[Stretch]) -> tuple[Word, ...]:
    """The words of sentences, spread by their length where they are too fast to have been said so.

    Args:
        sentences: in order, each of one word or more.
        speech: where somebody speaks, in ms, in order.

    Returns:
        All words. A sentence keeps its start; one that was spread ends where its voice does.
    """
    starts = [sentence[0].start_ms for sentence in sentences]
    result: list[Word] = []
    for sentence, following in zip_longest(sentences, starts[1:]):
        if _is_squeezed(sentence):
            result += _spread(sentence, _voice_ends(sentence[-1], following, speech), speech)
        else:
            result += sentence
    return tuple(result)


def _voice_ends(word: Word, following: int | None, speech: Sequence[Stretch]) -> int:
    """Where the last word of a squeezed sentence ends: with its stretch of speech, or before the next one."""
    for start, end in speech:
        if start <= word.start_ms < end and word.end_ms < end <= word.end_ms + HELD_MS:
            return end if following is None or following >= end else min(following, end)
    return word.end_ms


def _is_squeezed(sentence: Sequence[Word]) -> bool:
    squeezed = sum(word.end_ms - word.start_ms < FASTEST_MS * _letters(word) for word in sentence)
    return squeezed >= SQUEEZED_SHARE * len(sentence)


def _letters(word: Word) -> int:
    return sum(character.isalnum() for character in word.text)


def _spread(sentence: Sequence[Word], last: int, speech: Sequence[Stretch]) -> list[Word]:
    """Give each word its share of the time in which somebody speaks between the sentence's start and `last`."""
    first = sentence[0].start_ms
    voiced = [(max(start, first), min(end, last)) for start, end in speech if start < last and end > first]
    voiced = voiced or [(first, last)]
    total = sum(end - start for start, end in voiced)
    weights = [_letters(word) + BESIDE for word in sentence]
    shares = [total * part // sum(weights) for part in accumulate(weights, initial=0)]
    starts = [_moment(share, voiced) for share in shares[:-1]]
    ends = [_moment(share, voiced, closing=True) for share in shares[1:]]
    return [
        replace(word, start_ms=start, end_ms=max(end, start + 1))
        for word, start, end in zip(sentence, starts, ends, strict=True)
    ]


def _moment(spoken: int, voiced: Sequence[Stretch], *, closing: bool = False) -> int:
    """When so many ms have been spoken; at a pause its end, or where `closing` is set its beginning."""
    for start, end in voiced:
        if spoken < end - start or (closing and spoken == end - start):
            return start + spoken
        spoken -= end - start
    return voiced[-1][1]
