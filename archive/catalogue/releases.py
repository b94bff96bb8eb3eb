"""Releases: what the people of an interview agreed to, and what was decided about it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

from sqlite_utils import Database

from archive.catalogue import Reader, interviews
from archive.catalogue.moments import now
from archive.errors import UserError
from media.timecode import clock

Status = Literal["draft", "desk", "embargoed", "public", "withdrawn"]
Use = Literal["film", "web", "education", "data"]

STATUSES: tuple[Status, ...] = get_args(Status)
USES: tuple[Use, ...] = get_args(Use)

_COLUMNS = "uses, licence, signed_by, signed, form, form_hash, note, partial"


@dataclass(frozen=True, slots=True)
class Release:
    """What somebody agreed to.

    Attributes:
        uses: for which it was given.
        licence: SPDX identifier under which others may use it; None where none was agreed to.
        signed_by: who gave it.
        signed: when.
        form: the file that says so, below the archive's folder.
        form_hash: xxh3-128 of it.
        note: what else is to be known.
        partial: of a part of the interview there is none yet.
    """

    uses: frozenset[Use] = frozenset()
    licence: str | None = None
    signed_by: str | None = None
    signed: date | None = None
    form: str | None = None
    form_hash: str | None = None
    note: str | None = None
    partial: bool = False

    @property
    def is_signed(self) -> bool:
        """Whether it counts outside the house: the form is there, or it is said who signed, and when."""
        return bool(self.form or (self.signed_by and self.signed))


@dataclass(frozen=True, slots=True)
class Withheld:
    """A passage that goes nowhere, in milliseconds on the interview's time line, and why."""

    start_ms: int
    end_ms: int
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """All of it for one interview.

    Attributes:
        status: what was decided.
        until: the last day of an embargo.
        release: the one that counts; None before there is one.
        withheld: in the order of the time line.
    """

    status: Status = "draft"
    until: date | None = None
    release: Release | None = None
    withheld: tuple[Withheld, ...] = ()


def decide(db: Database, slug: str, status: Status, until: date | None = None) -> None:
    """Give an interview a status; an embargo with its last day.

    Raises:
        UserError: there is no such interview.
    """
    day = until.isoformat() if until else None
    db.execute(
        "UPDATE interviews SET status = ?, until = ? WHERE id = ?", [status, day, interviews.row_of(db, slug)]
    )


def record(db: Database, slug: str, release: Release) -> None:
    """Note a release; it counts instead of earlier ones, which are kept.

    Raises:
        UserError: there is no such interview.
    """
    db.execute(
        "INSERT INTO releases (interview_id, uses, licence, signed_by, signed, form, form_hash, note, recorded,"
        " partial) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            interviews.row_of(db, slug),
            json.dumps(sorted(release.uses)),
            release.licence,
            release.signed_by,
            release.signed.isoformat() if release.signed else None,
            release.form,
            release.form_hash,
            release.note,
            now(),
            release.partial,
        ],
    )


def numbered(db: Reader, number: int) -> Release:
    """A release by its row."""
    row = db.execute(f"SELECT {_COLUMNS} FROM releases WHERE id = ?", [number]).fetchone()  # noqa: S608 - our columns
    return _release(*row)


def goes_on(before: Release | None, said: Mapping[str, Any]) -> Release:
    """The release that goes on with an earlier one; where who gave it says for which uses, it is for all of it."""
    release = replace(before or Release(), **said)
    return replace(release, partial=release.partial and not {"uses", "signed_by"} <= said.keys())


def withhold(db: Database, slug: str, passage: Withheld) -> None:
    """Let a passage go nowhere.

    Raises:
        UserError: there is no such interview.
    """
    db.execute(
        "INSERT INTO withheld (interview_id, start_ms, end_ms, why, recorded) VALUES (?, ?, ?, ?, ?)",
        [interviews.row_of(db, slug), passage.start_ms, passage.end_ms, passage.why, now()],
    )


def lift(db: Database, slug: str, start_ms: int, end_ms: int) -> None:
    """Withhold a passage no more; one that was withheld up to the end may be named with a later one.

    Raises:
        UserError: there is no such interview, or exactly this passage is not withheld.
    """
    interview = interviews.find(db, slug)
    ends = {end_ms, min(end_ms, interview.duration_ms)}
    gone = db.execute(
        "DELETE FROM withheld WHERE interview_id = ? AND start_ms = ? AND end_ms IN (?, ?)",
        [interview.id, start_ms, min(ends), max(ends)],
    ).rowcount
    if not gone:
        raise UserError(
            f"{clock(start_ms)} to {clock(end_ms)} of {slug} is no passage that is withheld.",
            f"They are listed by: archive release {slug} --json",
        )


def of_interview(db: Reader, slug: str) -> Consent:
    """What counts for one interview today.

    Raises:
        UserError: there is no such interview.
    """
    return of_interviews(db, [interviews.row_of(db, slug)])[0]


def limited(db: Reader, *, without_form: bool) -> dict[int, Consent]:
    """What counts for each interview of which not all may be seen even inside the house, by its row.

    Args:
        db: the catalogue.
        without_form: a missing release is such a limit; then all interviews are looked at.
    """
    rows = db.execute(
        "SELECT id FROM interviews WHERE ? OR status = 'withdrawn'"
        " OR id IN (SELECT interview_id FROM withheld) ORDER BY id",
        [without_form],
    )
    numbers = [number for (number,) in rows]
    return dict(zip(numbers, of_interviews(db, numbers), strict=True))


def of_interviews(db: Reader, numbers: Sequence[int]) -> list[Consent]:
    """What counts for each of these interviews, in their order."""
    chosen = ",".join(map(str, numbers))  # whole numbers
    decided = {
        number: (status, until)
        for number, status, until in db.execute(
            f"SELECT id, status, until FROM interviews WHERE id IN ({chosen})"  # noqa: S608
        )
    }
    given = {
        number: _release(*columns)
        for number, *columns in db.execute(
            f"SELECT interview_id, {_COLUMNS} FROM releases"  # noqa: S608 - our columns, whole numbers
            f" WHERE interview_id IN ({chosen}) ORDER BY id"
        )
    }
    kept_back: dict[int, list[Withheld]] = {}
    for number, start, end, why in db.execute(
        "SELECT interview_id, start_ms, end_ms, why FROM withheld"  # noqa: S608
        f" WHERE interview_id IN ({chosen}) ORDER BY start_ms, end_ms"
    ):
        kept_back.setdefault(number, []).append(Withheld(start, end, why))
    return [
        Consent(
            decided[number][0],
            _day(decided[number][1]),
            given.get(number),
            tuple(kept_back.get(number, ())),
        )
        for number in numbers
    ]


def _release(
    uses: str,
    licence: str | None,
    signed_by: str | None,
    signed: str | None,
    form: str | None,
    form_hash: str | None,
    note: str | None,
    partial: int,
) -> Release:
    return Release(
        _uses(json.loads(uses)), licence, signed_by, _day(signed), form, form_hash, note, bool(partial)
    )


def _uses(names: Iterable[str]) -> frozenset[Use]:
    return frozenset(use for use in USES if use in names)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
