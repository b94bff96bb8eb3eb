"""Windows in folded text, beside FTS5 on the same text."""

import random
import sqlite3
from contextlib import closing

from archive.catalogue.folding import fold_word
from archive.search.index import stages
from archive.search.query import Term, parse
from archive.search.quotes import spots
from archive.search.windows import places, windows

SAID = ["a", "b", "c", "d", "e", "f", "g", "h", "l'a", "co-op", "…", "北京", "ab", "abc"]
TYPED = ["a", "b", "c", "a*", "ab*", '"a b"', '"c d"', '"l a"', "北", "co-op", '"a co*"', "h", "zz"]


def test_fts5_finds_a_text_exactly_where_it_has_a_window():
    """Words, phrases and beginnings, near each other, over lines, empty lines and compounds."""
    chance = random.Random(1)
    texts = [_text(chance) for _ in range(60)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE said USING fts5(text, tokenize='ascii')")
        connection.executemany("INSERT INTO said (rowid, text) VALUES (?, ?)", enumerate(texts))
        for _ in range(300):
            query = parse(" ".join(chance.choices(TYPED, k=chance.randint(1, 4))))
            for stage in stages(query):
                rows = connection.execute("SELECT rowid FROM said WHERE said MATCH ?", [stage.expression])
                held = {
                    n for n, text in enumerate(texts) if any(spots(0, n, text, query, stage, lambda _: True))
                }
                assert held == {row for (row,) in rows}, stage


def _text(chance: random.Random) -> str:
    lines = [chance.choices(SAID, k=chance.randint(1, 6)) for _ in range(chance.randint(0, 14))]
    return "\n".join(
        " " + "".join(f"{token} " for word in line for token in fold_word(word)) for line in lines
    )


def test_windows_do_not_overlap_and_the_closest_comes_first():
    text = " a x b a b \n b x x a "
    found = list(windows(text, [Term(("a",)), Term(("b",))], near=5))
    assert [(window.gap, text[window.start : window.end].split()) for window in found] == [
        (0, ["a", "b"]),
        (1, ["a", "x", "b"]),
        (2, ["b", "x", "x", "a"]),
    ]


def test_places_name_the_segment_and_the_token_in_it():
    text = " who \n \n owns it "
    (window,) = windows(text, [Term(("who", "owns"))], near=0)
    assert places(text, 0, [window]) == [(0, 0), (2, 0)]
