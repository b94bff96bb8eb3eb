"""The first part of a run: every card is made safe, whole, before anything else is done with any of it."""

import os
import shutil
import threading
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from archive.catalogue import originals
from archive.catalogue.cards import Card
from archive.catalogue.ledger import CatalogueLedger
from archive.catalogue.moments import now
from archive.catalogue.originals import Original, Source
from archive.config import Archive
from archive.errors import DamageFound, UserError
from archive.intake import captions, history, targets
from archive.intake.listing import Listing, listings
from archive.intake.report import Moment, Reporter
from archive.intake.request import Request
from archive.intake.shelf import Shelf, lies
from archive.intake.summary import Summary
from archive.intake.taking import Read, Taking
from archive.intake.targets import Target
from archive.intake.verdict import Verdict
from ingest.errors import StepFailed
from ingest.ledger import canonical
from media import card, copying, fingerprint
from media.amounts import bytes_of
from media.card import Found
from media.errors import NoRoom, Problem, Stopped
from media.fingerprint import OWN, Seen

T = TypeVar("T")


@dataclass(slots=True)
class Offload:
    """Finds the clips of a request, and puts whole cards into the archive and every second copy of it.

    Attributes:
        copied: hashes of the clips that were not there before.
        originals: every clip by its hash.
    """

    archive: Archive
    db: Database
    ledger: CatalogueLedger
    reporter: Reporter
    stop: threading.Event
    summary: Summary
    copied: set[str] = field(default_factory=set)
    originals: dict[str, Original] = field(init=False)
    _own: Target = field(init=False)
    _shelf: Shelf = field(init=False)

    def __post_init__(self) -> None:
        """Load what is there."""
        self.originals = originals.every(self.db)
        self._shelf = Shelf(self.db)

    def go(self, request: Request) -> list[tuple[str, str]]:
        """Make everything safe that lies at the PATHs of a request, and say of each whether it may be formatted.

        Returns:
            The path of each file that holds a clip, and the clip's hash.

        Raises:
            NoRoom: a disk cannot hold what is new, or is absent; nothing was copied.
            UserError: a PATH holds copies of ours, or a second copy would lie where it is of no use.
            Stopped: what was copied is recorded.
        """
        paths = [Path(path) for path in request.paths]
        found = card.scan(paths, own=self.archive.folder)
        self._tell_what_is_no_clip(found, in_place=request.in_place)
        plans = listings(paths, found)
        try:
            into = self._targets(request)
        except (NoRoom, UserError) as error:
            self._tell_none_is_safe(plans, error.message)
            raise
        self._hold_against(plans, into)
        sources = originals.sources(self.db)
        known = self._leave(plans, sources) if request.in_place else self._copy(plans, sources, into)
        self._keep_captions(found.captions, known)
        # A card that was unplugged after some of it had been copied: what is safe goes on its way all the same.
        known |= {
            path: source.hash
            for path, source in sources.items()
            if source.hash in self.originals
            and any(Path(path).is_relative_to(gone.absolute()) for gone in found.missing)
        }
        return [(path, digest) for path, digest in known.items() if digest in self.originals]

    def _targets(self, request: Request) -> list[Target]:
        """The folders to copy to, each looked at before anything is begun."""
        for path in request.paths:
            targets.must_not_hold(Path(path), self.archive, self.db)
        self._own = targets.originals(self.archive, self.db)
        into = [self._own, *targets.second(self.archive, self.db, request.also, request.paths)]
        for target in into:
            copying.sweep(target.folder)
        return into

    def _hold_against(self, plans: Sequence[Listing], into: Sequence[Target]) -> None:
        """A folder on which a copy lies may not be formatted."""
        own = _disk(self._own.folder)
        for plan in plans:
            whole = Path(os.path.realpath(plan.findings.path))
            its = _disk(whole)
            plan.findings.one_disk = whole.is_dir() and all(_disk(target.folder) == its for target in into)
            for target in into:
                if Path(os.path.realpath(target.folder)).is_relative_to(whole):
                    plan.findings.against.append(f"{target.folder} lies on it")
                # PATH may be a folder of the card. Where the originals, too, are on its disk, it is no card.
                elif its not in {None, own} and its == _disk(target.folder):
                    plan.findings.against.append(f"{target.folder} is on its disk")

    def _tell_what_is_no_clip(self, found: Found, *, in_place: bool) -> None:
        (self.summary.skipped if in_place else self.summary.companions).extend(found.companions)
        self.summary.skipped.extend(found.skipped)
        for path in found.missing:
            self.summary.fail(
                str(path), StepFailed("copy", f"{path} is not there.", "Mount its card, then name it again.")
            )
        for folder in found.unreadable:
            failure = StepFailed("copy", folder.why, "Check the folder's permissions.")
            self.summary.fail(str(folder.path), failure)

    def _copy(
        self, plans: Sequence[Listing], sources: Mapping[str, Source], into: list[Target]
    ) -> dict[str, str]:
        files = dict.fromkeys(path for plan in plans for path in plan.files)
        unchanged = {path: source for path in files if (source := self._unchanged(path, sources, into))}
        try:
            self._must_fit([path for path in files if path not in unchanged], into)
        except NoRoom as error:
            self._tell_none_is_safe(plans, error.message)
            raise
        taking = Taking(
            self.db, self.ledger, self.reporter, self.stop, self._shelf, into, self.originals, self.copied
        )
        seen = ChainMap(taking.seen, {path: source.seen for path, source in unchanged.items()})
        for plan in plans:
            expected = history.expected(plan)
            if plan.files and all(path in unchanged for path in plan.files):
                plan.findings.since = min(filter(None, (unchanged[path].read for path in plan.files)))
                taking.card(plan)
            else:
                self._take(plan, expected, taking)
            if changes := self._changes(plan, seen):
                plan.findings.against += changes
                self.summary.codes.add(1)
            self._tell_whether_it_is_safe(plan, taking)
        self._write_histories(taking)
        self._tell_refused(taking)
        read = {path: digests[OWN] for path, digests in taking.taken.items() if digests}
        return {
            str(path): digest for path in files if (digest := read.get(path) or _hash(unchanged.get(path)))
        }

    def _unchanged(self, path: Path, sources: Mapping[str, Source], into: Sequence[Target]) -> Source | None:
        """What was read of a file, where all that the file system says is what it was, and every copy is there."""
        source = _as_it_was(path, sources)
        known = source and source.read and self._shelf.is_whole(source.hash, into)
        return source if known else None

    def _must_fit(self, files: Sequence[Path], into: Sequence[Target]) -> None:
        """Look before anything is copied whether there is room; what cannot be looked at is told when it is read."""
        found = {path: status for path in files if (status := _status(path))}
        for target in into:
            new = [
                min(status.st_size, status.st_blocks * 512)  # what a hole does not take
                for path, status in found.items()
                if not any(lies(kept, target) for kept in self._shelf.alike(path.name, status.st_size))
            ]
            free = shutil.disk_usage(target.folder).free
            if sum(new) > free:
                raise NoRoom(
                    f"{target.folder} has {bytes_of(free)} free; the {len(new)} new files take {bytes_of(sum(new))}.",
                    "Free some space, or leave the clips where they are with --in-place.",
                )

    def _take(self, plan: Listing, expected: Mapping[str, Mapping[str, str]], taking: Taking) -> None:
        """Read every file of a listing that this run has not read yet; those first that may be there already."""
        todo = [path for path in plan.files if path not in taking.taken]
        self.reporter.expect(["copy"] * len(todo))
        # The clips tell which card it is, and so where what lies beside them belongs.
        for path in sorted(
            todo, key=lambda path: (not card.is_footage(path.name), not self._is_likely(path), path.parts)
        ):
            listed = expected.get(plan.name(path), {})
            taking.taken[path] = self._one(path, lambda: taking.take(plan, path, listed))  # noqa: B023 - called at once

    def _is_likely(self, path: Path) -> bool:
        status = _status(path)
        return status is not None and bool(self._shelf.alike(path.name, status.st_size))

    def _one(self, path: Path, act: Callable[[], T]) -> T | None:
        """Do something with one file, and tell of it; None where it failed."""
        if self.stop.is_set():
            raise Stopped("Stopped.")
        self.reporter.moment(Moment(str(path), "copy", "began"))
        try:
            answer = act()
        except Stopped:
            raise
        except (Problem, OSError) as error:
            failure = _told(path, error)
            self.summary.fail(str(path), failure)
            self.reporter.moment(
                Moment(str(path), "copy", "failed", error=failure.message, remedy=failure.remedy)
            )
            return None
        self.reporter.moment(Moment(str(path), "copy", "done", 1.0))
        return answer

    def _tell_whether_it_is_safe(self, plan: Listing, taking: Taking) -> None:
        if plan.findings.damaged or any(path in taking.against for path in plan.files):
            self.summary.codes.add(DamageFound.exit_code)
        against = plan.findings.against
        against += [
            taking.against.get(path, f"{path.name} could not be copied")
            for path in plan.files
            if path in taking.against or taking.taken.get(path, path) is None
        ]
        against += [f"no second copy: {problem.message}" for problem in taking.refused.values()]
        folders = [target.folder for target in taking.into]
        self._say(plan.findings.verdict(len(plan.files), folders))

    def _changes(self, plan: Listing, seen: Mapping[Path, Seen]) -> list[str]:
        """What became of the files of a PATH since they were read: a camera or a person may still be writing."""
        found = card.scan([Path(plan.findings.path)], own=self.archive.folder)
        there = {*found.clips, *(each.path for each in found.companions)}
        changes = [f"{path.name} came while the others were copied" for path in sorted(there - {*plan.files})]
        changes += [
            f"{path.name} changed since it was read, or is gone"
            for path in plan.files
            if path in seen and Seen.now(path) != seen[path]
        ]
        return changes

    def _tell_none_is_safe(self, plans: Sequence[Listing], why: str) -> None:
        for plan in plans:
            plan.findings.against.append(why)
            self._say(plan.findings.verdict(len(plan.files), ()))

    def _say(self, verdict: Verdict) -> None:
        self.summary.verdicts.append(verdict)
        self.reporter.card(verdict)

    def _write_histories(self, taking: Taking) -> None:
        """Write an MHL generation for every card of which something was copied, now or by a run that was killed."""
        for kept in self._shelf.cards():
            folder = self._own.folder / kept.name
            try:
                if kept in taking.cards.values():
                    for place, problem in taking.complete(kept).items():
                        self.summary.fail(str(place), _told(place, problem))
                copies = [target.folder / kept.name for target in taking.into[1:]]
                if kept in taking.cards.values() and history.lacks([folder]):
                    self._bring_back(kept)
                pending = [file for file in self._shelf.pending(kept) if lies(file, self._own)]
                if pending:
                    elsewhere = [
                        each
                        for root, entries in taking.known.items()
                        for each in entries
                        if taking.cards.get(root) == kept and not self._shelf.named(kept, each.path)
                    ]
                    generation = history.write(kept, pending, taking.digests, taking.into, elsewhere)
                    with self.db.atomic():
                        self._shelf.list_in(pending, generation)
                elif kept in taking.cards.values() or history.lacks(copies):
                    history.mirror(folder, copies)
            except (Problem, OSError, ValueError) as error:
                message = f"The MHL history in {folder} was not written: {error}"
                failure = StepFailed("copy", message, "The files are safe. Run the same command again.")
                failure.__cause__ = error
                self.summary.fail(str(folder), failure)

    def _bring_back(self, kept: Card) -> None:
        """Take the history of a card that is gone from a second copy; what that has not is to be listed anew."""
        copies = (target.folder / kept.name for target in targets.copies(self.db))
        if whole := next(filter(history.is_whole, copies), None):
            history.mirror(whole, [self._own.folder / kept.name])
        lost = history.unlisted(self._own.folder / kept.name, self._shelf.of_card(kept))
        with self.db.atomic():
            self._shelf.unlist(lost)

    def _tell_refused(self, taking: Taking) -> None:
        for folder, problem in taking.refused.items():
            self.summary.fail(str(folder), _told(folder, problem))

    def _leave(self, plans: Sequence[Listing], sources: Mapping[str, Source]) -> dict[str, str]:
        """Leave clips where they lie: only read those that were not read before."""
        known: dict[str, str] = {}
        for plan in plans:
            for path in plan.clips:
                digest = _hash(_as_it_was(path, sources)) or self._one(path, lambda: self._read(path))  # noqa: B023 - called at once
                if digest:
                    known[str(path)] = digest
        self._tell_none_is_safe(plans, "its clips were left in their place and not copied")
        return known

    def _read(self, path: Path) -> str:
        seen = Seen.of(path)
        digest = fingerprint.content_hash(path, Read(self.reporter, path, seen.size), self.stop)
        clip = Original(digest, path.name, path.absolute(), True, seen.size)
        with self.db.atomic():
            held = self.originals.get(digest)
            if held is None or self.ledger.record(digest, "copy") is None:
                self.ledger.copied(clip, canonical({}))
                self.copied.add(digest)
                self.originals[digest] = clip
            elif not (self.archive.folder / held.path).exists():
                originals.move(self.db, clip)
                self.originals[digest] = clip
            originals.see(self.db, str(path.absolute()), seen, digest, now())
        return digest

    def _keep_captions(self, beside: Mapping[Path, Path], known: Mapping[str, str]) -> None:
        for path, caption in beside.items():
            clip = self.originals.get(known.get(str(path), ""))
            if clip and not clip.in_place:
                try:
                    if not captions.keep(self.archive, clip, caption, self._shelf.of):
                        self.reporter.note(f"The captions kept of {clip.name} were edited, and stay so.")
                except (OSError, Problem) as error:
                    self.summary.fail(str(caption), _told(caption, error))


def _as_it_was(path: Path, sources: Mapping[str, Source]) -> Source | None:
    """What was read of a file, where all that the file system says of it is what it was."""
    source = sources.get(str(path.absolute()))
    return source if source and Seen.now(path) == source.seen else None


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _disk(path: Path) -> int | None:
    """The number of the disk on which a path lies; None where it is gone."""
    status = _status(path)
    return status.st_dev if status else None


def _hash(source: Source | None) -> str | None:
    return source.hash if source else None


def _told(path: Path, error: Problem | OSError) -> StepFailed:
    """Why a file could not be made safe; a bare error of the system is that of a card that went away."""
    if isinstance(error, Problem):
        failure = StepFailed("copy", error.message, error.remedy)
    else:
        remedy = "Is the card still there? Then run the same command again."
        failure = StepFailed("copy", f"{path.name}: cannot be read ({error.strerror})", remedy)
    failure.__cause__ = error
    return failure
