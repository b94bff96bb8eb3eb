"""Finds in what is said what sounds or looks like a name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jellyfish import metaphone
from rapidfuzz import fuzz

from archive.catalogue.folding import fold

MOST = 3  # words that may stand for a name, or as many as the name has
WORTH_SHOWING = 75  # per cent; below that nearly all is something else

_EDGE = 3  # letters that elision and a genitive add to a word: qu'..., ...'s
_AROUND = 15  # per cent that these may take
_SMALL = 10  # per cent less where the name begins with a capital and what is said does not
_EDGES = re.compile(r"(?is)^(\W*)(.*?)((?:['’]s)?\W*)$")
_ELIDED = re.compile(r"(?i)^(?:[cdjlmnst]|qu)['’](?=\w)")  # l'Amina, d'Amina, qu'Amina


@dataclass(frozen=True, slots=True)
class Hit:
    """A run of words that may stand for a name.

    Attributes:
        first: the place of its first word.
        count: how many words.
        said: as it was written, without the punctuation around it.
        before: what stands before that in its first word, `"` or `d'`.
        after: what stands behind it in its last word, `,` or `'s`.
        alike: per cent; 100 for the same letters.
        exact: it is spelt as one of the spellings that were asked for, but for capitals.
    """

    first: int
    count: int
    said: str
    before: str
    after: str
    alike: int
    exact: bool


class Sought:
    """A name, and the spellings that are known to stand for it; remembers what it has compared."""

    def __init__(self, name: str, spellings: Sequence[str]) -> None:
        """Prepare the comparison.

        Args:
            name: as it should be written.
            spellings: as it was written instead.
        """
        self._name = name
        self._exact = {_plain(each) for each in spellings}
        self._letters = {key for each in (name, *spellings) if (key := _letters(each))}
        self._sounds = {key: metaphone(key) for key in self._letters}
        self._shortest = min(map(len, self._letters), default=0) * 0.6
        self._longest = max(map(len, self._letters), default=0) * 1.6
        self._words = max(MOST, *(len(each.split()) for each in (name, *spellings)))
        self._elides = not any(_ELIDED.match(each) for each in (name, *spellings))
        self._known: dict[str, int] = {}

    def hits(self, words: Sequence[str], at_least: int = WORTH_SHOWING) -> list[Hit]:
        """The runs of words that may stand for the name, in order; none overlaps another, nor the name itself."""
        taken: set[int] = set()
        found = []
        for hit in sorted(self._runs(words, at_least), key=self._rank):
            places = set(range(hit.first, hit.first + hit.count))
            if not places & taken:
                taken |= places
                found.append(hit)
        return sorted((hit for hit in found if hit.said != self._name), key=lambda hit: hit.first)

    def _rank(self, hit: Hit) -> tuple[bool, bool, int, int, int]:
        return hit.said != self._name, not hit.exact, -hit.alike, hit.count, hit.first

    def _runs(self, words: Sequence[str], at_least: int) -> Iterator[Hit]:
        keys = [_letters(word) for word in words]
        # Sound adds at most half of what is missing; what stands around a name in its words takes some of its letters.
        cutoff = 2 * at_least - 100 - _AROUND
        for first in range(len(words)):
            run = ""
            for count in range(1, min(self._words, len(words) - first) + 1):
                run += keys[first + count - 1]
                if len(run) > self._longest + _EDGE:
                    break
                if len(run) >= self._shortest and any(
                    fuzz.ratio(run, key, score_cutoff=cutoff) for key in self._letters
                ):
                    hit = self._hit(words, first, count, at_least)
                    if hit:
                        yield hit

    def _hit(self, words: Sequence[str], first: int, count: int, at_least: int) -> Hit | None:
        run = " ".join(words[first : first + count])
        before, said, after = _parted(run, self._elides)
        alike = self._alike(said)
        exact = _plain(said) in self._exact
        return Hit(first, count, said, before, after, alike, exact) if exact or alike >= at_least else None

    def _alike(self, said: str) -> int:
        known = self._known.get(said)
        if known is None:
            known = self._known[said] = self._compared(said)
        return known

    def _compared(self, said: str) -> int:
        letters = _letters(said)
        if not letters or not self._shortest <= len(letters) <= self._longest:
            return 0
        if letters in self._letters:
            return 100
        sound = metaphone(letters)
        best = max(_like(letters, sound, key, self._sounds[key]) for key in self._letters)
        return min(99, round(best - _SMALL * (self._name[:1].isupper() and said[:1].islower())))


def _like(letters: str, sound: str, key: str, sounds: str) -> float:
    """How alike two words look; where they sound more alike than that, half way between both."""
    look = fuzz.ratio(letters, key)
    return max(look, (look + fuzz.ratio(sound, sounds)) / 2) if sound and sounds else look


def _parted(run: str, elides: bool) -> tuple[str, str, str]:
    """What stands before a run of words, the words, and what stands behind them."""
    found = _EDGES.match(run)
    before, said, after = found.groups() if found else ("", run, "")
    if elides and (short := _ELIDED.match(said)):
        before, said = before + short[0], said[short.end() :]
    return before, said, after


@lru_cache(maxsize=262_144)
def _letters(text: str) -> str:
    return "".join(fold(text))


def _plain(text: str) -> str:
    """A text without capitals and the punctuation between its words."""
    return " ".join("".join(each for each in word if each.isalnum()) for word in text.casefold().split())
