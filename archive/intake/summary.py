"""What became of each file of a run, and the exit code that says so."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.intake.verdict import Verdict
from ingest.errors import ModelMissing, StepFailed
from ingest.steps import Step
from media.card import Skipped
from media.errors import NoRoom, Problem


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that did not come to its end: at which step, why, and what to do."""

    path: str
    step: Step
    error: str
    remedy: str


@dataclass(slots=True)
class Summary:
    """One entry a file, by its path as given joined with what was found below it.

    Attributes:
        done: something was done for it, and all is done now.
        present: everything had been done before.
        failed: something failed.
        companions: it is no clip, and was kept with the clips beside which it lay.
        skipped: it is no clip and was not taken.
        verdicts: of each PATH that was given, whether it may be formatted.
        stale: steps made with other settings than today's, and where the originals of their clips lie.
        codes: exit codes of what failed.
        stopped: somebody stopped the run.
        broken: what ended the run as a whole: a full disk, a damaged database.
    """

    done: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    companions: list[Skipped] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    stale: dict[Step, list[Path]] = field(default_factory=dict)
    codes: set[int] = field(default_factory=set)
    stopped: bool = False
    broken: Problem | None = None

    def fail(self, path: str, failure: StepFailed) -> None:
        """Add a file that failed."""
        self.failed.append(Failed(path, failure.step, failure.message, failure.remedy))
        self.codes.add(code_of(failure))

    def as_json(self) -> dict[str, Any]:
        """The last line of `archive ingest --json`."""
        failed = {each.path for each in self.failed}
        return {
            "event": "summary",
            "done": self.done,
            "present": self.present,
            "failed": [
                {"path": failed.path, "step": failed.step, "error": failed.error, "try": failed.remedy}
                for failed in self.failed
            ],
            "skipped": [
                {"path": path, "why": each.why}
                for each in (*self.companions, *self.skipped)
                if (path := str(each.path)) not in failed
            ],
        }


# When several apply, the first of these is the run's exit code.
ORDER = (6, 5, 4, 7, 3, 1, 2)


def exit_code(codes: Iterable[int]) -> int:
    """The one exit code that says most."""
    found = set(codes)
    return next((code for code in ORDER if code in found), 0)


def code_of(failure: StepFailed) -> int:
    """The exit code that a failure of one step leads to."""
    if isinstance(failure.__cause__, NoRoom):
        return 4
    return 7 if isinstance(failure.__cause__, ModelMissing) else 1
