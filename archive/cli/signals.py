"""Ctrl-C and SIGTERM end a run cleanly: what was finished is recorded, then the run says how to go on."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType


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
