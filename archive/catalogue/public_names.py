"""Public names: what people are called in everything that leaves, where that is not their real name."""

from archive.catalogue import Reader, interviews, people


def of_everybody(db: Reader) -> dict[str, str]:
    """The public name of each person that has one, by the real name."""
    return dict(
        db.execute("SELECT name, public_name FROM people WHERE public_name <> '' ORDER BY id").fetchall()
    )


def of_speakers(db: Reader, slug: str) -> dict[str, str]:
    """The same of those who speak in an interview, by what they are called as speakers of it.

    Capitals, accents and an earlier name are no matter: captions and channels are named before people are known.

    Raises:
        UserError: there is no such interview.
    """
    rows = db.execute(
        "SELECT speakers.name, people.name FROM speakers LEFT JOIN people ON people.id = person_id"
        " WHERE interview_id = ?",
        [interviews.row_of(db, slug)],
    ).fetchall()
    called, public = people.called(db), of_everybody(db)
    named = {name: person or people.meant(called, name) for name, person in rows}
    return {name: public[person] for name, person in named.items() if person in public}
