"""`archive transcript again`: a better model hears an interview again, and corrections stay."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli import transcript_revisions
from archive.cli import transcript_saving as saving
from archive.cli.options import ArchiveOption, InterviewArgument, JsonOption

if TYPE_CHECKING:
    from ingest.combined import Combined


def command(
    interview: InterviewArgument,
    model: Annotated[str, typer.Option(metavar="NAME|FOLDER", help="The speech model that hears it again.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Change it without asking.")] = False,
    author: saving.AuthorOption = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Transcribe an interview again with a better model, and show what that would change.

    What people corrected, or have looked at, stays as it is; where the model
    hears something else there, that is shown. Nothing is changed before you
    say so, or with --yes; what was heard is kept until then.
    """
    from archive import config
    from archive.catalogue import interviews, open_catalogue
    from archive.cli import progress
    from archive.cli.signals import stoppable
    from archive.intake import hearing, lock
    from archive.intake.log import logging_to

    found = config.find(archive)
    with (
        lock.held(found.folder),
        logging_to(found.logs),
        stoppable() as stop,
        open_catalogue(found.database, write=True) as db,
    ):
        slug = interviews.find(db, interview).slug
        saving.existing(db, slug, None)
        with progress.reporter(as_json=False) as reporter:
            heard = hearing.hear(found, db, slug, model, reporter, stop)
        would, number = hearing.lay(found, db, slug, heard, keep=False)
        if not as_json:
            _show(would)
        if would.changed and (yes or (not as_json and _agreed())):
            would, number = hearing.lay(found, db, slug, heard, keep=True, author=saving.author(author))
        told = saving.said(db, slug, number) if number else ""
    if as_json:
        typer.echo(json.dumps(_record(slug, model, would, number), indent=2))
    elif told:
        typer.echo(told, err=True)
    elif would.changed:
        typer.echo("Nothing was changed. To change it: the same again with --yes.", err=True)


def _agreed() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty() and typer.confirm("Change it so?", err=True)


def _show(would: "Combined") -> None:
    typer.echo(f"{len(would.changed)} would change.", err=True)
    transcript_revisions.show(would.changed)
    if would.stays:
        typer.echo(f"Heard otherwise, but corrected or looked at ({len(would.stays)}); these stay:", err=True)
        transcript_revisions.show(would.stays)


def _record(slug: str, model: str, would: "Combined", number: int | None) -> dict[str, object]:
    return {
        "interview": slug,
        "model": model,
        "revision": number,
        "changes": [asdict(each) for each in would.changed],
        "stays": [asdict(each) for each in would.stays],
    }
