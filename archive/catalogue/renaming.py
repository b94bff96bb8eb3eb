"""People get the name that they have: a spelling mended, and everything that is known of them stays."""

from collections.abc import Sequence
from shlex import quote

from sqlite_utils import Database

from archive.catalogue import names, people
from archive.catalogue.people import Profile
from archive.errors import UserError


def rename(db: Database, name: str, new: str) -> bool:
    """Call a person something else, also where they speak; the earlier name leads to them from then on.

    Where somebody is called so already of whom nothing is known but the name, as when a table brought in the right
    spelling, they become one.

    Returns:
        Whether there was such a one.

    Raises:
        UserError: there is nobody of that name; the new one is none, or is another person's, or a public name.
    """
    old, meant = people.find(db, name), names.clean(new)
    _must_be_free(db, old, meant)
    with db.atomic():
        twin = _row(db, meant) if meant != old.name else None
        if twin is not None:
            _join(db, _row(db, old.name), twin)
        db.execute("UPDATE people SET name = ? WHERE name = ?", [meant, old.name])
        _rename_speakers(db, old.name, meant)
        _remember(db, old.name, meant)
    return twin is not None


def _must_be_free(db: Database, old: Profile, new: str) -> None:
    """See that nobody else is called so, or that it is one of whom nothing else is known.

    Raises:
        UserError: saying who.
    """
    others = [profile for profile in people.every(db) if profile.name != old.name]
    for profile in others:
        if profile.name == new and profile != Profile(new):
            raise UserError(
                f"There is another {new}, of whom more is known: archive person '{new}' shows it.",
                "Give one of the two another name, or take that away if they are one, and run this again.",
            )
        if profile.name != new and people.key(profile.name) == people.key(new) != "":
            raise UserError(
                f"There is {profile.name}, which is {new} but for capitals and accents.",
                f"If they are one: archive person {quote(old.name)} --rename {quote(profile.name)}",
            )
        if profile.public_name and people.key(profile.public_name) == people.key(new):
            raise UserError(
                f"{new} is what another person is called outside.", "Give that one another public name first."
            )
    both = db.execute(
        "SELECT slug FROM interviews WHERE id IN (SELECT interview_id FROM interview_people JOIN people"
        " ON people.id = person_id WHERE name IN (?1, ?2) GROUP BY interview_id HAVING count(DISTINCT person_id) > 1)",
        [old.name, new],
    ).fetchone()
    if both:
        raise UserError(
            f"{old.name} and {new} are both in {both[0]}.",
            "If they are one, take one of them out first: archive describe --to FILE.csv, edit it, --from FILE.csv",
        )


def _row(db: Database, name: str) -> int | None:
    found = db.execute("SELECT id FROM people WHERE name = ?", [name]).fetchone()
    return found and int(found[0])


def _join(db: Database, person: int | None, twin: int) -> None:
    """Give a person the interviews of another one, who is there no more."""
    db.execute("UPDATE interview_people SET person_id = ? WHERE person_id = ?", [person, twin])
    db.execute("UPDATE speakers SET person_id = ? WHERE person_id = ?", [person, twin])
    db.execute("DELETE FROM people WHERE id = ?", [twin])


def _rename_speakers(db: Database, old: str, new: str) -> None:
    """Name those who speak as the person does; where an interview has a speaker of the new name both are one."""
    doubled: Sequence[tuple[int, int]] = db.execute(
        "SELECT one.id, other.id FROM speakers AS one JOIN speakers AS other"
        " ON other.interview_id = one.interview_id AND other.name = ?2 WHERE one.name = ?1 AND ?1 <> ?2",
        [old, new],
    ).fetchall()
    for gone, stays in doubled:
        db.execute("UPDATE segments SET speaker_id = ? WHERE speaker_id = ?", [stays, gone])
        db.execute(
            "UPDATE speakers SET channel = coalesce(channel, (SELECT channel FROM speakers WHERE id = ?))"
            " WHERE id = ?",
            [gone, stays],
        )
        db.execute("DELETE FROM speakers WHERE id = ?", [gone])
    db.execute(
        "UPDATE speakers SET name = ?2, person_id = (SELECT id FROM people WHERE name = ?2) WHERE name IN (?1, ?2)",
        [old, new],
    )


def _remember(db: Database, old: str, new: str) -> None:
    """Keep the earlier name, and those before it, as spellings: a shoot.toml or a table may still say them."""
    if old == new:
        return
    earlier = [each for each in (*names.spellings_of(db, old), old) if each != new]
    db.execute("DELETE FROM names WHERE name = ?", [old])
    names.add(db, new, [each for each in earlier if any(letter.isalnum() for letter in each)])
