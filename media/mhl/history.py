"""The history of a folder: ASC MHL's generations of it, read, and one more written."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from media import disk
from media.errors import Unreadable
from media.mhl import chain, digests, manifest, xml
from media.mhl.chain import Link
from media.mhl.known import Known, compared, known
from media.mhl.manifest import Entry, Manifest, Process, Reference
from media.mhl.names import safe_name

FOLDER = "ascmhl"

_MANIFEST = re.compile(r"([0-9]{4,9})(?:_.*)?\.mhl", re.DOTALL)
_LONGEST = 200  # bytes of the folder's name in a manifest's; number and time need the rest


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation: its place in the chain, and what its manifest says."""

    link: Link
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class History:
    """What ASC MHL knows of a folder.

    Attributes:
        root: the folder.
        generations: those of the chain, the first one first.
        orphans: whole manifests that the chain does not list, since a program was stopped between the two; with the
            places that they would get in the chain.
        broken: why each manifest that the chain does not list cannot be read; it is left as it is.
    """

    root: Path
    generations: tuple[Generation, ...]
    orphans: tuple[Generation, ...]
    broken: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a new generation is to say."""

    entries: tuple[Entry, ...]
    references: tuple[Reference, ...]
    when: datetime
    process: Process


def read(root: Path) -> History:
    """Read the history that lies in `root`; one without generations where there is none.

    Raises:
        Unreadable: the chain is damaged, or a manifest that it lists is not there or not what it says; names the
            file.
    """
    folder = root / FOLDER
    if folder.is_symlink():
        raise xml.refused(folder, "is a link, which no history is")
    names = _manifests(folder)
    links = chain.read(folder / chain.NAME) if os.path.lexists(folder / chain.NAME) else ()
    generations = tuple(Generation(each, _proven(folder, each)) for each in links)
    last, orphans, broken = max((each.number for each in links), default=0), [], []
    for name in sorted(set(names) - {each.file for each in links}, key=lambda each: (names[each], each)):
        try:
            link = Link(max(last + 1, names[name]), name, c4_of(folder / name))
            orphans.append(Generation(link, manifest.parsed(folder / name)))
        except Unreadable as error:
            broken.append(error)
        else:
            last = link.number
    return History(root, generations, tuple(orphans), tuple(broken))


def entries(history: History) -> Known:
    """What a history and its orphans know of each file: path, then algorithm, then the digest as last confirmed.

    See `media.mhl.known.known` for files that failed or were renamed.
    """
    return _known((*history.generations, *history.orphans))


def folders(root: Path) -> tuple[Path, ...]:
    """`root`, and each folder below it that has a history of its own; none before the one that it lies in."""
    below = (Path(folder) for folder, names, _ in os.walk(root) if FOLDER in names)
    return root, *sorted(folder for folder in below if folder != root)


def known_below(root: Path) -> Known:
    """What the histories of a folder and of those below it know of each file, by its path below `root`.

    Of several that list a file, the one that lies nearest to it counts: it is the one that `append` goes on with.

    Raises:
        Unreadable: as `read`.
    """
    found: Known = {}
    for folder in folders(root):
        below = folder.relative_to(root)
        found |= {(below / path).as_posix(): hashes for path, hashes in entries(read(folder)).items()}
    return found


def append(root: Path, entries: Sequence[Entry], *, when: datetime, process: Process) -> int:
    """Add a generation to the history of `root`, or begin one; safe to be killed in, and to be called again after.

    The manifest is on the disk before the chain names it. Manifests that an earlier call or another program left
    without a place in the chain get one first; where the last of all then says just what is to be said, it is what
    an earlier call wrote, and nothing more is. A verification ("in-place") is said anew for each `when`: to repeat
    a call that was killed give it the same `when`.

    Files below a folder that has a history of its own are listed there, and the generation of `root` refers to it.
    A folder with lists and no chain gets one, even where no entry lies below it.

    Args:
        root: the folder.
        entries: its files with all digests that were computed; their actions are found here. What lies in the
            folders of histories is left out. Where a history knows a file, one of its algorithms must be there.
        when: goes into the manifest and its name, to the second.
        process: "transfer" for copies, "in-place" for files that were looked at where they lie.

    Returns:
        The number of the generation that says it.

    Raises:
        Unreadable: as `read`; nothing was written to that history.
        ValueError: a known file comes without any digest to hold against what is known.
        OSError: it could not be written.
    """
    listed = [each for each in entries if FOLDER not in each.path.split("/")[:-1]]
    listed.sort(key=lambda each: each.path)
    return _append(
        root, _Statement(tuple(listed), (), when.astimezone(UTC).replace(microsecond=0), process)
    ).number


def _append(root: Path, statement: _Statement) -> Link:
    own, references = statement.entries, []
    for folder in _nested(root):
        theirs = [each for each in own if each.path.startswith(f"{folder}/")]
        if theirs or _is_unchained(root / folder):
            own = tuple(each for each in own if not each.path.startswith(f"{folder}/"))
            seen = tuple(_seen_from(folder, each) for each in theirs)
            link = _append(root / folder, replace(statement, entries=seen))
            references.append(Reference(f"{folder}/{FOLDER}/{link.file}", link.c4))
    return _continue(root, replace(statement, entries=own, references=tuple(references)))


def _is_unchained(root: Path) -> bool:
    """Whether lists lie in a folder without the chain that names them."""
    folder = root / FOLDER
    return bool(_manifests(folder)) and not os.path.lexists(folder / chain.NAME)


def _nested(root: Path) -> list[str]:
    """The folders below `root` that have a history, the uppermost only, as relative paths."""
    found = []
    for folder, below, _ in os.walk(root):
        if Path(folder) != root and FOLDER in below:
            found.append(Path(folder).relative_to(root).as_posix())
            below.clear()
    return sorted(found)


def _seen_from(folder: str, entry: Entry) -> Entry:
    start, previous = len(folder) + 1, entry.previous
    if previous is not None:
        previous = previous[start:] if previous.startswith(f"{folder}/") else None
    return replace(entry, path=entry.path[start:], previous=previous)


def _continue(root: Path, statement: _Statement) -> Link:
    history, folder = read(root), root / FOLDER
    folder.mkdir(exist_ok=True)
    disk.flush_folder(root)
    for part in folder.glob(".*.part"):
        part.unlink()  # of a call that was killed
    for each in history.orphans:
        disk.flush(folder / each.link.file)
    generations = (*history.generations, *history.orphans)
    links = tuple(each.link for each in generations)
    if not _is_said(generations, statement):
        links = (*links, _write(root, generations, statement))
    # Also where nothing is to be written: a call that was killed may have ended just before this.
    disk.flush_folder(folder)
    if len(links) > len(history.generations):
        disk.write(folder / chain.NAME, chain.written(links))
    return links[-1]


def _is_said(generations: tuple[Generation, ...], statement: _Statement) -> bool:
    """Whether the last generation says of these files what would be said of them now."""
    if not generations:
        return False
    last = generations[-1].manifest
    if (last.process, last.references) != (statement.process, statement.references):
        return False
    if statement.process == "in-place" and last.created != statement.when:
        return False
    before = _known(generations[:-1])
    try:
        said = _facts(compared(each, before, statement.when) for each in statement.entries)
    except ValueError:
        return False  # a file that an orphan of another program knows first, by an algorithm of its own
    return said == _facts(last.entries)


def _facts(entries: Iterable[Entry]) -> set[tuple[str, int | None, frozenset[tuple[str, str]]]]:
    return {
        (each.path, each.size, frozenset((one.algorithm, one.value) for one in each.hashes))
        for each in entries
    }


def _write(root: Path, earlier: tuple[Generation, ...], statement: _Statement) -> Link:
    found = _known(earlier)
    content = manifest.written(
        [compared(each, found, statement.when) for each in statement.entries],
        created=statement.when,
        process=statement.process,
        ignored=_ignored(earlier),
        references=statement.references,
    )
    number = (
        max((*(each.link.number for each in earlier), *_manifests(root / FOLDER).values()), default=0) + 1
    )
    folder_name = safe_name(root.absolute().name or "root", _LONGEST)
    name = f"{number:04d}_{folder_name}_{statement.when:%Y-%m-%d_%H%M%SZ}.mhl"
    disk.write(root / FOLDER / name, content)
    return Link(number, name, digests.of(content, "c4"))


def _ignored(earlier: tuple[Generation, ...]) -> tuple[str, ...]:
    """What is left out on purpose; the last generation's patterns go on to count, as in the reference tool."""
    before = earlier[-1].manifest.ignored if earlier else ()
    return tuple(dict.fromkeys((*manifest.IGNORED, *before)))


def _known(generations: Iterable[Generation]) -> Known:
    return known(entry for each in generations for entry in each.manifest.entries)


def _manifests(folder: Path) -> dict[str, int]:
    """The manifests in a history's folder with the numbers in their names; macOS's companions "._" are none."""
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except FileNotFoundError:
        return {}
    return {name: int(found[1]) for name in names if (found := _MANIFEST.fullmatch(name))}


def _proven(folder: Path, link: Link) -> Manifest:
    path = folder / link.file
    if not path.exists():
        raise xml.refused(path, f"is missing, though {chain.NAME} names it")
    if c4_of(path) != link.c4:
        raise xml.refused(path, f"was changed after {chain.NAME} took it up")
    return manifest.parsed(path)


def c4_of(path: Path) -> str:
    """The c4 of a manifest, by which the chain knows it.

    Raises:
        Unreadable: it is not there, no ordinary file, empty, too large or cannot be read; names the file.
    """
    digest = digests.Digests(["c4"])
    with xml.opened(path) as file, xml.reading(path):
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigests()["c4"]
