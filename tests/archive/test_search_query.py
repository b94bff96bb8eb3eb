"""What people type."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.search.index import stages
from archive.search.query import Query, Term, parse


def words(*texts: str) -> tuple[Term, ...]:
    """Return terms of one token each."""
    return tuple(Term((text,)) for text in texts)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("the sharing economy", Query(words("the", "sharing", "economy"))),
        ('"sharing economy" rome', Query((Term(("sharing", "economy")), *words("rome")))),
        ("“Nobody owns”", Query((Term(("nobody", "owns")),))),
        ("« personne ne possède »", Query((Term(("personne", "ne", "possede")),))),
        ("owner -boss", Query(words("owner"), words("boss"))),
        ('owner -"the boss"', Query(words("owner"), (Term(("the", "boss")),))),
        ("plat*", Query((Term(("plat",), prefix=True),))),
        ('"sharing plat*"', Query((Term(("sharing", "plat"), prefix=True),))),
        ('"sharing plat"*', Query((Term(("sharing", "plat"), prefix=True),))),
        ("l'économie", Query((Term(("l", "economie")),))),
        ("co-op", Query((Term(("co", "op")),))),
        ("北京", Query((Term(("北", "京")),))),
        ("cars AND bikes OR NOT", Query(words("cars", "and", "bikes", "or", "not"))),
        ('the "sharing economy', Query(words("the", "sharing", "economy"))),
        ('6" pipe', Query(words("6", "pipe"))),
        ("cars cars", Query(words("cars"))),
        (
            "NEAR(a b) ^x col:y {z}",
            Query((Term(("near", "a")), *words("b", "x"), Term(("col", "y")), *words("z"))),
        ),
        ("", Query(())),
        (' - * " -* ', Query(())),
        ("-boss", Query((), words("boss"))),
    ],
)
def test_is_read_as(typed: str, query: Query):
    assert parse(typed) == query


SIGNS = st.sampled_from([*"\"'*-()^:{}+~!.,;% \t\n\0", "AND", "OR", "NOT", "NEAR", "a", "é", "北", "\udcff"])


@given(st.one_of(st.text(), st.lists(SIGNS).map("".join), st.lists(SIGNS).map(" ".join)))
@example('"')
@example("don't")
@example('NEAR("a" b, 3)')
def test_nothing_that_is_typed_is_an_error_for_fts5(typed: str):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE said USING fts5(text, tokenize='ascii')")
        connection.execute("INSERT INTO said VALUES (' a e 北 near and or not ')")
        for stage in stages(parse(typed)):
            connection.execute("SELECT rowid FROM said WHERE said MATCH ?", [stage.expression]).fetchall()
