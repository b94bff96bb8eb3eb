"""Caption files that came with clips: kept by the clip, so that one that was mended takes the first one's place."""

import filecmp
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue.originals import Original
from archive.catalogue.paths import named, stored
from archive.config import Archive
from ingest.engines import captions
from ingest.ledger import canonical
from media import card, disk
from media.errors import Problem
from media.fingerprint import content_hash


@dataclass(frozen=True, slots=True)
class Used:
    """A caption file that a transcript was made from.

    Attributes:
        place: where it lies.
        hash: what its content was.
        clip: where the original of its clip lies.
    """

    place: Path
    hash: str
    clip: Path


def of(archive: Archive, clip: Original) -> Path | None:
    """The caption file of a clip: the one that is kept for it, else the one that lies beside it."""
    folder = archive.captions / clip.hash[:12]
    kept = (folder / Path(clip.name).with_suffix(f".{ending}") for ending in card.CAPTION_ENDINGS)
    return next((path for path in kept if path.is_file()), None) or captions.beside(
        archive.folder / clip.path
    )


def keep(archive: Archive, clip: Original, beside: Path, came: Callable[[str], object]) -> bool:
    """Keep a copy of the caption file that lies beside a clip.

    Args:
        archive: where.
        clip: whose captions they are.
        beside: the file.
        came: says of a hash whether a card brought that content.

    Returns:
        False where a person edited the file that is kept: what no card brought stays as it is.

    Raises:
        OSError: it cannot be read or written.
    """
    kept = archive.captions / clip.hash[:12] / Path(clip.name).with_suffix(beside.suffix.lower())
    if kept.exists():
        if filecmp.cmp(beside, kept, shallow=False):
            return True
        if not came(content_hash(kept)):
            return False
    disk.make_folder(kept.parent)
    disk.write(kept, beside.read_bytes())
    return True


def settings(path: Path) -> str:
    """What a transcript that is made from a caption file depends on, in the form that the ledger compares."""
    digest = None
    with suppress(Problem):  # the step itself says that it cannot be read
        digest = content_hash(path)
    return canonical({"captions": stored(path.name), "hash": digest})


def same(recorded: str, today: str) -> bool:
    """Whether settings of a step are today's; of captions, earlier versions of the program noted the name only."""
    if recorded == today:
        return True
    before = json.loads(recorded)
    of_old = "captions" in before and "hash" not in before
    return of_old and before["captions"] == json.loads(today).get("captions")


def used(archive: Archive, db: Database) -> list[Used]:
    """The caption files that transcripts were made from and that the archive keeps for their clips."""
    rows = db.execute(
        "SELECT clips.hash, clips.path, steps.settings FROM steps JOIN clips ON clips.hash = steps.clip"
        " WHERE steps.step = 'transcribe' AND steps.state = 'done' AND NOT clips.in_place"
    ).fetchall()
    files = []
    for clip, path, settings in rows:
        if found := _used(settings):
            original = archive.folder / named(path)
            place = _place(archive, clip, original, found[0])
            if place.exists() or not _is_original(db, Path(named(path)).with_name(found[0]), found[1]):
                files.append(Used(place, found[1], original))
    return files


def _used(settings: str | None) -> tuple[str, str] | None:
    """Name and hash of the caption file that a transcript was made from; None without one, or of old."""
    said = json.loads(settings or "{}")
    return (named(said["captions"]), said["hash"]) if said.get("hash") else None


def _place(archive: Archive, clip: str, original: Path, name: str) -> Path:
    kept = archive.captions / clip[:12] / name
    of_old = original.with_name(name)  # before cards were kept whole, captions were kept by their clip
    return of_old if original.parent.name == clip[:12] and not kept.exists() else kept


def _is_original(db: Database, path: Path, digest: str) -> bool:
    """Whether the same captions are known to lie there as a file of a card, as after a run that did not keep them."""
    row = db.execute("SELECT 1 FROM files WHERE path = ? AND hash = ?", [stored(str(path)), digest])
    return row.fetchone() is not None
