"""The digests that ASC MHL knows, in its own spelling, several of them in one read."""

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

import xxhash

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_C4_LENGTH = 90


class _Hasher(Protocol):
    def update(self, block: bytes | memoryview, /) -> None: ...

    def digest(self) -> bytes: ...


# In the order in which the schema wants them. MHL 2.0 has no SHA-256; "xxh3" is its 64-bit form.
_HASHERS: dict[str, Callable[[], _Hasher]] = {
    "c4": hashlib.sha512,
    "md5": partial(hashlib.md5, usedforsecurity=False),
    "sha1": partial(hashlib.sha1, usedforsecurity=False),
    "xxh128": xxhash.xxh3_128,
    "xxh3": xxhash.xxh3_64,
    "xxh64": xxhash.xxh64,
}
_DIGITS = {"md5": 32, "sha1": 40, "xxh128": 32, "xxh3": 16, "xxh64": 16}

ALGORITHMS = tuple(_HASHERS)

# Those that BagIt wants and ASC MHL does not know; one read of a file serves both.
_OTHERS: dict[str, Callable[[], _Hasher]] = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}


class Digests:
    """The digests of one file by several algorithms, while it is read once.

    Args:
        algorithms: some of `ALGORITHMS`, "sha256" and "sha512".

    Raises:
        KeyError: for an algorithm that is none of these.
    """

    def __init__(self, algorithms: Iterable[str]) -> None:
        self._hashers = {each: (_HASHERS | _OTHERS)[each]() for each in sorted(set(algorithms))}

    def update(self, block: bytes | memoryview) -> None:
        """Take the next block, of any size; from some kilobytes on other threads go on meanwhile."""
        for hasher in self._hashers.values():
            hasher.update(block)

    def hexdigests(self) -> dict[str, str]:
        """What the file's digests are so far, by algorithm, as MHL writes them (c4 is base 58, the rest hex)."""
        return {name: _text(name, hasher.digest()) for name, hasher in self._hashers.items()}


def of(content: bytes, algorithm: str) -> str:
    """The digest of bytes that are at hand, such as a manifest's."""
    digests = Digests([algorithm])
    digests.update(content)
    return digests.hexdigests()[algorithm]


def canonical(algorithm: str, text: str) -> str | None:
    """A digest as MHL writes it, from what a list says; None where it is no digest of that algorithm."""
    if algorithm == "c4":
        return text if re.fullmatch(f"c4[{_BASE58}]{{{_C4_LENGTH - 2}}}", text) else None
    return text.lower() if re.fullmatch(f"[0-9a-fA-F]{{{_DIGITS[algorithm]}}}", text) else None


def _text(algorithm: str, digest: bytes) -> str:
    return _c4(digest) if algorithm == "c4" else digest.hex()


def _c4(digest: bytes) -> str:
    """A SHA-512 digest as a C4 ID (SMPTE ST 2114:2017): "c4" and 88 digits of base 58, the first ones perhaps 0."""
    number, digits = int.from_bytes(digest), ""
    while number:
        number, digit = divmod(number, len(_BASE58))
        digits = _BASE58[digit] + digits
    return "c4" + digits.rjust(_C4_LENGTH - 2, _BASE58[0])
