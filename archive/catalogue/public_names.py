"""Public names: what people are called in everything that leaves, where that is not their real name."""

from archive.catalogue import Reader, interviews


def of_everybody(db: Reader) -> dict[str, str]:
    """The public name of each person that has one, by the real name."""
    return dict(
        db.execute("SELECT name, public_name FROM people WHERE public_name <> '' ORDER BY id").fetchall()
    )


def of_speakers(db: Reader, slug: str) -> dict[str, str]:
    """The same of those who speak in an interview, by what they are called as speakers of it.

    Raises:
        UserError: there is no such interview.
    """
    rows = db.execute(
        "SELECT speakers.name, public_name FROM speakers JOIN people ON people.id = person_id"
        " WHERE interview_id = ? AND public_name <> ''",
        [interviews.row_of(db, slug)],
    )
    return dict(rows.fetchall())
