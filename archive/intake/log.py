"""The log of a run: one file a day in the archive's logs folder, tracebacks included."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from archive.display import shown

FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _OneLine(logging.Formatter):
    """A message is one line whatever the names in it hold; only a traceback takes several."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line."""
        return shown(super().formatMessage(record))


class _File(logging.FileHandler):
    """On a full disk the log ends; the run, which tells a person all that it logs, does not."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say nothing: logging's own way is a traceback on stderr."""


@contextmanager
def logging_to(folder: Path) -> Iterator[None]:
    """Write what our packages log to today's file inside the block."""
    folder.mkdir(exist_ok=True)
    handler = _File(
        folder / f"ingest-{datetime.now(UTC):%Y-%m-%d}.log", encoding="utf-8", errors="backslashreplace"
    )
    handler.setFormatter(_OneLine(FORM))
    loggers = [logging.getLogger(name) for name in ("archive", "ingest", "media")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        with suppress(OSError):  # what is left to be written does not fit either
            handler.close()
