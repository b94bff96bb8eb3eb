"""Reads what stands in a file as text, and tells what is none: bytes of another kind, and XML without its ending."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from ingest.engines import captions
from ingest.errors import NoTranscript

_LOST = "\N{REPLACEMENT CHARACTER}"
_SPACE = "\t\n\r\v\f\x85"  # the control characters that part words, lines and pages
_FIRST_TAG = re.compile(r"\s*<(?:[?!]|([A-Za-z][\w:.-]*))")


def text(path: Path) -> str:
    """What stands in a file, with every character that it has.

    Raises:
        NoTranscript: some of its bytes are no text.
        StepFailed: it cannot be read, or is too large.
    """
    found = captions.text(path)
    # One that was lost by whoever wrote the file is a character as any other.
    if _LOST in found and _LOST.encode() not in path.read_bytes():
        raise _refused(path.name)
    must_be_text([found], path.name)
    return found


def is_xml(found: str) -> bool:
    """Whether a text begins as XML does; a tag that nothing closes, as in "<laughs> We all do.", is none of it."""
    begun = _FIRST_TAG.match(found[:1000])
    if begun is None:
        return False
    return begun[1] is None or "xmlns" in found[:1000] or f"</{begun[1]}" in found


def must_be_text(words: Iterable[str], name: str) -> None:
    """Refuse control characters that are no space; no text has any.

    Raises:
        NoTranscript: it has some.
    """
    if any(unicodedata.category(each) == "Cc" for each in set("".join(words)) - {*_SPACE}):
        raise _refused(name)


def must_have_letters(words: Iterable[str], name: str) -> None:
    """Refuse what was typed and has no letter in any script, as rows of numbers have none.

    Raises:
        NoTranscript: it has none.
    """
    if not any(each.isalpha() for word in words for each in word):
        raise NoTranscript(f"{name}: there is no letter in it.", "See whether it is the right file.")


def _refused(name: str) -> NoTranscript:
    return NoTranscript(
        f"{name}: is no text; it has characters that cannot be read.",
        "Save it again as plain text in UTF-8, or as .docx, and import that.",
    )
