"""What can go wrong on the way from a card to a transcript.

Problem (media.errors)
├── StepFailed         one step of one clip; every other clip goes on
├── NoTranscript       a file that somebody brings is no transcript that can be read
├── ModelMissing       the speech model is not there and cannot be fetched
├── ModelUnfit         it is no model for what is asked of it
├── DiarizerMissing    nobody tells voices apart here, though that was asked for
└── RecogniserDied     the recogniser's process ended by itself
"""

from ingest.steps import Step
from media.errors import Problem


class StepFailed(Problem):
    """One step of one clip did not succeed; its original is safe.

    Attributes:
        step: the name of the step, as in the ledger.
        permanent: the file's content is at fault, so it is not tried again before somebody asks for that.
    """

    def __init__(self, step: Step, message: str, remedy: str = "", *, permanent: bool = False) -> None:
        super().__init__(message, remedy)
        self.step = step
        self.permanent = permanent


class ModelMissing(Problem):
    """No such model here, and the model hub did not give it."""


class ModelUnfit(Problem):
    """The speech model cannot do what is asked of it."""


class DiarizerMissing(Problem):
    """What tells voices apart is not installed, or has no models."""


class RecogniserDied(Problem):
    """The process that recognises speech ended without an answer."""


class NoTranscript(Problem):
    """A file that somebody brings as a transcript says nothing, or cannot be read."""
