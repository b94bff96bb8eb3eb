"""A check of everything that an archive has: is it there, is it what it was, and does the catalogue still know it."""

import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Protocol

from archive.care import choice, continuing, histories
from archive.care.checks import Finding, examine, glance
from archive.care.expected import Expected, Holding, Inventory, inventory, said
from archive.care.log import NAME, Log, Past, read
from archive.care.lost import lost
from archive.care.report import Report
from archive.care.untracked import untracked
from archive.catalogue import integrity, volumes
from archive.config import Archive
from archive.errors import DamageFound
from ingest.steps import redo
from media.errors import Stopped


class Watcher(Protocol):
    """Shows a check while it runs."""

    def expect(self, files: int, size: int) -> None:
        """So many files are to be read, so many bytes in all."""
        ...

    def at(self, path: str) -> None:
        """This file is next."""
        ...

    def read(self, count: int) -> None:
        """So many more bytes were read."""
        ...


def verify(
    archive: Archive, asked: choice.Asked, watcher: Watcher, stop: Event, *, database: Path | None = None
) -> Report:
    """Check an archive. Nothing is written but its log and, where asked for, a generation of each MHL history.

    No lock is taken: an ingest may run meanwhile, and what it adds is neither expected nor untracked.

    Args:
        archive: what is checked.
        asked: how much of it.
        watcher: shows the work.
        stop: ends the work when set; the next check goes on with it.
        database: what the archive is held against; its own one where None.

    Raises:
        ForeignDatabase: the database is a newer program's, or another's.
        NoRoom: the database cannot be read, or there is no room for a copy of it.
    """
    now = datetime.now(UTC)
    past = read(archive.logs / NAME, asked.as_json(), now)
    log = Log(archive.logs, past)
    log.began(asked.as_json(), now)
    check = _Check(archive, asked, watcher, stop, past, log, now, database or archive.database)
    try:
        check.go()
        log.ended(check.report.checked, datetime.now(UTC))
    except Stopped:
        check.report.stopped = True
    finally:
        log.close()
    if log.refused:
        check.report.notes.append(f"{archive.logs / NAME} could not be written ({log.refused}).")
    return check.report


class _Check:
    """One check; gathers its report."""

    def __init__(
        self,
        archive: Archive,
        asked: choice.Asked,
        watcher: Watcher,
        stop: Event,
        past: Past,
        log: Log,
        now: datetime,
        database: Path,
    ) -> None:
        self.report = Report()
        self._archive = archive
        self._asked = asked
        self._watcher = watcher
        self._stop = stop
        self._past = past
        self._log = log
        self._now = now
        self._database = database
        self._began_ns = time.time_ns()
        self._whole: list[Finding] = []

    def go(self) -> None:
        """Check the database, then all that it knows."""
        if is_new(self._archive, self._database):
            self.report.notes.append("Nothing has been ingested yet.")
            return
        before = integrity.stamp(self._database)
        there = self._catalogue()
        if there is None:
            return
        self.report.inventory = there
        self._files(there)
        strangers = untracked(self._archive, there, self._began_ns)
        if (self.report.bad or strangers) and integrity.stamp(self._database) != before:
            there, strangers = self._again(there, strangers)
        self._part_stale(there)
        self.report.untracked = [said(self._archive, path) for path in strangers]
        new = set(strangers)
        if copies := sum(file.place in new for found in lost(there) for file in found.files):
            self.report.notes.append(
                f"Of what is untracked, {copies} lie where second copies should, and the catalogue has lost them."
                " To know them again: archive repair"
            )
        self.report.histories = [
            fault
            for fault in histories.faults(self._archive, there)
            if not (there.own.empty and fault.root.parent == there.own.folder)
        ]
        if self._asked.mhl:
            self._append(there)

    def _catalogue(self) -> Inventory | None:
        """Check the database and read from it what there should be; None where it cannot say."""
        with tempfile.TemporaryDirectory(prefix="archive-verify-") as folder:
            copy = Path(folder, self._database.name)
            try:
                integrity.snapshot(self._database, copy, self._stop)
                self.report.database = integrity.faults(copy, self._stop)
                with integrity.readable(copy) as db:
                    return inventory(self._archive, db)
            except DamageFound as error:
                known = self.report.database.file
                self.report.database = replace(self.report.database, file=known or (error.message,))
                self.report.notes.append("What should be there could not be read: no file was checked.")
                return None

    def _files(self, there: Inventory) -> None:
        seen = [self._absent(file, there) or glance(file) for file in there.files]
        for finding in seen:
            if finding.found != "whole":
                self._tell(finding, there)
        chosen = choice.choose(seen, self._past, self._asked, self._now)
        self._whole += [replace(finding, hash=finding.file.hash) for finding in chosen.done]
        self.report.checked += len(chosen.done)
        read_ = [finding.file for finding in chosen.todo]
        self._watcher.expect(len(read_), sum(file.size or 0 for file in read_ if file.hash))
        for file in read_:
            self._watcher.at(file.path)
            self._tell(examine(file, self._watcher.read, self._stop), there)
            self._must_go_on()

    def _tell(self, finding: Finding, there: Inventory) -> None:
        """Take a finding into the report and the log; a volume may have gone while it was read."""
        if finding.found not in {"whole", "absent"}:
            finding = self._absent(finding.file, there, now=True) or finding
        if finding.found == "whole":
            self._whole.append(finding)
        else:
            self.report.bad.append(finding)
        if finding.found != "absent":
            self.report.checked += 1
            self._log.found(finding.file.path, finding.found, finding.changed_ns, datetime.now(UTC))

    def _absent(self, file: Expected, there: Inventory, *, now: bool = False) -> Finding | None:
        """The finding that a file lies on a volume that is not mounted, or was not brought back yet; else None."""
        if file.role == "in place":
            gone = _is_gone(file.place.parent)
        elif file.role == "rendition":
            gone = there.own.empty and _is_gone(self._archive.renditions)
        else:
            of_old = file.role == "captions" and file.place.is_relative_to(there.own.folder)
            where = there.own if of_old else there.holding(file)
            gone = where is not None and (
                where.empty or not (where.there and (not now or _is_mounted(where, there)))
            )
        return Finding(file, "absent") if gone else None

    def _again(self, there: Inventory, strangers: list[Path]) -> tuple[Inventory, list[Path]]:
        """Hold what is wrong against today's rows: an ingest beside us has written some."""
        with tempfile.TemporaryDirectory(prefix="archive-verify-") as folder:
            copy = Path(folder, self._database.name)
            integrity.snapshot(self._database, copy, self._stop)
            with integrity.readable(copy) as db:
                today = inventory(self._archive, db)
        files = {file.path: file for file in today.files}
        self.report.bad = [
            again
            for finding in self.report.bad
            if (file := files.get(finding.file.path))
            and (again := self._once_more(finding, file)).found != "whole"
        ]
        known = {file.place for file in today.files}
        return today, [path for path in strangers if path not in known]

    def _once_more(self, finding: Finding, file: Expected) -> Finding:
        if (file.hash, file.size) == (finding.file.hash, finding.file.size) and finding.found != "missing":
            return finding
        return examine(file, lambda count: None, self._stop)

    def _part_stale(self, there: Inventory) -> None:
        """Captions that a card brought are whole; it is their transcript that was made from earlier ones."""
        kept = {file.hash for file in there.files if file.role == "original"}
        stale = {
            finding.file.path: finding.file.beside
            for finding in self.report.bad
            if finding.file.role == "captions" and finding.found == "changed" and finding.hash in kept
        }
        self.report.bad = [
            replace(each, found="stale") if each.file.path in stale else each for each in self.report.bad
        ]
        if clips := [clip for clip in stale.values() if clip]:
            self.report.notes.append(
                f"Mended on their card since their transcript was made: {', '.join(stale)}."
                f" To make it again: {redo('transcribe', clips)}"
            )

    def _append(self, there: Inventory) -> None:
        began = self._past.stopped.began if self._past.stopped else self._now
        self.report.failed += continuing.append((*self._whole, *self.report.bad), there, began)

    def _must_go_on(self) -> None:
        if self._stop.is_set():
            raise Stopped("Stopped.")


def is_new(archive: Archive, database: Path) -> bool:
    """Whether nothing was ever ingested: there is no database, and nothing that one would know."""
    if database.exists() and database.stat().st_size:
        return False
    folders = (archive.originals, archive.renditions)
    return not any(path.is_file() for folder in folders for path in folder.rglob("*"))


def _is_gone(folder: Path) -> bool:
    """Whether a folder is not there, or is an empty mount point."""
    try:
        return not any(folder.iterdir())
    except PermissionError:
        return False
    except OSError:
        return True


def _is_mounted(holding: Holding, there: Inventory) -> bool:
    ids = {each.id for each in there.holdings if each.id}
    return holding.id is None or volumes.is_there(holding.folder, ids)
