"""Kill the command, run it again, and look whether anything tells that it was ever killed."""

from collections.abc import Callable
from pathlib import Path

from sweeping import tracing
from sweeping.contents import differences
from sweeping.operation import Outcome, Reference, place
from sweeping.running import Ran, Until, run
from sweeping.tracing import Call

Kill = Callable[[Path, Path], Ran]  # by the folder it works in and the one for what it says

SHOWN = 8  # lines of what is wrong with one case
# What a run that finds nothing to do may write: it opens the database, holds the lock and keeps a log.
MOVING = frozenset({".lock", "archive.db-wal", "archive.db-shm", "archive.db", "logs"})


def after_lines(reference: Reference, lines: int, user: int | None) -> Outcome:
    """Killed at a boundary between steps: when so many lines have been said."""
    return _case(reference, Until(lines=lines), f"killed after {lines} lines", user)


def after_seconds(reference: Reference, seconds: float, user: int | None) -> Outcome:
    """Killed at some moment."""
    return _case(reference, Until(seconds=seconds), f"killed after {seconds:.3f} s", user)


def at_call(reference: Reference, call: Call, user: int | None) -> Outcome:
    """Killed as it asks for a write, a flush, a name."""
    command = reference.operation.command

    def kill(there: Path, scratch: Path) -> Ran:
        return tracing.injected(command(there), scratch, call, "signal=KILL", user=user)[0]

    return judged(reference, kill, f"killed at {call}", user)


def _case(reference: Reference, until: Until, what: str, user: int | None) -> Outcome:
    command = reference.operation.command

    def kill(there: Path, scratch: Path) -> Ran:
        return run(command(there), scratch, user=user, until=until)

    return judged(reference, kill, what, user)


def judged(reference: Reference, kill: Kill, what: str, user: int | None) -> Outcome:
    """Kill, look, run again, compare, run a third time."""
    with place(reference, user) as (there, scratch):
        killed = kill(there, scratch)
        wrong = [f"outlived it: {each}" for each in killed.orphans]
        wrong += reference.operation.broken(there, killed.said, reference.whole)
        wrong += again(reference, there, scratch, user)
        if reference.operation.settles:
            wrong += third(reference, there, scratch, user)
    who = "root" if user is None else f"user {user}"
    return Outcome(f"{reference.operation.name}, {what}, as {who}", killed.code < 0, tuple(wrong[:SHOWN]))


def again(reference: Reference, there: Path, scratch: Path, user: int | None) -> list[str]:
    """Run the command undisturbed; what it leaves must be what an uninterrupted run leaves."""
    ran = run(reference.operation.command(there), scratch, user=user)
    if ran.code:
        return [f"the next run ended with {ran.code}: {ran.why()}"]
    return differences(reference.whole, reference.operation.holds(there))


def third(reference: Reference, there: Path, scratch: Path, user: int | None) -> list[str]:
    """Run the command once more; it must do and write nothing."""
    before = footprint(there)
    ran = run(reference.operation.command(there), scratch, user=user)
    wrong = [f"a third run ended with {ran.code}: {ran.why()}"] if ran.code else []
    wrong += [f"a third run wrote {path}" for path in sorted(before ^ footprint(there))]
    return wrong + differences(reference.whole, reference.operation.holds(there))


def footprint(there: Path) -> set[tuple[str, int, int]]:
    """Every file by path, inode and time of its content, but those that every run touches."""
    found = set()
    for path in there.rglob("*"):
        where = path.relative_to(there)
        if path.is_file() and not MOVING & set(where.parts):
            status = path.stat()
            found.add((str(where), status.st_ino, status.st_mtime_ns))
    return found
