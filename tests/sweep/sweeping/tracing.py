"""strace: which system calls a run makes, and a run in which one of them kills it or fails.

strace counts calls by thread, so "the third write" is that of whichever thread makes its third write first. Children
are let go where they start another program (-b execve): what is killed or fails is the command itself.
"""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sweeping.running import Ran, becoming, run

WRITES = ("write", "pwrite64", "ftruncate", "mkdir")
FLUSHES = ("fsync", "fdatasync")
NAMES = ("rename", "renameat2", "link", "unlink", "unlinkat", "rmdir")
READS = ("openat", "read", "pread64", "copy_file_range", "sendfile")
ALL = (*WRITES, *FLUSHES, *NAMES, *READS)
STRACE = ("strace", "-f", "-b", "execve", "-y", "-qq", "-s", "0")

_INJECTED = "(INJECTED)"
_LINE = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\((?P<rest>.*)")
_RESUMED = re.compile(r"(?P<thread>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """A system call of a run.

    Attributes:
        name: "fsync".
        number: from 1, among the calls of this name in its thread.
        about: its arguments, which name the file.
        injected: whether strace made it fail.
    """

    name: str
    number: int
    about: str = ""
    injected: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


@cache
def why_not(user: int | None = None) -> str:
    """Why strace cannot be used here; empty where it can."""
    if shutil.which("strace") is None:
        return "there is no strace"
    command = [*becoming(user), *STRACE, "-o", "/dev/null", "true"]
    tried = subprocess.run(command, capture_output=True, check=False)
    return "" if tried.returncode == 0 else f"strace may not trace: {tried.stderr.decode().strip()[-100:]}"


def recorded(command: list[str], scratch: Path, *, user: int | None = None) -> tuple[Ran, list[Call]]:
    """Run `command` to its end and return every call that it made."""
    log = scratch / "calls"
    ran = run([*STRACE, "-o", str(log), "-e", f"trace={','.join(ALL)}", *command], scratch, user=user)
    return ran, calls(log)


def injected(
    command: list[str], scratch: Path, call: Call, what: str, *, user: int | None = None
) -> tuple[Ran, list[Call]]:
    """Run `command` with one call tampered with.

    Args:
        command: the program and its arguments.
        scratch: takes the log.
        call: which; see above for what its number means.
        what: "signal=KILL" or "error=EIO".
        user: as `run`.

    Returns:
        The run, and the calls that were made to fail.
    """
    log = scratch / "calls"
    inject = f"inject={call.name}:{what}:when={call.number}"
    strace = [*STRACE, "-o", str(log), "-e", f"trace={call.name}", "-e", inject]
    ran = run([*strace, *command], scratch, user=user)
    return ran, [each for each in calls(log) if each.injected]


def calls(log: Path) -> list[Call]:
    """The calls in a log of strace, numbered by thread and name; one that another thread's interrupts is one."""
    counted: Counter[tuple[str, str]] = Counter()
    latest: dict[str, int] = {}  # by thread, its last call's place
    found: list[Call] = []
    for line in log.read_text(errors="replace").splitlines():
        if entry := _LINE.match(line):
            thread, name, rest = entry["thread"], entry["name"], entry["rest"]
            counted[thread, name] += 1
            latest[thread] = len(found)
            found.append(Call(name, counted[thread, name], rest, _INJECTED in rest))
        elif (entry := _RESUMED.match(line)) and _INJECTED in line:
            place = latest[entry["thread"]]
            found[place] = replace(found[place], injected=True)
    return found


def among(calls: Iterable[Call], names: Iterable[str], folders: Iterable[Path]) -> list[Call]:
    """The calls of these names that touch what lies below these folders, in order.

    Of calls with one name and number in several threads the first alone counts: it is the one that is met.
    """
    wanted, inside = frozenset(names), [str(folder) for folder in folders]
    first: dict[tuple[str, int], Call] = {}
    for call in calls:
        if call.name in wanted:
            first.setdefault((call.name, call.number), call)
    return sorted(call for call in first.values() if any(folder in call.about for folder in inside))
