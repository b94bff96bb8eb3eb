"""Starts the real command as a process of its own, ends it by force, and looks what it left behind."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534
PATIENCE = 120  # seconds for one run; nothing here takes ten
LEAVE = 5.0  # seconds in which children have to follow a killed parent


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of the command that has come to its end, by itself or not.

    Attributes:
        code: the exit status; negative where a signal ended it.
        said: the JSON lines of its stdout; a last line that was cut off is left out.
        talk: its stderr.
        orphans: command lines of processes that it started and that outlived it.
    """

    code: int
    said: tuple[dict[str, Any], ...]
    talk: str
    orphans: tuple[str, ...]

    def why(self) -> str:
        """What it says went wrong."""
        failed = [f"{each}" for line in self.said for each in line.get("failed") or ()]
        return " ".join((*failed, self.talk[-600:]))


@dataclass(frozen=True, slots=True)
class Until:
    """When a run is killed: after so many seconds, or after so many lines; neither lets it come to its end."""

    seconds: float | None = None
    lines: int | None = None


def run(command: Sequence[str], scratch: Path, *, user: int | None = None, until: Until | None = None) -> Ran:
    """Run `command` from the project's folder; `scratch` takes what it says and is its home.

    Args:
        command: the program and its arguments.
        scratch: a folder outside of what is looked at later.
        user: a user id to run as, where we may choose.
        until: when to kill it with SIGKILL; it alone, as the kernel does when memory runs out.
    """
    until = until or Until()
    said, talk = scratch / "said", scratch / "talk"
    with said.open("wb") as output, talk.open("wb") as errors:
        process = subprocess.Popen(
            [*becoming(user), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=ROOT,
            env=environment(scratch),
            start_new_session=True,
        )
        try:
            _wait(process, said, until)
        finally:
            orphans = _left_over(process.pid)
    return Ran(process.returncode, _lines(said), talk.read_text(errors="backslashreplace"), orphans)


def becoming(user: int | None) -> list[str]:
    """What to write before a command that is to run as another user, who owns nothing and may write nowhere.

    The user may read everything, and that is all that is left of root: the Python that runs this may lie in root's
    own folder.
    """
    if user is None:
        return []
    rights = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *rights]


def why_no_other_user() -> str:
    """Why no command can be run as another user here; empty where it can."""
    if os.geteuid():
        return "only root may become another user, and we are none"
    return "" if shutil.which("setpriv") else "there is no setpriv"


def environment(home: Path) -> dict[str, str]:
    """Ours without what names an archive or settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARCHIVE_", "XDG_"))}
    return kept | {"HOME": str(home), "NO_COLOR": "1"}


def _wait(process: subprocess.Popen[bytes], said: Path, until: Until) -> None:
    if until.seconds is not None:
        try:
            process.wait(until.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    while until.lines is not None and process.poll() is None:
        if said.read_bytes().count(b"\n") >= until.lines:
            process.kill()
            break
        time.sleep(0.001)
    process.wait(PATIENCE)


def _left_over(session: int) -> tuple[str, ...]:
    """Processes of a session whose leader has ended; they get a moment to follow it, and are ended then."""
    late = time.monotonic() + LEAVE
    while (left := _session(session)) and time.monotonic() < late:
        time.sleep(0.01)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return tuple(left.values())


def _session(session: int) -> dict[int, str]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has just ended
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found[int(stat.parent.name)] = command
    return found


def _lines(said: Path) -> tuple[dict[str, Any], ...]:
    whole = said.read_text(errors="surrogateescape").rpartition("\n")[0]
    found = [json.loads(line) for line in whole.splitlines()]
    return tuple(line for line in found if isinstance(line, dict))
