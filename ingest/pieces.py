"""Parts of what is written without spaces: a character there is what a word is elsewhere."""

import re
from collections.abc import Iterable

# Thai and Lao, Burmese, Khmer, Japanese, Chinese.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNSPACED = re.compile(f"[{UNSPACED}]")
# A character with the marks and the punctuation behind it; between such ones whatever has no space in it.
_PIECE = re.compile(rf"[{UNSPACED}][^\s\w]*|[^\s{UNSPACED}]+")


def pieces(word: str) -> list[str]:
    """A word of a language with spaces is one piece; of what is written without, each character is."""
    return _PIECE.findall(word) if _UNSPACED.search(word) else [word]


def parted(words: Iterable[str]) -> tuple[list[str], bool]:
    """What gets times of its own in a text: its words, or their pieces where most of it is written without spaces.

    Returns:
        These, and whether there are spaces between them.
    """
    texts = list(words)
    spaced = not is_unspaced("".join(texts))
    return texts if spaced else [piece for text in texts for piece in pieces(text)], spaced


def has_unspaced(text: str) -> bool:
    """Whether anything of a text is of a script without spaces."""
    return _UNSPACED.search(text) is not None


def is_unspaced(text: str) -> bool:
    """Whether more than half of the letters of a text are of a script without spaces."""
    return 2 * len(_UNSPACED.findall(text)) > sum(character.isalpha() for character in text)
