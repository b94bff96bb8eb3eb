"""Clips as files: where their originals lie, where they were seen, what was made from them."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import agreement
from archive.catalogue.paths import named, stored
from media.fingerprint import Seen
from media.probe import Probe, streams


@dataclass(frozen=True, slots=True)
class Original:
    """A clip's file as the camera wrote it.

    Attributes:
        hash: xxh3-128 of its content.
        name: as the camera gave it.
        path: below the archive's folder, or absolute where it was left in its place.
        size: bytes.
    """

    hash: str
    name: str
    path: Path
    in_place: bool
    size: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file on a card, or wherever it was read.

    Attributes:
        seen: what it looked like when it was read.
        hash: of its content.
        read: when, ISO 8601; None where an earlier version of the program did not note it.
    """

    seen: Seen
    hash: str
    read: str | None


def sources(db: Database) -> dict[str, Source]:
    """Every file that was read on a card, by its path; files left in their place among them."""
    rows = db.execute(
        "SELECT path, volume, inode, size, mtime_ns, ctime_ns, hash, read FROM sources ORDER BY rowid"
    )
    return {named(path): Source(Seen(*seen), digest, read) for path, *seen, digest, read in rows}


def see(db: Database, path: str, seen: Seen, digest: str, read: str | None) -> None:
    """Remember that this file was read, what it held, and what it looked like."""
    db.execute(
        "INSERT OR REPLACE INTO sources (path, hash, volume, inode, size, mtime_ns, ctime_ns, read)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [stored(path), digest, seen.volume, seen.inode, seen.size, seen.mtime_ns, seen.ctime_ns, read],
    )


def add(db: Database, original: Original) -> None:
    """A clip that is safe in the archive, or stays where it lies; one that is known already stays as it is."""
    db.execute(
        "INSERT OR IGNORE INTO clips (hash, name, path, in_place, size) VALUES (?, ?, ?, ?, ?)",
        [original.hash, stored(original.name), stored(str(original.path)), original.in_place, original.size],
    )


def every(db: Database) -> dict[str, Original]:
    """Every clip by its hash, in the order in which they came."""
    rows = db.execute("SELECT hash, name, path, in_place, size FROM clips ORDER BY rowid")
    return {
        digest: Original(digest, named(name), Path(named(path)), bool(in_place), size)
        for digest, name, path, in_place, size in rows
    }


def move(db: Database, original: Original) -> None:
    """A clip that is known lies somewhere else now: it was left in its place, or its copy was lost and made again."""
    db.execute(
        "UPDATE clips SET path = ?, in_place = ? WHERE hash = ?",
        [stored(str(original.path)), original.in_place, original.hash],
    )


def describe(db: Database, clip: str, probe: Probe) -> None:
    """Say what a clip is, from its probe."""
    start = probe.start_timecode
    db.execute(
        "UPDATE clips SET kind = ?, duration = ?, rate = ?, variable_rate = ?, start_timecode = ?,"
        " timecode_rate = ?, reel = ?, camera = ?, recorded = ?, streams = ? WHERE hash = ?",
        [
            probe.kind,
            str(probe.duration),
            str(probe.video.rate) if probe.video else None,
            probe.video.variable_rate if probe.video else None,
            str(start) if start else None,
            str(start.rate) if start and probe.video and start.rate != probe.video.rate else None,
            probe.reel,
            probe.camera,
            probe.recorded.isoformat() if probe.recorded else None,
            json.dumps(streams(probe), ensure_ascii=False),
            clip,
        ],
    )


def add_renditions(db: Database, clip: str, files: Iterable[tuple[str, str, int, str]]) -> None:
    """Files made from a clip: kind, path below the archive's folder, bytes, hash. They replace those of their kind."""
    for file in files:
        db.execute(
            "INSERT OR REPLACE INTO renditions (clip, kind, path, size, hash) VALUES (?, ?, ?, ?, ?)",
            [clip, *file],
        )


def lost_renditions(db: Database, folder: Path) -> set[tuple[str, str]]:
    """The hash of a clip and the kind of a rendition, for each whose file or whose row is gone."""
    rows = db.execute("SELECT clip, kind, path FROM renditions").fetchall()
    base = f"{folder}{os.sep}"
    gone = {(clip, kind) for clip, kind, path in rows if not os.path.exists(base + path)}  # noqa: PTH110 - thousands
    return gone.union(agreement.unmade(db))
