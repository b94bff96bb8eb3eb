"""Slugs that interviews had before, and where the moments are that links name which were made then."""

from dataclasses import dataclass
from urllib.parse import quote

from sqlite_utils import Database

from archive.catalogue import Reader
from archive.catalogue.moves import FAR, Moves
from archive.catalogue.stretches import without


@dataclass(frozen=True, slots=True)
class Led:
    """Where the moments of a stretch are by now that a link names.

    Attributes:
        start_ms: where the stretch begins, as the link counts.
        end_ms: where it ends.
        slug: the interview that has it.
        time_line: the number of that one's time line.
        shift_ms: what is to be added to a moment.
    """

    start_ms: int
    end_ms: int
    slug: str
    time_line: int
    shift_ms: int


def follow(db: Database, interview: int, moves: Moves, *, again: bool) -> None:
    """Lead every link into an interview to where its moments go.

    Args:
        db: the catalogue, in a transaction, before the interview is changed.
        interview: its row.
        moves: of all its time line.
        again: moments of it will be other ones than before, so that links to it need another number of the time line.
    """
    _follow_on(db, interview, moves)
    slug, number = db.execute("SELECT slug, time_line FROM interviews WHERE id = ?", [interview]).fetchone()
    known = db.execute(
        "SELECT start_ms, end_ms FROM former_moments WHERE slug = ? AND time_line = ?", [slug, number]
    ).fetchall()
    for move in moves:
        if again or move.interview != interview:
            for start, end in without((move.start_ms, move.end_ms), known):
                _lead(db, slug, number, start, end, move.interview, move.shift)
    db.execute(
        "UPDATE interviews SET arranged = arranged + 1, time_line = time_line + ? WHERE id = ?",
        [again, interview],
    )


def forget_what_stays(db: Database, interview: int) -> None:
    """Forget of links to an interview what leads to where they say it is."""
    db.execute(
        "DELETE FROM former_moments WHERE interview_id = ?1 AND shift_ms = 0 AND (slug, time_line) ="
        " (SELECT slug, time_line FROM interviews WHERE id = ?1)",
        [interview],
    )


def leads_elsewhere(db: Reader, interview: int) -> bool:
    """Whether links to an interview, as it is today, may lead to other ones."""
    found = db.execute(
        "SELECT 1 FROM former_moments WHERE (slug, time_line) = (SELECT slug, time_line FROM interviews"
        " WHERE id = ?)",
        [interview],
    )
    return found.fetchone() is not None


def rename(db: Database, interview: int, heir: int, was: str) -> None:
    """Let the slug of an interview that is taken away lead to another one for ever; `was` is its row, JSON."""
    db.execute(
        "INSERT INTO former_slugs (slug, interview_id, was) SELECT slug, ?, ? FROM interviews WHERE id = ?",
        [heir, was, interview],
    )


def settle(db: Database) -> None:
    """Let each former slug lead to the interview that has its first moments."""
    db.execute(
        "UPDATE former_slugs SET interview_id = coalesce((SELECT interview_id FROM former_moments"
        " WHERE former_moments.slug = former_slugs.slug ORDER BY time_line DESC, start_ms LIMIT 1), interview_id)"
    )


def leads(db: Reader, slug: str, time_line: int) -> tuple[Led, ...]:
    """Where the moments are that links to a slug name, on one of its time lines: those that are elsewhere by now.

    On the time line that the slug's own interview has today these are only such as lie behind its end.
    """
    rows = db.execute(
        "SELECT start_ms, end_ms, interviews.slug, interviews.time_line, shift_ms FROM former_moments"
        " JOIN interviews ON interviews.id = interview_id"
        " WHERE former_moments.slug = ?1 AND former_moments.time_line = ?2 AND start_ms >= coalesce("
        "(SELECT duration_ms FROM interviews WHERE slug = ?1 AND time_line = ?2), 0) ORDER BY start_ms",
        [slug, time_line],
    )
    return tuple(Led(*row) for row in rows)


def heir(db: Reader, slug: str) -> str | None:
    """The slug of the interview to which a former slug leads; None for one that none had before."""
    found = db.execute(
        "SELECT interviews.slug FROM former_slugs JOIN interviews ON interviews.id = interview_id"
        " WHERE former_slugs.slug = ?",
        [slug],
    ).fetchone()
    return found[0] if found else None


def titled(db: Reader, title: str) -> list[str]:
    """The slugs of the interviews of which one became part that was called so."""
    rows = db.execute(
        "SELECT DISTINCT interviews.slug FROM former_slugs JOIN interviews ON interviews.id = interview_id"
        " WHERE json_extract(was, '$.title') = ? ORDER BY interview_id",
        [title],
    )
    return [slug for (slug,) in rows]


def address(slug: str, time_line: int) -> str:
    """The path of an interview on the site; with the number of its time line where links may mean an earlier one."""
    path = f"/interviews/{quote(slug)}"
    return f"{path}?line={time_line}" if time_line else path


def _follow_on(db: Database, interview: int, moves: Moves) -> None:
    """Move what links led to in an interview."""
    rows = db.execute(
        "SELECT slug, time_line, start_ms, end_ms, shift_ms FROM former_moments WHERE interview_id = ?",
        [interview],
    ).fetchall()
    db.execute("DELETE FROM former_moments WHERE interview_id = ?", [interview])
    for slug, number, start, end, shift in rows:
        for move in moves:
            begins = max(start, move.start_ms - shift if move.start_ms else start)
            ends = min(end, move.end_ms - shift if move.end_ms != FAR else end)
            if begins < ends:
                _lead(db, slug, number, begins, ends, move.interview, shift + move.shift)


def _lead(db: Database, slug: str, number: int, start: int, end: int, interview: int, shift: int) -> None:
    db.execute(
        "INSERT INTO former_moments (slug, time_line, start_ms, end_ms, interview_id, shift_ms)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [slug, number, start, end, interview, shift],
    )
