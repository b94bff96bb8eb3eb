"""People, and which part they have in an interview."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from shlex import quote
from typing import Any

from rapidfuzz import fuzz, process
from sqlite_utils import Database

from archive.catalogue import Reader, by_name
from archive.catalogue.folding import fold
from archive.errors import UserError

_NEAR = 85  # of 100; one letter of seven is another

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
    """The row of a person by name, made where there is none; capitals, accents and an earlier name are no matter."""
    return by_name.find_or_add(db, "people", known_as(db, name))


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """What two spellings of a name have in common; a table may name a thousand people."""
    return " ".join(fold(name))


def known_as(db: Reader, name: str) -> str:
    """What a person is called here; the name itself where nobody is meant by it yet."""
    if db.execute("SELECT 1 FROM people WHERE name = ?", [name]).fetchone():
        return name  # as nearly always: to fold every name that there is takes a while
    return meant(called(db), name)


def called(db: Reader) -> dict[str, str]:
    """What each person is called here: by that name, and by the key of it and of every wrong spelling of it."""
    spellings = db.execute(
        "SELECT spelling, people.name FROM spellings JOIN names ON names.id = name_id"
        " JOIN people ON people.name = names.name"
    ).fetchall()
    everybody = [name for (name,) in db.execute("SELECT name FROM people ORDER BY id DESC")]
    found = {key(spelling): name for spelling, name in spellings}
    found |= {key(name): name for name in everybody}
    found.pop("", None)
    return found | {name: name for name in everybody}


def meant(called: Mapping[str, str], name: str) -> str:
    """Whom a name means, of those who are called something; itself where it is nobody's."""
    return called.get(name) or called.get(key(name), name)


def remarks(db: Reader, names: Iterable[str]) -> tuple[str, ...]:
    """What should be known before people of these names come into the catalogue, a sentence each.

    Said are a name by which somebody is meant who is spelt otherwise here, and a new one that is nearly a known one:
    what is known of that person, the public name above all, is not known of the new one.
    """
    known = called(db)
    everybody = {name: key(name) for name in known.values()}
    new = [name for name in dict.fromkeys(names) if name not in everybody]
    return tuple(filter(None, (_remark(name, meant(known, name), everybody) for name in new)))


def _remark(name: str, meant: str, everybody: Mapping[str, str]) -> str | None:
    if meant != name:
        same = meant.casefold() == name.casefold()
        return None if same else f"{name} is taken to be {meant}. Is that spelt wrong? {_mend(meant, name)}"
    near = process.extractOne(key(name), everybody, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return f"{name} is new; there is {near[2]}. Are they one? {_mend(near[2], name)}" if near else None


def _mend(name: str, new: str) -> str:
    return f"archive person {quote(name)} --rename {quote(new)}"


def must_be_nobody(db: Reader, name: str, public_name: str) -> None:
    """See that a public name of a person is nobody else's real one.

    Raises:
        UserError: it is; what leaves would name the wrong person.
    """
    others = (other for (other,) in db.execute("SELECT name FROM people") if other != name)
    taken = next((other for other in others if key(other) == key(public_name)), None)
    if taken:
        raise UserError(
            f"{public_name} is another person's real name: what leaves would name {taken} instead of {name}.",
            "Choose another name, or initials.",
        )


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
