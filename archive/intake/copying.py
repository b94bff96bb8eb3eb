"""The first part of a run: every clip is made safe before anything else is done with it."""

import filecmp
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import originals
from archive.catalogue.ledger import CatalogueLedger
from archive.catalogue.originals import Original
from archive.config import Archive
from archive.intake.report import Moment, Reporter
from archive.intake.request import Request
from archive.intake.summary import Summary
from ingest.errors import StepFailed
from ingest.ledger import canonical
from media import card, disk, fingerprint
from media.errors import NoRoom, Problem, Stopped
from media.fingerprint import Seen


@dataclass(slots=True)
class Copying:
    """Finds the clips of a request and puts what is new into the archive.

    Attributes:
        copied: hashes of the clips that were not there before.
    """

    archive: Archive
    db: Database
    ledger: CatalogueLedger
    reporter: Reporter
    stop: threading.Event
    summary: Summary
    copied: set[str] = field(default_factory=set)
    originals: dict[str, Original] = field(init=False)

    def __post_init__(self) -> None:
        """Load what is there."""
        self.originals = originals.every(self.db)

    def go(self, request: Request) -> list[tuple[str, str]]:
        """Make every clip of the request safe.

        Returns:
            The path of each file that holds a clip, and the clip's hash.

        Raises:
            NoRoom: the disk cannot hold what is new; nothing was copied.
            Stopped: what was copied is recorded.
        """
        found = card.scan([Path(path) for path in request.paths], own=self.archive.folder)
        self.summary.skipped.extend(found.skipped)
        for path in found.missing:
            self.summary.fail(str(path), StepFailed("copy", f"{path} is not there.", "Is the card mounted?"))
        for folder in found.unreadable:
            self.summary.fail(
                str(folder.path), StepFailed("copy", folder.why, "Check the folder's permissions.")
            )
        sources = originals.sources(self.db)
        known = {str(path): self._unchanged(path, sources) for path in found.clips}
        new = [path for path in found.clips if known[str(path)] is None]
        if not request.in_place:
            self._must_fit(new)
        self.reporter.expect(["copy"] * len(new))
        for path in new:
            known[str(path)] = self._one(path, request.in_place)
        self._captions(found.captions, known)
        # A card that was unplugged after some of it had been copied: what is safe goes on its way all the same.
        known |= {
            path: clip
            for path, (_, clip) in sources.items()
            if any(Path(path).is_relative_to(gone.absolute()) for gone in found.missing)
        }
        return [(path, clip) for path, clip in known.items() if clip]

    def _unchanged(self, path: Path, sources: dict[str, tuple[Seen, str]]) -> str | None:
        """The clip in a file that was seen before, where all that the file system says is what it was."""
        before = sources.get(str(path.absolute()))
        if before is None or not self._lies(self.originals[before[1]]):
            return None
        try:
            return before[1] if Seen.of(path) == before[0] else None
        except OSError:
            return None

    def _must_fit(self, new: list[Path]) -> None:
        needed = sum(path.stat().st_size for path in new)
        free = shutil.disk_usage(self.archive.folder).free
        if needed > free:
            raise NoRoom(
                f"{self.archive.folder} has {gigabytes(free)} free; the {len(new)} new clips take {gigabytes(needed)}.",
                "Free some space, or leave the clips where they are with --in-place.",
            )

    def _one(self, path: Path, in_place: bool) -> str | None:
        if self.stop.is_set():
            raise Stopped("Stopped.")
        self.reporter.moment(Moment(str(path), "copy", "began"))
        try:
            clip = self._safe(path, in_place)
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
        return clip

    def _safe(self, path: Path, in_place: bool) -> str:
        """Copy the file, or only read it where its clip is here already or is to stay where it lies."""
        seen = Seen.of(path)
        progress = _Progress(self.reporter, path, seen.size)
        if in_place or any(original.size == seen.size for original in self.originals.values()):
            digest = fingerprint.content_hash(path, progress.read, self.stop)
            held = self.originals.get(digest)
            if in_place or (held and self._lies(held)):
                self._record(Original(digest, path.name, path.absolute(), in_place, seen.size), path, seen)
                return digest
        copied = fingerprint.copy(path, self.archive.originals, progress.read, self.stop)
        self.copied.add(copied.hash)
        where = copied.path.relative_to(self.archive.folder)
        self._record(Original(copied.hash, path.name, where, False, copied.size), path, copied.seen)
        return copied.hash

    def _record(self, original: Original, source: Path, seen: Seen) -> None:
        with self.db.atomic():
            if self.ledger.record(original.hash, "copy") is None:
                self.ledger.copied(original, canonical({}))
                self.copied.add(original.hash)
            elif not self._lies(self.originals[original.hash]):
                originals.move(self.db, original)
                del self.originals[original.hash]
            originals.see(self.db, str(source.absolute()), seen, original.hash)
        self.originals.setdefault(original.hash, original)

    def _lies(self, original: Original) -> bool:
        """Whether the clip still lies where the catalogue has it."""
        return (self.archive.folder / original.path).exists()

    def _captions(self, captions: dict[Path, Path], known: dict[str, str | None]) -> None:
        """Keep a caption file beside the original of its clip, where the transcription looks for it."""
        for clip, beside in captions.items():
            digest = known.get(str(clip))
            original = self.originals.get(digest or "")
            if original and not original.in_place:
                kept = (self.archive.folder / original.path).with_suffix(beside.suffix.lower())
                if not (kept.exists() and filecmp.cmp(beside, kept)):
                    part = kept.with_name(f".{kept.name}.part")
                    shutil.copy2(beside, part)
                    disk.flush(part)
                    part.replace(kept)  # one that the crew mended takes the place of what was kept


def _told(path: Path, error: Problem | OSError) -> StepFailed:
    """Why a clip could not be made safe; a bare error of the system is that of a card that went away."""
    if isinstance(error, Problem):
        failure = StepFailed("copy", error.message, error.remedy)
    else:
        remedy = "Is the card still there? Then run the same command again."
        failure = StepFailed("copy", f"{path.name}: cannot be read ({error.strerror})", remedy)
    failure.__cause__ = error
    return failure


@dataclass(slots=True)
class _Progress:
    """Bytes handled, as moments of a file."""

    reporter: Reporter
    path: Path
    size: int
    handled: int = 0

    def read(self, count: int) -> None:
        """So many more bytes were handled."""
        self.handled += count
        self.reporter.moment(
            Moment(str(self.path), "copy", "moved", self.handled / max(self.size, 1), self.size)
        )


def gigabytes(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 1e9:.1f} GB"
