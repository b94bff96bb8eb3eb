"""Let one call fail, and look whether the command says so and the next run puts it right."""

import re

from sweeping import tracing
from sweeping.contents import missing
from sweeping.killing import SHOWN, again
from sweeping.operation import Outcome, Reference, place
from sweeping.running import Ran
from sweeping.tracing import Call

CODES = frozenset({0, 1, 3, 4, 6})  # of docs/scripts.md: those that a disk may bring about
ERRORS = ("EIO", "ENOSPC")
ASIDE = re.compile(r"unexpected in in \w+: (originals/)?\.damaged\b")
# A disk that is full refuses these; all others only a disk that is broken does.
TAKES_ROOM = frozenset({"write", "pwrite64", "ftruncate", "mkdir", "fsync", "fdatasync", "rename", "link"})


def errors(call: Call) -> tuple[str, ...]:
    """The errors that a call may meet."""
    return ERRORS if call.name in TAKES_ROOM or "O_CREAT" in call.about else ERRORS[:1]


def at_call(reference: Reference, call: Call, error: str, user: int | None) -> Outcome:
    """The call fails with `error` in every thread that comes so far; everything else works."""
    operation = reference.operation
    with place(reference, user) as (there, scratch):
        ran, failed = tracing.injected(operation.command(there), scratch, call, f"error={error}", user=user)
        inside = tracing.among(failed, [call.name], (there, *operation.reads))
        wrong = told(ran) if inside else []  # before the command itself has begun Python speaks
        wrong += operation.broken(there, ran.said, reference.whole)
        if ran.code == 0 and not any(line.get("absent") for line in ran.said):
            wrong += [f"ended with 0: {line}" for line in missing(reference.whole, operation.holds(there))]
        # What the disk would not give back is put aside where the card has it whole; nothing else may be too much.
        wrong += [line for line in again(reference, there, scratch, user) if not ASIDE.match(line)]
    who = "root" if user is None else f"user {user}"
    about = f" on {inside[0].about[:160]}" if inside else ""
    case = f"{operation.name}, {call} fails with {error}, as {who}{about}"
    return Outcome(case, bool(inside), tuple(wrong[:SHOWN]))


def told(ran: Ran) -> list[str]:
    """What a person sees of it: one of the known exit codes, an error in words, no traceback."""
    wrong = [] if ran.code in CODES else [f"exit code {ran.code}"]
    if "Traceback" in ran.talk:
        wrong.append(f"a traceback: {ran.talk[-600:]}")
    if "fault of the program" in ran.talk:
        wrong.append(f"told as a fault of the program: {ran.talk[-600:]}")
    if ran.code and not ran.talk and not any(line.get("failed") or line.get("left") for line in ran.said):
        wrong.append("an error without a word")
    return wrong
