"""`archive describe`: what is said of interviews, out into a spreadsheet and in again."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.cli.reading import reading, writing
from archive.display import shown
from archive.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.intake.rows import Change

_NOTHING = "(nothing)"
_MOST = 20  # lines about what is wrong: who opened a file the wrong way has a thousand


def command(
    to: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the table there.")] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.csv", help="Change what the table says otherwise.")
    ] = None,
    of_chapters: Annotated[
        bool, typer.Option("--chapters", help="The table is that of the chapters, a row each.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what --from would change; change nothing.")
    ] = False,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what is said of every interview into a table, or take one in.

    Edit it in any spreadsheet. The column "interview" says which one a row is
    about; a column that is left out changes nothing, a cell that is emptied takes
    away what stood there. Everything is checked, then shown, then changed together.
    With --chapters the chapters of an interview become those of its rows.
    """
    if (to is None) == (source is None):
        raise UserError(
            "A table goes out or comes in.",
            "archive describe --to FILE.csv, edit it, then archive describe --from FILE.csv",
        )
    if to:
        _take_out(archive, to, of_chapters=of_chapters)
    elif source:
        _take_in(archive, source, of_chapters=of_chapters, dry_run=dry_run, as_json=as_json)


def _take_out(archive: Path | None, file: Path, *, of_chapters: bool) -> None:
    from datetime import date

    from archive import config
    from archive.intake import chapter_table, describing

    table = chapter_table if of_chapters else describing
    form_first = config.find(archive).config.releases.form_first
    with reading(archive) as db:
        said = table.take_out(db, file, date.today(), form_first=form_first)
    for sentence in said:
        typer.echo(shown(sentence), err=True)


def _take_in(archive: Path | None, file: Path, *, of_chapters: bool, dry_run: bool, as_json: bool) -> None:
    from archive import config
    from archive.intake import chapter_table, describing

    found: chapter_table.Rewritten | describing.Changes
    with reading(archive) as db:
        found = chapter_table.compare(db, file) if of_chapters else describing.compare(db, file)
    _must_be_right(file, found.wrong)
    for sentence in found.passed if isinstance(found, describing.Changes) else ():
        typer.echo(shown(f"{file}, {sentence}; the row is passed over."), err=True)
    for sentence in found.remarks if isinstance(found, describing.Changes) else ():
        typer.echo(shown(sentence), err=True)
    _show(found.changes, as_json=as_json)
    if not found.changes or dry_run or not _agreed():
        return
    with writing(archive) as db:
        if isinstance(found, describing.Changes):
            describing.apply(db, config.find(archive), found)
        else:
            chapter_table.apply(db, found)


def _must_be_right(file: Path, wrong: "Sequence[str]") -> None:
    if not wrong:
        return
    for sentence in wrong[:_MOST]:
        typer.echo(shown(f"{file}, {sentence}."), err=True)
    if len(wrong) > _MOST:
        typer.echo(f"... and {len(wrong) - _MOST} more.", err=True)
    raise UserError(
        f"{file} says what cannot be taken in, in {len(wrong)} place{'s' * (len(wrong) > 1)}; nothing was changed.",
        "Mend it in the spreadsheet and run this again.",
    )


def _agreed() -> bool:
    return not sys.stdin.isatty() or typer.confirm("Change this?", err=True)


def _show(changes: "Sequence[Change]", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(change) for change in changes], indent=2))
        return
    if not changes:
        typer.echo("It says what the catalogue says.", err=True)
    elif sys.stdout.isatty():
        _print_table(changes)
    else:
        for change in changes:
            old, new = change.old or _NOTHING, change.new or _NOTHING
            typer.echo(shown(f"{change.interview}: {change.column}: {old} -> {new}"))


def _print_table(changes: "Sequence[Change]") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for heading in ("Row", "Interview", "Column", "Old", "New"):
        table.add_column(heading, justify="right" if heading == "Row" else "left")
    for change in changes:
        cells = (
            str(change.row),
            change.interview,
            change.column,
            change.old or _NOTHING,
            change.new or _NOTHING,
        )
        table.add_row(*(escape(shown(cell)) for cell in cells))
    Console(highlight=False).print(table)
