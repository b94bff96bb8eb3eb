"""Themes: what interviews are about."""

from collections.abc import Sequence

from sqlite_utils import Database

from archive.catalogue import Reader


def add(db: Database, interview: int, names: Sequence[str]) -> None:
    """Give an interview these themes; those that are not there yet are made."""
    for name in names:
        db.execute("INSERT INTO themes (name) VALUES (?) ON CONFLICT DO NOTHING", [name])
        db.execute(
            "INSERT INTO interview_themes (interview_id, theme_id) SELECT ?, id FROM themes WHERE name = ?"
            " ON CONFLICT DO NOTHING",
            [interview, name],
        )


def of_interviews(db: Reader, interviews: Sequence[int]) -> dict[int, list[str]]:
    """The themes of each of these interviews, in the order they were given."""
    found: dict[int, list[str]] = {}
    rows = db.execute(
        "SELECT interview_themes.interview_id, themes.name FROM interview_themes"  # noqa: S608 - whole numbers
        " JOIN themes ON themes.id = interview_themes.theme_id"
        f" WHERE interview_themes.interview_id IN ({','.join(map(str, interviews))})"
        " ORDER BY interview_themes.rowid"
    )
    for interview, name in rows:
        found.setdefault(interview, []).append(name)
    return found
