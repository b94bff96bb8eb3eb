"""What differs between systems about processes: ending together, limits, and the memory they hold."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

LINUX = sys.platform == "linux"
# What the guard runs: it waits for a line that never comes. When its input ends instead, we are gone,
# whatever ended us, and it takes its whole process group with it.
GUARD = "read _ || kill -s KILL 0"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A program and the guard that leads its process group.

    Attributes:
        program: the process that was asked for; its output and error are pipes.
        guard: a shell in the same group that ends the group when we end.
    """

    program: subprocess.Popen[bytes]
    guard: subprocess.Popen[bytes]

    @property
    def output(self) -> IO[bytes]:
        """What the program writes on its standard output."""
        assert self.program.stdout is not None  # start() made it a pipe
        return self.program.stdout

    @property
    def error(self) -> IO[bytes]:
        """What the program writes on its standard error."""
        assert self.program.stderr is not None  # start() made it a pipe
        return self.program.stderr

    def end(self) -> int:
        """End the program, what it started, and the guard, at once; returns the program's exit status."""
        # The guard is our child and not yet waited for, so its number still names this group and no other.
        os.killpg(self.guard.pid, signal.SIGKILL)
        if self.guard.stdin:
            self.guard.stdin.close()
        self.guard.wait()
        return self.program.wait()


def start(arguments: Sequence[str], environment: dict[str, str] | None = None) -> Guarded:
    """Start a program in a process group of its own that ends when we end, also by kill -9.

    A shell leads the group and holds the other end of a pipe of ours; the program joins the group before it
    runs. This serves every POSIX system alike. Linux could ask the kernel (PR_SET_PDEATHSIG), but only from
    code run between fork and exec: that is unsafe beside threads, forbids vfork (so copies the page tables of
    a process that holds a speech model), and ends the program when the thread that started it ends.

    Args:
        arguments: the program and its arguments; the program as a path.
        environment: the variables of the program, or None for ours.

    Raises:
        OSError: the program cannot be started.
    """
    guard = subprocess.Popen(["/bin/sh", "-c", GUARD], stdin=subprocess.PIPE, process_group=0)
    try:
        program = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            process_group=guard.pid,
        )
    except BaseException:
        guard.kill()
        guard.communicate()
        raise
    return Guarded(program, guard)


def limit_memory(pid: int, limit: int) -> Callable[[], bool]:
    """Hold a process to `limit` bytes of memory of its own; returns what says whether it holds more.

    Linux itself grants no more, so there the answer is always no. The limit is RLIMIT_DATA, what was allocated:
    RLIMIT_AS would count address space too, of which every thread reserves tens of megabytes without touching
    them, so that a machine with many cores would fail where a small one works. Elsewhere nothing refuses: the
    memory is measured, and the caller ends the process.
    """
    if LINUX:
        _refuse_more(pid, limit)
        return lambda: False
    return lambda: resident(pid) > limit


def _refuse_more(pid: int, limit: int) -> None:
    import resource  # absent on Windows

    try:
        resource.prlimit(pid, resource.RLIMIT_DATA, (limit, limit))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except (ProcessLookupError, PermissionError, ValueError):
        # It has ended already, or a lower limit is in force; either way it holds less.
        return


def resident(pid: int) -> int:
    """The bytes of memory a process occupies, as `ps` says; 0 when it has ended."""
    listing = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False)
    return int(listing.stdout.strip() or 0) * 1024
