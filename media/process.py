"""What differs between systems about processes: ending together, limits, and the memory they hold."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from media.limits import Limits, shell

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
    def input(self) -> IO[bytes]:
        """What the program reads on its standard input, where it was asked for."""
        assert self.program.stdin is not None
        return self.program.stdin

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
        if self.program.stdin:
            self.program.stdin.close()
        return self.program.wait()


def start(
    arguments: Sequence[str],
    environment: dict[str, str] | None = None,
    limits: Limits | None = None,
    *,
    asked: bool = False,
) -> Guarded:
    """Start a program in a process group of its own that ends when we end, also by kill -9.

    A shell leads the group and holds the other end of a pipe of ours; the program joins the group before it
    runs. This serves every POSIX system alike. Linux could ask the kernel (PR_SET_PDEATHSIG), but only from
    code run between fork and exec: that is unsafe beside threads, forbids vfork (so copies the page tables of
    a process that holds a speech model), and ends the program when the thread that started it ends. For the
    same reasons another shell sets the limits and then becomes the program.

    Args:
        arguments: the program and its arguments; the program as a path.
        environment: the variables of the program, or None for ours.
        limits: what it may take, or None for `Limits()`; `wall`, `stall` and `length` are for who watches it.
        asked: whether its input is a pipe of ours (`input`); else it is empty.

    Raises:
        OSError: the program cannot be started.
    """
    if not Path(arguments[0]).exists():  # a shell would start all the same
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), arguments[0])
    guard = subprocess.Popen(["/bin/sh", "-c", GUARD], stdin=subprocess.PIPE, process_group=0)
    try:
        program = subprocess.Popen(
            ["/bin/sh", "-c", f'{shell(limits or Limits())} exec "$@"', "sh", *arguments],
            stdin=subprocess.PIPE if asked else subprocess.DEVNULL,
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


def was_killed(code: int) -> bool:
    """Whether an exit status says that somebody ended a program, be it a system short of memory, and not a fault."""
    return -code in {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def exceeds(pid: int, memory: int) -> bool:
    """Whether a process holds more than so many bytes of memory; Linux itself grants it no more."""
    return not LINUX and resident(pid) > memory


def resident(pid: int) -> int:
    """The bytes of memory a process occupies, as `ps` says; 0 when it has ended."""
    listing = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False)
    return int(listing.stdout.strip() or 0) * 1024
