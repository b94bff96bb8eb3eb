"""`archive ingest`: from a card to transcripts."""

import datetime
import json
import re
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.catalogue.description import Description
    from archive.config import Archive
    from archive.intake.request import Request
    from ingest.steps import Step

NAME_AND_ROLE = re.compile(r"(?P<name>.+?)\s*\((?P<role>[^()]+)\)")
LANGUAGE = re.compile(r"[a-z]{2,3}")


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
        Literal["transcribe", "renditions", "sound"] | None,
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
    what was finished is kept.
    """
    from archive import config
    from archive.intake.request import Request
    from ingest.steps import redo as again

    given = (person or [], theme or [], speakers or "")
    if "" in (*(paths or ()), *(also or ())):
        raise UserError(
            "A PATH or --also is empty, as of a variable of the shell that is not set.", "Name the folder."
        )
    about = _description(place, organisation, language, date, *given)
    found = config.find(archive)
    if redo and not paths:
        raise UserError(
            "--redo makes something again of the clips at PATH, and no PATH is given.",
            f"Name their card, or where they lie. For all of them: {again(redo, [found.originals])}",
        )
    if redo and only:
        raise UserError("--only copy makes nothing again.", "Leave out --only copy, or --redo.")
    title = (interview or "").strip() or None
    request = (
        Request(tuple(paths), in_place, about, tuple(also or ()), accept_damaged, title) if paths else None
    )
    if dry_run:
        from archive.cli import preview

        preview.show(found, request, redo, as_json=as_json)
        return
    requests = (request,) if request else ()
    model = model or found.config.transcribe.model
    code = run(
        found,
        requests,
        model,
        only_copy=only is not None,
        redo=redo,
        accept_damaged=accept_damaged,
        as_json=as_json,
    )
    if code == 0 and not as_json:
        look = "Find what was said: archive search WORDS   Open it in the browser: archive serve"
        typer.echo("Go on with: archive ingest" if only else look, err=True)
    raise typer.Exit(code)


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
    from archive.intake import lock
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

    if language and not LANGUAGE.fullmatch(language):
        raise UserError(f"--language {language}: no language code.", "Two letters, as in en, fr, it, fi.")
    return Description(
        place=(place or "").strip() or None,
        people=tuple(_name_and_role(one) for one in person if one.strip()),
        organisation=(organisation or "").strip() or None,
        themes=tuple(filter(None, (one.strip() for one in theme))),
        date=date.date().isoformat() if date else None,
        language=language,
        speakers=tuple(filter(None, (name.strip() for name in speakers.split(",")))),
    )


def _name_and_role(text: str) -> tuple[str, str]:
    found = NAME_AND_ROLE.fullmatch(text)
    return (found["name"], found["role"].strip()) if found else (text.strip(), "interviewee")
