"""What a check found of an archive, as people and scripts are told."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.care.checks import Finding, Found
from archive.care.expected import Holding, Inventory
from archive.care.histories import Fault
from archive.catalogue.integrity import Faults
from media.volume import ID_FILE


@dataclass(slots=True)
class Report:
    """What was found.

    Attributes:
        checked: files that were looked at whole, those that an earlier, stopped check had done included.
        bad: every file that is not whole, or could not be looked at.
        untracked: files that no row knows.
        database: what is wrong with the catalogue.
        histories: what is wrong with the MHL histories of cards.
        inventory: what there should be; None where the catalogue cannot say.
        notes: sentences that a person should read and that are no damage.
        failed: sentences about what was asked for besides the check, and could not be done.
        stopped: somebody stopped the check.
    """

    checked: int = 0
    bad: list[Finding] = field(default_factory=list)
    untracked: list[str] = field(default_factory=list)
    database: Faults = field(default_factory=Faults)
    histories: list[Fault] = field(default_factory=list)
    inventory: Inventory | None = None
    notes: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    stopped: bool = False

    def paths(self, found: Found) -> list[str]:
        """The files of which this was found, histories included."""
        paths = [finding.file.path for finding in self.bad if finding.found == found]
        if found in {"changed", "missing"}:
            paths += [fault.path for fault in self.histories if fault.missing == (found == "missing")]
        return sorted(set(paths))

    @property
    def damaged(self) -> bool:
        """Whether something was whole and is not. What is absent or untracked is not damaged."""
        return bool(self.paths("changed") or self.paths("missing") or self.database.sentences)

    @property
    def codes(self) -> set[int]:
        """The exit codes that apply."""
        found = {4: self.paths("unreadable"), 3: self.damaged, 1: self.failed}
        return {code for code, applies in found.items() if applies}

    def as_json(self) -> dict[str, Any]:
        """The answer of `archive verify --json`."""
        return {
            "checked": self.checked,
            **{found: self.paths(found) for found in ("changed", "missing")},
            "untracked": self.untracked,
            **{found: self.paths(found) for found in ("absent", "unreadable")},
            "database": list(self.database.sentences),
        }

    def absences(self) -> list[str]:
        """A sentence for each folder that is not there, with what to do."""
        files = [finding.file for finding in self.bad if finding.found == "absent"]
        holdings = self.inventory.holdings if self.inventory else ()
        counts = {holding: sum(holding.holds(file) for file in files) for holding in holdings}
        folders = Counter(file.place.parent for file in files if file.role == "in place")
        made = sum(file.role == "rendition" for file in files)
        return [
            *(_absence(holding, count) for holding, count in counts.items() if count),
            *(_left(folder, count) for folder, count in folders.items()),
            *(
                [
                    f"What was made from them is absent with them: {_files(made)}. archive repair makes it again."
                ]
                if made
                else []
            ),
        ]


def _absence(holding: Holding, count: int) -> str:
    what = "second copies" if holding.volume and holding.volume.role == "copy" else "the originals"
    if holding.empty:
        return (
            f"{holding.folder} is empty, as a restore leaves it: {_files(count)} could not be looked at. Bring"
            " their disk back to it, or take them from a second copy: archive repair --from FOLDER"
        )
    if holding.volume and _holds_something(holding.folder):
        return (
            f"{holding.folder}, which holds {what}, is not mounted, or has lost the file that says so: "
            f"{_files(count)} could not be looked at. Mount it; or, if it is that folder all the same, put the file "
            f"{ID_FILE} with the line {holding.volume.id} into it. Then run this again."
        )
    return (
        f"{holding.folder}, which holds {what}, is not mounted: {_files(count)} could not be looked at."
        " Mount it and run this again."
    )


def _left(folder: Path, count: int) -> str:
    return (
        f"{folder} is not mounted, or empty: {count} clip{'s' * (count != 1)} that stayed there could not be "
        "looked at. Mount its disk and run this again."
    )


def _files(count: int) -> str:
    return f"{count} file{'s' * (count != 1)}"


def _holds_something(folder: Path) -> bool:
    with suppress(OSError):
        return any(folder.iterdir())
    return False
