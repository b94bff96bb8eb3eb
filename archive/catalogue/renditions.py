"""Renditions as files: which there should be of each clip."""

from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue.paths import named


@dataclass(frozen=True, slots=True)
class RenditionFile:
    """A file that was made from a clip.

    Attributes:
        clip: the hash of the clip.
        kind: "proxy", "audio", "poster", "thumbnails", "peaks", "sound" or "levels".
        path: below the archive's folder.
        size: bytes.
        hash: of its content; None for what an earlier version of the program made.
    """

    clip: str
    kind: str
    path: Path
    size: int
    hash: str | None


def every(db: Database) -> list[RenditionFile]:
    """Every rendition that the catalogue knows."""
    rows = db.execute("SELECT clip, kind, path, size, hash FROM renditions ORDER BY path").fetchall()
    return [RenditionFile(clip, kind, Path(named(path)), *rest) for clip, kind, path, *rest in rows]
