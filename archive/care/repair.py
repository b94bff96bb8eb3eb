"""Puts right what a check finds: planned first, done when agreed to, and nothing is deleted."""

import errno
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shlex import quote
from threading import Event
from typing import Any

from archive.care import database
from archive.care.choice import Asked
from archive.care.mending import Mending
from archive.care.plan import Action, Left, Make, Plan, Put, Recover, plan
from archive.care.report import Report
from archive.care.verify import Watcher, is_new, verify
from archive.catalogue import open_catalogue
from archive.catalogue.troubles import explained
from archive.config import Archive
from archive.errors import FROM_BACKUP, DamageFound
from archive.intake import lock
from archive.intake.report import Reporter
from ingest.steps import place
from media import copying
from media.errors import NoRoom, Problem, Stopped

# What verify found whole within this time, and nobody has written to since, is not read again.
LATELY = timedelta(days=1)

_FULL = {errno.ENOSPC, errno.EDQUOT}

_COPIES = (
    "Name the folders of the second copies, and a backup where there is one: archive repair --from FOLDER"
)


@dataclass(slots=True)
class Outcome:
    """What became of a repair.

    Attributes:
        planned: what could be done.
        done: what was.
        left: what could not.
        report: of the check that it began with.
        notes: sentences that a person should read.
        agreed: the plan was carried out.
        stopped: somebody stopped it.
        full: something could not be written.
    """

    planned: list[Action] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    notes: list[str] = field(default_factory=list)
    agreed: bool = False
    stopped: bool = False
    full: bool = False

    @property
    def codes(self) -> set[int]:
        """The exit codes that apply."""
        damage = {3} if self.left or len(self.done) < len(self.planned) else set()
        return damage | ({4} if self.full else set())

    def as_json(self) -> dict[str, Any]:
        """The answer of `archive repair --json`."""
        return {
            "plan": [action.as_json() for action in self.planned],
            "done": [action.as_json() for action in self.done],
            "left": [left.as_json() for left in self.left],
            "absent": self.report.paths("absent"),
        }


def repair(
    archive: Archive,
    folders: Sequence[Path],
    agree: Callable[[Plan], bool],
    watcher: Watcher,
    reporter: Reporter,
    stop: Event,
) -> Outcome:
    """Check an archive, plan what can be put right, and do it where `agree` says so.

    Args:
        archive: what is repaired; it is held for this process.
        folders: where else copies of files, and backups of the database, may lie.
        agree: is shown the plan; before it answers True nothing is written but the check's log, and the end of a
            recovery of the database that was agreed to and then killed.
        watcher: shows what is read.
        reporter: is told what a step has to say.
        stop: ends the work when set; what was done is done.

    Raises:
        LockedByAnother: another process holds the archive.
        ForeignDatabase: the database is a newer program's, or another's.
        NoRoom: the database cannot be read, or there is no room for copies of it.
    """
    outcome = Outcome()
    with lock.held(archive.folder), tempfile.TemporaryDirectory(prefix="archive-repair-") as aside:
        try:
            made = _planned(archive, folders, Path(aside), outcome, watcher, stop)
            outcome.planned, outcome.left = made.actions, made.left
            outcome.agreed = bool(made.actions) and agree(made)
            if outcome.agreed or not made.actions:
                _sweep(archive, outcome.report)
            if outcome.agreed:
                _carry_out(archive, outcome, watcher, reporter, stop)
                _forget_absent(outcome)
        except Stopped:
            outcome.stopped = True
    return outcome


def _planned(
    archive: Archive, folders: Sequence[Path], aside: Path, outcome: Outcome, watcher: Watcher, stop: Event
) -> Plan:
    database.go_on(archive)
    rescued: database.Rescue | None = None
    if not is_new(archive, archive.database):
        try:
            rescued = database.rescue(archive, folders, aside, stop)
        except DamageFound as error:
            return Plan(left=[Left(archive.database.name, error.message, _anew(archive))])
    asked = Asked(due=LATELY, by_log=True)
    outcome.report = verify(archive, asked, watcher, stop, database=rescued.path if rescued else None)
    if outcome.report.stopped:
        raise Stopped("Stopped.")
    made = plan(outcome.report, folders, stop, watcher.read)
    still = outcome.report.database
    made.left += [Left(archive.database.name, sentence, _anew(archive)) for sentence in still.file]
    made.left += [Left(archive.database.name, sentence, FROM_BACKUP) for sentence in still.rows]
    if rescued:
        made.actions.insert(0, _recovery(archive, rescued))
        remedy = _COPIES if {"copies", "volumes"} & rescued.found.lost.keys() else FROM_BACKUP
        made.left += [Left(archive.database.name, lost, remedy) for lost in rescued.found.sentences]
    return made


def _anew(archive: Archive) -> str:
    """What to do where the database as it is cannot be mended: everything but what people wrote can be had again."""
    footage = f"{quote(str(archive.originals))}/*"
    return f"{FROM_BACKUP}; without one: archive new OTHER, then archive ingest {footage} --archive OTHER"


def _recovery(archive: Archive, rescued: database.Rescue) -> Action:
    came = f", {rescued.found.filled} from {rescued.backup}" if rescued.found.filled else ""
    came += f", {rescued.found.made} made again from others" if rescued.found.made else ""
    return Action(
        Recover(rescued.path),
        archive.database.name,
        "database",
        f"Put a new database in its place, with {rescued.found.rows} rows of the damaged one{came}."
        " The damaged one is kept beside it.",
        rescued.path.stat().st_size,
        str(rescued.backup) if rescued.found.filled else None,
    )


def _carry_out(archive: Archive, outcome: Outcome, watcher: Watcher, reporter: Reporter, stop: Event) -> None:
    actions = list(outcome.planned)
    if isinstance(actions[0].act, Recover):
        kept = database.into_place(archive, actions[0].act.recovered)
        outcome.notes.append(f"The damaged database is kept as {kept}.")
        outcome.done.append(actions.pop(0))
    there = outcome.report.inventory
    if actions and there:
        with explained(archive.database), open_catalogue(archive.database, write=True) as db:
            mending = Mending(archive, db, there, reporter, stop)
            watcher.expect(len(actions), 2 * sum(action.size for action in actions))
            for action in actions:
                _do(mending, action, outcome, watcher)
                if stop.is_set():
                    raise Stopped("Stopped.")


def _forget_absent(outcome: Outcome) -> None:
    """What was absent, and came back, is absent no more."""
    acts = [action.act for action in outcome.done]
    put = {act.file.place for act in acts if isinstance(act, Put)}
    made = {act.clip for act in acts if isinstance(act, Make)}
    outcome.report.bad = [
        finding
        for finding in outcome.report.bad
        if finding.found != "absent" or not (finding.file.place in put or finding.file.clip in made)
    ]


def _sweep(archive: Archive, report: Report) -> None:
    """Remove what a repair that was killed was in the middle of writing; that may be as large as the clips are."""
    place.sweep(archive.renditions)
    if report.inventory:
        for holding in report.inventory.holdings:
            if holding.there:
                copying.sweep(holding.folder)


def _do(mending: Mending, action: Action, outcome: Outcome, watcher: Watcher) -> None:
    assert not isinstance(action.act, Recover)  # it comes first, before the database is opened
    watcher.at(action.path)
    try:
        mending.do(action.act, watcher.read)
    except Stopped:
        raise
    except Problem as error:
        outcome.full = outcome.full or isinstance(error, NoRoom)
        outcome.left.append(Left(action.path, error.message, error.remedy))
    except OSError as error:
        outcome.full = outcome.full or error.errno in _FULL
        outcome.left.append(Left(action.path, str(error.strerror), "Look at its disk, then run it again."))
    else:
        outcome.done.append(action)
