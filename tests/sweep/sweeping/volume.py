"""What has to be true of a folder of originals or second copies, whatever is done to it and to the archive."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

HISTORY = "ascmhl"
ASIDE = ".damaged"

# Whether the catalogue knows a file: it does; a command was killed before anybody could tell; it does not.
State = Literal["known", "perhaps", "stranger"]


@dataclass(frozen=True, slots=True)
class Listed:
    """What the catalogue should say of a file: the hash of its content, and whether it says so at all."""

    digest: str
    state: State


@dataclass(slots=True)
class Volume:
    """A folder that may be unplugged, as it has to be.

    Attributes:
        name: for people.
        folder: where it lies when it is mounted.
        shelf: where it lies when it is not.
        said: what its paths begin with where `archive verify` says them.
        known: the catalogue knows the volume; None where a kill makes that uncertain.
        plugged: it is mounted.
        files: what the catalogue should say, by the path below the folder.
        there: the hash of every file that lies there, damaged ones as the damage left them.
        aside: hashes of what was put aside.
    """

    name: str
    folder: Path
    shelf: Path
    said: str
    known: bool | None = False
    plugged: bool = True
    files: dict[str, Listed] = field(default_factory=dict)
    there: dict[str, str] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)

    @property
    def place(self) -> Path:
        """Where it lies now."""
        return self.folder if self.plugged else self.shelf

    def unplug(self) -> None:
        """Leave an empty mount point."""
        self.folder.rename(self.shelf)
        self.folder.mkdir()
        self.plugged = False

    def plug(self) -> list[str]:
        """Mount it again; what was written into the mount point meanwhile is a fault."""
        stray = [str(path) for path in self.folder.rglob("*")]
        shutil.rmtree(self.folder)
        self.shelf.rename(self.folder)
        self.plugged = True
        return [f"{path} was written where the {self.name} volume was not mounted" for path in stray]

    def clear(self) -> None:
        """Remove what a command wrote on into the mount point when the volume was pulled: nobody counts that."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def look(self, footage: Mapping[str, bytes]) -> tuple[list[str], set[str]]:
        """Hold what lies there against what lay there.

        Args:
            footage: everything that a card ever held, by its hash.

        Returns:
            What is wrong, and the paths that are new.
        """
        now, aside = dict(_files(self.place)), set(_hashes(self.place / ASIDE))
        lost = self.aside - aside - set(now.values())
        wrong = [f"{self.name}: what was put aside is gone: {digest[:12]}" for digest in lost]
        for path, digest in self.there.items():
            if now.get(path) != digest and not self._is_mended(path, digest, now.get(path), aside):
                wrong.append(f"{self.name}: {path!r} {'changed' if path in now else 'disappeared'}")
        new = now.keys() - self.there.keys()
        for path in new:
            listed = self.files.get(path)
            if now[path] not in footage:
                wrong.append(f"{self.name}: {path!r} holds what no card ever held")
            elif listed and listed.state == "known" and listed.digest != now[path]:
                wrong.append(f"{self.name}: {path!r} came back with other content than the catalogue says")
        self.there, self.aside = now, aside
        return wrong, new

    def _is_mended(self, path: str, before: str, now: str | None, aside: set[str]) -> bool:
        """Whether a damaged file was put aside; what the catalogue says, or after a kill nothing, lies in its place."""
        listed = self.files.get(path)
        return (
            listed is not None
            and before != listed.digest
            and now in {listed.digest, None}
            and before in aside
        )

    def settle(self, new: set[str], state: State) -> None:
        """A command that copied has ended: so the catalogue should know what is new, and may know the rest."""
        for path in new:
            if path not in self.files or self.files[path].state != "known":
                self.files[path] = Listed(self.there[path], state)
        for path, listed in self.files.items():
            if listed.state == "stranger":
                self.files[path] = Listed(listed.digest, "perhaps")

    def holds(self, digest: str) -> bool:
        """Whether a content lies there whole."""
        return digest in self.there.values()

    def whole(self) -> set[str]:
        """Contents that lie where the catalogue looks for them; none while the volume is not mounted."""
        known = (listed for path, listed in self.files.items() if self.there.get(path) == listed.digest)
        return {listed.digest for listed in known if listed.state == "known"} if self.plugged else set()

    def damaged(self) -> dict[str, str]:
        """The files that are not what the catalogue should say of them, and that content."""
        return {
            path: listed.digest
            for path, listed in self.files.items()
            if listed.state == "known" and self.there.get(path) != listed.digest
        }

    def restored(self, files: Mapping[str, Listed]) -> None:
        """The catalogue is as it once was: it should know these files, and no other that lies there."""
        self.files = dict(files)
        for path, digest in self.there.items():
            self.files.setdefault(path, Listed(digest, "stranger"))


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in {HISTORY, ASIDE}]
        for name in names:
            if not name.startswith("."):
                path = Path(place, name)
                yield str(path.relative_to(folder)), hash_of(path.read_bytes())


def _hashes(folder: Path) -> Iterator[str]:
    yield from (hash_of(path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def hash_of(content: bytes) -> str:
    """Another hash than the program's own."""
    return sha256(content).hexdigest()
