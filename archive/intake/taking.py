"""One file of a card: read, copied to every target, proven and recorded, or found to be there already and whole."""

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import originals
from archive.catalogue.cards import Card, Kept
from archive.catalogue.ledger import CatalogueLedger
from archive.catalogue.moments import now
from archive.catalogue.originals import Original
from archive.intake import history
from archive.intake.listing import Listing
from archive.intake.report import Moment, Reporter
from archive.intake.shelf import Shelf, lies
from archive.intake.targets import Target
from ingest.ledger import canonical
from media import copying, disk, fingerprint, volume
from media.card import is_footage
from media.errors import Changed, NoRoom, Problem, Stopped, Unreadable, VolumeAbsent
from media.fingerprint import OWN, Seen
from media.mhl.entry import Entry


@dataclass(slots=True)
class Taking:
    """Takes files into the archive and its second copies; what is recorded is durable.

    Attributes:
        into: the targets; one after the first that fails leaves the list.
        originals: every clip by its hash.
        copied: hashes of what was not there before, or not on every target.
        taken: the digests of every file that was read; None where it could not be made safe.
        against: why a file is not what its card's own list says.
        refused: the folders that left, and why.
        seen: what each file that is safe looked like when it was read.
        digests: what was computed of each file, by its place below the targets.
        cards: the card that lies at each root, so far as files of it were placed.
        known: below each root, what the card's own lists know by other algorithms than ours and was kept already.
    """

    db: Database
    ledger: CatalogueLedger
    reporter: Reporter
    stop: threading.Event
    shelf: Shelf
    into: list[Target]
    originals: dict[str, Original]
    copied: set[str]
    taken: dict[Path, dict[str, str] | None] = field(default_factory=dict)
    against: dict[Path, str] = field(default_factory=dict)
    refused: dict[Path, Problem] = field(default_factory=dict)
    seen: dict[Path, Seen] = field(default_factory=dict)
    digests: dict[Path, dict[str, str]] = field(default_factory=dict)
    cards: dict[Path, Card] = field(default_factory=dict)
    known: dict[Path, list[Entry]] = field(default_factory=dict)
    _others: dict[Path, set[int]] = field(default_factory=dict)
    _proven: set[tuple[Path, str]] = field(default_factory=set)

    def take(self, plan: Listing, path: Path, listed: Mapping[str, str]) -> dict[str, str]:
        """Make one file safe on every target.

        Args:
            plan: the listing that it belongs to.
            path: the file.
            listed: the digests that the card's own list gives for it, by ASC MHL's names.

        Returns:
            The digests of its content.

        Raises:
            Problem: why it is not safe; what was recorded before stays so.
            OSError: the card went away.
        """
        seen = Seen.of(path)
        progress = Read(self.reporter, path, seen.size)
        if self.shelf.alike(path.name, seen.size):
            found = fingerprint.digests(path, {OWN, *listed}, progress, self.stop)
            if kept := self._kept(plan, path, found[OWN]):
                self._hold(path, found, listed)
                self._complete(kept, plan, path, seen, found)
                return found
        copied = copying.copy(
            path,
            [target.folder for target in self.into],
            lambda digest: self._place(plan, path, digest),
            algorithms=listed,
            progress=progress,
            stop=self.stop,
        )
        self._refuse(copied.refused)
        self._hold(path, copied.digests, listed)
        if copied.path:
            place, name = Path("originals") / copied.path, plan.name(path)
            new = Kept(place, self._card(plan).id, name, copied.hash, copied.size, None)
            self._record(new, plan, path, copied.seen, copied.digests)
        elif kept := self._kept(plan, path, copied.hash):
            self._complete(kept, plan, path, copied.seen, copied.digests)
        return copied.digests

    def _hold(self, path: Path, digests: Mapping[str, str], listed: Mapping[str, str]) -> None:
        """Hold a file to what the card's own list says of it."""
        if why := history.differs(digests, listed):
            self.against[path] = f"{path.name}: {why}"

    def _place(self, plan: Listing, path: Path, digest: str) -> Path | None:
        """Where a file is to lie below every target; None where its content is kept already."""
        if self._kept(plan, path, digest):
            return None
        return self.shelf.free(self._card(plan), plan.name(path), digest, self.into)

    def _kept(self, plan: Listing, path: Path, digest: str) -> Kept | None:
        """The file that holds this content already: any for footage, for a companion only its own card's."""
        known = self.card(plan)
        own = self.shelf.named(known, plan.name(path))
        if not is_footage(path.name):
            return next((file for file in own if file.hash == digest), None)
        if own and known and all(file.hash != digest for file in own):
            # The same name with other content: this is another card than the one that was here before.
            self._others.setdefault(_root(plan), set()).add(known.id)
            self.cards.pop(_root(plan), None)
        everywhere = self.shelf.of(digest)
        clip = self.originals.get(digest)
        where_it_is_used = [file for file in everywhere if clip and file.path == clip.path]
        return next(iter(where_it_is_used or everywhere), None)

    def card(self, plan: Listing) -> Card | None:
        """The card that lies at the root of a listing, where it is known."""
        root = _root(plan)
        if root not in self.cards and (known := self.shelf.card(root, self._others.get(root, ()))):
            self.cards[root] = known
        return self.cards.get(root)

    def _card(self, plan: Listing) -> Card:
        """The same; recorded as a new one where it is not known."""
        known = self.card(plan)
        if known is None:
            known = self.cards[_root(plan)] = self.shelf.new_card(_root(plan), self.into)
        return known

    def complete(self, card: Card) -> dict[Path, Problem]:
        """Give every second copy what the archive keeps of a card and the card itself holds no more.

        Returns:
            The originals that are not whole themselves, and why.
        """
        own, *copies = self.into
        wrong: dict[Path, Problem] = {}
        for target in copies:
            for kept in self.shelf.of_card(card):
                place = own.folder / kept.below
                if self.shelf.lies_proven(kept, target) or not lies(kept, own) or target not in self.into:
                    continue
                try:
                    whole = self._bring(kept, place, target)
                except (Unreadable, Changed) as error:
                    wrong[place] = error
                else:
                    if whole:
                        with self.db.atomic():
                            self.shelf.prove(kept, target, now())
        return wrong

    def _complete(self, kept: Kept, plan: Listing, path: Path, seen: Seen, digests: dict[str, str]) -> None:
        """See that a file that is kept already is whole on every target, and copy it again where it is not."""
        for target in tuple(self.into):
            if (kept.path, target.volume) in self._proven:
                continue
            if not self._bring(kept, path, target) and target in self.into:
                raise Changed(f"{path.name}: changed while it was read", "Run the same command again.")
        self._record(kept, plan, path, seen, digests)
        if digests.keys() - {OWN}:
            self.known.setdefault(_root(plan), []).append(history.said(plan.name(path), seen, digests))

    def _bring(self, kept: Kept, source: Path, target: Target) -> bool:
        """See that a kept file is whole on one target; where it is not, put it aside and copy it again.

        Returns:
            Whether it is now; False where the source has other content, or the target had to be given up.

        Raises:
            Unreadable, Changed: the source.
            Problem: the first target cannot take it.
        """
        try:
            if self._is_whole(kept, target):
                return True
            copied = copying.copy(
                source,
                [target.folder],
                lambda digest: kept.below if digest == kept.hash else None,
                stop=self.stop,
            )
        except (Stopped, Unreadable, Changed):
            raise
        except Problem as problem:
            if target is self.into[0]:
                raise
            self._refuse({target.folder: problem})
            return False
        if copied.path:
            self.copied.add(kept.hash)
        return copied.path is not None

    def _is_whole(self, kept: Kept, target: Target) -> bool:
        """Read a kept file again from its disk; one that is not what it was is put aside."""
        place = target.folder / kept.below
        with suppress(Unreadable, Changed):
            if lies(kept, target) and fingerprint.from_disk(place, stop=self.stop) == kept.hash:
                return True
        if os.path.lexists(place) and self.shelf.was_proven(kept, target):
            try:
                aside = disk.set_aside(place, target.folder, kept.below.parent)
            except OSError as error:
                raise NoRoom(
                    f"{place} is damaged and cannot be put aside ({error.strerror})",
                    "Look whether its disk is there, sound, and may be written.",
                ) from error
            self.reporter.note(f"{place} was damaged. It is copied again; the damaged one is {aside}")
        return False

    def _refuse(self, refused: dict[Path, Problem]) -> None:
        self.refused |= refused
        self.into[:] = [target for target in self.into if target.folder not in refused]

    def _must_be_mounted(self) -> None:
        """Give up a target whose disk was pulled: what was copied since lies in its mount point, and is no copy.

        Raises:
            VolumeAbsent: it is that of the originals.
        """
        for target in tuple(self.into):
            if volume.identity(target.folder) != target.volume:
                gone = VolumeAbsent(
                    f"{target.folder} is not mounted any more; what was copied to it since then is not on its disk.",
                    "Mount it, then run the same command again.",
                )
                if target is self.into[0]:
                    raise gone
                self._refuse({target.folder: gone})

    def _record(
        self,
        kept: Kept,
        plan: Listing,
        path: Path,
        seen: Seen,
        digests: dict[str, str],
    ) -> None:
        """Remember in one transaction where a file lies, that it was found whole there, and where it came from."""
        self._must_be_mounted()
        when = now()
        with self.db.atomic():
            self.shelf.keep(kept)
            for target in self.into:
                self.shelf.prove(kept, target, when)
            if path in plan.clips:
                self._record_clip(Original(kept.hash, path.name, kept.path, False, kept.size))
            # A file that speaks against its card is read again in every run, so that no run forgets it.
            read = None if path in self.against else when
            originals.see(self.db, str(path.absolute()), seen, kept.hash, read)
        self.seen[path] = seen
        self._proven |= {(kept.path, target.volume) for target in self.into}
        self.digests[kept.below] = digests

    def _record_clip(self, clip: Original) -> None:
        held = self.originals.get(clip.hash)
        if held is None or self.ledger.record(clip.hash, "copy") is None:
            self.ledger.copied(clip, canonical({}))
            self.copied.add(clip.hash)
            self.originals[clip.hash] = clip
        elif held.path != clip.path:
            originals.move(self.db, clip)  # it was left in its place before
            self.originals[clip.hash] = clip


def _root(plan: Listing) -> Path:
    return Path(os.path.abspath(plan.root))  # noqa: PTH100 - a link keeps the name that the crew gave it


@dataclass(slots=True)
class Read:
    """Bytes handled, as moments of a file."""

    reporter: Reporter
    path: Path
    size: int
    handled: int = 0

    def __call__(self, count: int) -> None:
        """So many more bytes were handled."""
        self.handled += count
        done = min(self.handled / max(self.size, 1), 1.0)
        self.reporter.moment(Moment(str(self.path), "copy", "moved", done, self.size))
