"""`archive new`: make an archive."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from archive.cli.options import LANGUAGE
from media.errors import Problem


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    title: Annotated[str | None, typer.Option(help="What the archive is called on its pages.")] = None,
) -> None:
    """Make an archive: one folder that holds the footage, what was made from it, and the catalogue.

    At a terminal it asks a few questions; Enter takes what stands in brackets, and all of it can be changed
    later in archive.toml.
    """
    from archive import catalogue, config
    from archive.intake import readme

    config.must_be_free(folder)
    given: dict[str, Any] = {"title": title or folder.resolve().name}
    if sys.stdin.isatty():
        given |= _asked(title, given["title"])
    made = config.create(folder, **given)
    catalogue.open_catalogue(made.database, write=True).close()
    readme.write(made)
    typer.echo(f"{folder} is ready. Next: archive ingest CARD --archive {folder}", err=True)


def _asked(title: str | None, proposed: str) -> dict[str, Any]:
    """What a person says about a new archive."""
    return {
        "title": title or typer.prompt("What is it called", default=proposed, err=True),
        "languages": typer.prompt(
            "Which languages are spoken, as in en, fr (Enter: any)",
            default="",
            show_default=False,
            value_proc=_languages,
            err=True,
        ),
        "vocabulary": typer.prompt(
            "Names that are said often, with commas between (Enter: none)",
            default="",
            show_default=False,
            value_proc=_listed,
            err=True,
        ),
        "model": typer.prompt(
            "Which speech model: auto, small, large-v3, another name or a folder",
            default="auto",
            value_proc=_model,
            err=True,
        ),
    }


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (each.strip() for each in text.split(",")))))


def _languages(text: str) -> list[str]:
    codes = _listed(text.lower())
    for code in codes:
        if not LANGUAGE.fullmatch(code):
            raise typer.BadParameter(f"'{code}' is no language code; two letters, as in en, fr, it, fi.")
    return codes


def _model(text: str) -> str:
    from ingest.engines import models

    name = text.strip()
    if name in {"auto", "demo"}:
        return name
    try:
        models.resolve(name)
    except Problem as error:
        raise typer.BadParameter(f"{error.message}. {error.remedy}") from error
    folder = Path(name).expanduser()
    return str(folder.absolute()) if folder.is_dir() else name
