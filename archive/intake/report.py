"""What a run tells whoever watches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from archive.intake.verdict import Verdict
from ingest.steps import Step


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a file: a step of it began, moved on, or ended.

    Attributes:
        path: the file, as given joined with what was found below it.
        done: 0 to 1, for "moved".
        amount: how much there is: bytes for the copy, seconds of footage for every other step; 0 where unknown.
        error: for "failed".
        remedy: for "failed".
    """

    path: str
    step: Step
    what: Literal["began", "moved", "done", "failed"]
    done: float = 0.0
    amount: float = 0.0
    error: str = ""
    remedy: str = ""


class Reporter(Protocol):
    """Shows a run: a bar on a terminal, plain lines in a pipe, JSON lines for scripts."""

    def expect(self, steps: Sequence[Step]) -> None:
        """These steps are to come, too."""
        ...

    def moment(self, moment: Moment) -> None:
        """Something happened."""
        ...

    def card(self, verdict: Verdict) -> None:
        """It is known whether a PATH may be formatted."""
        ...

    def note(self, text: str) -> None:
        """A sentence that a person should read."""
        ...
