"""What is swept: a command, what it finds when it begins, and what must be true of whatever it said was done."""

import functools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sweeping import tracing
from sweeping.contents import Contents, differences
from sweeping.running import Ran, run
from sweeping.tracing import Call

Said = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A command that is swept.

    Attributes:
        name: for people.
        prepare: makes, in an empty folder, what the command finds.
        command: the program and its arguments, by the folder it works in.
        reads: folders outside of that folder that it reads.
        broken: by the folder, what the command said, and what the folder holds when all went well: what it said
            is done and is not.
        holds: all that it made, comparable.
        settles: whether a run that finds all done does nothing.
    """

    name: str
    prepare: Callable[[Path], None]
    command: Callable[[Path], list[str]]
    reads: tuple[Path, ...]
    broken: Callable[[Path, Said, Contents], list[str]]
    holds: Callable[[Path], Contents]
    settles: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """An operation that nothing interrupted, and all that is needed to run it again and again.

    Attributes:
        operation: which.
        before: the folder that `prepare` filled; each case gets a copy.
        whole: what the operation made.
        lines: how many lines of JSON it said.
        seconds: how long it took.
        calls: tells what it asked of the system, in all threads; it is run under strace when that is first asked.
    """

    operation: Operation
    before: Path
    whole: Contents
    lines: int
    seconds: float
    calls: Callable[[], Sequence[Call]] = field(repr=False, default=tuple)

    def points(self, *names: str) -> list[Call]:
        """The calls of these names that touch what the operation reads or makes."""
        return tracing.among(self.calls(), names, (Path(PLACE), *self.operation.reads))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case of a sweep.

    Attributes:
        case: what was done, so that it can be done again.
        met: whether what was to happen came about: a kill may come too late, a call may never be made.
        wrong: what the program promised and did not keep.
    """

    case: str
    met: bool
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        """For the one who has to find out why."""
        return "\n  ".join((self.case, *self.wrong))


PLACE = "/place-"  # in the name of every folder that an operation works in


@contextmanager
def folder(user: int | None = None) -> Iterator[Path]:
    """A folder that any user may look into, and that goes away at the end; `user` owns it."""
    with tempfile.TemporaryDirectory(prefix="sweep-") as name:
        made = Path(name)
        made.chmod(0o755)
        if user is not None:
            os.chown(made, user, user)
        yield made


@contextmanager
def place(reference: Reference, user: int | None = None) -> Iterator[tuple[Path, Path]]:
    """A copy of what the operation finds, and a folder for what it says; both are the user's."""
    with folder(user) as made:
        scratch = made / "scratch"
        scratch.mkdir()
        there = Path(shutil.copytree(reference.before, f"{made}{PLACE}", symlinks=True))
        give((scratch, there), user)
        yield there, scratch


def give(folders: Sequence[Path], user: int | None) -> None:
    """Make a user the owner of everything in these folders."""
    if user is not None:
        for top in folders:
            for path in (top, *top.rglob("*")):
                os.chown(path, user, user, follow_symlinks=False)


def reference(operation: Operation, kept: Path) -> Reference:
    """Run an operation to its end, with a clock; `kept` is an empty folder that stays."""
    before = kept / "before"
    before.mkdir()
    operation.prepare(before)
    bare = Reference(operation, before, {}, 0, 0)
    with place(bare) as (there, scratch):
        began = time.monotonic()
        ran = run(operation.command(there), scratch)
        seconds = time.monotonic() - began
        must_end_well(ran)
        whole = operation.holds(there)
    calls = functools.cache(lambda: _calls(bare, whole))
    return Reference(operation, before, whole, len(ran.said), seconds, calls)


def _calls(bare: Reference, whole: Contents) -> list[Call]:
    with place(bare) as (there, scratch):
        ran, calls = tracing.recorded(bare.operation.command(there), scratch)
        must_end_well(ran)
        if differs := differences(whole, bare.operation.holds(there)):
            raise RuntimeError(f"two runs that nothing disturbed differ: {differs[:4]}")
    return calls


def must_end_well(ran: Ran) -> None:
    """A run that nothing disturbs ends with 0; all else is a mistake of the sweep."""
    if ran.code:
        raise RuntimeError(f"exit {ran.code}: {ran.talk[-2000:]}")
