"""Whisper's vocabulary, and the small part of it that the closed vocabulary uses."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer
from train import sentences

SIZE = 51_865  # faster-whisper tells languages apart only with a vocabulary of this size
TICK = 0.02  # seconds between two timestamp tokens
LAST_TICK = 1500


class Tokens:
    """Text and times as numbers: `whole` numbers of Whisper's vocabulary, `small` ones of the part in use."""

    def __init__(self, file: Path) -> None:
        """Read a tokenizer.json of the multilingual Whisper."""
        self.tokenizer = Tokenizer.from_file(str(file))
        self.start = self._id("<|startoftranscript|>")
        self.end = self._id("<|endoftext|>")
        self.transcribe = self._id("<|transcribe|>")
        self.previous = self._id("<|startofprev|>")
        self.nobody = self._id("<|nospeech|>", "<|nocaptions|>")
        self.untimed = self._id("<|notimestamps|>")
        self.languages = {language: self._id(f"<|{language}|>") for language in ("en", "fr")}

    def text(self, text: str) -> list[int]:
        """Return a sentence with a space before it, as Whisper writes it."""
        return self.tokenizer.encode(" " + text, add_special_tokens=False).ids

    def time(self, seconds: float) -> int:
        """Return the timestamp nearest to that place in a window."""
        return self.untimed + 1 + min(LAST_TICK, round(seconds / TICK))

    @cached_property
    def used(self) -> list[int]:
        """The whole numbers in use; a token's place in this list is its small number."""
        special = [self.start, self.end, self.transcribe, self.previous, self.nobody, self.untimed]
        times = range(self.untimed + 1, self.untimed + 2 + LAST_TICK)
        words = (token for text in _every_word() for token in self.text(text))
        return sorted({*special, *self.languages.values(), *times, *words})

    @cached_property
    def small(self) -> dict[int, int]:
        """Whole number to small number."""
        return {token: place for place, token in enumerate(self.used)}

    def words(self, small: Iterable[int]) -> str:
        """Return the text of small numbers, without times and other special tokens."""
        whole = [self.used[place] for place in small if place < len(self.used)]
        return self.tokenizer.decode([token for token in whole if token < self.end]).strip()

    def _id(self, *names: str) -> int:
        found = [self.tokenizer.token_to_id(name) for name in names]
        return next(token for token in found if token is not None)


def _every_word() -> Iterable[str]:
    """Each word of the closed vocabulary in each place where it can stand: how it is cut depends on that."""
    for language in ("en", "fr"):
        yield from sentences.every_part(language)
