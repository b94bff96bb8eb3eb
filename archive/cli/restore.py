"""`archive restore`: an archive from a backup or a bag."""

import json
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import JsonOption
from archive.display import shown

if TYPE_CHECKING:
    from archive.care.restore import Restored


def command(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE", help="A backup; a folder of backups: then the latest whole one; or a bag."
        ),
    ],
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="New or empty, or an archive, which is kept as DIR.before-DATE."),
    ],
    as_json: JsonOption = False,
) -> None:
    """Bring an archive back from a backup or a bag, once every file in that is found whole.

    An archive that lies in DIR is kept beside it; its originals and renditions
    are taken over where it is the same archive and no bag brings its own.
    Originals that are not there are named, with what to do.
    """
    from datetime import UTC, datetime

    from archive.care.restore import restore
    from archive.cli.signals import stoppable
    from archive.cli.watching import watching

    with stoppable() as stop, watching() as watcher:
        restored = restore(source, folder, datetime.now(UTC), watcher, stop)
    for sentence in restored.passed_over:
        typer.echo(f"Passed over: {shown(sentence)}", err=True)
    if as_json:
        typer.echo(json.dumps(_record(restored)))
    else:
        _show(restored, folder)


def _record(restored: "Restored") -> dict[str, object]:
    return {
        "path": str(restored.folder),
        "from": str(restored.origin),
        "before": str(restored.before) if restored.before else None,
        "absent": [file.path for file in restored.absent],
        "renditions": [file.path for file in restored.renditions],
    }


def _show(restored: "Restored", folder: Path) -> None:
    made = f", made {restored.made}" if restored.made else ""
    typer.echo(shown(str(restored.folder)))
    typer.echo(
        f"Restored from {shown(str(restored.origin))}{made}; every file of it was whole.",
        err=True,
    )
    if restored.before:
        typer.echo(f"What was there is kept in {shown(str(restored.before))}.", err=True)
    for file in restored.absent:
        typer.echo(f"absent      {shown(file.path)}")
    for sentence in _what_to_do(restored, folder):
        typer.echo(shown(sentence), err=True)


def _what_to_do(restored: "Restored", folder: Path) -> list[str]:
    said, here = [], quote(str(folder))
    if any(file.role == "original" for file in restored.absent):
        copies = [quote(str(place)) for place, there in restored.second if there]
        said.append(
            f"Originals are absent: bring their disk back to {restored.folder / 'originals'}, or take them from a"
            f" second copy: archive repair --from {copies[0] if copies else 'FOLDER'} --archive {here}"
        )
    if any(file.role == "in place" for file in restored.absent):
        said.append("Clips that were left in their place are absent: bring the disk they lie on back.")
    if restored.renditions:
        said.append(
            f"Renditions are absent ({len(restored.renditions)}); with the originals there,"
            f" they are made again by: archive ingest --archive {here}"
        )
    return said or [f"Everything is there. To check it: archive verify --archive {here}"]
