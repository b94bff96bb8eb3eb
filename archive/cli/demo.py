"""`archive demo`: the main job on the sample footage."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from archive.intake.request import Request

QUERY = '"the sharing economy"'


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to make the demo archive.")],
) -> None:
    """Make an archive of four sample interviews, search it, and say how to open it.

    The footage is synthetic and its recogniser a tiny one that knows these
    sentences only; all else is what your own footage would go through. Run it
    again: it does only what is missing.
    """
    from archive import catalogue, config
    from archive.cli import app, ingest

    if not (folder / config.SETTINGS_FILE).exists():
        made = config.create(folder, "Cities that share: a sample", model="demo")
        catalogue.open_catalogue(made.database, write=True).close()
    code = ingest.run(config.find(folder), _requests(), "demo")
    typer.echo(f"\n$ archive search '{QUERY}' --archive {folder}\n")
    app(["search", QUERY, "--archive", str(folder)], standalone_mode=False)
    typer.echo(f"Open it in your browser: {_command()} serve --archive {folder}")
    raise typer.Exit(code)


def _requests() -> "tuple[Request, ...]":
    """One request for each sample interview, with what its crew knows."""
    from archive.catalogue.description import Description
    from archive.demo import FOOTAGE, samples
    from archive.intake.request import Request

    return tuple(
        Request(
            tuple(str(FOOTAGE / clip) for clip in one.clips),
            interview=one.title,
            description=Description(
                place=one.place,
                people=one.people,
                organisation=one.organisation,
                themes=one.themes,
                date=one.date,
                speakers=one.speakers,
            ),
        )
        for one in samples()
    )


def _command() -> str:
    """How the person can call the command: by its name where it is on the PATH, else by its place."""
    return "archive" if shutil.which("archive") else str(Path(sys.executable).with_name("archive"))
