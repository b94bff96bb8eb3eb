"""What the pipeline asks of a memory: which step of which clip is done, with which settings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from ingest.clip import Clip
from ingest.errors import StepFailed
from ingest.steps import Step
from ingest.transcript import Block


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one step of one clip.

    Attributes:
        settings: canonical JSON; other settings than today's make the step stale, not wrong.
        state: "done" or "failed".
        error: what happened, where it failed; what is damaged, where it is done with what could be read.
        remedy: what to do about it.
        permanent: the content is at fault; the same step would fail again.
    """

    settings: str
    state: Literal["done", "failed"]
    error: str = ""
    remedy: str = ""
    permanent: bool = False


class Ledger(Protocol):
    """A memory of steps. Only the process that runs the pipeline writes it."""

    def record(self, clip: str, step: Step) -> Record | None:
        """What is remembered of this step."""
        ...

    def done(self, clip: Clip, step: Step, settings: str) -> None:
        """Remember, in one transaction, that the step is done and what it found."""
        ...

    def failed(self, clip: Clip, failure: StepFailed, settings: str) -> None:
        """Remember that the step failed and why."""
        ...

    def blocks(self, clip: str, settings: str) -> Mapping[int, Block]:
        """The blocks of an unfinished transcription, by position."""
        ...

    def keep(self, clip: str, settings: str, position: int, block: Block) -> None:
        """Remember one block of an unfinished transcription."""
        ...


def canonical(settings: Mapping[str, object]) -> str:
    """Settings as JSON in the one form that is compared."""
    return json.dumps(settings, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class MemoryLedger:
    """A ledger that forgets when the process ends, for tests and trials."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, Step], Record] = {}
        self._blocks: dict[tuple[str, str], dict[int, Block]] = {}
        self.clips: dict[str, Clip] = {}

    def record(self, clip: str, step: Step) -> Record | None:
        """What is remembered of this step."""
        return self._records.get((clip, step))

    def done(self, clip: Clip, step: Step, settings: str) -> None:
        """Remember that the step is done."""
        self._records[clip.hash, step] = Record(settings, "done", clip.damage)
        self._blocks.pop((clip.hash, settings), None)
        self.clips[clip.hash] = clip

    def failed(self, clip: Clip, failure: StepFailed, settings: str) -> None:
        """Remember that the step failed and why."""
        self._records[clip.hash, failure.step] = Record(
            settings, "failed", failure.message, failure.remedy, failure.permanent
        )

    def blocks(self, clip: str, settings: str) -> Mapping[int, Block]:
        """The blocks of an unfinished transcription, by position."""
        return self._blocks.get((clip, settings), {})

    def keep(self, clip: str, settings: str, position: int, block: Block) -> None:
        """Remember one block of an unfinished transcription."""
        self._blocks.setdefault((clip, settings), {})[position] = block
