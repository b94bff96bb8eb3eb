"""The whole sweeps, case by case: every boundary, every call, many moments. The tests draw a few of the same."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from sweeping import actions, cameras, failing, keeping, killing, operations, power, tracing
from sweeping.drawing import by
from sweeping.footage import recording
from sweeping.operation import Operation, Outcome, Reference
from sweeping.running import NOBODY, why_no_other_user

MOMENTS = 200
CHAPTERS = 20
CHANGES = (*tracing.WRITES, *tracing.FLUSHES, *tracing.NAMES)
SWEPT = (operations.offload, operations.go_on, keeping.backup, keeping.restore, keeping.repair)
FORGETFUL = (operations.forgetful_offload, keeping.forgetful_backup, keeping.forgetful_restore)
TITLES = {
    "offload": "the copy of a card",
    "go on": "renditions and transcripts",
    "backup": "`archive backup`",
    "restore": "`archive restore`",
    "repair": "`archive repair`",
    "naive": "a naive copy",
}
Make = Callable[[Path], Operation]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a sweep.

    Attributes:
        row: the line of the table of results that counts it.
        key: says which case it is; the same in every run with the same seed.
        go: does it.
    """

    row: str
    key: str
    go: Callable[[], Outcome]


@dataclass(frozen=True, slots=True)
class Bench:
    """What cases are made of.

    Attributes:
        reference: an operation as it is undisturbed.
        disk: the disk on which it begins.
        seed: decides what is drawn by chance.
    """

    reference: Callable[[Make], Reference]
    disk: Callable[[Make], Path]
    seed: str

    def users(self) -> Iterator[int | None]:
        """Ourselves and, where we may, a user without rights, in turn."""
        return cycle([None] if why_no_other_user() else [None, NOBODY])


def kill(bench: Bench) -> Iterator[Case]:
    """At every boundary between two steps, at many moments, at every write, flush and name; and a naive copy."""
    users, whole = bench.users(), bench.reference(operations.ingest)
    for lines in range(1, whole.lines):
        row = "`archive ingest` killed at every step boundary"
        yield _case(row, f"{lines}", killing.after_lines, whole, lines, next(users))
    chance = by(bench.seed, "moments")
    for number in range(MOMENTS):
        moment = chance.uniform(0.05, whole.seconds)
        row = "`archive ingest` killed at random moments"
        yield _case(row, f"{number}", killing.after_seconds, whole, moment, next(users))
    for make in (*SWEPT, operations.naive):
        reference = bench.reference(make)
        for call in _points(reference, CHANGES, tracing.why_not()):
            row = f"{_who(reference)} killed at every write, flush, rename, link and unlink"
            yield _case(row, f"{call}", killing.at_call, reference, call, next(users))


def cut(bench: Bench) -> Iterator[Case]:
    """The power goes at every flush, and when the command has ended; and what flushes nothing."""
    if why := power.why_not():
        print(f"Left out, no power can be cut: {why}.")
        return
    users = bench.users()
    for make in (*SWEPT, *FORGETFUL, operations.naive):
        reference, disk = bench.reference(make), bench.disk(make)
        for call in (*reference.points(*tracing.FLUSHES), None):
            row = f"{_who(reference)}: the power goes at every flush"
            yield _case(row, f"{call}", power.cut, reference, disk, call, next(users))


def call(bench: Bench) -> Iterator[Case]:
    """Every call fails, with every error that it may meet; and a naive copy's."""
    users = bench.users()
    for make in (*SWEPT, operations.naive):
        reference = bench.reference(make)
        for each in _points(reference, tracing.ALL, tracing.why_not()):
            for error in failing.errors(each):
                row = f"{_who(reference)}: every write, flush, rename, read fails with EIO or ENOSPC"
                yield _case(row, f"{each} {error}", failing.at_call, reference, each, error, next(users))


def act(bench: Bench) -> Iterator[Case]:
    """Random actions in chapters, each on an archive of its own."""
    from conftest import Footage  # whole.py can reach it, other tests cannot

    sound = recording(Footage())
    for number in range(CHAPTERS):
        row = f"{actions.STEPS} random actions in a row, with a look at everything after each"
        yield _case(row, f"{number}", actions.chapter, sound, f"{bench.seed} {number}")


def shoots(bench: Bench) -> Iterator[Case]:
    """Half an hour of two cameras and a recorder, with timecode everywhere and without it on the recorder."""
    from conftest import Footage  # whole.py can reach it, other tests cannot

    row = "30 minutes of two cameras and a recorder whose clock runs 40 parts in a million fast"
    for timecode in (True, False):
        key = "the recorder has timecode" if timecode else "the recorder is found by sound"
        yield _case(row, key, _shoot, Footage(), timecode)


def _shoot(footage: object, timecode: bool) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        shoot = cameras.make(footage, Path(folder, "cards"), 30, timecode=timecode)
        came = cameras.ingested(shoot, Path(folder))
    case = f"{came.apart_ms:.1f} ms apart at most, speakers right for {came.speakers:.2%} of {came.words[0]} words"
    print(f"  {case}", flush=True)
    return Outcome(case, True, came.wrong)


PIECES: dict[str, Callable[[Bench], Iterator[Case]]] = {
    "kill": kill,
    "power": cut,
    "call": call,
    "actions": act,
    "cameras": shoots,
}


def _case(row: str, key: str, go: Callable[..., Outcome], *given: object) -> Case:
    return Case(row, f"{row}: {key}", lambda: go(*given))


def _who(reference: Reference) -> str:
    name, forgetful, _ = reference.operation.name.partition(" without fsync")
    return TITLES[name] + (", where fsync does nothing" if forgetful else "")


def _points(reference: Reference, names: tuple[str, ...], why_not: str) -> list[tracing.Call]:
    if why_not:
        print(f"Left out for {_who(reference)}, no call can be tampered with: {why_not}.")
        return []
    return reference.points(*names)
