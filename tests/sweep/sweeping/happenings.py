"""What happens to cards, disks and files while nobody runs a command."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sweeping.card import MOUNTS
from sweeping.volume import Volume, hash_of
from sweeping.world import Broken, World

CAMERAS = ("A", "B", "C")


class Happenings(RuleBasedStateMachine):
    """An archive, its cards and disks, and what may befall them."""

    sound = b""  # the recording that the card SOUND holds
    found: ClassVar[list[Broken]] = []  # what was wrong

    def __init__(self) -> None:
        """Begin in a new folder."""
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="actions-")
        self.world = World(Path(self._folder.name))

    @initialize(number=st.integers(0, 2**32))
    def begin(self, number: int) -> None:
        """An empty archive, four cards and two disks for second copies."""
        if self.found:
            raise self.found[0]  # it is being replayed, which would take as long again
        assume(number)  # hypothesis tries the simplest actions first: one card is copied again and again
        self.world.begin(self.sound)

    def teardown(self) -> None:
        """Keep what was wrong, and remove everything."""
        if self.world.broken:
            self.found.append(self.world.broken)
        self.close()

    def close(self) -> None:
        """Remove everything."""
        self._folder.cleanup()

    @rule(card=st.sampled_from(CAMERAS), in_place=st.booleans())
    def reformat(self, card: str, in_place: bool) -> None:
        """Shoot on a card anew: the same names, sizes and dates, other content."""
        used = self.world.cards[card]
        if used.plugged:
            self.world.story.append(f"reformat {card}{' in place' * in_place}")
            sizes = {path: len(content) for path, content in used.files.items()}
            if not in_place:
                used.format()
            used.shoot(sizes, in_place=in_place)
            self.world.filmed()

    @rule(card=st.sampled_from(CAMERAS), size=st.sampled_from([1, 900, 5000]))
    def shoot(self, card: str, size: int) -> None:
        """Film one clip more."""
        used = self.world.cards[card]
        if used.plugged:
            self.world.story.append(f"shoot on {card}")
            used.shoot({f"CLIP/C{100 + used.shots}.MP4": size})
            self.world.filmed()

    @rule(card=st.sampled_from(CAMERAS), mount=st.sampled_from(MOUNTS))
    def move(self, card: str, mount: str) -> None:
        """Mount a card somewhere else, where another one may have been."""
        moved, there = self.world.cards[card], self.world.place / "mnt" / mount
        if moved.plugged and not there.exists():
            self.world.story.append(f"mount {card} at {mount}")
            moved.move(there)

    @rule(card=st.sampled_from(CAMERAS))
    def plug_card(self, card: str) -> None:
        """Unplug a card, or plug it in again."""
        meant = self.world.cards[card]
        self.world.story.append(f"{'unplug' if meant.plugged else 'plug in'} {card}")
        if meant.plugged:
            meant.unplug()
        else:
            meant.plug()

    @rule(name=st.sampled_from(["originals", "second", "third"]))
    def plug_volume(self, name: str) -> None:
        """Unplug a volume that the archive knows, or plug it in again."""
        volume = self.world.volumes[name]
        if volume.plugged and volume.known:
            self.world.story.append(f"unplug {name}")
            volume.unplug()
        elif not volume.plugged:
            self._plug(volume)

    @rule(
        name=st.sampled_from(["originals", "second", "third"]),
        which=st.integers(0, 99),
        how=st.sampled_from(["flip", "truncate", "delete"]),
    )
    def damage(self, name: str, which: int, how: str) -> None:
        """Damage a file of a volume."""
        volume = self.world.volumes[name]
        if paths := sorted(path for path, digest in volume.there.items() if self.world.sizes[digest]):
            path = paths[which % len(paths)]
            self.world.story.append(f"{how} {path!r} of {name}")
            if left := _damaged(volume.place / path, how):
                volume.there[path] = hash_of(left)
                self.world.sizes[hash_of(left)] = len(left)
            else:
                del volume.there[path]

    @precondition(lambda self: self.world.renditions.known)
    @rule(which=st.integers(0, 99), how=st.sampled_from(["flip", "truncate", "delete"]))
    def damage_rendition(self, which: int, how: str) -> None:
        """Damage a file that was made from a clip."""
        paths = sorted(self.world.renditions.known)
        path = paths[which % len(paths)]
        if (self.world.archive / path).exists():
            self.world.story.append(f"{how} {path}")
            _damaged(self.world.archive / path, how)
            self.world.renditions.damage(self.world.archive, path)

    @precondition(lambda self: self.world.transcribed and self.world.index_is_whole)
    @rule()
    def damage_index(self) -> None:
        """Lose a row of the full-text index."""
        self.world.story.append("lose a row of the index")
        with closing(sqlite3.connect(self.world.archive / "archive.db", isolation_level=None)) as db:
            db.execute(
                "INSERT INTO folded_fts (folded_fts, rowid, text) SELECT 'delete', transcript_id, text FROM folded"
            )
        self.world.index_is_whole = False

    def plug_all(self) -> None:
        """Plug every volume in again."""
        for volume in self.world.volumes.values():
            if not volume.plugged:
                self._plug(volume)

    def _plug(self, volume: Volume) -> None:
        self.world.story.append(f"plug in {volume.name}")
        wrong = volume.plug()
        self.world.must(not wrong, f"{wrong}")


def _damaged(path: Path, how: str) -> bytes | None:
    """Damage a file and return what is left of it."""
    content = path.read_bytes()
    if how == "delete":
        path.unlink()
        return None
    middle = len(content) // 2
    left = content[:middle] if how == "truncate" else _flipped(content, middle)
    times = path.stat()
    path.write_bytes(left)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return left


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]
