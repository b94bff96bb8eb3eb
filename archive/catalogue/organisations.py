"""Organisations: whose initiatives interviews are about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.catalogue import Reader, by_name
from archive.errors import UserError


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation.

    Attributes:
        name: what it is called.
        about: what it does, in a paragraph.
        links: addresses of pages about it.
        initiatives: what it does that interviews are about, by name.
    """

    name: str
    about: str | None = None
    links: tuple[str, ...] = ()
    initiatives: tuple[str, ...] = ()


def find_or_add(db: Database, name: str) -> int:
    """The row of an organisation by name, made where there is none."""
    return by_name.find_or_add(db, "organisations", name)


def describe(db: Database, name: str, given: Mapping[str, Any]) -> None:
    """Change what is known of an organisation.

    Args:
        db: the catalogue.
        name: of the organisation.
        given: `about` and `links`, as far as they are new; None, or no links, takes away what was known.
    """
    with db.atomic():
        by_name.change(db, "organisations", find_or_add(db, name), given)


def every(db: Reader) -> tuple[Organisation, ...]:
    """All of them, by name."""
    initiatives: dict[int, list[str]] = {}
    for organisation, name in db.execute("SELECT organisation_id, name FROM initiatives ORDER BY name"):
        initiatives.setdefault(organisation, []).append(name)
    rows = db.execute("SELECT id, name, about, links FROM organisations ORDER BY name")
    return tuple(
        Organisation(name, about, tuple(json.loads(links)), tuple(initiatives.get(number, ())))
        for number, name, about, links in rows
    )


def find(db: Reader, name: str) -> Organisation:
    """What is known of an organisation.

    Raises:
        UserError: there is none of that name; says which is spelt nearly so.
    """
    known = {each.name: each for each in every(db)}
    if name in known:
        return known[name]
    raise UserError(
        f"There is no organisation '{name}' here.",
        by_name.nearly(name, known, "archive organisation names all that there are."),
    )
