"""The pipeline: plan which steps are missing, run them side by side, hand each result to the ledger."""

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from ingest.clip import Clip
from ingest.errors import StepFailed
from ingest.ledger import Ledger
from ingest.step import Context, StepFunction
from ingest.steps import NEEDS, Step, redo
from ingest.transcript import Block
from media.errors import Damaged, Problem, Stopped, ToolFailed, Unreadable

Lane = Literal["media", "speech"]

# What a lane tells of its task: how far it is, a finished block with its position, the clip that knows more, an error.
Answer = float | tuple[int, Block] | Clip | Exception

LANES: Mapping[Step, Lane] = {
    "probe": "media",
    "sound": "media",
    "renditions": "media",
    "transcribe": "speech",
    "translate": "speech",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One step of one clip that is to be done, with its settings in canonical form."""

    clip: str
    step: Step
    settings: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a task: it began, moved on, ended well or badly.

    Attributes:
        done: 0 to 1, for "moved".
        failure: for "failed".
    """

    task: Task
    what: Literal["began", "moved", "done", "failed"]
    done: float = 0.0
    failure: StepFailed | None = None


class Pipeline:
    """One run over clips. Steps work in lanes of their own; this thread alone writes the ledger."""

    def __init__(
        self,
        steps: Mapping[Step, StepFunction],
        ledger: Ledger,
        report: Callable[[Event], None],
        stop: threading.Event,
        *,
        side_by_side: bool = True,
    ) -> None:
        self._steps = steps
        self._ledger = ledger
        self._report = report
        self._stop = stop
        self._queue: queue.SimpleQueue[tuple[Task, Answer]] = queue.SimpleQueue()
        speech: Lane = "speech" if side_by_side else "media"
        self._lane = {step: speech if lane == "speech" else lane for step, lane in LANES.items()}

    def run(self, interviews: Sequence[Sequence[Clip]], tasks: Sequence[Task]) -> dict[str, Clip]:
        """Run the tasks; clips of one interview share the language that the first of them speaks.

        Args:
            interviews: the clips of each interview in order.
            tasks: in the order in which they should be done, each after what it needs.

        Returns:
            Every clip by its hash, with what its steps found.

        Raises:
            Stopped: after everything that was finished has been recorded.
        """
        self._clips = {clip.hash: clip for clips in interviews for clip in clips}
        self._earlier = {
            clip.hash: [other.hash for other in clips[:i]]
            for clips in interviews
            for i, clip in enumerate(clips)
        }
        self._pending = list(tasks)
        self._open = {(task.clip, task.step) for task in tasks}
        self._running: dict[Lane, Task] = {}
        with ThreadPoolExecutor(max_workers=len(set(self._lane.values()))) as pool:
            try:
                self._start(pool)
                while self._running:
                    ended = self._handle(*self._queue.get())
                    if ended and not self._stop.is_set():
                        self._start(pool)
            except BaseException:
                self._stop.set()  # so that the lanes end, and the pool with them
                raise
        if self._stop.is_set():
            raise Stopped("Stopped.", "Run `archive ingest` again; it goes on where this run ended.")
        return self._clips

    def _start(self, pool: ThreadPoolExecutor) -> None:
        """Give every idle lane its next task; drop the tasks of clips that failed on the way to them."""
        waiting = []
        for task in self._pending:
            lane = self._lane[task.step]
            if not self._waits(task) and self._hopeless(task):
                self._open.discard((task.clip, task.step))
            elif lane in self._running or self._waits(task):
                waiting.append(task)
            else:
                self._running[lane] = task
                self._report(Event(task, "began"))
                pool.submit(self._work, task, self._prepared(task), self._context(task))
        self._pending = waiting

    def _waits(self, task: Task) -> bool:
        """Whether something has to end first: its need, or an earlier clip that settles the language."""
        if task.step == "transcribe" and any(
            (clip, "transcribe") in self._open for clip in self._earlier[task.clip]
        ):
            return True
        return (task.clip, NEEDS[task.step]) in self._open

    def _hopeless(self, task: Task) -> bool:
        need = NEEDS[task.step]
        record = self._ledger.record(task.clip, need) if need else None
        return need is not None and (record is None or record.state == "failed")

    def _prepared(self, task: Task) -> Clip:
        clip = self._clips[task.clip]
        if LANES[task.step] != "speech" or clip.language:
            return clip
        spoken = (self._clips[earlier].transcript for earlier in self._earlier[task.clip])
        return replace(clip, earlier=next((t.language for t in spoken if t and t.language), None))

    def _context(self, task: Task) -> Context:
        return Context(
            settings=task.settings,
            blocks=self._ledger.blocks(task.clip, task.settings) if LANES[task.step] == "speech" else {},
            keep=lambda position, block: self._queue.put((task, (position, block))),
            progress=lambda done: self._queue.put((task, done)),
            stop=self._stop,
        )

    def _work(self, task: Task, clip: Clip, context: Context) -> None:
        try:
            self._queue.put((task, self._steps[task.step](clip, context)))
        except Exception as error:  # Whatever a step raises is an answer; one clip never stops the others.
            self._queue.put((task, error))

    def _handle(self, task: Task, answer: Answer) -> bool:
        """Record one answer of a lane.

        Returns:
            Whether the task has ended.
        """
        match answer:
            case float() | int():
                self._report(Event(task, "moved", answer))
                return False
            case (position, block):
                self._ledger.keep(task.clip, task.settings, position, block)
                return False
            case Clip():
                self._clips[task.clip] = replace(answer, earlier=None)
                self._ledger.done(self._clips[task.clip], task.step, task.settings)
                self._report(Event(task, "done", 1.0))
            case Exception() if not isinstance(answer, Stopped):
                failure = as_failure(task.step, answer, self._clips[task.clip])
                self._ledger.failed(self._clips[task.clip], failure, task.settings)
                self._report(Event(task, "failed", failure=failure))
        del self._running[self._lane[task.step]]
        self._open.discard((task.clip, task.step))
        return True


def as_failure(step: Step, error: Exception, clip: Clip) -> StepFailed:
    """Any error of a step in the form that is recorded and shown."""
    if isinstance(error, StepFailed):
        return error
    if isinstance(error, Problem):
        # A file that the system would not open may be whole: its disk was unplugged, or it was not ours to read.
        of_the_system = isinstance(error.__cause__, OSError)
        at_fault = isinstance(error, Damaged | Unreadable | ToolFailed) and not of_the_system
        # What stalled or crashed a program may take hours each time.
        again = f" To have it tried again: {redo(step, [clip.path])}" if isinstance(error, ToolFailed) else ""
        remedy = f"{error.remedy}{again}" if at_fault else error.remedy
        failure = StepFailed(step, error.message, remedy, permanent=at_fault)
    else:
        failure = StepFailed(
            step,
            f"{clip.name}: {type(error).__name__}: {error}",
            "See the log; this is a fault of the program.",
        )
    failure.__cause__ = error
    return failure
