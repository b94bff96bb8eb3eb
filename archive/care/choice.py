"""Which files a check reads: all of them, those that are due, or a sample."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.care.checks import Finding
from archive.care.log import Line, Past

# A file gets its name, and with it its ctime, after it was read back; and a network volume has a clock of its own.
_SLACK_NS = 60 * 10**9


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check was asked for.

    Attributes:
        due: read only what was not found whole for so long; None reads it all the same.
        sample: read only so large a share of the files, above 0 and at most 1; None reads all.
        mhl: add a generation to the MHL histories.
        by_log: of what is due the log alone decides, not what the catalogue says of the copy.
    """

    due: timedelta | None = None
    sample: float | None = None
    mhl: bool = False
    by_log: bool = False

    def as_json(self) -> Mapping[str, object]:
        """The same for the log."""
        due = self.due.total_seconds() if self.due is not None else None
        return {"due_s": due, "sample": self.sample, "mhl": self.mhl, "by_log": self.by_log}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be read, and what a check that was stopped has read and found whole."""

    todo: tuple[Finding, ...]
    done: tuple[Finding, ...]


def choose(seen: Sequence[Finding], past: Past, asked: Asked, now: datetime) -> Chosen:
    """Choose among files that were looked at; those that are there and of their size are read.

    A file counts as read before only while its ctime is what it was then.
    """
    there = [finding for finding in seen if finding.found == "whole"]
    before = past.stopped.done if past.stopped else {}
    done = [finding for finding in there if _same(finding, before.get(finding.file.path))]
    skip = {finding.file.path for finding in done}
    todo = [finding for finding in there if finding.file.path not in skip]
    if asked.due is not None:
        todo = [finding for finding in todo if _is_due(finding, past, asked, now)]
    if asked.sample is not None:
        wanted = math.ceil(asked.sample * sum(finding.found != "absent" for finding in seen))
        random.shuffle(todo)
        todo.sort(key=lambda finding: _last(finding, past, asked) or datetime.min.replace(tzinfo=now.tzinfo))
        todo = todo[: max(0, wanted - len(done))]
    return Chosen(tuple(todo), tuple(done))


def _same(finding: Finding, line: Line | None) -> bool:
    return line is not None and line.changed_ns == finding.changed_ns


def _is_due(finding: Finding, past: Past, asked: Asked, now: datetime) -> bool:
    last = _last(finding, past, asked)
    return asked.due is None or last is None or not now - asked.due <= last <= now


def _last(finding: Finding, past: Past, asked: Asked) -> datetime | None:
    """When a file was last found whole, by the log or by the catalogue; None where that was never, or not as it is."""
    line = past.whole.get(finding.file.path)
    moments = [line.when] if line and _same(finding, line) else []
    if not asked.by_log and (when := _verified(finding)):
        moments.append(when)
    return max(moments, default=None)


def _verified(finding: Finding) -> datetime | None:
    if not finding.file.verified:
        return None
    try:
        when = datetime.fromisoformat(finding.file.verified)
    except ValueError:
        return None
    if when.tzinfo is None or (finding.changed_ns or 0) > when.timestamp() * 1e9 + _SLACK_NS:
        return None
    return when
