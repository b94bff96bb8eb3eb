"""Names of files that XML, macOS and Linux can all hold."""

import os
import posixpath

import xxhash

_LONGEST = 255  # bytes; the limit of ext4 and APFS
_ENDING = 16  # bytes; what looks longer is no ending


def safe_name(part: str, longest: int = _LONGEST) -> str:
    """A name for `part` of a path that XML, macOS and Linux can hold; most names stay as they are, byte for byte.

    XML 1.0 has no place for control characters, nor UTF-8 for stray bytes. Line separators go too: programs that
    indent XML line by line, as the reference tool does, would add spaces to them. Such a character becomes "_", and
    16 hex digits (xxh3-64 of the true bytes) before the ending keep apart what would now be the same. The same
    happens to names of more than `longest` bytes, which exFAT can hold, cut before the digits.

    Args:
        part: a name as Python has it from the file system: stray bytes as surrogates.
        longest: bytes in UTF-8 that the name may have.

    Returns:
        The same for the same `part` at any time. Two parts may meet in one name, by chance or because one was named
        like it; who puts them into one folder looks for that.
    """
    clean = "".join("_" if _is_unsafe(each) else each for each in part)
    if clean == part and len(part.encode()) <= longest:
        return part
    stem, ending = posixpath.splitext(clean)
    if len(ending.encode()) > _ENDING:
        stem, ending = clean, ""
    mark = f"~{xxhash.xxh3_64_hexdigest(os.fsencode(part))}{ending}"
    return _cut(stem, longest - len(mark.encode())) + mark


def inside(path: str) -> str | None:
    """A path from a list as one below the list's folder, without "." and "//"; None where it leads out of it."""
    parts = [each for each in path.split("/") if each not in {"", "."}]
    if path.startswith("/") or not parts or ".." in parts:
        return None
    return "/".join(parts)


def _is_unsafe(character: str) -> bool:
    number = ord(character)
    return (
        number < 0x20
        or 0x7F <= number <= 0x9F
        or character in "\u2028\u2029"
        or 0xD800 <= number <= 0xDFFF
        or 0xFDD0 <= number <= 0xFDEF
        or number & 0xFFFE == 0xFFFE  # never a character, in any of the 17 planes
    )


def _cut(text: str, longest: int) -> str:
    return text.encode()[:longest].decode(errors="ignore")
