"""`archive transcript export`: what is said in an interview, as a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import ArchiveOption, InterviewArgument, LanguageOption
from archive.cli.reading import reading
from archive.display import shown
from archive.errors import UserError

if TYPE_CHECKING:
    from archive.release import Where


def command(
    interview: InterviewArgument,
    to: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="The format: srt, vtt, txt, json or ohms.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The file to write; one that is there is replaced.")
    ],
    language: LanguageOption = None,
    use: Annotated[
        str, typer.Option("--use", metavar="USE", help="What for: desk, film, web, education or data.")
    ] = "desk",
    archive: ArchiveOption = None,
) -> None:
    """Write the transcript into a file, as far as it may go where it goes.

    What is withheld is left out, and nothing leaves that its people did not
    agree to. For web, education and data people have their public names.
    """
    from datetime import date

    from archive import config
    from archive.export import EXPORTERS
    from archive.export.material import material
    from media import disk

    exporter = EXPORTERS.get(to)
    if exporter is None:
        raise UserError(f"--to {to}: there is no such format.", f"One of {', '.join(EXPORTERS)}.")
    form_first = config.find(archive).config.releases.form_first
    with reading(archive) as db:
        found = material(db, interview, _use(use), date.today(), language=language, form_first=form_first)
    if found.transcript is None:
        raise UserError(f"'{interview}' has no transcript yet.", "Finish it with: archive ingest")
    content = exporter(found)
    if out.is_dir():
        raise UserError(f"{out} is a folder.", f"Name a file in it, such as {out / f'{interview}.{to}'}.")
    disk.write(out, content)
    for warning in found.warnings:
        typer.echo(shown(f"{interview}: {warning}"), err=True)


def _use(text: str) -> "Where":
    from archive.catalogue.releases import USES

    known: tuple[Where, ...] = ("desk", *USES)
    found = next((use for use in known if use == text), None)
    if found is None:
        raise UserError(f"--use {text}: there is no such use.", f"One of {', '.join(known)}.")
    return found
