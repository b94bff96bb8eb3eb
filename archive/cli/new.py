"""`archive new`: make an archive."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    title: Annotated[str | None, typer.Option(help="What the archive is called on its pages.")] = None,
) -> None:
    """Make an archive: one folder that holds the footage, what was made from it, and the catalogue."""
    from archive import catalogue, config
    from archive.intake import readme

    made = config.create(folder, title or folder.resolve().name)
    catalogue.open_catalogue(made.database, write=True).close()
    readme.write(made)
    typer.echo(f"{folder} is ready. Next: archive ingest CARD --archive {folder}", err=True)
