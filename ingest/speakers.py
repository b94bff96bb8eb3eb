"""Who speaks: each word goes to the voice channel that carries it, and words are cut into segments."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ingest.transcript import Segment, Word

Levels = NDArray[np.uint8]

SENTENCE_END = ".?!…。？！؟۔।"
CLOSING = "\"'”’»)]）」』"
ABBREVIATED = frozenset({"dr", "jr", "m", "mlle", "mme", "mr", "mrs", "ms", "prof", "sr", "st", "vs"})
PAUSE_MS = 1500  # a pause that ends a segment even without a full stop
BREATH_MS = 300  # a pause at which somebody else may well go on
LONGEST_MS = 20_000  # a segment without any sentence end is cut in its longest pause
OWN_SHARE = 0.02  # of the frames with speech: how much of it a voice has for itself at least,
OWN_FRAMES = 20  # and 0.2 s
NEAR_DB = 20  # below its own level a voice is still speaking

# Costs of giving neighbouring words to different channels, in decibels of level difference.
SWITCH = 24.0
SWITCH_AT_BREATH = 6.0
SWITCH_AT_SENTENCE = 1.0
MOST = 20.0  # a word speaks for its channel with so many decibels at most


def attribute(
    words: Sequence[Word], levels: Levels, speech: Sequence[tuple[int, int]] = ()
) -> tuple[Word, ...]:
    """Give each word to the channel that carries it.

    A channel's level over the word counts relative to the level at which that channel hears its own voice, so a
    faint microphone is not taken for bleed. Words of one sentence stay together unless the levels say clearly that
    somebody else goes on.

    Args:
        words: in order.
        levels: (channels, frames of 10 ms), half a decibel a step, as `media.sound` writes them.
        speech: where somebody speaks, in ms; everywhere where it is not given.
    """
    if not words or not len(levels):
        return tuple(words)
    if len(levels) == 1:
        return tuple(replace(word, channel=0) for word in words)
    above = (levels.astype(np.float32) / 2 - own_levels(levels, speech)[:, None]).astype(np.float32)
    heard = np.array([_over(above, word) for word in words])
    return tuple(
        replace(word, channel=channel) for word, channel in zip(words, _path(heard, words), strict=True)
    )


def own_levels(levels: Levels, speech: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
    """The level at which each channel hears its own voice, on the scale of dB above the floor.

    First what its loudest frames exceed, then the middle of the frames in which it stands out from the others.
    """
    spoken = _mask(speech, levels.shape[1]) if speech else np.ones(levels.shape[1], bool)
    frames = levels[:, spoken] if spoken.any() else levels
    decibels = frames.astype(np.float32) / 2
    place = min(max(OWN_FRAMES, int(decibels.shape[1] * OWN_SHARE)), decibels.shape[1] - 1)
    own = np.sort(decibels, axis=1)[:, ::-1][:, max(place, 0)] if decibels.shape[1] else np.zeros(len(levels))
    leads = (decibels - own[:, None]).argmax(axis=0)
    for channel in range(len(levels)):
        ahead = decibels[channel, leads == channel]
        near = ahead[ahead > own[channel] - NEAR_DB]
        if len(near) >= OWN_FRAMES:
            own[channel] = np.median(near)
    return own.astype(np.float32)


def segments(words: Sequence[Word], *, spaced: bool = True) -> tuple[Segment, ...]:
    """Cut words into segments: a sentence each, never of two speakers, never over a long pause.

    Args:
        words: in order, given to channels.
        spaced: whether the language is written with spaces between words.
    """
    return tuple(
        Segment(tuple(part), part[0].channel, spaced=spaced)
        for sentence in _sentences(words)
        for part in _short_enough(sentence)
    )


def ends_sentence(word: Word, following: Word) -> bool:
    """Whether a sentence ends between two words."""
    text = word.text.rstrip(CLOSING)
    if not text or text[-1] not in SENTENCE_END:
        return False
    if text[-1] != ".":
        return True
    stem = text.rstrip(".…")
    if stem.casefold() in ABBREVIATED or (len(stem) == 1 and stem.isalpha() and stem != "I"):
        return False
    return not following.text[:1].islower()


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    part: list[Word] = []
    for word in words:
        if part and (
            word.channel != part[-1].channel
            or word.start_ms - part[-1].end_ms >= PAUSE_MS
            or ends_sentence(part[-1], word)
        ):
            yield part
            part = []
        part.append(word)
    if part:
        yield part


def _short_enough(words: list[Word]) -> Iterator[list[Word]]:
    """Cut what nobody could read in one piece: at a comma, or else in its longest pause."""
    if len(words) < 2 or words[-1].end_ms - words[0].start_ms <= LONGEST_MS:
        yield words
        return

    def worth(place: int) -> tuple[bool, int, int]:
        comma = words[place - 1].text.endswith((",", ";", ":", "，", "、"))
        return comma, words[place].start_ms - words[place - 1].end_ms, -abs(2 * place - len(words))

    third = len(words) // 3
    place = max(range(max(third, 1), max(len(words) - third, 2)), key=worth)
    yield from _short_enough(words[:place])
    yield from _short_enough(words[place:])


def _over(above: NDArray[np.float32], word: Word) -> NDArray[np.float32]:
    """The average power of each channel over a word, in dB relative to its own voice."""
    first = min(max(word.start_ms // 10, 0), above.shape[1] - 1)
    last = max(-(-word.end_ms // 10), first + 10)
    power = (10 ** (above[:, first:last] / 10)).mean(axis=1)
    found: NDArray[np.float32] = 10 * np.log10(np.maximum(power, 1e-13))
    return found


def _path(heard: NDArray[np.float32], words: Sequence[Word]) -> list[int]:
    """The cheapest way through the channels, word by word (Viterbi's algorithm).

    Being heard fainter than on the best channel costs so many decibels; changing the channel costs little after
    a sentence and much inside one.
    """
    costs = np.minimum(heard.max(axis=1, keepdims=True) - heard, MOST)
    best = costs[0]
    came = []
    for place in range(1, len(words)):
        change = best.min() + _switch(words[place - 1], words[place])
        came.append(np.where(best <= change, np.arange(len(best)), best.argmin()))
        best = np.minimum(best, change) + costs[place]
    path = [int(best.argmin())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _switch(word: Word, following: Word) -> float:
    if ends_sentence(word, following):
        return SWITCH_AT_SENTENCE
    return SWITCH_AT_BREATH if following.start_ms - word.end_ms >= BREATH_MS else SWITCH


def _mask(spans: Sequence[tuple[int, int]], frames: int) -> NDArray[np.bool_]:
    result = np.zeros(frames, bool)
    for start, end in spans:
        result[start // 10 : -(-end // 10)] = True
    return result
