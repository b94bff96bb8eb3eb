"""A run: find clips, make them safe, catalogue them as interviews, and take each through its missing steps."""

import logging
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlite_utils import Database

from archive.catalogue import agreement, interviews, names, originals
from archive.catalogue.ledger import CatalogueLedger
from archive.catalogue.troubles import explained
from archive.config import Archive
from archive.errors import UserError
from archive.intake import again, captions, shoot, steps
from archive.intake.grouping import to_hear
from archive.intake.offload import Offload
from archive.intake.report import Moment, Reporter
from archive.intake.request import Request, forget, remember, unfinished
from archive.intake.summary import Summary
from archive.intake.telling import take_in
from ingest.clip import Clip
from ingest.errors import StepFailed
from ingest.ledger import Record
from ingest.pipeline import Event, Pipeline, Task
from ingest.steps import FOLLOWS, OF_SOUND, Step
from ingest.steps.place import sweep
from media.errors import Problem, Stopped

log = logging.getLogger(__name__)


class Run:
    """One run of `archive ingest`; remembers which file holds which clip, and what became of it."""

    def __init__(
        self,
        archive: Archive,
        db: Database,
        reporter: Reporter,
        stop: threading.Event,
        *,
        model: str,
        accept_damaged: bool = False,
    ) -> None:
        """A run over an archive, by a model; `stop` ends it after what is being done.

        With `accept_damaged`, what can be read of damaged clips is used, in this run and from now on; without it
        of those of a request that says so.

        Raises:
            DamageFound: the catalogue has lost what all others rest on.
        """
        with explained(archive.database):
            agreement.must_stand(db, archive.database)
        self._archive = archive
        self._db = db
        self._reporter = reporter
        self._stop = stop
        self._model = model
        self._accept_damaged = accept_damaged
        self._ledger = CatalogueLedger(db, archive.folder)
        self._paths: dict[str, list[str]] = {}  # by the clip's hash
        self._lengths: dict[str, float] = {}  # in seconds
        self._accepted: set[str] = set()  # clips of which what can be read is used
        self._worked: set[str] = set()
        self._failures: dict[str, StepFailed] = {}
        self._summary = Summary()

    def go(
        self, requests: Sequence[Request], *, only_copy: bool = False, redo: Step | None = None
    ) -> Summary:
        """Do what is missing: for the files of the requests, or without any for all that is unfinished.

        Returns:
            What became of each file, also where the run was stopped or could not go on.

        Raises:
            ModelUnfit: the speech model cannot do what the settings ask for; nothing was begun.
        """
        if not only_copy:
            steps.must_be_able(self._archive, self._model)
        everything = not requests
        requests = requests or unfinished(self._db)
        sweep(self._archive.renditions)
        try:
            with explained(self._archive.database):
                self._go(requests, only_copy, redo, everything=everything)
        except Stopped:
            self._summary.stopped = True
        except Problem as error:
            self._summary.broken = error
        self._sum_up(only_copy)
        return self._summary

    def _go(
        self, requests: Sequence[Request], only_copy: bool, redo: Step | None, *, everything: bool
    ) -> None:
        offload = Offload(self._archive, self._db, self._ledger, self._reporter, self._stop, self._summary)
        found = self._offload(offload, requests, redo)
        requests = [each for each, _ in found if each.paths]
        kept = [shoot.keep_forms(self._archive, each) for each, _ in found]
        for each, clips in found:
            self._know(clips)
            self._accepted |= {digest for _, digest in clips if each.accept_damaged}
        if everything:
            sources = originals.sources(self._db)
            self._know(
                (path, source.hash) for path, source in sources.items() if source.hash in offload.originals
            )
        self._worked |= offload.copied
        self._originals = offload.originals
        self._lost = {
            (clip, "sound" if kind in OF_SOUND else "renditions")
            for clip, kind in originals.lost_renditions(self._db, self._archive.folder)
        }
        if not only_copy:
            self._probe(redo)
            parts = [
                (part, forms)
                for (each, clips), forms in zip(found, kept, strict=True)
                for part in shoot.parts(each, clips)
            ]
            self._hear(part for part, _ in parts)
            for part, forms in parts:
                take_in(self._db, self._ledger, part, forms, self._reporter)
            self._work(redo)
        if not only_copy:
            forget(self._db, requests)

    def _offload(
        self, offload: Offload, requests: Sequence[Request], redo: Step | None
    ) -> list[tuple[Request, list[tuple[str, str]]]]:
        """Each request, as it is remembered, and its clips: copied now, or by the run that it was begun in."""
        asked = [again.parted(self._archive, self._db, each, redo) for each in requests]
        parted = [(shoot.prepared(self._archive, each), known) for each, known in asked]
        begun = [each for each, _ in parted if each.paths]
        for each in begun:
            remember(self._db, each)
        found = []
        try:
            for each, known in parted:
                noted, copied = self._copied(offload, each) if each.paths else (each, ())
                found.append((noted, [*known, *copied]))
        except UserError:
            forget(self._db, begun)  # as it was asked it can never be done
            raise
        return found

    def _copied(self, offload: Offload, request: Request) -> tuple[Request, Sequence[tuple[str, str]]]:
        """The request as it is remembered, and the clips that are copied for it: with them where all could be."""
        if request.clips:
            return request, [clip for clip in request.clips if clip[1] in offload.originals]
        failed = len(self._summary.failed)
        clips = offload.go(request)
        if len(self._summary.failed) == failed:
            request = replace(request, clips=tuple(clips))
            remember(self._db, request)
        return request, clips

    def _know(self, clips: Iterable[tuple[str, str]]) -> None:
        for path, clip in clips:
            paths = self._paths.setdefault(clip, [])
            if path not in paths:
                paths.append(path)

    def _probe(self, redo: Step | None) -> None:
        clips = [self._clip(digest) for digest in self._paths]
        # Who wants the sound again of a clip that could not be read wants it read.
        again = {clip.hash for clip in clips if redo == "sound" and not self._ledger.probe(clip.hash)}
        tasks = [task for clip in clips for task in self._tasks(clip, "probe", again=clip.hash in again)]
        self._run([[clip] for clip in clips], tasks)

    def _hear(self, parts: Iterable[shoot.Part]) -> None:
        """Listen first to what may be several recordings of one conversation: its sound says whether it is."""
        asked = dict.fromkeys(clip for part in parts for clip in to_hear(self._db, self._ledger, part.clips))
        clips = [self._clip(digest) for digest in asked if self._ledger.sound(digest) is None]
        tasks = [task for clip in clips for task in self._tasks(clip, "sound")]
        self._run([[self._ledger.restore(clip)] for clip in clips], tasks)

    def _work(self, redo: Step | None) -> None:
        groups = self._interviews()
        wanted = [clip for group in groups for clip in group if clip.hash in self._paths]
        again = FOLLOWS[redo] if redo else ()
        ordered = [step for step in steps.of_each_clip(self._archive) if step not in ("copy", "probe")]
        tasks = [
            task
            for step in ordered
            for clip in wanted
            for task in self._tasks(clip, step, again=step in again)
        ]
        busy = {task.clip for task in tasks}
        self._run(
            [
                [self._ledger.restore(clip) for clip in group]
                for group in groups
                if any(clip.hash in busy for clip in group)
            ],
            tasks,
        )

    def _interviews(self) -> list[list[Clip]]:
        """Every interview that holds a wanted clip, as its clips in order."""
        groups = []
        for interview in interviews.listing(self._db):
            if any(placed.hash in self._paths for placed in interview.clips):
                language = interview.language if interview.language_given else None
                groups.append(
                    [
                        replace(self._clip(placed.hash), language=language, heard=placed.heard)
                        for placed in interview.clips
                    ]
                )
        return groups

    def _clip(self, digest: str) -> Clip:
        original = self._originals[digest]
        return Clip(
            digest,
            original.name,
            self._archive.folder / original.path,
            original.size,
            captions=captions.of(self._archive, original),
        )

    def _tasks(self, clip: Clip, step: Step, *, again: bool = False) -> list[Task]:
        """The step as a task where it is missing; counts it where it is stale; recalls why it cannot be done."""
        record = self._ledger.record(clip.hash, step)
        asked = self._accept_damaged or clip.hash in self._accepted
        accept = steps.accepts_damage(self._ledger, clip.hash, step, asked)
        settings = steps.settings(self._archive, step, clip, self._model, accept_damaged=accept)
        if settings == steps.UNHEARD and record and record.state == "done":
            return []  # what was heard of it before its sound did not count any more stays there
        if record is None or again or _is_open(record, settings) or (clip.hash, step) in self._lost:
            return self._task(clip, step, settings)
        if record.state == "failed":
            self._failures[clip.hash] = StepFailed(step, record.error, record.remedy, permanent=True)
        elif not captions.same(record.settings, settings):
            self._summary.stale.setdefault(step, []).append(clip.path)
        return []

    def _task(self, clip: Clip, step: Step, settings: str) -> list[Task]:
        """The step as a task; none for what needs an original that is gone, and nothing after it."""
        from_sound = step in ("transcribe", "translate")  # which is kept in renditions/
        if (from_sound and clip.hash not in self._failures) or clip.path.exists():
            return [Task(clip.hash, step, settings)]
        self._failures[clip.hash] = StepFailed(
            step,
            f"{clip.path}, the original of the clip, is not there.",
            "Bring its disk back, or ingest the clip again from its card or a backup.",
        )
        return []

    def _run(self, groups: Sequence[Sequence[Clip]], tasks: Sequence[Task]) -> None:
        if tasks:
            self._reporter.expect([task.step for task in tasks])
            known = names.to_hear(self._db)
            with steps.functions(self._archive, self._model, known, self._reporter, self._stop) as functions:
                room = (os.cpu_count() or 1) > 1
                Pipeline(functions, self._ledger, self._tell, self._stop, side_by_side=room).run(
                    groups, tasks
                )

    def _tell(self, event: Event) -> None:
        digest, failure = event.task.clip, event.failure
        if event.what == "done":
            self._worked.add(digest)
        if failure:
            self._failures[digest] = failure
            log.error("%s: %s", self._paths[digest][0], failure, exc_info=failure.__cause__)
        if digest not in self._lengths and (probe := self._ledger.probe(digest)):
            self._lengths[digest] = float(probe.duration)
        error, remedy = (failure.message, failure.remedy) if failure else ("", "")
        path = self._paths[digest][0]
        self._reporter.moment(
            Moment(
                path, event.task.step, event.what, event.done, self._lengths.get(digest, 0.0), error, remedy
            )
        )

    def _sum_up(self, only_copy: bool) -> None:
        """One entry a file: of two files with the same content the second is there already."""
        for digest, paths in self._paths.items():
            for place, path in enumerate(paths):
                if digest in self._failures:
                    self._summary.fail(path, self._failures[digest])
                elif not only_copy and not self._complete(digest):
                    continue  # the run was stopped before its turn
                elif digest in self._worked and place == 0:
                    self._summary.done.append(path)
                else:
                    self._summary.present.append(path)

    def _complete(self, digest: str) -> bool:
        return all(
            (record := self._ledger.record(digest, step)) is not None and record.state == "done"
            for step in steps.of_each_clip(self._archive)
        )


def _is_open(record: Record, settings: str) -> bool:
    """Whether a step is to be tried again, or was left out for a reason that has gone."""
    if record.state == "failed":
        # What is at fault with a clip stays so, unless it is looked at in another way.
        return not record.permanent or record.settings != settings
    return record.settings == steps.UNHEARD != settings
