"""Cut the power: what a disk holds at a moment is what is found after it, and no more.

The archive lies on an ext4 of its own in a file, mounted so that it writes nothing of its own accord (`commit=300`,
and without `auto_da_alloc`, which flushes what careless programs forget). The command is killed at the n-th flush and
the file is copied while it is mounted: the copy is what the disk was given, without all that was still in memory.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sweeping import tracing
from sweeping.killing import SHOWN, again
from sweeping.operation import PLACE, Outcome, Reference, folder, give
from sweeping.running import Ran, run
from sweeping.tracing import Call

SIZE = 96 << 20
OPTIONS = "loop,commit=300,noauto_da_alloc"
NEEDED = ("mkfs.ext4", "mount", "umount")
SYSTEM = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


@cache
def why_not() -> str:
    """Why no power can be cut here; empty where it can."""
    if os.geteuid():
        return "only root may mount a disk"
    missing = [name for name in NEEDED if shutil.which(name, path=SYSTEM) is None]
    if missing:
        return f"there is no {missing[0]}"
    try:
        with folder() as made, _mounted(_formatted(made / "disk"), made / "there"):
            return tracing.why_not()
    except subprocess.CalledProcessError as error:
        return f"no disk can be mounted: {error.stderr.decode().strip()[-200:]}"


def disk(reference: Reference, kept: Path) -> Path:
    """A disk that holds what the operation finds; `kept` is an empty folder that stays."""
    image = _formatted(kept / "disk")
    with _mounted(image, kept / "there") as there:
        shutil.copytree(reference.before, there / "before", symlinks=True)
    return image


def cut(reference: Reference, image: Path, call: Call | None, user: int | None) -> Outcome:
    """Cut the power as the command asks for a flush, or without `call` when it has come to its end.

    Args:
        reference: the operation.
        image: as `disk` made it.
        call: the flush that the disk never hears of.
        user: who runs the command.
    """
    command = reference.operation.command
    with folder(user) as made:
        scratch, mount = made / "scratch", Path(f"{made}{PLACE}")
        scratch.mkdir()
        give((scratch,), user)
        after = made / "after"
        with _mounted(_copied(image, made / "running"), mount) as top:
            there = top / "before"
            give((there,), user)
            _system("sync", "-f", str(there))  # what it begins with; other disks are another case's
            ran = _run(command(there), scratch, call, user)
            _copied(made / "running", after)
        with _mounted(after, mount) as top:
            there = top / "before"
            wrong = reference.operation.broken(there, ran.said, reference.whole)
            wrong += again(reference, there, scratch, user)
    who = "root" if user is None else f"user {user}"
    when = f"cut at {call}" if call else "cut when it had ended"
    met = ran.code < 0 if call else ran.code == 0
    return Outcome(f"{reference.operation.name}, {when}, as {who}", met, tuple(wrong[:SHOWN]))


def _run(command: list[str], scratch: Path, call: Call | None, user: int | None) -> Ran:
    if call is None:
        return run(command, scratch, user=user)
    return tracing.injected(command, scratch, call, "signal=KILL", user=user)[0]


def _formatted(image: Path) -> Path:
    with image.open("wb") as file:
        file.truncate(SIZE)
    _system("mkfs.ext4", "-q", "-F", str(image))
    return image


def _copied(image: Path, copy: Path) -> Path:
    _system("cp", "--sparse=always", str(image), str(copy))
    return copy


@contextmanager
def _mounted(image: Path, there: Path) -> Iterator[Path]:
    there.mkdir(exist_ok=True)
    _system("mount", "-o", OPTIONS, str(image), str(there))
    try:
        yield there
    finally:
        _system("umount", str(there))


def _system(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": SYSTEM})
