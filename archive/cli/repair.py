"""`archive repair`: puts right what `archive verify` finds."""

import json
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.display import shown
from archive.errors import UserError
from media.amounts import bytes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.care.plan import Action, Plan
    from archive.care.repair import Outcome
    from archive.intake.report import Moment
    from archive.intake.verdict import Verdict
    from ingest.steps import Step


def command(
    folders: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help="Where else whole copies, and backups of the database, may lie. Again for more.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Say what can be put right, and do it once you agree: from second copies, from the originals, from backups.

    Everything is checked first; what `archive verify` found whole within a day is
    not read again. Nothing is deleted: what is damaged is put aside.
    """
    from archive import config
    from archive.care.repair import repair
    from archive.cli.signals import stopping
    from archive.cli.watching import watching
    from archive.intake.summary import exit_code

    found = config.find(archive)
    for folder in folders or ():
        if not folder.is_dir():
            raise UserError(f"--from {folder}: there is no such folder.", "Is its disk mounted?")

    with stopping() as signals, watching() as watcher:

        def agree(plan: "Plan") -> bool:
            watcher.pause()
            if not as_json:
                _show(plan.actions)
            return yes or (not as_json and _asks() and typer.confirm("Do this?", err=True))

        outcome = repair(found, folders or (), agree, watcher, _Talk(), signals.stop)
    if as_json:
        typer.echo(json.dumps(outcome.as_json()))
    else:
        _tell(outcome, folders or ())
    raise typer.Exit(signals.exit_code if outcome.stopped else exit_code(outcome.codes))


class _Talk:
    """A reporter that hands on only what a step has to say."""

    def expect(self, steps: "Sequence[Step]") -> None:
        """Nobody counts steps here."""

    def moment(self, moment: "Moment") -> None:
        """The bar counts bytes."""

    def card(self, verdict: "Verdict") -> None:
        """No card is read here."""

    def note(self, text: str) -> None:
        """A line for a person."""
        typer.echo(shown(text), err=True)


def _asks() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _show(actions: "Sequence[Action]") -> None:
    for number, action in enumerate(actions, 1):
        size = f" ({bytes_of(action.size)})" if action.size else ""
        typer.echo(f"{number}. {shown(action.path)}{size}: {shown(action.how)}")


def _tell(outcome: "Outcome", folders: "Sequence[Path]") -> None:
    for left in outcome.left:
        typer.echo(f"left        {shown(left.path)}: {shown(left.why)}")
        typer.echo(f"            Try: {shown(left.remedy)}")
    for sentence in (*outcome.notes, *outcome.report.absences(), *outcome.report.notes):
        typer.echo(shown(sentence), err=True)
    typer.echo(_verdict(outcome, folders))


def _verdict(outcome: "Outcome", folders: "Sequence[Path]") -> str:
    if outcome.stopped:
        return f"Stopped; {len(outcome.done)} of {len(outcome.planned)} done. Go on with the same command."
    if outcome.planned and not outcome.agreed:
        given = "".join(f" --from {shown(quote(str(folder)))}" for folder in folders)
        return f"Nothing was changed. To do this: archive repair --yes{given}"
    if outcome.left:
        return f"{len(outcome.done)} put right, {len(outcome.left)} left."
    absent = len(outcome.report.paths("absent"))
    whole = f"all that is there is whole; {absent} absent, which could not be looked at."
    if outcome.done:
        return f"{len(outcome.done)} put right; {whole if absent else 'all of it is whole.'}"
    return whole.capitalize() if absent else "All of it is whole; there is nothing to do."
