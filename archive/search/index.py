"""The full-text index: from a query to FTS5, and to the transcripts that may hold quotes, best first."""

from collections.abc import Iterator
from dataclasses import dataclass

from archive.catalogue import Reader
from archive.search.filters import Filters, condition
from archive.search.query import Query, Term

# How many other tokens there may be between the first and the last of several words: about a sentence.
NEAR = 12
_TIGHT = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """One way of reading a query: these terms, with at most so many tokens between the first and the last."""

    terms: tuple[Term, ...]
    near: int = 0

    @property
    def expression(self) -> str:
        """The same for FTS5. Tokens hold only letters, marks and digits, so quoting makes them literal."""
        phrases = " ".join(_phrase(term) for term in self.terms)
        return phrases if len(self.terms) == 1 else f"NEAR({phrases}, {self.near})"


def stages(query: Query) -> tuple[Stage, ...]:
    """As a phrase, close together, near each other; each finds all that the one before finds."""
    terms = query.terms
    if len(terms) < 2:
        return (Stage(terms),) if terms else ()
    wide = NEAR + sum(len(term.tokens) for term in terms)
    loose = (Stage(terms, _TIGHT), Stage(terms, wide))
    if any(term.prefix for term in terms[:-1]):
        return loose
    whole = Term(tuple(token for term in terms for token in term.tokens), terms[-1].prefix)
    return Stage((whole,)), *loose


def transcripts(db: Reader, stage: Stage, filters: Filters) -> Iterator[int]:
    """The rows of the current transcripts in which the stage's terms stand together, best first (BM25).

    Raises:
        UserError: what a filter gives as a date is none.
    """
    chosen = ""
    if filters != Filters():
        # The plus keeps SQLite from running the full-text query once for every interview.
        chosen = (
            " AND +folded_fts.rowid IN (SELECT transcripts.id FROM transcripts JOIN interviews"  # noqa: S608 - see condition
            f" ON interviews.id = transcripts.interview_id WHERE {condition(db, filters)})"
        )
    rows = db.execute(
        f"SELECT rowid FROM folded_fts WHERE folded_fts MATCH ?{chosen} ORDER BY rank",  # noqa: S608
        [stage.expression],
    )
    yield from (row for (row,) in rows)


def beside(db: Reader, transcript: int, filters: Filters) -> tuple[int, list[tuple[int, str]]]:
    """The interview of a transcript, and its current ones that are looked at, each with its folded text: own first.

    Raises:
        UserError: what a filter gives as a date is none.
    """
    rows = db.execute(
        "SELECT transcripts.id, text, interviews.id FROM transcripts"  # noqa: S608 - see condition
        " JOIN interviews ON interviews.id = transcripts.interview_id"
        " JOIN folded ON folded.transcript_id = transcripts.id"
        " WHERE interview_id = (SELECT interview_id FROM transcripts WHERE id = ?)"
        f" AND {condition(db, filters)} ORDER BY translation, transcripts.id",
        [transcript],
    ).fetchall()
    return rows[0][2], [(number, text) for number, text, _ in rows]


def matching(db: Reader, expression: str) -> list[int]:
    """The rows of all current transcripts that an FTS5 expression finds, in no order."""
    return [
        row[0] for row in db.execute("SELECT rowid FROM folded_fts WHERE folded_fts MATCH ?", [expression])
    ]


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"' + (" *" if term.prefix else "")
