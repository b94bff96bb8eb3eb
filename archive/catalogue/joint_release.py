"""What counts for interviews that become one: never more than each of them allowed."""

from dataclasses import replace
from datetime import date

from sqlite_utils import Database

from archive.catalogue import releases
from archive.catalogue.releases import Consent, Release, Status

# What lets less out comes first.
STRICTEST: tuple[Status, ...] = ("withdrawn", "desk", "embargoed", "draft", "public")


def join(db: Database, into: str, other: str) -> list[str]:
    """Give an interview the status and the release that hold for it and another one together.

    The releases that were noted of the other one become its own earlier ones.

    Returns:
        Sentences that say what is stricter now than it was.
    """
    one, two = releases.of_interview(db, into), releases.of_interview(db, other)
    status, until = stricter(one, two)
    releases.decide(db, into, status, until)
    release = together(one.release, two.release)
    db.execute(
        "UPDATE releases SET interview_id = (SELECT id FROM interviews WHERE slug = ?)"
        " WHERE interview_id = (SELECT id FROM interviews WHERE slug = ?)",
        [into, other],
    )
    if release != releases.of_interview(db, into).release and release is not None:
        releases.record(db, into, release)
    return _said(into, other, one, two, Consent(status, until, release))


def together(one: Release | None, two: Release | None) -> Release | None:
    """The release that allows what both allow; where one is missing, nothing that leaves the house.

    It counts as signed where both are: by all who did, on the later day. Of two forms the first is named; the
    other one stays with the earlier releases.
    """
    if one is None or two is None:
        known = one or two
        return replace(known, uses=known.uses & {"film"}, licence=None, partial=True) if known else None
    if one == two:
        return one
    signed = one.is_signed and two.is_signed
    form, digest = _form(one, two) if signed else (None, None)
    return Release(
        uses=one.uses & two.uses,
        licence=one.licence if one.licence == two.licence else None,
        signed_by="; ".join(dict.fromkeys(filter(None, (one.signed_by, two.signed_by)))) or None,
        signed=max(filter(None, (one.signed, two.signed)), default=None) if signed else None,
        form=form,
        form_hash=digest,
        note="; ".join(dict.fromkeys(filter(None, (one.note, two.note)))) or None,
        partial=one.partial or two.partial,
    )


def _form(one: Release, two: Release) -> tuple[str | None, str | None]:
    named = one if one.form else two
    return named.form, named.form_hash


def stricter(one: Consent, two: Consent) -> tuple[Status, date | None]:
    """The stricter status, with the last day of an embargo; of two embargoes the one that lasts longer."""
    first, second = sorted((one, two), key=lambda consent: STRICTEST.index(consent.status))
    if first.status == second.status:
        untils = (first.until, second.until)
        return first.status, max(filter(None, untils)) if all(untils) else None
    return first.status, first.until


def _said(into: str, other: str, one: Consent, two: Consent, both: Consent) -> list[str]:
    found = []
    if one.status != two.status:
        found.append(f"Its status is {both.status}, the stricter of {one.status} and {two.status}.")
    if both.release and both.release.partial:
        lacking = [slug for slug, each in ((into, one), (other, two)) if _is_lacking(each.release)]
        uses = ", ".join(sorted(both.release.uses)) or "no use"
        found.append(
            f"Of {' and '.join(lacking)} there is no release, or not of all of it: until there is one, it is for {uses}"
            f" only. Note it with: archive release {into} --uses USES --by NAME --signed YYYY-MM-DD"
        )
    elif both.release and both.release not in (one.release, two.release):
        uses = ", ".join(sorted(both.release.uses)) or "none"
        found.append(f"The releases differ: what both allow counts ({uses}).")
    return found


def _is_lacking(release: Release | None) -> bool:
    return release is None or release.partial
