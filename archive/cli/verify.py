"""`archive verify`: is everything still there, and still what it was?"""

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.display import shown
from archive.errors import UserError

if TYPE_CHECKING:
    from archive.care.report import Report

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def command(
    due: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Read only what was not found whole for so long: 90d, 12h, 4w.",
            show_default=False,
        ),
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="Read only so many of the files, those first that were not read for longest: 5%.",
            show_default=False,
        ),
    ] = None,
    mhl: Annotated[
        bool, typer.Option("--mhl", help="Add what was found to the MHL history of each card.")
    ] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Check that every file is there and is what it was, that the database is whole, and that search finds all of it.

    Originals and their second copies are read and held against their hashes. Nothing is changed. Stop it with
    Ctrl-C whenever you like: the same command goes on where it was.
    """
    from archive import config
    from archive.care.choice import Asked
    from archive.care.verify import verify
    from archive.cli.signals import stopping
    from archive.cli.watching import watching
    from archive.intake.summary import exit_code

    if due and sample:
        raise UserError("--due and --sample do not go together.", "Give one of them.")
    asked = Asked(_time(due) if due else None, _share(sample) if sample else None, mhl)
    found = config.find(archive)
    with stopping() as signals, watching() as watcher:
        report = verify(found, asked, watcher, signals.stop)
    if as_json:
        typer.echo(json.dumps(report.as_json()))
    else:
        _show(report)
    if report.stopped:
        typer.echo("Stopped. Go on with the same command.", err=True)
    raise typer.Exit(signals.exit_code if report.stopped else exit_code(report.codes))


def _show(report: "Report") -> None:
    lists = report.as_json()
    whys = {finding.file.path: f" ({finding.why})" for finding in report.bad if finding.why}
    for found in ("changed", "missing", "unreadable", "untracked"):
        for path in lists[found]:
            typer.echo(shown(f"{found:<11} {path}{whys.get(path, '')}"))
    for sentence in (*report.database.sentences, *(f"{each.path}: {each.why}" for each in report.histories)):
        typer.echo(shown(sentence))
    for sentence in (*report.absences(), *report.notes, *report.failed):
        typer.echo(shown(sentence), err=True)
    typer.echo(_verdict(report))


def _verdict(report: "Report") -> str:
    checked = f"{report.checked} file{'s' * (report.checked != 1)} checked"
    if report.damaged:
        return f"{checked}. To see what can be put right: archive repair"
    if report.paths("unreadable"):
        return f"{checked}. Let this program read all of them, then run archive verify again."
    absent = len(report.paths("absent"))
    if report.stopped or absent:
        rest = "stopped before the rest" if report.stopped else f"{absent} absent"
        return f"{checked}, all of that whole; {rest}."
    if report.untracked:
        return (
            f"{checked}; all of it is whole. What is untracked is no damage: move it out of the archive,"
            " and ingest it from there if it is footage."
        )
    return f"{checked}; all of it is whole."


def _time(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([hdw])", text.strip())
    if not found:
        raise UserError(f"--due {text}: no length of time.", "A number and h, d or w, as in 12h, 90d, 4w.")
    return int(found[1]) * _UNITS[found[2]]


def _share(text: str) -> float:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?) ?%", text.strip())
    if not found or not 0 < float(found[1]) <= 100:
        raise UserError(f"--sample {text}: no share.", "A number and a per cent sign, as in 5%.")
    return float(found[1]) / 100
