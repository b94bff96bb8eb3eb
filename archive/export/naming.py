"""Puts public names in the place of real ones: in titles, file names and slugs, and in what is said."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar, cast

from archive.catalogue.folding import fold
from archive.catalogue.texts import SpokenSegment
from ingest.pieces import has_unspaced
from ingest.realigned import spread
from ingest.transcript import Word, is_spaced

SHORTEST = 3  # letters of a part of a name that stands for somebody by itself: no `de`, no `Al`
_BETWEEN = r"[\W_]{1,3}"
_MARKS = "[\u0300-\u036f]*"  # accents that are characters of their own

Any_ = TypeVar("Any_")


class Naming:
    """Which names are replaced by which; built once for all that leaves together."""

    def __init__(self, everybody: Mapping[str, str], present: Collection[str] = ()) -> None:
        """Nothing is replaced yet.

        Args:
            everybody: public names by real names: a whole name is replaced wherever it stands, however it is
                written, also backwards (`Bell, Jo`) and in a slug.
            present: those of them whose parts are replaced as well, since in their interview `Jo` is one of them.
                A part that is in the public name is no secret.
        """
        found = [(pattern, public) for real, public in everybody.items() for pattern in _whole(real)]
        found += [(pattern, everybody[real]) for real in present for pattern in _parts(real, everybody[real])]
        self._public = [public for _, public in found]
        self._pattern = re.compile("|".join(f"({pattern})" for pattern, _ in found)) if found else None

    def of(self, value: Any_) -> Any_:
        """The same with every name in it replaced: a text, or a dataclass or tuple of such."""
        return cast("Any_", self._of(value)) if self._pattern else value

    def _of(self, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, SpokenSegment):
            return self._segment(value)
        if isinstance(value, tuple):
            return tuple(map(self._of, value))
        if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{each.name: self._of(getattr(value, each.name)) for each in fields(value)}
            )
        return value

    def _text(self, text: str) -> str:
        assert self._pattern
        return self._pattern.sub(lambda found: self._public[(found.lastindex or 1) - 1], text)

    def _segment(self, segment: SpokenSegment) -> SpokenSegment:
        """What is said, word by word: those of a name share its time."""
        assert self._pattern
        spans = [found.span() for found in self._pattern.finditer(segment.text)]
        speaker = self._of(segment.speaker)
        if not spans:
            return replace(segment, speaker=speaker)
        spaced = is_spaced(segment.text, segment.words)
        words: list[Word] = []
        first = place = 0
        for number, word in enumerate(segment.words):
            end = place + len(word.text)
            if any(start < end + spaced < stop for start, stop in spans):
                place = end + spaced
                continue  # the name goes on
            group = segment.words[first : number + 1]
            said = (" " if spaced else "").join(each.text for each in group)
            new = self._text(said)
            texts = new.split() if spaced else [new]
            words += group if new == said else spread(texts, group[0].start_ms, word.end_ms, word.channel)
            first, place = number + 1, end + spaced
        text = (" " if spaced else "").join(word.text for word in words)
        return replace(segment, speaker=speaker, words=tuple(words), text=text)


def _whole(real: str) -> list[str]:
    """Patterns of a whole name: as it is, backwards, and without accents; of several words in capitals or not."""
    composed, decomposed = _words(real, "NFC"), _words(real, "NFD")
    if len(composed) == 1:
        return [_bounded(composed), _bounded([composed[0].upper()]), _bounded(decomposed)]
    orders = [
        composed,
        [*composed[-1:], *composed[:-1]],
        decomposed,
        fold(real),
        [*fold(real)[-1:], *fold(real)[:-1]],
    ]
    return list(dict.fromkeys(f"(?i:{_bounded(words)})" for words in orders if words))


def _parts(real: str, public: str) -> list[str]:
    """Patterns of the parts of a name that are no words of the public one; in small letters only in slugs and files."""
    known = set(fold(public))
    found = []
    for word in _words(real, "NFC"):
        if len(word) >= SHORTEST and not word[0].islower() and not known & set(fold(word)):
            found += [_bounded([word]), _bounded([word.upper()]), _bounded(_words(word, "NFD"))]
            found.append(rf"(?:^|(?<=[-_/])){re.escape('-'.join(fold(word)))}(?=[-_.]|$)")
    return found


def _words(name: str, form: Literal["NFC", "NFD"]) -> list[str]:
    """The words of a name; where accents are characters of their own, as macOS writes file names, they end one."""
    return re.findall(r"[^\W_]+", unicodedata.normalize(form, name))


def _bounded(words: list[str]) -> str:
    # Where there are no spaces between words, a name touches other letters.
    before = "" if has_unspaced(words[0][0]) else r"(?<![^\W_])"
    behind = "" if has_unspaced(words[-1][-1]) else r"(?![^\W_])"
    return before + _BETWEEN.join(map(re.escape, words)) + _MARKS + behind
