"""What counts as the same word: text to folded tokens, for the index, for queries and for slugs."""

import re
import unicodedata
from functools import lru_cache

# What NFKD leaves whole although people type it with plain letters.
_LETTERS = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Before NFKD, which makes a space and an accent of some, and after it, which makes others.
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʹ`´′＇\u02bb\u201b\u055a\ua78c", "'"))
_PARTS = re.compile(r"[^ ]+")
# Written without spaces between words: a token is one character, so that any part of a run can be found.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def fold(text: str) -> list[str]:
    """The tokens that `text` is found by: compatibility forms and accents folded, lower case, no punctuation.

    An apostrophe or a hyphen ends a token (`l'économie` is `l economie`, `co-op` is `co op`), except in
    `n't`, which people leave out as often as not (`don't` is `dont`). Scripts without spaces give a token
    a character. The folding is that of Unicode's NFKD and full case folding, with marks that change a
    letter's look (accents, points) taken off and those that are letters of their own (Indic vowels) kept.
    """
    tokens: list[str] = []
    for part in _PARTS.findall(_spread(_letters(text))):
        pieces = [piece for piece in part.split("'") if piece]
        if len(pieces) > 1 and pieces[-1] == "t" and pieces[-2].endswith("n"):
            pieces[-2:] = [pieces[-2] + "t"]
        tokens.extend(pieces)
    return tokens


@lru_cache(maxsize=65536)
def fold_word(word: str) -> tuple[str, ...]:
    """The same for one word; speech has few different ones, so the answers are kept."""
    return tuple(fold(word))


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Case folding can make new marks (İ) and NFKD new capitals (㎏ has none, K does), hence twice.
    folded = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    folded = unicodedata.normalize("NFKD", folded).casefold()
    bare = "".join(character for character in folded if not _is_accent(character))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS | _APOSTROPHES)


def _is_accent(character: str) -> bool:
    """Accents and points (Latin, Greek, Hebrew, Arabic), by their canonical combining classes."""
    place = unicodedata.combining(character)
    return place >= 200 or 10 <= place <= 36


def _spread(text: str) -> str:
    """The text with everything that separates tokens turned into spaces."""
    if text.isascii():
        return _ASCII_SEPARATORS.sub(" ", text)
    return "".join(map(_place, text))


_ASCII_SEPARATORS = re.compile(r"[^a-z0-9']+")


@lru_cache(maxsize=8192)
def _place(character: str) -> str:
    if character == "'":
        return character
    category = unicodedata.category(character)
    if category == "Cf":  # soft hyphens and joiners stand inside words
        return ""
    if category[0] not in "LMN":
        return " "
    point = ord(character)
    if any(first <= point <= last for first, last in _UNSPACED):
        return f" {character} "
    return character
