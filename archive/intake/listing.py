"""What lies at each PATH of a request, and what can be told of it before anything is read."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.intake.verdict import Findings
from media.card import Found


@dataclass(slots=True)
class Listing:
    """One PATH that was given, and the files at and below it that are to be copied.

    Attributes:
        root: the folder that is mirrored: the PATH itself, or the folder in which a given file lies.
        findings: what is found about it.
        clips: as `media.card` found them, in order.
        companions: other ordinary files beside them.
    """

    root: Path
    findings: Findings
    clips: dict[Path, None] = field(default_factory=dict)
    companions: list[Path] = field(default_factory=list)

    @property
    def files(self) -> list[Path]:
        """All of them."""
        return [*self.clips, *self.companions]

    def name(self, path: Path) -> str:
        """The path of a file below the root, as the card has it."""
        return os.path.relpath(path, self.root)


def listings(paths: Sequence[Path], found: Found) -> list[Listing]:
    """Every PATH with its files; one that lies at or below two of them stands in both."""
    given: dict[str, Listing] = {}
    for path in paths:
        root = path if path.is_dir() else path.parent
        given.setdefault(os.path.abspath(path), Listing(root, Findings(str(path))))  # noqa: PTH100
    for path in found.clips:
        for owner in _owners(path, given):
            owner.clips[path] = None
    for companion in found.companions:
        for owner in _owners(companion.path, given):
            owner.companions.append(companion.path)
    _bring_captions(given, found)
    for path in found.missing:
        _against(given, path, "it is not there")
    for unreadable in found.unreadable:
        _against(given, unreadable.path, f"{unreadable.path} {unreadable.why}")
    return list(given.values())


def _bring_captions(given: dict[str, Listing], found: Found) -> None:
    """A clip that is named by itself brings the captions beside it."""
    known = {each.path for each in found.companions}
    for clip, caption in found.captions.items():
        if caption not in known:
            for owner in _owners(clip, given):
                owner.companions.append(caption)


def _owners(path: Path, given: dict[str, Listing]) -> list[Listing]:
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - without following links, as media.card names files
    return [given[name] for each in (whole, *whole.parents) if (name := str(each)) in given]


def _against(given: dict[str, Listing], path: Path, why: str) -> None:
    for owner in _owners(path, given):
        owner.findings.against.append(why)
