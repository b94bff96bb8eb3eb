"""What has to be true of the files that are made from clips: they can be made again, so only their sizes are known."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Renditions:
    """The renditions of an archive.

    Attributes:
        sizes: bytes by the path below the archive's folder.
        unsure: they were being made when a command was killed.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    unsure: bool = False

    def made(self, archive: Path) -> None:
        """They were all made, or are there; one that was cut short before stays so."""
        there = lying(archive)
        self.sizes = (
            there if self.unsure else there | {path: self.sizes[path] for path in self.sizes if path in there}
        )
        self.unsure = False

    def damaged(self, archive: Path) -> dict[str, set[str]]:
        """What `archive verify` has to say of them."""
        there = lying(archive)
        missing = self.sizes.keys() - there.keys()
        return {
            "missing": set(missing),
            "changed": {path for path in self.sizes.keys() - missing if there[path] != self.sizes[path]},
            "untracked": there.keys() - self.sizes.keys(),
        }


def lying(archive: Path) -> dict[str, int]:
    """What lies there: bytes by the path below the archive's folder."""
    found = {
        path.relative_to(archive): path.stat().st_size
        for path in (archive / "renditions").rglob("*")
        if path.is_file()
    }
    return {
        str(path): size
        for path, size in found.items()
        if not any(part.startswith(".") for part in path.parts)
    }
