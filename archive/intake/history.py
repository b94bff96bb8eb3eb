"""The MHL side of an offload: what a card's own lists say of its files, and the history that goes with the copies."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from archive.catalogue.cards import Card, Kept
from archive.intake.listing import Listing
from archive.intake.targets import Target
from media import disk, fingerprint
from media.errors import Problem
from media.fingerprint import OWN, Seen
from media.mhl import chain, check, history
from media.mhl.digests import ALGORITHMS
from media.mhl.entry import Entry, Hash

Digests = Mapping[str, str]


def expected(plan: Listing) -> dict[str, dict[str, str]]:
    """What the lists on a card say: digests by the paths of files below its root; a damaged one is held against it."""
    if not any(path.suffix.lower() == ".mhl" for path in plan.companions):
        return {}
    faults: list[str] = []
    found = check.expected(plan.root, lambda refused: faults.append(refused.message))
    there = {plan.name(path) for path in plan.files}
    faults += [f"{name} is in its MHL and was not copied" for name in found if name not in there]
    plan.findings.against += faults
    plan.findings.damaged = bool(faults)
    return found


def differs(digests: Digests, listed: Digests) -> str | None:
    """How a file's content differs from what the card's list says of it; None where it does not."""
    for algorithm, value in listed.items():
        if digests[algorithm] != value:
            return f"its MHL says {algorithm} {value}, it holds {digests[algorithm]}"
    return None


def write(
    card: Card,
    files: Sequence[Kept],
    known: Mapping[Path, Digests],
    into: Sequence[Target],
    elsewhere: Sequence[Entry] = (),
) -> int:
    """Add what was copied of a card to its history, on every target.

    Args:
        card: the card.
        files: of it that stand in no generation yet.
        known: the digests that this run computed, by the place of a file below the targets.
        into: the archive's originals first; the second copies get the same lists.
        elsewhere: what was read of the card and is kept elsewhere; it is said of what the card's own histories list, so
            that our digest of that is known.

    Returns:
        The number of the generation.

    Raises:
        Unreadable: the history there is damaged.
        OSError: it cannot be written.
    """
    root = into[0].folder / card.name
    earlier = check.expected(root)
    entries = [
        entry(root, into[0].folder / file.below, known.get(file.below, {}), earlier)
        for file in files
        if history.FOLDER not in file.below.parts
    ]
    listed = history.known_below(root) if elsewhere else {}
    entries += [each for each in elsewhere if each.path in listed]
    generation = history.append(root, entries, when=datetime.now(UTC), process="transfer")
    mirror(root, [target.folder / card.name for target in into[1:]])
    return generation


def mirror(root: Path, copies: Sequence[Path]) -> None:
    """Put the lists of a card's folder into the second copies of it that are there, the chain last."""
    for folder in sorted(root.rglob(history.FOLDER)):
        lists = sorted(filter(Path.is_file, folder.glob("[!.]*")), key=lambda path: path.name == chain.NAME)
        for path, copy in itertools.product(lists, filter(Path.is_dir, copies)):
            kept = copy / path.relative_to(root)
            if not kept.exists() or kept.read_bytes() != path.read_bytes():
                disk.make_folder(kept.parent)
                disk.write(kept, path.read_bytes())


def lacks(copies: Sequence[Path]) -> bool:
    """Whether one of a card's second copies that are there has no history: the run that was to write it was killed."""
    return any(copy.is_dir() and not (copy / history.FOLDER / chain.NAME).exists() for copy in copies)


def unlisted(root: Path, files: Sequence[Kept]) -> list[Kept]:
    """Those of a card's files that its histories should list and do not.

    Raises:
        Unreadable: one is damaged.
    """
    listed = {Path(root.name, path) for path in history.known_below(root)}
    return [file for file in files if file.below not in listed and history.FOLDER not in file.below.parts]


def is_whole(root: Path) -> bool:
    """Whether a folder has a history, and it and those further down can be read."""
    try:
        history.known_below(root)
    except (Problem, OSError):
        return False
    return (root / history.FOLDER / chain.NAME).exists()


def entry(root: Path, place: Path, known: Digests, earlier: Mapping[str, Collection[str]]) -> Entry:
    """What a history is to say of a file.

    Args:
        root: the folder of the card.
        place: where the file lies; it is read where a digest is wanted that is not known.
        known: the digests that were computed.
        earlier: the algorithms by which a history knows files already, by their paths below `root`.

    Raises:
        Unreadable, Changed: the file.
        OSError: it cannot be looked at.
    """
    path = place.relative_to(root).as_posix()
    wanted = {OWN, *earlier.get(path, ())} & set(ALGORITHMS)
    digests = known if wanted <= known.keys() else fingerprint.digests(place, wanted)
    return said(path, Seen.of(place), digests)


def said(path: str, seen: Seen, digests: Digests) -> Entry:
    """What a history is to say of a file that was read: by which path, what it looked like, and its digests."""
    hashes = tuple(Hash(algorithm, digests[algorithm]) for algorithm in sorted(digests))
    return Entry(path, seen.size, datetime.fromtimestamp(seen.mtime_ns // 10**9, UTC), hashes)
