"""Hears the clips of one interview again with another model, and lays what is heard beside what people corrected."""

import threading
from dataclasses import dataclass, replace

from sqlite_utils import Database

from archive.catalogue import interviews, names, originals, revisions, transcripts
from archive.catalogue.ledger import CatalogueLedger
from archive.catalogue.transcripts import SavedTranscript, as_segments
from archive.config import Archive
from archive.errors import UserError
from archive.intake import captions, steps
from archive.intake.report import Moment, Reporter
from ingest.clip import Clip
from ingest.combined import Combined, combined
from ingest.differing import changes
from ingest.errors import StepFailed
from ingest.pipeline import Event, Pipeline, Task
from ingest.steps import Step
from media.errors import Problem


@dataclass(frozen=True, slots=True)
class Heard:
    """A clip that was heard again, with its transcript, and the settings of the step."""

    clip: Clip
    settings: str


class _Waiting(CatalogueLedger):
    """A ledger that keeps finished blocks and writes nothing else before somebody agrees."""

    def __init__(self, db: Database, archive: Archive) -> None:
        super().__init__(db, archive.folder)
        self.heard: list[Heard] = []
        self.failures: list[StepFailed] = []

    def done(self, clip: Clip, step: Step, settings: str) -> None:
        """Hold it back."""
        if step == "transcribe":
            self.heard.append(Heard(clip, settings))

    def failed(self, clip: Clip, failure: StepFailed, settings: str) -> None:
        """What an earlier run made stays as it is."""
        self.failures.append(failure)


def hear(
    archive: Archive, db: Database, slug: str, model: str, reporter: Reporter, stop: threading.Event
) -> list[Heard]:
    """Transcribe the clips of an interview again; finished blocks are kept, nothing else is written.

    Clips that this model transcribed already are left out, and so are those whose captions were taken.

    Raises:
        Stopped: go on by asking again.
        Problem: what the first clip that could not be heard failed of, such as a model that is not there.
    """
    ledger = _Waiting(db, archive)
    clips = _clips(archive, db, slug, ledger)
    tasks = []
    for clip in clips:
        record = ledger.record(clip.hash, "transcribe")
        settings = steps.settings(archive, "transcribe", clip, model)
        if clip.heard and not clip.captions and record and record.settings != settings:
            tasks.append(Task(clip.hash, "transcribe", settings))
    called = {clip.hash: clip.name for clip in clips}
    lengths = {clip.hash: float(clip.probe.duration) if clip.probe else 0.0 for clip in clips}

    def tell(event: Event) -> None:
        digest = event.task.clip
        reporter.moment(Moment(called[digest], event.task.step, event.what, event.done, lengths[digest]))

    if tasks:
        reporter.expect([task.step for task in tasks])
        with steps.functions(archive, model, names.to_hear(db), reporter, stop) as functions:
            Pipeline(functions, ledger, tell, stop, side_by_side=False).run([clips], tasks)
    for failure in ledger.failures:
        cause = failure.__cause__  # such as a model that is not there
        raise cause if isinstance(cause, Problem) else failure
    return ledger.heard


def _clips(archive: Archive, db: Database, slug: str, ledger: CatalogueLedger) -> list[Clip]:
    about = interviews.find(db, slug)
    language = about.language if about.language_given else None
    known = originals.every(db)
    return [
        replace(
            ledger.restore(
                Clip(
                    placed.hash,
                    placed.name,
                    archive.folder / known[placed.hash].path,
                    known[placed.hash].size,
                    captions=captions.of(archive, known[placed.hash]),
                )
            ),
            language=language,
            heard=placed.heard,
        )
        for placed in about.clips
    ]


class _OnlyTried(Exception):
    """Takes back what was written to see what would come of it."""


def lay(
    archive: Archive, db: Database, slug: str, heard: list[Heard], *, keep: bool, author: str | None = None
) -> tuple[Combined, int | None]:
    """What comes of the transcript where the new words take the place of those that nobody looked at.

    Args:
        archive: which.
        db: its catalogue.
        slug: the interview.
        heard: from `hear`.
        keep: whether it becomes the current revision; else nothing is written.
        author: who says so.

    Returns:
        It, and the number of the revision where one was kept.

    Raises:
        UserError: nobody transcribed it yet.
    """
    found: list[tuple[Combined, int | None]] = []
    try:
        with db.atomic():
            found.append(_laid(archive, db, slug, heard, author))
            _must_be(keep)
    except _OnlyTried:
        return found[0][0], None
    return found[0]


def _must_be(wanted: bool) -> None:
    if not wanted:
        raise _OnlyTried


def _laid(
    archive: Archive, db: Database, slug: str, heard: list[Heard], author: str | None
) -> tuple[Combined, int | None]:
    before = transcripts.current(db, slug)
    if before is None:
        raise UserError(f"'{slug}' has no transcript yet.", "Finish it with: archive ingest")
    earlier = [segment for saved in _machines(db, slug) for segment in as_segments(saved)]
    ledger = CatalogueLedger(db, archive.folder)
    for each in heard:
        ledger.done(each.clip, "transcribe", each.settings)
    now = transcripts.current(db, slug)
    if now is not None and now.revision != before.revision:  # nobody had looked at it
        said = as_segments(now)
        return Combined(said, changes(as_segments(before), said), ()), now.revision
    machines = _machines(db, slug)
    newest = as_segments(machines[-1]) if machines else ()
    reviewed_ms = 0 if before.state == "machine" else before.reviewed_ms
    found = combined(earlier, as_segments(before), newest, reviewed_ms)
    if not found.changed:
        return found, None
    model = heard[0].clip.transcript.model if heard and heard[0].clip.transcript else None
    number = revisions.keep(
        db,
        slug,
        found.segments,
        kind="corrected",
        author=author,
        reason=f"heard again by {model or 'another model'}",
        parent=before.revision,
        state=before.state,
        reviewed_ms=before.reviewed_ms,
    )
    return found, number


def _machines(db: Database, slug: str) -> list[SavedTranscript]:
    """The revisions that machines made of the interview's own words."""
    return [
        revisions.load(db, slug, each.number)
        for each in revisions.of_interview(db, slug)
        if each.kind == "machine" and each.parent is None and each.state == "machine" and not each.translation
    ]
