"""Cards as cameras leave and reuse them: the same names, sizes and dates again and again, with other content."""

import os
import shutil
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

SHOT = 1_710_410_400  # seconds since 1970; every clip of every card has this date

# What each card holds: names, and bytes. Two cameras that count alike, and one that took names as they came.
CARDS = {
    "A": {"CLIP/C0001.MP4": 3000, "CLIP/C0002.MP4": 70_000, "CLIP/C0001M01.XML": 200, "MEDIAPRO.XML": 50},
    "B": {"CLIP/C0001.MP4": 3000, "CLIP/C0002.MP4": 70_000, "CLIP/C0001M01.XML": 200, "MEDIAPRO.XML": 50},
    "C": {
        "-y.mp4": 10,
        "a:b.mov": 900,
        "two\nlines.mp4": 5,
        "\udcff.wav": 900,
        "100%d.srt": 20,
        "NONE.XML": 0,
    },
    "SOUND": {},
}
# Where they are mounted; one is what a second card of the name A001 would be called in the archive.
MOUNTS = ("A001", "A001-2", "UNTITLED", "NO NAME", "B002", "C")


@dataclass(slots=True)
class Card:
    """A card, and what a camera wrote on it.

    Attributes:
        name: for people.
        mount: where it is mounted.
        shelf: where its files lie while it is not.
        plugged: it is mounted.
        files: its content by the path below its root.
        shots: how many files the camera has written so far.
    """

    name: str
    mount: Path
    shelf: Path
    plugged: bool = True
    files: dict[str, bytes] = field(default_factory=dict)
    shots: int = 0

    def shoot(self, sizes: dict[str, int], *, in_place: bool = False) -> None:
        """Write files of these sizes, each with content that was nowhere before.

        Args:
            sizes: bytes by path.
            in_place: into the files that are there, not into new ones.
        """
        for path, size in sizes.items():
            self.shots += 1
            seed = sha256(f"{self.name} {self.shots}".encode()).digest()
            self.write(path, (seed * (size // len(seed) + 1))[:size], in_place=in_place)

    def write(self, path: str, content: bytes, *, in_place: bool = False) -> None:
        """Put a file on the card."""
        file = self.mount / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not in_place:
            file.unlink(missing_ok=True)
        file.write_bytes(content)
        os.utime(file, (SHOT, SHOT))
        self.files[path] = content

    def look_at(self) -> None:
        """Give its first file another date, as some programs do that only look."""
        self.shots += 1
        os.utime(self.mount / min(self.files), (SHOT, SHOT + self.shots))

    def format(self) -> None:
        """Take everything from it."""
        shutil.rmtree(self.mount)
        self.mount.mkdir()
        self.files.clear()

    def unplug(self) -> None:
        """Leave an empty mount point."""
        self.mount.rename(self.shelf)
        self.mount.mkdir()
        self.plugged = False

    def plug(self) -> None:
        """Mount it again."""
        self.mount.rmdir()
        self.shelf.rename(self.mount)
        self.plugged = True

    def move(self, mount: Path) -> None:
        """Mount it elsewhere."""
        self.mount.rename(mount)
        self.mount = mount
