"""`archive backup`: the database and what people gave, in a folder that can be restored."""

import json
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.display import shown
from media.amounts import bytes_of

if TYPE_CHECKING:
    from archive.care.backup import Made
    from archive.care.coverage import Coverage


def command(
    place: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Where backups lie, best on another disk; a new folder each."),
    ],
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Back up the database and every file a person gave that is not footage.

    Footage is in no backup: its second copies are made by `archive ingest
    --also`. An ingest may run meanwhile. Of earlier backups in DIR the last of 7
    days, 4 weeks and 12 months stay.
    """
    from datetime import UTC, datetime

    from archive import config
    from archive.care.backup import backup
    from archive.cli.signals import stoppable

    found = config.find(archive)
    with stoppable() as stop:
        made = backup(found, place, datetime.now(UTC), stop)
    if as_json:
        typer.echo(json.dumps(_record(made)))
    else:
        _show(made)


def _record(made: "Made") -> dict[str, object]:
    return {
        "path": str(made.backup.folder),
        "hash": made.hash,
        "removed": [str(folder) for folder in made.removed],
        "left_out": [str(left.path) for left in made.left_out],
    }


def _show(made: "Made") -> None:
    files = made.backup.manifest.files
    size = bytes_of(sum(entry.size for entry in files))
    others = f" and {len(files) - 1} other file{'s' * (len(files) != 2)}" if len(files) > 1 else ""
    typer.echo(shown(str(made.backup.folder)))
    typer.echo(f"Backed up: the database{others}, {size}, read back and found whole.", err=True)
    for left in made.left_out:
        typer.echo(f"Left out: {shown(str(left.path))}, {left.why}.", err=True)
    for sentence in _of_footage(made.coverage):
        typer.echo(shown(sentence), err=True)
    if made.removed:
        typer.echo(f"Removed: {len(made.removed)} older, whose place later ones have taken.", err=True)
    typer.echo(f"To get it back: archive restore {shown(quote(str(made.backup.folder)))} FOLDER", err=True)


def _of_footage(coverage: "Coverage") -> list[str]:
    """What the backup does not hold, and whether that exists twice."""
    said = ["Not in it: renditions, which can be made again from the originals."]
    if coverage.originals:
        said.append(
            f"Not in it: {coverage.originals} original file{'s' * (coverage.originals != 1)}"
            f" ({bytes_of(coverage.size)}). {_twice(coverage)}"
        )
    if coverage.in_place:
        said.append(
            f"Not in it: {coverage.in_place} clip{'s' * (coverage.in_place != 1)} left in place (--in-place)."
        )
    return said


def _twice(coverage: "Coverage") -> str:
    if not coverage.alone:
        return f"Each has a second copy, in {' and '.join(map(str, coverage.copies))}."
    many = (
        f"{coverage.alone} of them have no" if coverage.alone < coverage.originals else "None of them has a"
    )
    return f"{many} second copy: to make it, archive ingest CARD --also FOLDER"
