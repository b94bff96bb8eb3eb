"""File names in the database: SQLite stores Unicode, a file name may hold any byte."""

import re

_MARK = "\N{REPLACEMENT CHARACTER}"
_WRITTEN = re.compile(f"{_MARK}([0-9A-F]{{2}})")


def stored(name: str) -> str:
    r"""A name as the database holds it: a byte that is no UTF-8 (`\udcNN` in Python) is U+FFFD and two hex digits.

    Every other name stands as it is. One that holds U+FFFD itself has its three bytes written the same way,
    so that `named` gives back exactly what came in.
    """
    return "".join(_written(character) for character in name) if _is_special(name) else name


def named(text: str) -> str:
    """The name that `stored` was given."""
    if _MARK not in text:
        return text
    escaped = _WRITTEN.sub(lambda match: chr(0xDC00 + int(match[1], 16)), text)
    return escaped.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _is_special(name: str) -> bool:
    return _MARK in name or any("\udc80" <= character <= "\udcff" for character in name)


def _written(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"{_MARK}{ord(character) - 0xDC00:02X}"
    if character == _MARK:
        return "".join(f"{_MARK}{byte:02X}" for byte in _MARK.encode())
    return character
