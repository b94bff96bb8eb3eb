"""What has to be true of the files that are made from clips, which can be made again."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path


@dataclass(slots=True)
class Renditions:
    """The renditions of an archive.

    Attributes:
        known: the hash that the catalogue should know of each, by the path below the archive's folder.
        hurt: the hash of what a damage left; None where it left nothing.
        unsure: they were being made when a command was killed.
    """

    known: dict[str, str] = field(default_factory=dict)
    hurt: dict[str, str | None] = field(default_factory=dict)
    unsure: bool = False

    def made(self, archive: Path) -> None:
        """They may have been made again, to be as good but not the same to the byte."""
        there = lying(archive)
        for path, digest in there.items():
            if self.unsure or path not in self.known or digest != self.hurt.get(path, digest):
                self.known[path] = digest
        self.unsure &= any(there.get(path) == digest for path, digest in self.hurt.items())

    def damage(self, archive: Path, path: str) -> None:
        """One was damaged."""
        self.hurt[path] = lying(archive).get(path)

    def damaged(self, archive: Path) -> dict[str, set[str]]:
        """What `archive verify` has to say of them."""
        there = lying(archive)
        missing = self.known.keys() - there.keys()
        return {
            "missing": set(missing),
            "changed": {path for path in self.known.keys() - missing if there[path] != self.known[path]},
            "untracked": there.keys() - self.known.keys(),
        }


def lying(archive: Path) -> dict[str, str]:
    """What lies there: hashes by the path below the archive's folder."""
    found = (path for path in (archive / "renditions").rglob("*") if path.is_file())
    named = {str(path.relative_to(archive)): path for path in found}
    return {
        name: sha256(path.read_bytes()).hexdigest() for name, path in named.items() if "/." not in f"/{name}"
    }
