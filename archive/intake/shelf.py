"""Everything that is kept below originals/, as a run looks at it: what lies where, and which card is which."""

import os
import stat
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import cards
from archive.catalogue.cards import Card, Kept
from archive.intake.targets import Target
from media import disk
from media.card import is_footage
from media.fingerprint import content_hash
from media.mhl import chain, history
from media.mhl.names import safe_name


class Shelf:
    """The cards, the files that are kept of them, and where each of these was found whole."""

    def __init__(self, db: Database) -> None:
        """Load what is recorded."""
        self._db = db
        self._cards = cards.cards(db)
        self._proven = cards.proofs(db)
        self._by_path: dict[Path, Kept] = {}
        self._by_hash: dict[str, list[Kept]] = defaultdict(list)
        self._by_card: dict[int | None, dict[str, list[Kept]]] = defaultdict(lambda: defaultdict(list))
        self._alike: dict[tuple[str, int], list[Kept]] = defaultdict(list)
        self._listed: set[Path] = set()
        for file in cards.files(db):
            self._add(file)
            if file.generation is not None:
                self._listed.add(file.path)

    def _add(self, file: Kept) -> None:
        if file.path in self._by_path:
            return
        self._by_path[file.path] = file
        self._by_hash[file.hash].append(file)
        self._by_card[file.card][file.name].append(file)
        self._alike[os.path.basename(file.name), file.size].append(file)  # noqa: PTH119 - thousands

    def keep(self, file: Kept) -> None:
        """Record a file that lies in its place now; part of the caller's transaction."""
        cards.keep(self._db, file)
        self._add(file)

    def prove(self, file: Kept, target: Target, when: str) -> None:
        """Record that a file was found whole; part of the caller's transaction."""
        status = _status(file, target)
        if status:
            cards.proven(self._db, file.path, target.volume, when, status.st_ctime_ns)
            self._proven[file.path, target.volume] = status.st_ctime_ns

    def alike(self, name: str, size: int) -> Sequence[Kept]:
        """The files of this name and size that are kept: reading may show that there is nothing to copy."""
        return self._alike.get((name, size), ())

    def of(self, digest: str) -> list[Kept]:
        """Every file with this content."""
        return self._by_hash.get(digest, [])

    def named(self, card: Card | None, name: str) -> list[Kept]:
        """What is kept of a card under one name: companions that the camera changed are several."""
        return self._by_card[card.id].get(name, []) if card else []

    def cards(self) -> tuple[Card, ...]:
        """Every card, in the order in which they came."""
        return tuple(self._cards)

    def of_card(self, card: Card) -> list[Kept]:
        """Every file that is kept of a card, on it or no more."""
        return [file for files in self._by_card[card.id].values() for file in files]

    def pending(self, card: Card) -> list[Kept]:
        """The files of a card that stand in no generation of its MHL history yet."""
        return [file for file in self.of_card(card) if file.path not in self._listed]

    def list_in(self, files: Sequence[Kept], generation: int) -> None:
        """Record that these files stand in a generation of their card's MHL history."""
        cards.listed(self._db, files, generation)
        self._listed |= {file.path for file in files}

    def unlist(self, files: Sequence[Kept]) -> None:
        """Record that these files stand in no generation any more: the history that listed them is gone."""
        cards.unlisted(self._db, files)
        self._listed -= {file.path for file in files}

    def is_whole(self, digest: str, targets: Sequence[Target]) -> bool:
        """Whether a content was found whole on every target and a file of its size still lies there."""
        return any(all(self.lies_proven(file, target) for target in targets) for file in self.of(digest))

    def was_proven(self, file: Kept, target: Target) -> bool:
        """Whether a file was ever found whole on a target: what lies there otherwise is not ours."""
        return (file.path, target.volume) in self._proven

    def lies_proven(self, file: Kept, target: Target) -> bool:
        """Whether a file was found whole on a target, and is the one that was: by its size and its ctime."""
        status = _status(file, target)
        proof = self._proven.get((file.path, target.volume))
        return status is not None and (status.st_size, status.st_ctime_ns) == (file.size, proof)

    def card(self, root: Path, excluded: Collection[int] = ()) -> Card | None:
        """The card that lies at a root, by what is kept of it; None for one that was never seen.

        It is a known one where some of its footage lies there in its recorded size, and none in another: a card that
        was formatted and used again is another card. At another root than last time, a mount point that moved, all
        of it has to be there.

        Args:
            root: absolute.
            excluded: cards that it is not, since a file of the same name and size holds other content.
        """
        for card in sorted(self._cards, key=lambda card: (card.root == root, card.id), reverse=True):
            if card.id not in excluded and self._is(card, root):
                return card
        return None

    def _is(self, card: Card, root: Path) -> bool:
        footage = [file for file in self.of_card(card) if is_footage(file.name)]
        if not self._by_card[card.id]:
            return card.root == root  # a run that was killed before its first file
        found = (_agrees(root / file.name, file.size) for file in footage)
        if card.root != root:
            return bool(footage) and all(found)
        found_here = list(found)
        return True in found_here and False not in found_here

    def new_card(self, root: Path, targets: Sequence[Target]) -> Card:
        """Record a card under a name that is free on every target; recorded before its folder is made."""
        name = safe_name(root.name.lstrip(".") or "card")
        taken = {history.FOLDER, *(card.name for card in self._cards)}
        folder = next(
            each.name
            for each in disk.numbered(Path(name))
            if each.name not in taken and not any(os.path.lexists(target.folder / each) for target in targets)
        )
        card = cards.add_card(self._db, folder, root)
        self._cards.append(card)
        return card

    def free(self, card: Card, name: str, digest: str, targets: Sequence[Target]) -> Path:
        """A path below the targets that nothing else has: the file's own, or with a number.

        A file that lies there already and holds the same content is what a killed run left.
        """
        own = Path(card.name, *map(safe_name, Path(name).parts))
        # The chain of the card's own history is kept under another name, as is a file in the place of the folder
        # for histories: ours goes on in its place.
        is_ours = own.parts[-2:] == (history.FOLDER, chain.NAME) or own.name == history.FOLDER
        return next(
            below
            for below in islice(disk.numbered(own, own.suffix), int(is_ours), None)
            if Path("originals") / below not in self._by_path
            and all(_is_free(target.folder / below, digest) for target in targets)
        )


def lies(file: Kept, target: Target) -> bool:
    """Whether a file of its size lies in its place on a target."""
    status = _status(file, target)
    return status is not None and status.st_size == file.size


def _status(file: Kept, target: Target) -> os.stat_result | None:
    """What lies in the place of a file; None for nothing, or a link, which is no copy."""
    try:
        status = os.lstat(target.folder / file.below)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _agrees(path: Path, size: int) -> bool | None:
    """Whether a file has this size; None where there is none."""
    try:
        return path.stat().st_size == size
    except OSError:
        return None


def _is_free(place: Path, digest: str) -> bool:
    return not os.path.lexists(place) or (place.is_file() and content_hash(place) == digest)
