"""Search inside one interview: which stretches of its passages hold what somebody typed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.catalogue.folding import fold, fold_word
from archive.web.records import Passage


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a passage's text, by characters, and when its first word is said."""

    passage: int
    first: int
    last: int
    start_ms: int


def find(passages: Sequence[Passage], typed: str) -> list[Found]:
    """Every place where the words stand as they were typed; where they never do, every place of any."""
    sought = fold(typed)
    if not sought:
        return []
    tokens = [
        (token, number, place)
        for number, passage in enumerate(passages)
        for place, (text, _, _) in enumerate(passage.spoken)
        for token in fold_word(text)
    ]
    runs = list(_runs(tokens, sought)) or [(at, at) for at, token in enumerate(tokens) if token[0] in sought]
    return [found for first, last in runs for found in _stretches(passages, tokens[first : last + 1])]


def pieces(text: str, found: Sequence[Found]) -> list[tuple[str, bool]]:
    """A passage's text cut up for a template: (part, whether it was searched for)."""
    parts, at = [], 0
    for stretch in found:
        parts += [(text[at : stretch.first], False), (text[max(at, stretch.first) : stretch.last], True)]
        at = max(at, stretch.last)
    parts.append((text[at:], False))
    return [part for part in parts if part[0]]


def _runs(tokens: Sequence[tuple[str, int, int]], sought: Sequence[str]) -> Iterator[tuple[int, int]]:
    for at in range(len(tokens) - len(sought) + 1):
        if all(tokens[at + step][0] == token for step, token in enumerate(sought)):
            yield at, at + len(sought) - 1


def _stretches(passages: Sequence[Passage], tokens: Sequence[tuple[str, int, int]]) -> Iterator[Found]:
    """One stretch for each passage that a run touches."""
    for number in dict.fromkeys(token[1] for token in tokens):
        places = [place for _, passage, place in tokens if passage == number]
        passage = passages[number]
        last = passage.words[places[-1]][0] + len(passage.spoken[places[-1]][0].rstrip())
        yield Found(number, passage.words[places[0]][0], last, passage.words[places[0]][1])
