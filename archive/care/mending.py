"""What a repair does: each act proves what it has done, and nothing is deleted."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from archive.care import continuing
from archive.care.expected import Inventory
from archive.care.lost import Lost, know_again
from archive.care.plan import Begin, Bring, Index, Make, Put
from archive.catalogue import cards, indexes, originals
from archive.catalogue.ledger import CatalogueLedger
from archive.catalogue.moments import now
from archive.config import Archive
from archive.intake import steps
from archive.intake.report import Reporter
from ingest.clip import Clip
from ingest.pipeline import Event, Pipeline, Task
from ingest.steps import Step
from media import copying, disk
from media.errors import CopyFailed, Problem


class Mending:
    """Does what was planned, one act after the other."""

    def __init__(
        self, archive: Archive, db: Database, there: Inventory, reporter: Reporter, stop: threading.Event
    ) -> None:
        self._archive = archive
        self._db = db
        self._there = there
        self._reporter = reporter
        self._stop = stop

    def do(self, act: Put | Make | Bring | Begin | Index | Lost, reading: Callable[[int], None]) -> None:
        """Do it.

        Raises:
            Problem: it could not be done; what was there before still is, in its place or put aside.
        """
        match act:
            case Index():
                indexes.rebuild(self._db)
            case Put():
                self._put(act, reading)
            case Make():
                self._make(act)
            case Bring():
                continuing.bring(act.source, act.root, act.files)
            case Begin():
                self._begin(act)
            case Lost():
                know_again(act, self._db, reading, self._stop)

    def _put(self, act: Put, reading: Callable[[int], None]) -> None:
        file, below = act.file, act.file.below
        holding = self._there.holding(file)
        assert below  # nothing else is put
        folder = holding.folder if holding else self._archive.captions

        def place(digest: str) -> Path | None:
            if digest != file.hash:
                return None
            _set_aside(file.place, folder, below.parent)
            return below

        copied = copying.copy(act.source, [folder], place, progress=reading, stop=self._stop)
        if copied.path is None:
            raise CopyFailed(
                f"{act.source}: is not whole any more",
                "Read everything with archive verify, then run archive repair again.",
            )
        if file.volume:
            path = self._archive.originals.relative_to(self._archive.folder) / below
            cards.proven(self._db, path, file.volume, now(), file.place.lstat().st_ctime_ns)

    def _make(self, act: Make) -> None:
        original = originals.every(self._db)[act.clip]
        for file in act.damaged:
            _set_aside(file.place, self._archive.renditions, Path(act.clip))
        ledger = CatalogueLedger(self._db, self._archive.folder)
        clip = ledger.restore(
            Clip(original.hash, original.name, self._archive.folder / original.path, original.size)
        )
        tasks = [Task(clip.hash, step, self._settings(ledger, step, clip)) for step in act.steps]
        failures: list[Problem] = []

        def hear(event: Event) -> None:
            if event.failure:
                failures.append(event.failure)

        model = self._archive.config.transcribe.model
        with steps.functions(self._archive, model, (), self._reporter, self._stop) as functions:
            Pipeline(functions, ledger, hear, self._stop, side_by_side=False).run([[clip]], tasks)
        if failures:
            raise failures[0]

    def _settings(self, ledger: CatalogueLedger, step: Step, clip: Clip) -> str:
        accepted = steps.accepts_damage(ledger, clip.hash, step, False)
        model = self._archive.config.transcribe.model
        return steps.settings(self._archive, step, clip, model, accept_damaged=accepted)

    def _begin(self, act: Begin) -> None:
        number = continuing.begin(act.root, act.files, datetime.now(UTC))
        if act.root.parent == self._there.own.folder:
            card = next(each.id for each in cards.cards(self._db) if each.name == act.root.name)
            kept = [each for each in cards.files(self._db) if each.card == card]
            there = {each for each in kept if (self._archive.folder / each.path).exists()}
            with self._db.atomic():
                cards.listed(self._db, [*there], number)
                cards.unlisted(self._db, [each for each in kept if each not in there])


def _set_aside(path: Path, root: Path, below: Path) -> None:
    if os.path.lexists(path):
        disk.set_aside(path, root, below)
