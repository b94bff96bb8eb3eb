"""What a backup is: a folder with a manifest, which lists every file in it and is written last."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Literal

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from archive.catalogue.paths import named, stored
from archive.errors import DamageFound, UserError
from media import copying, disk
from media.errors import CopyFailed, Problem, Stopped
from media.fingerprint import content_hash, from_disk
from media.mhl.names import inside

NAME = "manifest.json"

# The folder of a backup in which everything lies as it lay in the archive's own.
CONTENT = "archive"

_LIMIT = 64 << 20  # bytes; a manifest of a hundred thousand files is half as long


@dataclass(frozen=True, slots=True)
class Saved:
    """A file in a backup.

    Attributes:
        path: below the archive's folder; a byte that is no UTF-8 as `archive.catalogue.paths` writes it.
        size: bytes.
        hash: xxh3-128 of its content, as of every file that the program knows.
    """

    path: str
    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says.

    Attributes:
        format: 1; raised when an older program could not read it.
        program: the version that wrote it.
        archive: the id of the archive's volume of originals, which tells its backups from another's; None for
            an archive that was never filled.
        title: of the archive.
        number: counts the backups in one folder, since a clock may be wrong.
        made: when, by the clock.
        files: every file.
    """

    format: Literal[1]
    program: str
    archive: str | None
    title: str
    number: int
    made: AwareDatetime
    files: tuple[Saved, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """A folder whose manifest can be read."""

    folder: Path
    manifest: Manifest

    @property
    def order(self) -> tuple[int, datetime]:
        """What sorts the backups in a folder in the order in which they were made."""
        return self.manifest.number, self.manifest.made

    def file(self, entry: Saved) -> Path:
        """Where a file of it lies."""
        return self.folder / CONTENT / named(entry.path)


_FORM = TypeAdapter(Manifest)


def take(source: Path, folder: Path, below: Path, stop: Event) -> Saved:
    """Copy a file to its place in a backup, or in an archive, prove it there, and say what it is.

    Raises:
        Problem: as `media.copying.copy` says.
    """
    copied = copying.copy(source, [folder], lambda _: below, stop=stop)
    return Saved(stored(str(below)), copied.size, copied.hash)


def proven(path: Path, stop: Event | None = None) -> str:
    """The hash of a file that was written a moment ago, once it is on the disk and comes back from there the same.

    Raises:
        CopyFailed: it does not.
        Stopped: where `stop` was set.
    """
    digest = content_hash(path, stop=stop)
    disk.flush(path)
    if from_disk(path, stop=stop) != digest:
        raise CopyFailed(
            f"{path.name}: {path.parent} does not give back what was written to it.",
            "The disk, its cable or its reader may be failing; back up to another disk.",
        )
    return digest


def write(folder: Path, manifest: Manifest) -> str:
    """Put the manifest into a backup, in one move and flushed; returns the hash of it, which names the whole."""
    text = json.dumps(asdict(manifest) | {"made": manifest.made.isoformat()}, ensure_ascii=False, indent=1)
    disk.write(folder / NAME, text.encode())
    return proven(folder / NAME)


def read(folder: Path) -> Backup:
    """The backup in `folder`.

    Raises:
        UserError: it holds no manifest, so it is no backup, or not a whole one.
        DamageFound: the manifest cannot be read, is damaged, or not one of ours.
    """
    path = folder / NAME
    try:
        with path.open("rb") as file:
            manifest = _FORM.validate_json(file.read(_LIMIT))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError(
            f"{folder} is no backup ({NAME}: {error.strerror}).", "Name what archive backup has made."
        ) from error
    except OSError as error:
        raise DamageFound(f"{path} cannot be read: {error.strerror}.", "Take another backup.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise DamageFound(f"{path} is damaged: {first['msg'].lower()}.", "Take another backup.") from None
    for entry in manifest.files:
        if not _is_below(entry.path):
            raise DamageFound(f"{path} names {entry.path!r}, which is no file of it.", "Take another backup.")
    return Backup(folder, manifest)


def _is_below(path: str) -> bool:
    """Whether a path that a manifest names is one that a backup can hold."""
    try:
        return "\0" not in path and inside(named(path)) is not None
    except UnicodeEncodeError:  # it claims to spell bytes that no name is spelt with
        return False


def all_in(place: Path) -> tuple[list[Backup], list[str]]:
    """The backups in a folder, the latest first, and a sentence about each manifest that cannot be read."""
    backups: list[Backup] = []
    damaged: list[str] = []
    for folder in place.iterdir():
        with suppress(UserError):
            try:
                backups += [] if folder.name.startswith(".") else [read(folder)]
            except DamageFound as error:
                damaged.append(error.message)
    return sorted(backups, key=lambda backup: backup.order, reverse=True), damaged


def complete(backup: Backup) -> bool:
    """Whether every file of it is there at its length, which takes no reading."""
    return all(_lost(backup.file(entry), entry) is None for entry in backup.manifest.files)


def fault(backup: Backup, stop: Event) -> str | None:
    """The first thing that is wrong with a backup, from reading all of it; None where it is whole.

    Raises:
        Stopped: where `stop` was set.
    """
    for entry in backup.manifest.files:
        path = backup.file(entry)
        if lost := _lost(path, entry):
            return lost
        try:
            if content_hash(path, stop=stop) != entry.hash:
                return f"{path} does not hold any more what was written to it"
        except Stopped:
            raise
        except Problem as problem:
            return problem.message
    return None


def unpack(backup: Backup, stage: Path, stop: Event) -> None:
    """Copy the files of a backup into an empty folder, each proven there.

    Raises:
        DamageFound: one is not what the manifest says any more.
        Problem: as `media.copying.copy` says.
    """
    for entry in backup.manifest.files:
        source = backup.file(entry)
        if take(source, stage, Path(named(entry.path)), stop) != entry:
            raise DamageFound(f"{source} changed while it was read.", "Look after its disk.")


def _lost(path: Path, entry: Saved) -> str | None:
    if not path.is_file():
        return f"{path} is gone"
    size = path.stat().st_size
    return None if size == entry.size else f"{path} is {size} bytes long and was {entry.size}"
