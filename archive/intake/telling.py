"""What a crew said of footage goes into the catalogue: once, and again where shoot.toml says something new."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from archive.catalogue import Reader, interviews, people, places, releases, shoots
from archive.catalogue.description import NOTHING, Description
from archive.catalogue.ledger import CatalogueLedger
from archive.catalogue.releases import Release
from archive.errors import UserError
from archive.intake.grouping import catalogue
from archive.intake.report import Reporter
from archive.intake.request import Request
from archive.intake.shoot import Part, description, overlaid

Kept = Mapping[str, tuple[str, str]]  # by the path of a form: where it lies in the archive, and its hash

_OF_RELEASE = ("release", "uses", "licence", "signed_by", "signed", "note")


def take_in(db: Database, ledger: CatalogueLedger, part: Part, kept: Kept, reporter: Reporter) -> None:
    """Make interviews of the clips of a part that are in none yet, and say of all of them what the crew says.

    Args:
        db: the catalogue.
        ledger: knows what each clip was found to be.
        part: the clips, and what is said of them.
        kept: the forms.
        reporter: is told what changed, and what a person should do next.
    """
    asked = part.request
    place = asked.description.place
    if part.clips and place and places.is_new(db, place) and (remark := places.remark(place)):
        reporter.note(remark)
    if part.clips:
        for said in people.remarks(db, [name for name, _ in asked.description.people]):
            reporter.note(said)
    for slug in _slugs(db, part):
        _tell(db, slug, part, kept, reporter)
    if any(interviews.of_clip(db, digest) is None for _, digest in part.clips):
        asked = _with_voices(db, asked, reporter)
    catalogue(db, ledger, asked, part.clips, reporter)
    signed = [slug for slug in _slugs(db, part) if _tell(db, slug, part, kept, reporter)]
    for name, person in part.persons.items():
        _tell_of_person(db, name, person.model_dump(exclude_defaults=True), reporter)
    if part.form and part.form not in kept and part.clips:
        reporter.note(
            f"{part.form} is gone and was not kept. Note it later: archive release INTERVIEW --form FILE"
        )
    if signed and not part.said.uses:
        reporter.note(
            f"The form is kept as the release of {', '.join(signed)}; it allows nothing yet. When it is read:"
            f" archive release {signed[0]} --uses film,web,education,data"
        )


def _slugs(db: Reader, part: Part) -> list[str]:
    return list(dict.fromkeys(slug for _, digest in part.clips if (slug := interviews.of_clip(db, digest))))


def _with_voices(db: Reader, request: Request, reporter: Reporter) -> Request:
    """With the names that the voices had earlier in the same shoot, where nothing is said of them."""
    about = request.description
    if about.speakers or not about.shoot:
        return request
    names = shoots.voices(db, about.shoot, about.people)
    if not names:
        return request
    reporter.note(
        f"The voices are called as before in {about.shoot}: {', '.join(names)}. Otherwise say --speakers."
    )
    return replace(request, description=replace(about, speakers=names))


def _tell(db: Database, slug: str, part: Part, kept: Kept, reporter: Reporter) -> bool:
    """Say of an interview what is said otherwise than the last time; returns whether a form came with it."""
    form, digest = kept.get(part.form or "", (None, None))
    unsaid = (
        {"clips", "release"} if form else {"clips", *_OF_RELEASE}
    )  # what a form says is nothing without one
    said = part.said.model_dump(mode="json", exclude_defaults=True, exclude=unsaid)
    if form:
        said["release"] = digest
    (told,) = db.execute("SELECT told FROM interviews WHERE slug = ?", [slug]).fetchone()
    before = json.loads(told) if told else {}
    news = {name for name, value in said.items() if before.get(name) != value}
    about = overlaid(_only(description(part.said), news), part.options)
    with db.atomic():
        changed = interviews.amend(db, slug, about)
        if form and news.intersection(_OF_RELEASE):
            _sign(db, slug, part, form, digest, news)
        if "status" in news or "until" in news:
            _decide(db, slug, part, reporter)
        db.execute("UPDATE interviews SET told = ? WHERE slug = ?", [json.dumps(before | said), slug])
    if changed:
        reporter.note(f"{slug}: what was said of it this time is in the catalogue now.")
    return "release" in news


def _only(about: Description, names: set[str]) -> Description:
    return replace(NOTHING, **{name: getattr(about, name) for name in names if hasattr(about, name)})


def _sign(db: Database, slug: str, part: Part, form: str, digest: str | None, news: set[str]) -> None:
    """Note a release, which goes on with what an earlier one said."""
    before = releases.of_interview(db, slug).release or Release()
    day = interviews.find(db, slug).date
    given: dict[str, Any] = {
        name: getattr(part.said, name) for name in ("licence", "signed_by", "signed", "note") if name in news
    }
    if "uses" in news:
        given["uses"] = frozenset(part.said.uses or ())
    if "release" in news:
        given |= {"form": form, "form_hash": digest}
    release = replace(before, **given)
    if release.signed is None and day:
        release = replace(release, signed=date.fromisoformat(day))
    releases.record(db, slug, release)


def _decide(db: Database, slug: str, part: Part, reporter: Reporter) -> None:
    if releases.of_interview(db, slug).status == "withdrawn":
        reporter.note(f"{slug} is withdrawn, and stays so whatever shoot.toml says.")
    elif part.said.status:
        releases.decide(db, slug, part.said.status, part.said.until)


def _tell_of_person(db: Database, name: str, said: dict[str, Any], reporter: Reporter) -> None:
    if public_name := said.get("public_name"):
        try:
            people.must_be_nobody(db, people.known_as(db, name), public_name)
        except UserError as error:  # it counts all the same: without it the real name would leave
            reporter.note(f"{error.message} {error.remedy}")
    with db.atomic():
        person = people.find_or_add(db, name)
        (told,) = db.execute("SELECT told FROM people WHERE id = ?", [person]).fetchone()
        before = json.loads(told) if told else {}
        people.describe(db, name, {key: value for key, value in said.items() if before.get(key) != value})
        db.execute("UPDATE people SET told = ? WHERE id = ?", [json.dumps(before | said), person])
