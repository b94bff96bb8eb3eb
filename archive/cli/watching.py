"""How a check is shown while it runs: a bar on a terminal, nothing elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from archive.display import shown


class Silent:
    """Shows nothing."""

    def expect(self, files: int, size: int) -> None:
        """Nobody looks."""

    def at(self, path: str) -> None:
        """Nobody looks."""

    def read(self, count: int) -> None:
        """Nobody looks."""

    def pause(self) -> None:
        """Nothing is in the way of a question."""


class Bar:
    """The file that is read, and how far all of them are."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._all = progress.add_task("looking", total=None)

    def expect(self, files: int, size: int) -> None:
        """The bar begins."""
        self._progress.reset(self._all, total=size)
        self._progress.start()

    def at(self, path: str) -> None:
        """The next file."""
        self._progress.update(self._all, description=f"reading {escape(shown(path))}")

    def read(self, count: int) -> None:
        """The bar moves."""
        self._progress.advance(self._all, count)

    def pause(self) -> None:
        """Make way for a question."""
        self._progress.stop()


@contextmanager
def watching() -> Iterator[Silent | Bar]:
    """The way of showing that fits where stderr goes."""
    with _bars(TransferSpeedColumn()) as progress:
        yield Bar(progress) if progress else Silent()


class Counter:
    """How many of so many; called with both."""

    def __init__(self, progress: Progress | None, what: str) -> None:
        self._progress = progress
        self._all = progress.add_task(what, total=None) if progress else None

    def __call__(self, done: int, total: int) -> None:
        """The bar moves, where there is one."""
        if self._progress and self._all is not None:
            self._progress.update(self._all, completed=done, total=total)

    def pause(self) -> None:
        """Make way for a question."""
        if self._progress:
            self._progress.stop()


@contextmanager
def counting(what: str) -> Iterator[Counter]:
    """A bar on a terminal over what is counted, nothing elsewhere."""
    with _bars(MofNCompleteColumn()) as progress:
        yield Counter(progress, what)


@contextmanager
def _bars(count: ProgressColumn) -> Iterator[Progress | None]:
    """Bars with this behind them on a terminal, None elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield progress
