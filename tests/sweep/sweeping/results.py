"""What the sweeps have seen: case by case while they run, and in the end as a table in docs/promises.md."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sweeping.running import ROOT

PAGE = ROOT / "docs" / "promises.md"
BEGIN, END = "<!-- The last result of make sweep -->", "<!-- End of the result -->"
HEAD = "| what was done | times | what was seen | commit | seed | date |\n|---|---|---|---|---|---|\n"
CONTROLS = ("a naive copy", "where fsync does nothing")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a case.

    Attributes:
        row: the kind of case.
        key: which one.
        met: whether what was to happen came about.
        wrong: what was promised and not kept.
    """

    row: str
    key: str
    met: bool
    wrong: list[str]

    @property
    def control(self) -> bool:
        """Whether it is one of those that have to go wrong, so that the sweep is seen to catch it."""
        return any(mark in self.row for mark in CONTROLS)

    @property
    def unexpected(self) -> bool:
        """Whether it went wrong and should not have."""
        return bool(self.wrong) and not self.control


def blind(seen: Sequence[Seen]) -> list[str]:
    """Rows of controls in which nothing went wrong: a sweep that does not see that would see nothing else."""
    rows = dict.fromkeys(one.row for one in seen if one.control)
    return [row for row in rows if not any(one.wrong for one in seen if one.row == row)]


class State:
    """What was seen of one commit with one seed, in a file; a sweep that is killed and begun again goes on from it."""

    def __init__(self, file: Path, what: str) -> None:
        """Recall what an earlier run has seen of `what`; of anything else the file is begun anew."""
        self._file = file
        lines = file.read_text().splitlines() if file.exists() else []
        same = lines[:1] == [what]
        seen = [Seen(**json.loads(line)) for line in lines[1:] if line.endswith("}")] if same else []
        self.known = {each.key: each for each in seen}
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in (what, *map(_line, seen))))

    def add(self, seen: Seen) -> None:
        """A case more was seen."""
        self.known[seen.key] = seen
        with self._file.open("a") as file:
            file.write(f"{_line(seen)}\n")


def _line(seen: Seen) -> str:
    return json.dumps(asdict(seen))


def write(seen: Sequence[Seen], commit: str, seed: str, page: Path = PAGE) -> None:
    """Put the rows of these cases into the page, in place of those of an earlier sweep; other rows stay."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    lines = re.findall(r"^\| [^|\n]+ \|.*\|$", old, re.MULTILINE)[1:]
    rows = {line.split("|")[1].strip(): line for line in lines}
    for name in dict.fromkeys(one.row for one in seen):
        rows[name] = _row(name, [one for one in seen if one.row == name], commit, seed)
    table = HEAD + "".join(f"{row}\n" for row in rows.values())
    page.write_text(f"{before}{BEGIN}\n\n{table}\n{END}{after}", encoding="utf-8")


def _row(name: str, cases: Sequence[Seen], commit: str, seed: str) -> str:
    wrong, late = sum(bool(one.wrong) for one in cases), sum(not one.met for one in cases)
    said = f"{wrong} wrong" + (", as it has to be: the sweep sees it" if cases[0].control and wrong else "")
    said += f"; {late} came too late" if late else ""
    return f"| {name} | {len(cases)} | {said} | {commit} | {seed} | {datetime.now(UTC):%Y-%m-%d} |"
