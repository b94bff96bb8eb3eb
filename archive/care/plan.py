"""What could be done about what a check found, and what could not."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from archive.care import continuing
from archive.care.checks import Finding
from archive.care.expected import Expected, Inventory
from archive.care.histories import Fault, roots
from archive.care.lost import Lost, lost
from archive.care.report import Report
from archive.catalogue.integrity import Faults
from ingest.steps import OF_SOUND, Step, redo
from media.errors import Problem, Stopped
from media.fingerprint import content_hash
from media.mhl import chain
from media.mhl.history import FOLDER as HISTORY

WHERE = "If there is a copy of it elsewhere: archive repair --from FOLDER"


@dataclass(frozen=True, slots=True)
class Put:
    """A file is to be copied from where it is whole to where it is not."""

    file: Expected
    source: Path


@dataclass(frozen=True, slots=True)
class Make:
    """Steps of a clip are to be done again."""

    clip: str
    steps: tuple[Step, ...]
    damaged: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Bring:
    """The history of a card is to come from the same card's folder on another volume."""

    root: Path
    files: tuple[Expected, ...]
    source: Path


@dataclass(frozen=True, slots=True)
class Begin:
    """The history of a card is to begin anew, with its files."""

    root: Path
    files: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """The full-text indexes are to be made again."""


@dataclass(frozen=True, slots=True)
class Recover:
    """The database is to make way for what was recovered of it into this file."""

    recovered: Path


Act = Recover | Index | Put | Make | Bring | Begin | Lost


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done.

    Attributes:
        act: for the program.
        path: what it is about, as it is said.
        what: "database", "index", "original", "copy", "captions", "renditions" or "history".
        how: a sentence for a person.
        size: bytes that are to be copied.
        source: where they come from.
    """

    act: Act
    path: str
    what: str
    how: str
    size: int = 0
    source: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {"what": self.what, "path": self.path, "how": self.how, "size": self.size, "from": self.source}


@dataclass(frozen=True, slots=True)
class Left:
    """Something that cannot be put right, why, and what the person can do."""

    path: str
    why: str
    remedy: str

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {"path": self.path, "why": self.why, "try": self.remedy}


@dataclass(slots=True)
class Plan:
    """What is to be done, in this order, and what is left."""

    actions: list[Action] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def plan(report: Report, folders: Sequence[Path], stop: Event, reading: Callable[[int], None]) -> Plan:
    """Plan for everything that a check found.

    Args:
        report: of the check.
        folders: further folders in which copies may lie.
        stop: ends the work when set.
        reading: called with the number of bytes just read.

    Raises:
        Stopped: where `stop` was set.
    """
    made = Plan()
    if report.inventory is None:
        return made
    known = report.database
    # Where segments are gone, the text that is searched is all that tells of them: it is not made anew from the rest.
    if (known.indexes or known.unsearched) and not (known.file or known.rows):
        made.actions.append(Action(Index(), "archive.db", "index", "Make the full-text indexes again."))
    bad = {finding.file.place for finding in report.bad}
    # Captions alone are no card that came back: what else is absent would be missing then.
    own = [
        each for each in report.inventory.files if each.role != "captions" or not report.inventory.own.empty
    ]
    whole = {each.hash: each.place for each in own if each.hash and each.place not in bad}
    sources = Sources(whole, folders, stop, reading)
    damaged = [finding for finding in report.bad if _is_wanted(finding, report.inventory)]
    damaged.sort(key=lambda finding: finding.file.role == "copy")
    for finding in damaged:
        if finding.file.role != "rendition":
            _file(made, finding, sources)
    there = {
        each.hash
        for each in report.inventory.files
        if each.role in {"original", "in place"} and each.place not in bad
    }
    _renditions(made, [*damaged, *_unmade(known)], there)
    made.actions += [_know_again(found) for found in lost(report.inventory)]
    _histories(made, [*report.histories, *_brought_back(made, report.inventory)], report.inventory)
    made.left += [
        Left(finding.file.path, f"It may not be read ({finding.why}).", "Look at its permissions.")
        for finding in report.bad
        if finding.found == "unreadable"
    ]
    return made


class Sources:
    """Where the content of a file can be had: from what was just found whole, or from further folders."""

    def __init__(
        self, whole: dict[str, Path], folders: Sequence[Path], stop: Event, reading: Callable[[int], None]
    ) -> None:
        self.whole = whole
        self._stop = stop
        self._reading = reading
        self._read: dict[Path, str] = {}
        self._sizes: dict[int, list[Path]] = {}
        for path in _files(folders):
            self._sizes.setdefault(path.stat().st_size, []).append(path)

    def find(self, file: Expected) -> Path | None:
        """A file with that content, which was read; None where there is none."""
        assert file.hash  # as all footage has
        if place := self.whole.get(file.hash):
            return place
        for path in self._alike(file):
            if self._hash(path) == file.hash:
                self.whole[file.hash] = path
                return path
        return None

    def _alike(self, file: Expected) -> list[Path]:
        """What it may be: files of its size; where that is not known, as of captions, those with its ending."""
        if file.size is not None:
            return self._sizes.get(file.size, [])
        return [path for paths in self._sizes.values() for path in paths if path.suffix == file.place.suffix]

    def _hash(self, path: Path) -> str:
        if path not in self._read:
            try:
                self._read[path] = content_hash(path, self._reading, self._stop)
            except Stopped:
                raise
            except Problem:
                self._read[path] = ""
        return self._read[path]


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _file(made: Plan, finding: Finding, sources: Sources) -> None:
    file = finding.file
    if file.role == "captions" and finding.found == "changed":
        assert file.beside  # as all captions have
        again = f"If somebody edited it: {redo('transcribe', [file.beside])} If not: take it from a backup."
        made.left.append(Left(file.path, "Its transcript was made from what it was before.", again))
        return
    what = {"original": "original", "copy": "copy", "captions": "captions"}.get(file.role)
    if what is None:
        made.left.append(
            Left(
                file.path,
                f"It is {finding.found}, and was left where it lies.",
                "Bring it back, or ingest it from a copy.",
            )
        )
    elif file.below and (source := sources.find(file)):
        aside = " The damaged one is put aside." if finding.found == "changed" else ""
        how = f"Copy it from {source}.{aside}"
        made.actions.append(Action(Put(file, source), file.path, what, how, file.size or 0, str(source)))
    elif finding.found != "absent":
        why = f"It is {finding.found}, and no whole copy of it is known."
        made.left.append(Left(file.path, why, WHERE))


def _renditions(made: Plan, damaged: Iterable[Finding], there: Collection[str | None]) -> None:
    """One action a clip; its original has to be whole, or to be put right before."""
    by_clip: dict[str, list[Finding]] = {}
    for finding in damaged:
        if finding.file.clip:
            by_clip.setdefault(finding.file.clip, []).append(finding)
    coming = {action.act.file.hash for action in made.actions if isinstance(action.act, Put)}
    for clip, findings in by_clip.items():
        paths = [finding.file.path for finding in findings]
        if clip in there or clip in coming:
            kinds = {finding.file.kind for finding in findings}
            steps: tuple[Step, ...] = (
                *(("sound",) if kinds & OF_SOUND else ()),
                *(("renditions",) if kinds - OF_SOUND else ()),
            )
            changed = tuple(finding.file for finding in findings if finding.found == "changed")
            how = f"Make it again from the original: {', '.join(sorted(map(str, kinds)))}."
            made.actions.append(Action(Make(clip, steps, changed), paths[0], "renditions", how))
        else:
            made.left += [
                Left(path, "It is made from an original that is not there.", "Bring the original back first.")
                for path, finding in zip(paths, findings, strict=True)
                if finding.found != "absent"
            ]


def _unmade(known: Faults) -> Iterator[Finding]:
    """Renditions that the catalogue does not know any more, as findings; their folder stands for them."""
    for clip, kind in known.unmade:
        folder = Path("renditions", clip)
        yield Finding(Expected(str(folder), folder, "rendition", None, None, clip=clip, kind=kind), "missing")


def _know_again(found: Lost) -> Action:
    how = f"Read the {len(found.files)} second copies there that the catalogue has lost, and know them again."
    return Action(found, str(found.folder), "copy", how, found.size)


def _is_wanted(finding: Finding, there: Inventory) -> bool:
    """Whether a file is to be put right; what is absent only in the empty folder that a restore has made."""
    to_come = there.own.empty and finding.file.role in {"original", "rendition"}
    return finding.found in {"changed", "missing"} or (finding.found == "absent" and to_come)


def _brought_back(made: Plan, there: Inventory) -> Iterator[Fault]:
    """The histories of the cards that come back to a folder that was empty."""
    coming = [action.act.file for action in made.actions if isinstance(action.act, Put)]
    cards = dict.fromkeys(file.below.parts[0] for file in coming if file.below and file.role == "original")
    for card in cards:
        if there.own.empty and card in there.cards:
            path = f"originals/{card}/{HISTORY}/{chain.NAME}"
            yield Fault(there.own.folder / card, path, True, "The history of the card is gone.")


def _histories(made: Plan, faults: Iterable[Fault], there: Inventory) -> None:
    coming = {action.path for action in made.actions}
    wrong: dict[Path, str] = {}
    for fault in faults:
        if not fault.own:
            made.left.append(Left(fault.path, f"{fault.why} The catalogue does not know it.", WHERE))
        elif fault.path not in coming:
            wrong.setdefault(fault.root, fault.path)
    cards = roots(there)
    for root, path in wrong.items():
        aside, files = "Put the card's MHL history aside and", tuple(cards.get(root, ()))
        others = [each for each in cards if each.name == root.name and each not in wrong]
        if source := continuing.source(root, files, others):
            how = f"{aside} copy that of {source}."
            made.actions.append(Action(Bring(root, files, source), path, "history", how, source=str(source)))
        else:
            made.actions.append(Action(Begin(root, files), path, "history", f"{aside} begin a new one."))
