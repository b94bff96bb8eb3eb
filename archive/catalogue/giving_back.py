"""The parts of an interview get back what they had when they were interviews of their own."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import reduce
from typing import Any

from sqlite_utils import Database

from archive.catalogue import Reader, joint_release, parted, releases
from archive.catalogue.parted import NOTE, SINGLE, Had, Note, Piece
from archive.catalogue.releases import Consent, Release

Given = tuple[tuple[int, bool], ...]
"""Releases by their rows, and whether each was for a part of an interview only."""


def to_parts(
    db: Database, whole: int, parts: Sequence[int], before: Sequence[Piece], noted: Sequence[Note]
) -> None:
    """Give each part of an interview what it had; what was changed or added since they became one goes to all.

    Nothing that lets something out comes with it: of a status that it had and today's the stricter one counts, and of
    the releases those that its own people gave, and those that were noted since of all of it.

    Args:
        db: the catalogue, in a transaction; the parts have their clips.
        whole: the interview, which still has the people, themes and releases of all.
        parts: what it became; the whole itself among them.
        before: the clips that it had.
        noted: `parted.notes`, as they were before it was split.
    """
    kinds = {part: parted.kinds(parted.pieces(db, part), noted) for part in parts}
    every, now = parted.kinds(before, noted), parted.had(db, whole)
    each = {
        part: [now] if kinds[part] == every else parted.states(kinds[part], every, noted, now)
        for part in parts
    }
    for part in parts:
        alone = not any(kinds[part] & kinds[other] for other in parts if other != part)
        if each[part] != [now]:
            _write(db, part, each[part], single=alone or part == whole)
        _share(db, part, each[part])
    joint = {part: _together(db, states) for part, states in each.items() if len(states) > 1}
    _releases(db, {part: _numbers(states) for part, states in each.items()}, now)
    for part, release in joint.items():
        _record(db, part, release)


def still_true(db: Database, about: Mapping[str, Any]) -> dict[str, Any]:
    """What was noted of an interview without its status, and without places and others that are gone."""
    columns = {row[1] for row in db.execute("PRAGMA table_info(interviews)").fetchall()}
    found = {name: value for name, value in about.items() if name in columns - {"id", "status", "until"}}
    for _, _, table, own, theirs, *_ in db.execute("PRAGMA foreign_key_list(interviews)").fetchall():
        there = f"SELECT 1 FROM {table} WHERE {theirs} = ?"  # noqa: S608 - our schema's names
        if found.get(own) is not None and not db.execute(there, [found[own]]).fetchone():
            found[own] = None
    return found


def _write(db: Database, part: int, states: Sequence[Had], *, single: bool) -> None:
    """Write the row of a part: where several count, what the first one says that says something."""
    status, until = reduce(
        lambda one, two: joint_release.stricter(Consent(*one), Consent(*two)),
        [(each.counts().status, each.counts().until) for each in states],
    )
    about: dict[str, Any] = {}
    for each in reversed(states):
        about |= {name: value for name, value in each.about.items() if value is not None or name not in about}
    about = {name: value for name, value in still_true(db, about).items() if single or name not in SINGLE} | {
        "status": status,
        "until": until and until.isoformat(),
    }
    db.execute(
        f"UPDATE interviews SET {', '.join(f'{name} = ?' for name in about)} WHERE id = ?",  # noqa: S608 - our columns
        [*about.values(), part],
    )


def _share(db: Database, part: int, states: Sequence[Had]) -> None:
    """Give a part its people and its themes."""
    db.execute("DELETE FROM interview_people WHERE interview_id = ?", [part])
    db.execute("DELETE FROM interview_themes WHERE interview_id = ?", [part])
    people = dict.fromkeys(one for each in states for one in each.people)
    themes = dict.fromkeys(one for each in states for one in each.themes)
    db.conn.executemany(
        "INSERT INTO interview_people (interview_id, person_id, role, position) VALUES (?, ?, ?, ?)",
        [(part, person, role, position) for position, (person, role) in enumerate(people)],
    )
    db.conn.executemany(
        "INSERT INTO interview_themes (interview_id, theme_id) VALUES (?, ?)",
        [(part, theme) for theme in themes],
    )


def _numbers(states: Sequence[Had]) -> list[int]:
    return sorted({number for each in states for number, _ in each.given})


def _releases(db: Database, wanted: Mapping[int, Sequence[int]], had_before: Had) -> None:
    """Let each release belong to its part, as a row of its own where several have it; a joint one ends."""
    about = db.execute("PRAGMA table_info(releases)").fetchall()
    names = ", ".join(name for _, name, *_ in about if name not in ("id", "interview_id"))
    copies: dict[int, int] = {}
    moved: set[int] = set()
    # A part that has all keeps the rows as they are.
    for part, numbers in sorted(wanted.items(), key=lambda each: -len(each[1])):
        # The last one counts, so that behind a copy there are only copies.
        staying = next((place for place, number in enumerate(numbers) if number in moved), len(numbers))
        stay = numbers[:staying]
        db.conn.executemany(
            "UPDATE releases SET interview_id = ? WHERE id = ?", [(part, number) for number in stay]
        )
        moved |= {*stay}
        for number in numbers[staying:]:
            (copy,) = db.execute(
                f"INSERT INTO releases (interview_id, {names}) SELECT ?, {names} FROM releases"  # noqa: S608
                " WHERE id = ? RETURNING id",
                [part, number],
            ).fetchone()
            copies[copy] = number
    ended = {number for number, _ in had_before.given} - moved
    db.conn.executemany("DELETE FROM releases WHERE id = ?", [(number,) for number in ended])
    if ended or copies:
        _renumber(db, lambda given: _as_they_are(given, copies, ended))


def _as_they_are(given: Given, copies: Mapping[int, int], ended: AbstractSet[int]) -> Given:
    """Releases that somebody had, with their copies, and without those that ended: others may get their rows."""
    partial = dict(given)
    copied = {copy: partial[number] for copy, number in copies.items() if number in partial}
    return tuple(sorted((number, each) for number, each in (partial | copied).items() if number not in ended))


def _together(db: Reader, states: Sequence[Had]) -> Release | None:
    """What the releases of several interviews of before allow together."""
    counting = [releases.numbered(db, each.given[-1][0]) if each.given else None for each in states]
    return reduce(joint_release.together, counting)


def _record(db: Database, part: int, release: Release | None) -> None:
    """Note the release of a part that consists of several interviews of before."""
    (slug,) = db.execute("SELECT slug FROM interviews WHERE id = ?", [part]).fetchone()
    if release is not None and release != releases.of_interview(db, slug).release:
        releases.record(db, slug, release)
        _renumber(db, lambda given: given, parted.had(db, part).given[-1:])


def _renumber(db: Database, anew: Callable[[Given], Given], made: Given = ()) -> None:
    """Write in all notes the releases anew that interviews had; those that were made here nobody gave."""
    sql = "SELECT slug, json_extract(was, '$.merged') FROM former_slugs WHERE json_extract(was, '$.merged') NOTNULL"
    for slug, noted in db.execute(sql).fetchall():
        note = NOTE.validate_json(noted)
        own, into, joint = (
            replace(each, given=anew(each.given)) for each in (note.own, note.into, note.joint)
        )
        note = replace(note, own=own, into=into, joint=replace(joint, given=(*joint.given, *made)))
        db.execute(
            "UPDATE former_slugs SET was = json_set(was, '$.merged', json(?)) WHERE slug = ?",
            [NOTE.dump_json(note).decode(), slug],
        )
