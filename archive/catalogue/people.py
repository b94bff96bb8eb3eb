"""People, and which part they have in an interview."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.catalogue import Reader, by_name
from archive.errors import UserError

_NAME_AND_ROLE = re.compile(r"(?P<name>.+?)\s*\((?P<role>[^()]+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Person:
    """A person in an interview, with a role in it ("interviewee", "interviewer", ...)."""

    name: str
    role: str


def name_and_role(text: str) -> tuple[str, str]:
    """What "Jo Bell (interviewer)" says; a name without a role is an interviewee's."""
    found = _NAME_AND_ROLE.fullmatch(text.strip())
    return (found["name"], found["role"].strip()) if found else (text.strip(), "interviewee")


def find_or_add(db: Database, name: str) -> int:
    """The row of a person by name, made where there is none."""
    return by_name.find_or_add(db, "people", name)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a person.

    Attributes:
        name: the real one.
        public_name: stands for it in everything that leaves; None where the real one may.
        biography: in a paragraph.
        portrait: a file below the archive's folder.
        links: addresses of pages about them.
    """

    name: str
    public_name: str | None = None
    biography: str | None = None
    portrait: str | None = None
    links: tuple[str, ...] = ()


def describe(db: Database, name: str, given: Mapping[str, Any]) -> None:
    """Change what is known of a person, who is added where there is none of that name.

    Args:
        db: the catalogue.
        name: of the person.
        given: by the names of `Profile` what is new; None, or no links, takes away what was known.
    """
    with db.atomic():
        by_name.change(db, "people", find_or_add(db, name), given)


def every(db: Reader) -> tuple[Profile, ...]:
    """Everybody, by name."""
    rows = db.execute("SELECT name, public_name, biography, portrait, links FROM people ORDER BY name")
    return tuple(
        Profile(name, public, biography, portrait, tuple(json.loads(links)))
        for name, public, biography, portrait, links in rows
    )


def find(db: Reader, name: str) -> Profile:
    """What is known of a person.

    Raises:
        UserError: there is nobody of that name; says whose is spelt nearly so.
    """
    known = {profile.name: profile for profile in every(db)}
    if name in known:
        return known[name]
    raise UserError(
        f"There is nobody called '{name}' here.",
        by_name.nearly(name, known, "archive person names everybody."),
    )


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
