"""Ctrl-C and SIGTERM end a run cleanly: what was finished is recorded, then the run says how to go on."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import typer

from archive.cli.failing import tell
from media.errors import Stopped


@dataclass(slots=True)
class Signals:
    """What has arrived.

    Attributes:
        stop: set by the first signal.
        number: which signal it was, 0 before.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    number: int = 0

    @property
    def exit_code(self) -> int:
        """128 and the signal's number, as shells have it: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + (self.number or signal.SIGINT)


@contextmanager
def stopping() -> Iterator[Signals]:
    """Signals set `stop` inside the block; the second one ends the program at once."""
    signals = Signals()

    def arrived(number: int, _frame: FrameType | None) -> None:
        if signals.stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        signals.number = number
        signals.stop.set()

    before = {number: signal.signal(number, arrived) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """The same for what is not kept half done: once it has stopped, the command ends with the signal's exit code."""
    with stopping() as signals:
        try:
            yield signals.stop
        except Stopped as stopped:
            tell(stopped)
            raise typer.Exit(signals.exit_code) from None
