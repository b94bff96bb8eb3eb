"""`archive list`: the interviews that there are."""

import json
import sys
from typing import TYPE_CHECKING, Any

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.cli.reading import reading
from archive.display import shown
from media.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.catalogue.interviews import Interview


def command(archive: ArchiveOption = None, as_json: JsonOption = False) -> None:
    """List every interview: title, language, length, place, and how many clips it is made of."""
    from archive.catalogue import interviews

    with reading(archive) as db:
        found = interviews.listing(db)
    if as_json:
        typer.echo(json.dumps([record(interview) for interview in found], indent=2))
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        for interview in found:
            typer.echo("\t".join(map(shown, _cells(interview))))


def record(interview: "Interview") -> dict[str, Any]:
    """An interview as scripts get it."""
    return {
        "interview": interview.slug,
        "title": interview.title,
        "language": interview.language,
        "duration_ms": interview.duration_ms,
        "clips": [
            {
                "name": clip.name,
                "hash": clip.hash,
                "start_timecode": clip.start_timecode,
                "reel": clip.reel,
                "damaged": clip.damage,
            }
            for clip in interview.clips
        ],
        "place": interview.place,
        "people": [{"name": person.name, "role": person.role} for person in interview.people],
        "organisation": interview.organisation,
        "themes": [*interview.themes],
        "date": interview.date,
        "shoot": interview.shoot,
        "series": interview.series,
        "episode": interview.episode,
        "identifier": interview.identifier,
        "abstract": interview.abstract,
        "initiative": interview.initiative,
        "status": interview.status,
        "until": interview.until,
    }


def _cells(interview: "Interview") -> tuple[str, ...]:
    damaged = sum(1 for clip in interview.clips if clip.damage)
    return (
        interview.slug,
        interview.title,
        interview.language or "",
        clock(interview.duration_ms),
        interview.place or "",
        interview.date or "",
        f"{len(interview.clips)}, {damaged} damaged" if damaged else str(len(interview.clips)),
    )


def _print_table(found: "Sequence[Interview]") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for heading in ("Interview", "Title", "Language", "Length", "Place", "Date", "Clips"):
        table.add_column(heading, justify="right" if heading in ("Length", "Clips") else "left")
    for interview in found:
        table.add_row(*(escape(shown(cell)) for cell in _cells(interview)))
    Console(highlight=False).print(table)
