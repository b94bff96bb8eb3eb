"""What people type: words, "phrases", -exclusions and beginnings*, parsed into terms of folded tokens."""

import re
from dataclasses import dataclass

from archive.catalogue.folding import fold

_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
# A phrase needs its closing mark; a stray one separates words like any other sign.
_PIECE = re.compile(r'(?P<without>-?)"(?P<phrase>[^"]*)"(?P<begins>\*?)|(?P<word>[^\s"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that stand directly after each other; with `prefix` the last is only how the word begins."""

    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What must stand near each other, in the order typed, and what must not stand near it."""

    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()


def parse(typed: str) -> Query:
    """Read what somebody typed; there is no text that is an error.

    A word that folds to several tokens (`l'économie`, `co-op`, `北京`) is a phrase of them. AND, OR and NOT
    are words like any other. A term typed twice counts once.
    """
    terms: dict[Term, None] = {}
    excluded: dict[Term, None] = {}
    for piece in _PIECE.finditer(typed.translate(_QUOTATION_MARKS)):
        text = piece["phrase"] if piece["word"] is None else piece["word"]
        without = text.startswith("-") if piece["word"] else bool(piece["without"])
        tokens = tuple(fold(text))
        if tokens:
            term = Term(tokens, prefix=bool(piece["begins"]) or text.rstrip().endswith("*"))
            (excluded if without else terms)[term] = None
    return Query(tuple(terms), tuple(excluded))
