"""What is known of one interview becomes known of another: words, speakers, people, themes, notes."""

import json
from typing import Any

from sqlite_utils import Database

from archive.catalogue import Reader, retimed, revisions, speakers, texts, transcripts
from archive.catalogue.moves import Moves
from archive.catalogue.texts import Row

_SHARED = ("kind", "model", "version", "author", "state", "language")
_ABOUT = ("id", "revision", "translation", "reviewed_ms", "clips", "notes", *_SHARED)

# Of an interview, what another one has of its own.
OWN = {
    "id",
    "slug",
    "title",
    "created",
    "duration_ms",
    "time_line",
    "arranged",
    "status",
    "until",
    "language_given",
}


def words(db: Database, into: int, other: int, moves: Moves) -> None:
    """Put the transcript of one interview behind that of another, as a revision of it.

    The revisions of both stay: those of the other one get the next numbers.
    """
    (top,) = db.execute(
        "SELECT coalesce(max(revision), 0) FROM transcripts WHERE interview_id = ?", [into]
    ).fetchone()
    before, behind = _current(db, into), _current(db, other)
    who = retimed.speakers(db, into)
    every = db.execute(
        "SELECT id, notes, reviewed_ms FROM transcripts WHERE interview_id = ?", [other]
    ).fetchall()
    for number, noted, reviewed in every:
        said = retimed.rows(texts.kept(db, number), moves).get(into, [])
        db.execute("DELETE FROM folded WHERE transcript_id = ?", [number])
        db.execute(
            "UPDATE transcripts SET interview_id = ?, revision = revision + ?, parent = parent + ?, current = 0,"
            " notes = ?, reviewed_ms = ? WHERE id = ?",
            [
                into,
                top,
                top,
                retimed.told(noted, moves, into),
                retimed.looked_at(reviewed, moves, into),
                number,
            ],
        )
        texts.write(db, number, [row._replace(speaker=who(row.speaker)) for row in said])
    (name,) = db.execute("SELECT slug FROM interviews WHERE id = ?", [other]).fetchone()
    for key, revision in behind.items():
        _put_behind(db, into, before.get(key), revision, f"{name} was put behind it.")


def voices(db: Database, into: int, other: int) -> None:
    """Note of the clips of an interview who speaks on their channels, where others do in the one that gets them."""
    named, there = speakers.of_channels(db, other), speakers.of_channels(db, into)
    if any(there.get(channel) != name for channel, name in named.items()):
        names = [named.get(channel) for channel in range(max(named) + 1)]
        db.execute(
            "UPDATE interview_clips SET voices = ? WHERE interview_id = ? AND voices IS NULL",
            [json.dumps(names, ensure_ascii=False), other],
        )
    db.execute("UPDATE speakers SET channel = NULL WHERE interview_id = ?", [other])


def notes(db: Database, into: int, other: int) -> dict[str, Any]:
    """Let an interview have what is noted of another one and not of itself.

    Returns:
        What both have and where they differ, by column: what stood in the other one.
    """
    one, two = row(db, into), row(db, other)
    differ = {}
    for column in two.keys() - OWN:
        if one[column] is None and two[column] is not None:
            db.execute(f"UPDATE interviews SET {column} = ? WHERE id = ?", [two[column], into])  # noqa: S608 - ours
        elif two[column] not in (None, one[column]):
            differ[column] = two[column]
    return differ


def rows_of(db: Database, into: int, other: int) -> None:
    """Let every row that belongs to an interview belong to another one; those that it has already are left out."""
    for table in belonging(db):
        if table == "interview_people":  # their order goes on
            db.execute(
                "UPDATE interview_people SET position = position + (SELECT count(*) FROM interview_people"
                " WHERE interview_id = ?) WHERE interview_id = ?",
                [into, other],
            )
        db.execute(f"UPDATE OR IGNORE {table} SET interview_id = ? WHERE interview_id = ?", [into, other])  # noqa: S608
        db.execute(f"DELETE FROM {table} WHERE interview_id = ?", [other])  # noqa: S608 - our schema's names


def belonging(db: Reader) -> list[str]:
    """The tables whose rows belong to an interview."""
    found = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND EXISTS"
        " (SELECT 1 FROM pragma_foreign_key_list(sqlite_master.name) WHERE \"table\" = 'interviews')"
    )
    return [name for (name,) in found]


def row(db: Reader, interview: int) -> dict[str, Any]:
    """All columns of an interview."""
    cursor = db.execute("SELECT * FROM interviews WHERE id = ?", [interview])
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


def _current(db: Reader, interview: int) -> dict[tuple[int, str | None], int]:
    """The current revisions: the interview's own as (0, None), translations as (1, language)."""
    return {
        (translation, language if translation else None): number
        for number, translation, language in db.execute(
            "SELECT id, translation, language FROM transcripts WHERE interview_id = ? AND current"
            " ORDER BY translation, id",
            [interview],
        )
    }


def _put_behind(db: Database, into: int, first: int | None, second: int, reason: str) -> None:
    """Make the revision current that says what two say, one behind the other."""
    later = texts.kept(db, second)
    if first is None:
        texts.make_current(db, second, later)
        return
    if not later:
        return
    one, two = (revisions.about(db, number, _ABOUT) for number in (first, second))
    later = [_in(row, two["language"], one["language"] or two["language"]) for row in later]
    said = [*texts.kept(db, first), *later]
    number, _ = texts.add(
        db,
        into,
        translation=one["translation"],
        notes=json.dumps([*json.loads(one["notes"]), *json.loads(two["notes"])], ensure_ascii=False),
        **_together(db, into, one, two, reason),
    )
    texts.write(db, number, said)
    texts.make_current(db, number, said)


def _together(db: Reader, into: int, one: dict[str, Any], two: dict[str, Any], reason: str) -> dict[str, Any]:
    """What is said of a revision that was made of two."""
    found: dict[str, Any] = {name: one[name] for name in _SHARED}
    found["language"] = one["language"] or two["language"]
    clips = dict.fromkeys([*_clips(db, into, one), *_clips(db, into, two)])
    if not (one["persons"] or two["persons"]):
        kind = "captions" if one["kind"] == two["kind"] == "captions" else "machine"
        return {**found, "kind": kind, "model": one["model"] or two["model"]}
    border = min((row.start_ms for row in texts.kept(db, two["id"])), default=0)
    found["reviewed_ms"] = one["reviewed_ms"]
    if transcripts.STATES.index(two["state"]) < transcripts.STATES.index(one["state"]):
        found["reviewed_ms"] = border if one["reviewed_ms"] is None else one["reviewed_ms"]
    elif one["reviewed_ms"] is None and two["reviewed_ms"] is not None:
        found["reviewed_ms"] = two["reviewed_ms"]
    kind = one["kind"] if one["kind"] == two["kind"] else "corrected"
    if not (one["translation"] or transcripts.is_heard(db, two["id"])):
        kind = "imported"  # its parents are those of the first alone
    authors = dict.fromkeys(filter(None, (one["author"], two["author"])))
    return {
        **found,
        "kind": kind,
        "author": "; ".join(authors) or None,
        "reason": reason,
        "parent": one["revision"],
        "clips": json.dumps([*clips]),
    }


def _clips(db: Reader, into: int, revision: dict[str, Any]) -> list[str]:
    """The clips that a revision speaks for; a machine's for those in which it has words."""
    if revision["persons"]:
        return list(json.loads(revision["clips"]))
    return transcripts.clips_under(db, into, texts.kept(db, revision["id"]))


def _in(row: Row, language: str | None, whole: str | None) -> Row:
    """The row of a transcript in one language as a row of one in another."""
    own = row.language or language
    return row._replace(language=None if own == whole else own)
