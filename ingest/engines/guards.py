"""Guards against words that nobody said: loops, and sentences out of noise."""

from collections.abc import Sequence

from ingest.transcript import Note, Word

LONGEST = 12  # words in the longest phrase that is looked for
REPEATS = 4  # times that a phrase stands in a row before it is a loop
LEAST = 8  # words that a loop takes at least: people do say "no, no, no, no"
NO_SPEECH = 0.6  # Whisper's own thresholds: above this nobody speaks,
UNSURE = -1.0  # unless the words are at least this sure (average log probability)


def nobody(no_speech: float, sureness: float) -> bool:
    """Whether a sentence was made out of noise.

    Args:
        no_speech: probability that nobody speaks.
        sureness: average log probability of the sentence.
    """
    return no_speech > NO_SPEECH and sureness < UNSURE


def loop(texts: Sequence[str]) -> tuple[int, int, int] | None:
    """Find the first phrase that is repeated too often to have been said.

    Returns:
        Place of its first word, its length, and how often it stands there in a row; None without a loop.
    """
    said = [text.casefold().strip(".,;:!?…") for text in texts]
    for start in range(len(said)):
        for length in range(1, min(LONGEST, (len(said) - start) // REPEATS) + 1):
            times = _times(said, start, length)
            if times >= REPEATS and times * length >= LEAST:
                return start, length, times
    return None


def without_loops(words: Sequence[Word]) -> tuple[tuple[Word, ...], tuple[Note, ...]]:
    """Keep one of each phrase that is repeated too often, and say so."""
    kept, notes = list(words), []
    while found := loop([word.text for word in kept]):
        start, length, times = found
        first, last = start + length, start + length * times
        notes.append(
            Note(kept[first].start_ms, kept[last - 1].end_ms, f"left out, {times - 1} repeats of one phrase")
        )
        del kept[first:last]
    return tuple(kept), tuple(notes)


def _times(said: Sequence[str], start: int, length: int) -> int:
    phrase, times = said[start : start + length], 1
    while said[start + times * length : start + (times + 1) * length] == phrase:
        times += 1
    return times
