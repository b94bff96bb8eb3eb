"""How a run is shown: bars on a terminal, plain lines in a pipe, JSON lines for scripts."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn

from archive.display import shown
from archive.intake.report import Moment, Reporter
from archive.intake.verdict import Verdict
from ingest.steps import Step

VERBS: dict[Step, str] = {
    "copy": "copying",
    "probe": "looking at",
    "sound": "listening to",
    "renditions": "making renditions of",
    "transcribe": "transcribing",
    "translate": "translating",
}

# About what a step takes beside the others, for the bar over all of it.
WEIGHTS: dict[Step, float] = {
    "copy": 1,
    "probe": 0.1,
    "sound": 1,
    "renditions": 5,
    "transcribe": 5,
    "translate": 5,
}


def speed(moment: Moment, seconds: float) -> str:
    """How fast a step goes: bytes a second for the copy, times real time for the others."""
    if not moment.amount or seconds < 0.5:
        return ""
    rate = moment.done * moment.amount / seconds
    return f"{rate / 1e6:.0f} MB/s" if moment.step == "copy" else f"{rate:.1f}x"


class JsonLines:
    """A line of JSON on stdout for everything that begins, ends or fails."""

    def expect(self, steps: Sequence[Step]) -> None:
        """Scripts count for themselves."""

    def moment(self, moment: Moment) -> None:
        """A line, except for progress."""
        if moment.what == "moved":
            return
        line = {"event": "step", "path": moment.path, "step": moment.step, "state": moment.what}
        if moment.what == "failed":
            line |= {"error": moment.error, "try": moment.remedy}
        print(json.dumps(line), flush=True)

    def card(self, verdict: Verdict) -> None:
        """A line, as soon as it is known."""
        line = {
            "event": "card",
            "path": verdict.path,
            "files": verdict.files,
            "safe_to_format": verdict.safe,
            "why": verdict.why,
        }
        print(json.dumps(line), flush=True)

    def note(self, text: str) -> None:
        """A line for a person."""
        print(shown(text), file=sys.stderr)


class Lines:
    """A plain line on stderr for each step that ended."""

    def __init__(self) -> None:
        self._began: dict[tuple[str, Step], float] = {}

    def expect(self, steps: Sequence[Step]) -> None:
        """Plain lines have no bar."""

    def moment(self, moment: Moment) -> None:
        """A line when a step has ended."""
        key = (moment.path, moment.step)
        if moment.what == "began":
            self._began[key] = time.monotonic()
        elif moment.what != "moved":
            took = time.monotonic() - self._began.pop(key, time.monotonic())
            print(f"{shown(moment.path)}: {moment.step} {self._ending(moment, took)}", file=sys.stderr)

    def card(self, verdict: Verdict) -> None:
        """A line, as soon as it is known."""
        print(shown(str(verdict)), file=sys.stderr)

    def note(self, text: str) -> None:
        """A line for a person."""
        print(shown(text), file=sys.stderr)

    def _ending(self, moment: Moment, took: float) -> str:
        if moment.what == "failed":
            return f"failed: {shown(moment.error)}"
        return ", ".join(filter(None, ["done", f"{took:.1f} s", speed(moment, took)]))


class Bars:
    """A line a clip that is being worked on, and a bar over all of it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._all = progress.add_task("[bold]all of it[/bold]", total=0, speed="")
        self._lines: dict[tuple[str, Step], tuple[TaskID, float]] = {}
        self._expected = 0.0
        self._ended = 0.0
        self._parts: dict[tuple[str, Step], float] = {}

    def expect(self, steps: Sequence[Step]) -> None:
        """The bar over all grows."""
        self._expected += sum(WEIGHTS[step] for step in steps)
        self._progress.update(self._all, total=self._expected)

    def moment(self, moment: Moment) -> None:
        """A line appears, moves, or goes; the bar over all moves with it."""
        key = (moment.path, moment.step)
        if moment.what == "began":
            text = f"{VERBS[moment.step]} {escape(shown(Path(moment.path).name))}"
            self._lines[key] = (self._progress.add_task(text, total=1.0, speed=""), time.monotonic())
        elif moment.what == "moved" and key in self._lines:
            line, began = self._lines[key]
            self._parts[key] = moment.done * WEIGHTS[moment.step]
            self._progress.update(line, completed=moment.done, speed=speed(moment, time.monotonic() - began))
        elif key in self._lines:
            self._progress.remove_task(self._lines.pop(key)[0])
            self._parts.pop(key, None)
            self._ended += WEIGHTS[moment.step]
            if moment.what == "failed":
                self.note(f"{moment.path}: {moment.step} failed: {moment.error}")
        self._progress.update(self._all, completed=self._ended + sum(self._parts.values()))

    def card(self, verdict: Verdict) -> None:
        """A line above the bars that nobody overlooks."""
        style = "bold green" if verdict.safe else "bold red"
        self._progress.console.print(escape(shown(str(verdict))), style=style, highlight=False)

    def note(self, text: str) -> None:
        """A line above the bars."""
        self._progress.console.print(escape(shown(text)), highlight=False)


@contextmanager
def reporter(*, as_json: bool) -> Iterator[Reporter]:
    """The way of showing that fits: where stdout and stderr go, and what was asked for."""
    console = Console(stderr=True)
    if as_json:
        yield JsonLines()
    elif not console.is_terminal:
        yield Lines()
    else:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, transient=True) as progress:
            yield Bars(progress)
