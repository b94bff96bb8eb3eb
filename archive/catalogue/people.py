"""People, and which part they have in an interview."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from archive.catalogue import Reader


@dataclass(frozen=True, slots=True)
class Person:
    """A person in an interview, with a role in it ("interviewee", "interviewer", ...)."""

    name: str
    role: str


def find_or_add(db: Database, name: str) -> int:
    """The row of a person by name, made where there is none."""
    db.execute("INSERT INTO people (name) VALUES (?) ON CONFLICT DO NOTHING", [name])
    (person,) = db.execute("SELECT id FROM people WHERE name = ?", [name]).fetchone()
    return int(person)


def add(db: Database, interview: int, people: Sequence[tuple[str, str]]) -> None:
    """Give an interview these people, each a name and a role, after those that it has."""
    (position,) = db.execute(
        "SELECT coalesce(max(position) + 1, 0) FROM interview_people WHERE interview_id = ?", [interview]
    ).fetchone()
    for place, (name, role) in enumerate(people, position):
        db.execute(
            "INSERT INTO interview_people (interview_id, person_id, role, position) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [interview, find_or_add(db, name), role, place],
        )


def of_interviews(db: Reader, interviews: Sequence[int]) -> dict[int, list[Person]]:
    """The people of each of these interviews, in the order they were given."""
    found: dict[int, list[Person]] = {}
    for interview, name, role in db.execute(
        "SELECT interview_people.interview_id, people.name, interview_people.role FROM interview_people"  # noqa: S608
        " JOIN people ON people.id = interview_people.person_id"
        f" WHERE interview_people.interview_id IN ({','.join(map(str, interviews))})"  # whole numbers
        " ORDER BY interview_people.position"
    ):
        found.setdefault(interview, []).append(Person(name, role))
    return found
