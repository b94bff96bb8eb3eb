"""What lies on an interview's time line besides its words goes with it: chapters, and passages that are withheld."""

from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from archive.catalogue import moves as moving
from archive.catalogue.moves import Moves

_ABOUT = ("themes", "places", "organisations")


def go(db: Database, interview: int, moves: Moves) -> None:
    """Let the chapters and withheld passages of an interview go where their moments go.

    One that is torn apart becomes several. What is withheld stays withheld in all of its parts.
    """
    _chapters(db, interview, moves)
    _withheld(db, interview, moves)


def _withheld(db: Database, interview: int, moves: Moves) -> None:
    rows = db.execute(
        "SELECT start_ms, end_ms, why, recorded FROM withheld WHERE interview_id = ? ORDER BY id", [interview]
    ).fetchall()
    db.execute("DELETE FROM withheld WHERE interview_id = ?", [interview])
    for start, end, *rest in rows:
        for target, begins, ends in moving.parts(moves, start, end):
            db.execute(
                "INSERT INTO withheld (interview_id, start_ms, end_ms, why, recorded) VALUES (?, ?, ?, ?, ?)",
                [target, begins, ends, *rest],
            )


def _chapters(db: Database, interview: int, moves: Moves) -> None:
    rows = db.execute(
        "SELECT id, start_ms, end_ms, title, synopsis FROM chapters WHERE interview_id = ? ORDER BY id",
        [interview],
    ).fetchall()
    about = {row[0]: [(name, _connected(db, row[0], name)) for name in _ABOUT] for row in rows}
    db.execute("DELETE FROM chapters WHERE interview_id = ?", [interview])
    for number, start, end, *rest in rows:
        for target, begins, ends in moving.parts(moves, start, end):
            chapter = _add(db, target, begins, ends, rest)
            for name, connected in about[number]:
                _connect(db, chapter, name, connected)


def _add(db: Database, interview: int, start: int, end: int, rest: Sequence[str | None]) -> int:
    """A chapter; where there is one with its start and title it is that one, which lasts as long as both."""
    (number,) = db.execute(
        "INSERT INTO chapters (interview_id, start_ms, end_ms, title, synopsis) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (interview_id, start_ms, title) DO UPDATE SET end_ms = max(end_ms, excluded.end_ms),"
        " synopsis = coalesce(synopsis, excluded.synopsis) RETURNING id",
        [interview, start, end, *rest],
    ).fetchone()
    return int(number)


def _connected(db: Database, chapter: int, name: str) -> list[int]:
    rows = db.execute(
        f"SELECT {name[:-1]}_id FROM chapter_{name} WHERE chapter_id = ? ORDER BY rowid",  # noqa: S608 - ours
        [chapter],
    )
    return [number for (number,) in rows]


def _connect(db: Database, chapter: int, name: str, connected: Iterable[int]) -> None:
    db.conn.executemany(
        f"INSERT INTO chapter_{name} (chapter_id, {name[:-1]}_id) VALUES (?, ?) ON CONFLICT DO NOTHING",  # noqa: S608
        [(chapter, number) for number in connected],
    )
