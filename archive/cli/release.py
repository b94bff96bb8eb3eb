"""`archive release`, `withhold` and `withdraw`: what the people of an interview agreed to."""

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive.cli.options import ArchiveOption, EndArgument, InterviewArgument, JsonOption, StartArgument
from archive.cli.reading import reading, writing
from archive.display import shown
from archive.errors import UserError
from media.timecode import clock

if TYPE_CHECKING:
    from archive.catalogue.releases import Consent, Release, Status, Use


def command(
    interview: InterviewArgument,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="draft, desk, embargoed, public or withdrawn.")
    ] = None,
    until: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The last day of an embargo."),
    ] = None,
    uses: Annotated[
        str | None,
        typer.Option(metavar="USES", help="What it allows: film,web,education,data, or some of them."),
    ] = None,
    licence: Annotated[
        str | None, typer.Option(metavar="ID", help="Under which others may use it, such as CC-BY-4.0.")
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who signed.")] = None,
    signed: Annotated[
        datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="When.")
    ] = None,
    form: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The signed form; a copy is kept.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What else is to be known.")] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note what the people of an interview agreed to, and decide who may see it; without options, say what is known.

    A release that is noted later goes on with what the earlier one said; the earlier one is kept.
    """
    from archive import config
    from archive.catalogue import releases
    from archive.intake import forms

    _must_be_past(signed)
    decided = _status(status)
    given = {"licence": licence, "signed_by": by, "signed": signed and signed.date(), "note": note}
    said: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if uses is not None:
        said["uses"] = _uses(uses)
    if not (decided or until or said or form):
        with reading(archive) as db:
            _show(interview, releases.of_interview(db, interview), as_json=as_json)
        return
    with writing(archive) as db:
        before = releases.of_interview(db, interview)
        decided = _decision(before, decided, until, signed_anew=bool(signed or form))
        if form:
            said["form"], said["form_hash"] = forms.keep(config.find(archive), interview, form)
        with db.atomic():
            if said:
                releases.record(db, interview, releases.goes_on(before.release, said))
            if decided:
                releases.decide(db, interview, decided, until.date() if until else None)
        now = releases.of_interview(db, interview)
    _show(interview, now, as_json=as_json)
    if said and now.release and now.release.uses - {"film"} and not now.release.is_signed:
        typer.echo(
            "Nobody is said to have signed the release yet, so nothing leaves the house for it. Say who and when, or"
            f" name the form: archive release {interview} --by NAME --signed YYYY-MM-DD --form FILE",
            err=True,
        )


def withhold(
    interview: InterviewArgument,
    start: StartArgument,
    end: EndArgument,
    why: Annotated[str | None, typer.Option(help="For those who wonder later.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Withhold exactly this passage no more.")] = False,
    archive: ArchiveOption = None,
) -> None:
    """Let a passage go nowhere: it is on no page, in no export, and no search finds it."""
    from archive.catalogue import interviews, releases

    if start >= end:
        raise UserError(f"{clock(start)} to {clock(end)} is no passage.", "Give a start and a later end.")
    with writing(archive) as db:
        if lift:
            releases.lift(db, interview, start, end)
            return
        last = interviews.find(db, interview).duration_ms
        if start >= last:
            raise UserError(
                f"{interview} lasts {clock(last)} only.", "Give a start and an end on its time line."
            )
        releases.withhold(db, interview, releases.Withheld(start, min(end, last), why))
    if end > last:
        typer.echo(f"{interview} ends at {clock(last)}: withheld up to there.", err=True)


def withdraw(interview: InterviewArgument, archive: ArchiveOption = None) -> None:
    """Let nothing of an interview leave any more, whatever else is said of it."""
    from archive.catalogue import releases

    with writing(archive) as db:
        releases.decide(db, interview, "withdrawn")
    typer.echo(
        f"{interview} is withdrawn: nothing of it leaves any more. What has left before is not called back."
    )


def _must_be_past(signed: datetime.datetime | None) -> None:
    if signed and signed.date() > datetime.date.today():
        raise UserError(
            f"--signed {signed.date()}: that day is still to come.", "The day on which it was signed."
        )


def _status(status: str | None) -> "Status | None":
    from archive.catalogue.releases import STATUSES

    decided = next((known for known in STATUSES if known == status), None)
    if status and not decided:
        raise UserError(f"--status {status}: there is no such status.", f"One of {', '.join(STATUSES)}.")
    return decided


def _decision(
    before: "Consent", decided: "Status | None", until: datetime.datetime | None, *, signed_anew: bool
) -> "Status | None":
    """The status that an interview is to get; None to leave it."""
    if before.status == "withdrawn" and decided not in {None, "withdrawn"} and not signed_anew:
        raise UserError(
            "It was withdrawn.", "If its people agree again, note that: --by NAME --signed YYYY-MM-DD"
        )
    if until and decided is None and before.status == "embargoed":
        return before.status
    if (decided == "embargoed") != (until is not None):
        raise UserError(
            "An embargo has a last day, and nothing else has.", "--status embargoed --until YYYY-MM-DD"
        )
    return decided


def _uses(text: str) -> "frozenset[Use]":
    from archive.catalogue.releases import USES

    named = [use.strip() for use in text.split(",") if use.strip()]
    for use in named:
        if use not in USES:
            raise UserError(f"--uses {text}: there is no use '{use}'.", f"Some of {', '.join(USES)}.")
    return frozenset(use for use in USES if use in named)


def _show(slug: str, consent: "Consent", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(record(slug, consent), indent=2))
        return
    until = f" until {consent.until}" if consent.until else ""
    typer.echo(f"{slug}: {consent.status}{until}")
    typer.echo(f"  release: {_said(consent.release)}")
    for each in consent.withheld:
        why = f", {each.why}" if each.why else ""
        typer.echo(shown(f"  withheld: {clock(each.start_ms)} to {clock(each.end_ms)}{why}"))


def _said(release: "Release | None") -> str:
    if release is None:
        return "none yet"
    parts = [
        f"for {', '.join(sorted(release.uses)) or 'no use'}",
        release.licence,
        f"by {release.signed_by}" if release.signed_by else None,
        f"on {release.signed}" if release.signed else None,
        release.form or "no form",
        release.note,
        "not for all of it yet" if release.partial else None,
    ]
    return shown(", ".join(part for part in parts if part))


def record(slug: str, consent: "Consent") -> dict[str, Any]:
    """Consent as scripts get it."""
    release = consent.release
    return {
        "interview": slug,
        "status": consent.status,
        "until": consent.until and consent.until.isoformat(),
        "release": release
        and {
            "uses": sorted(release.uses),
            "licence": release.licence,
            "signed_by": release.signed_by,
            "signed": release.signed and release.signed.isoformat(),
            "form": release.form,
            "note": release.note,
        },
        "withheld": [
            {"start_ms": each.start_ms, "end_ms": each.end_ms, "why": each.why} for each in consent.withheld
        ],
    }
