"""Stretches of a typed transcript that do not fit what was heard: what a person has to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.realigned import aligned, realigned
from ingest.transcript import Word

LEAST = 5  # words that differ together; fewer are a correction
CHANCE = 2  # words that both have between such, by chance


@dataclass(frozen=True, slots=True)
class Unfit:
    """A stretch that says something else than what was heard there, or of which there is nothing in the other.

    Attributes:
        start_ms: where it lies, on the time line of what was heard.
        end_ms: where it ends.
        heard: what was heard there.
        written: what is written instead.
    """

    start_ms: int
    end_ms: int
    heard: str
    written: str


def unfit(heard: Sequence[Word], written: Sequence[str]) -> tuple[Unfit, ...]:
    """The stretches of a text that do not fit, in order.

    Args:
        heard: words with times, in order.
        written: words as they were typed, in order.
    """
    times = [word for word, _ in realigned(heard, written)]
    found = []
    for old, new, same in _apart([word.text for word in heard], written):
        most = max(len(old), len(new))
        if most >= LEAST and 3 * same < most:
            words = [*(heard[at] for at in old), *(times[at] for at in new)]
            found.append(
                Unfit(
                    min(word.start_ms for word in words),
                    max(word.end_ms for word in words),
                    " ".join(heard[at].text for at in old),
                    " ".join(written[at] for at in new),
                )
            )
    return tuple(found)


def _apart(heard: Sequence[str], written: Sequence[str]) -> Iterator[tuple[range, range, int]]:
    """Stretches that differ, put together where only a word or two between them are the same; and how many are."""
    old, new, alike, between = range(0), range(0), 0, 0
    for mine, theirs, same in aligned(heard, written):
        if same and (len(mine) > CHANCE or not (old or new)):
            yield old, new, alike
            old, new, alike, between = range(0), range(0), 0, 0
        elif same:
            between = len(mine)
        elif old or new:
            old, new = range(old.start, mine.stop), range(new.start, theirs.stop)
            alike, between = alike + between, 0
        else:
            old, new = mine, theirs
    yield old, new, alike
