"""`archive ingest`: from a card to transcripts."""

import datetime
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from archive.cli.options import ArchiveOption, JsonOption, language_code
from archive.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.catalogue.description import Description
    from archive.config import Archive
    from archive.intake.request import Request
    from ingest.steps import Step


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH", help="Cards, folders, files. Without any: go on with what is unfinished."
        ),
    ] = None,
    interview: Annotated[
        str | None, typer.Option(metavar="TITLE", help="Make one interview of all of it.", show_default=False)
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where it was filmed: Rome.", show_default=False)] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(help='Who is heard: "Anna Rossi" or "Jo Bell (interviewer)". Again for more.'),
    ] = None,
    organisation: Annotated[
        str | None, typer.Option(help="Whose initiative it is.", show_default=False)
    ] = None,
    theme: Annotated[list[str] | None, typer.Option(help="What it is about. Again for more.")] = None,
    date: Annotated[
        datetime.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="The day of the shoot; else as the camera dated it.",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="en, fr, it ...; else detected.", show_default=False)
    ] = None,
    speakers: Annotated[
        str | None,
        typer.Option(
            help='Who speaks, in the order of the voice channels: "Interviewer,Guest".', show_default=False
        ),
    ] = None,
    series: Annotated[
        str | None, typer.Option(metavar="TITLE", help="The series that it belongs to.", show_default=False)
    ] = None,
    episode: Annotated[
        int | None, typer.Option(min=0, metavar="NUMBER", help="Its number in that.", show_default=False)
    ] = None,
    shoot: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The outing of the crew. What its voices were called on one card counts for the next.",
            show_default=False,
        ),
    ] = None,
    release: Annotated[
        Path | None,
        typer.Option(
            metavar="FORM", help="The signed form, a scan or a PDF; a copy is kept.", show_default=False
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FOLDER",
            help="The speech model of this run; else archive.toml's.",
            show_default=False,
        ),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Leave clips where they lie; copy nothing.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DIR",
            help="Make a second copy there in the same read. Again for a third.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        Literal["copy"] | None, typer.Option(help="Stop after the copy.", show_default=False)
    ] = None,
    redo: Annotated[
        Literal["transcribe", "translate", "renditions", "sound"] | None,
        typer.Option(
            help="Make this again, with today's settings. PATH may lie in originals/: no card is needed.",
            show_default=False,
        ),
    ] = None,
    accept_damaged: Annotated[
        bool, typer.Option("--accept-damaged", help="Use what can be read of clips that are damaged.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what was found and what it takes; change nothing.")
    ] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Copy footage, listen to it, transcribe it and catalogue it. Run again, it does only what is missing.

    Each clip is copied and verified, gets renditions for the browser and a
    transcript, and becomes an interview. Stop it with Ctrl-C whenever you like;
    what was finished is kept. What a shoot.toml beside the footage says of it goes
    into the catalogue, too; what is said here counts before that.
    """
    from archive import config
    from archive.intake.request import Request

    if "" in (*(paths or ()), *(also or ())):
        raise UserError(
            "A PATH or --also is empty, as of a variable of the shell that is not set.", "Name the folder."
        )
    about = replace(
        _description(place, organisation, language, date, person or [], theme or [], speakers or ""),
        series=_said(series),
        episode=episode,
        shoot=_said(shoot),
    )
    found = config.find(archive)
    if redo:
        _must_be_possible(redo, found, has_paths=bool(paths), only_copy=only is not None)
    request = None
    if paths:
        request = Request(
            tuple(paths),
            in_place,
            about,
            tuple(also or ()),
            accept_damaged,
            _said(interview),
            str(release) if release else None,
        )
    elif release:
        raise UserError(
            "--release says of which footage a form is, and no PATH is given.",
            "Name the footage. Of an interview that is there: archive release INTERVIEW --form FORM",
        )
    if dry_run:
        from archive.cli import preview

        preview.show(found, request, redo, as_json=as_json)
        return
    code = run(
        found,
        (request,) if request else (),
        model or found.config.transcribe.model,
        only_copy=only is not None,
        redo=redo,
        accept_damaged=accept_damaged,
        as_json=as_json,
    )
    if code == 0 and not as_json:
        look = "Find what was said: archive search WORDS   Open it in the browser: archive serve"
        typer.echo("Go on with: archive ingest" if only else look, err=True)
    raise typer.Exit(code)


def _must_be_possible(redo: "Step", found: "Archive", *, has_paths: bool, only_copy: bool) -> None:
    """See that --redo can do what it says.

    Raises:
        UserError: it does not say of which clips, is contradicted, or there is nothing to make.
    """
    from ingest.steps import redo as again

    if not has_paths:
        raise UserError(
            "--redo makes something again of the clips at PATH, and no PATH is given.",
            f"Name their card, or where they lie. For all of them: {again(redo, [found.originals])}",
        )
    if only_copy:
        raise UserError("--only copy makes nothing again.", "Leave out --only copy, or --redo.")
    if redo == "translate" and not found.config.transcribe.translate:
        raise UserError(
            "--redo translate: this archive has no translations.",
            'Ask for them first, in archive.toml: translate = ["en"] under [transcribe].',
        )


def run(
    found: "Archive",
    requests: "Sequence[Request]",
    model: str,
    *,
    only_copy: bool = False,
    redo: "Step | None" = None,
    accept_damaged: bool = False,
    as_json: bool = False,
) -> int:
    """Run the requests with everything that a person sees of it; returns the exit code."""
    from archive.catalogue import open_catalogue
    from archive.cli import outcome, progress
    from archive.cli.failing import tell
    from archive.cli.signals import stopping
    from archive.intake import lock, readme
    from archive.intake.log import logging_to
    from archive.intake.run import Run
    from archive.intake.summary import exit_code

    with (
        lock.held(found.folder),
        logging_to(found.logs),
        stopping() as signals,
        progress.reporter(as_json=as_json) as reporter,
        open_catalogue(found.database, write=True) as db,
    ):
        readme.write(found)
        summary = Run(found, db, reporter, signals.stop, model=model, accept_damaged=accept_damaged).go(
            requests, only_copy=only_copy, redo=redo
        )
    if as_json:
        typer.echo(json.dumps(summary.as_json()))
    else:
        outcome.show(summary)
    if summary.broken:
        summary.codes.add(tell(summary.broken))
    return signals.exit_code if summary.stopped else exit_code(summary.codes)


def _said(text: str | None) -> str | None:
    return (text or "").strip() or None


def _description(
    place: str | None,
    organisation: str | None,
    language: str | None,
    date: datetime.datetime | None,
    person: list[str],
    theme: list[str],
    speakers: str,
) -> "Description":
    from archive.catalogue.description import Description
    from archive.catalogue.people import name_and_role

    return Description(
        place=_said(place),
        people=tuple(name_and_role(one) for one in person if one.strip()),
        organisation=_said(organisation),
        themes=tuple(filter(None, (one.strip() for one in theme))),
        date=date.date().isoformat() if date else None,
        language=language_code(language) if language else None,
        speakers=tuple(filter(None, (name.strip() for name in speakers.split(",")))),
    )
