"""`archive bag`: the whole archive in a folder that outlives this program."""

import json
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.display import shown
from media.amounts import bytes_of

if TYPE_CHECKING:
    from archive.care.bag import Bagged


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where the bag is made; a folder that is not there yet.")
    ],
    originals: Annotated[
        bool,
        typer.Option(
            "--originals/--no-originals",
            help="With the footage and what was made from it, which may be terabytes; or without.",
        ),
    ] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Pack the whole archive into a BagIt bag, which libraries keep and `archive restore` takes back.

    In it are the database, what people gave, and every transcript as text. It
    holds also what must not leave the house: it is for keeping, not for passing
    on. One with originals that was stopped goes on with the same command.
    """
    from datetime import UTC, datetime

    from archive import config
    from archive.care.bag import bag
    from archive.cli.signals import stoppable
    from archive.cli.watching import watching

    found = config.find(archive)
    with stoppable() as stop, watching() as watcher:
        made = bag(found, folder, datetime.now(UTC), watcher, stop, with_originals=originals)
    if as_json:
        typer.echo(json.dumps(_record(made)))
    else:
        _show(made)


def _record(made: "Bagged") -> dict[str, object]:
    return {
        "path": str(made.folder),
        "files": made.files,
        "size": made.size,
        "originals": made.originals,
        "in_place": made.in_place,
        "left_out": [str(left.path) for left in made.left_out],
    }


def _show(made: "Bagged") -> None:
    typer.echo(shown(str(made.folder)))
    typer.echo(f"In the bag: {made.files} files, {bytes_of(made.size)}, each read back.", err=True)
    if not made.originals:
        typer.echo(
            "Not in it: the originals, and what was made from them; --originals takes them in.", err=True
        )
    if made.in_place:
        clips = f"{made.in_place} clip{'s' * (made.in_place != 1)}"
        typer.echo(f"Not in it: {clips} left in place (--in-place).", err=True)
    for left in made.left_out:
        typer.echo(f"Left out: {shown(str(left.path))}, {left.why}.", err=True)
    typer.echo("It holds what must not leave the house, too: withheld passages, real names, forms.", err=True)
    typer.echo(f"To get it back: archive restore {shown(quote(str(made.folder)))} FOLDER", err=True)
