"""Verify's log: a line for every file that was checked, so that a check can be stopped, gone on with and repeated."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Any

NAME = "verify.jsonl"

# A check that was stopped longer ago is not gone on with: too much may have happened since.
GOES_ON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """A file that was found whole.

    Attributes:
        when: it was looked at.
        changed_ns: its ctime then, nanoseconds since 1970, which no program can set back.
    """

    when: datetime
    changed_ns: int | None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A check that did not come to its end.

    Attributes:
        run: its id.
        began: when it did.
        done: what it found whole.
    """

    run: str
    began: datetime
    done: dict[str, Line] = field(default_factory=dict)


@dataclass(slots=True)
class Past:
    """What the log tells.

    Attributes:
        whole: when each file was last found whole.
        stopped: the check that is gone on with; None where there is none.
    """

    whole: dict[str, Line] = field(default_factory=dict)
    stopped: Unfinished | None = None


def read(path: Path, asked: Mapping[str, object], now: datetime) -> Past:
    """What earlier checks found, and which of them was stopped when it did what is `asked` now.

    Lines that are not whole, since the power went, are passed over, as are those from days to come, which a clock
    that was wrong has written.
    """
    past = Past()
    stopped: dict[str, Unfinished] = {}
    for entry in _entries(path):
        when, run = _moment(entry.get("when")), str(entry.get("run"))
        if when is None or when > now:
            continue
        if entry.get("state") == "began" and entry.get("asked") == asked:
            stopped.setdefault(run, Unfinished(run, when))
        elif entry.get("state") == "ended":
            stopped.pop(run, None)
        elif "found" in entry:
            for known in (past.whole, *([stopped[run].done] if run in stopped else [])):
                known.pop(str(entry.get("path")), None)  # what rotted since is whole no more
                if entry["found"] == "whole":
                    known[str(entry.get("path"))] = Line(when, entry.get("changed_ns"))
    fresh = [each for each in stopped.values() if now - each.began < GOES_ON]
    past.stopped = max(fresh, key=lambda each: each.began, default=None)
    return past


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    try:
        file = path.open(encoding="utf-8", errors="replace")
    except OSError:
        return
    with file:
        for text in file:
            try:
                entry = json.loads(text)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield entry


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


class Log:
    """The log while a check runs; where it cannot be written the check goes on without it.

    Attributes:
        run: the id of the check.
        refused: why nothing can be logged, None where it can.
    """

    def __init__(self, folder: Path, past: Past) -> None:
        """Go on with the log in `folder`, and with the check that `past` says was stopped."""
        self.run = past.stopped.run if past.stopped else uuid.uuid4().hex[:12]
        self.refused: str | None = None
        self._file: FileIO | None = None
        try:
            folder.mkdir(exist_ok=True)
            # Without a buffer each line is one write: a kill leaves whole lines, and two checks do not mix theirs.
            self._file = (folder / NAME).open("ab", buffering=0)
            if self._file.tell() and not _ends_well(folder / NAME):
                self._file.write(b"\n")
        except OSError as error:
            self._refuse(error)

    def began(self, asked: Mapping[str, object], when: datetime) -> None:
        """A check begins, or goes on."""
        self._write(when, state="began", asked=asked)

    def found(self, path: str, found: str, changed_ns: int | None, when: datetime) -> None:
        """A file was looked at."""
        self._write(when, path=path, found=found, changed_ns=changed_ns)

    def ended(self, checked: int, when: datetime) -> None:
        """The check came to its end."""
        self._write(when, state="ended", checked=checked)

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()

    def _write(self, when: datetime, **what: object) -> None:
        if self._file:
            line = json.dumps({"run": self.run, "when": when.isoformat(), **what}) + "\n"
            try:
                self._file.write(line.encode("ascii"))
            except OSError as error:
                self._refuse(error)

    def _refuse(self, error: OSError) -> None:
        self.refused = error.strerror
        self.close()
        self._file = None


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"
