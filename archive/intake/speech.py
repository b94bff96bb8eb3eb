"""The recogniser of a run: its model found, fetched and loaded when the first clip needs it, and only once."""

import threading
from contextlib import ExitStack
from types import TracebackType

from archive.demo import MODEL
from archive.intake.report import Reporter
from ingest.engines import models
from ingest.engines.models import Model
from ingest.engines.recogniser import Recogniser
from ingest.errors import ModelMissing
from ingest.executors.local import LocalRecogniser


class Speech:
    """A context; what it started ends with it."""

    def __init__(self, asked: str, reporter: Reporter, stop: threading.Event) -> None:
        """Nothing is looked for yet; `asked` is the model's name or folder."""
        self._asked = asked
        self._reporter = reporter
        self._stop = stop
        self._stack = ExitStack()
        self._model: Model | None = None
        self._missing: ModelMissing | None = None
        self._recogniser: LocalRecogniser | None = None

    def __enter__(self) -> "Speech":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def recogniser(self) -> Recogniser:
        """Whoever recognises speech in this run.

        Raises:
            ModelMissing: once it is missing it stays so for the run; the hub is not asked for every clip.
            Stopped: while the model was fetched.
        """
        if self._recogniser is None:
            self._recogniser = self._stack.enter_context(LocalRecogniser(self._here().folder))
        return self._recogniser

    def model(self) -> str:
        """The name of the model that `recogniser` uses; never "auto"."""
        return self._here().name

    def _here(self) -> Model:
        if self._missing:
            raise self._missing
        if self._model is None:
            try:
                self._model = self._fetched(models.resolve(self._asked, demo=MODEL))
            except ModelMissing as error:
                self._missing = error
                raise
        return self._model

    def _fetched(self, model: Model) -> Model:
        if model.present:
            return model
        size = f"{model.megabytes} MB" if model.megabytes else "of unknown size"
        self._reporter.note(f"Fetching the speech model {model.name}, {size}, into {model.folder}")
        told = 0

        def progress(done: float) -> None:
            nonlocal told
            if int(done * 10) > told:
                told = int(done * 10)
                self._reporter.note(f"  {model.name}: {told * 10} %")

        return models.fetch(model, progress, self._stop)
