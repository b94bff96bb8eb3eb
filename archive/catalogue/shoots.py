"""Shoots: one outing of the crew each."""

import re
from collections.abc import Sequence

from sqlite_utils import Database

from archive.catalogue import Reader, by_name

_UNNAMED = re.compile(r"Speaker \d+")  # what a voice is called that nobody named


def find_or_add(db: Database, name: str, date: str | None = None, place: int | None = None) -> int:
    """The row of a shoot by name, made where there is none.

    Args:
        db: the catalogue.
        name: of the shoot.
        date: of an interview of it, `YYYY-MM-DD`; a shoot has its first day.
        place: the row of where that was filmed; a shoot has the first that was said.
    """
    shoot = by_name.find_or_add(db, "shoots", name)
    db.execute(
        "UPDATE shoots SET date = min(coalesce(date, ?1), coalesce(?1, date)), place_id = coalesce(place_id, ?2)"
        " WHERE id = ?3",
        [date, place, shoot],
    )
    return shoot


def voices(db: Reader, shoot: str, people: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """What the voice channels were called in the latest interview of a shoot in which somebody named them.

    A guest's name is not carried on to an interview in which that guest is not.

    Args:
        db: the catalogue.
        shoot: its name.
        people: of the interview that is to have these names; each a name and a role.
    """
    rows = db.execute(
        "SELECT speakers.interview_id, speakers.channel, speakers.name, EXISTS (SELECT 1 FROM interview_people"
        " JOIN people ON people.id = interview_people.person_id WHERE people.name = speakers.name"
        " AND interview_people.role <> 'interviewer')"
        " FROM shoots JOIN interviews ON interviews.shoot_id = shoots.id"
        " JOIN speakers ON speakers.interview_id = interviews.id AND speakers.channel IS NOT NULL"
        " WHERE shoots.name = ? ORDER BY interviews.id DESC",
        [shoot],
    ).fetchall()
    here = {name for name, _ in people}
    found: dict[int, dict[int, str]] = {}
    for interview, channel, name, is_guest in rows:
        named = found.setdefault(interview, {})
        if not _UNNAMED.fullmatch(name) and (name in here or not is_guest):
            named[channel] = name
    latest = next(filter(None, found.values()), {})
    return tuple(
        latest.get(channel, f"Speaker {channel + 1}") for channel in range(max(latest, default=-1) + 1)
    )
