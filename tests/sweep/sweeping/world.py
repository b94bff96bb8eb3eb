"""An archive, its cards, volumes and backups, and beside each command what has to be true after it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sweeping.card import CARDS, MOUNTS, Card
from sweeping.contents import contents, files
from sweeping.renditions import Renditions
from sweeping.running import PATIENCE, ROOT, Ran, Until, run
from sweeping.volume import Listed, Volume, hash_of

ARCHIVE = (sys.executable, "-m", "archive")
CODES = frozenset({0, 1, 2, 3, 4, 5, 6, 7, 130, 143})  # docs/scripts.md
KILLED = -9


class Broken(AssertionError):
    """Something is not as it was promised; tells all that was done before."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a backup holds: what the catalogue should have said when it was made."""

    files: dict[str, dict[str, Listed]]
    known: dict[str, bool | None]
    renditions: Renditions
    index_is_whole: bool
    transcribed: bool | None
    listing: list[dict[str, Any]]


@dataclass(slots=True)
class World:
    """Everything there is, and what has to be true of it.

    Attributes:
        place: the folder of all.
        cards: by name.
        volumes: by name, the originals first.
        footage: all that was ever on a card, by its hash.
        sizes: bytes by hash, of damaged files, too.
        backups: what each holds, by its path.
        index_is_whole: nobody damaged the full-text index.
        transcribed: the recording of CARDS["SOUND"] can be found; None where a kill makes that uncertain.
        story: all that was done, for people.
        broken: what was not as it has to be.
        program: the command.
    """

    place: Path
    cards: dict[str, Card] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)
    footage: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    backups: dict[Path, Snapshot] = field(default_factory=dict)
    renditions: Renditions = field(default_factory=Renditions)
    index_is_whole: bool = True
    transcribed: bool | None = False
    story: list[str] = field(default_factory=list)
    broken: Broken | None = None
    program: Sequence[str] = ARCHIVE

    @property
    def archive(self) -> Path:
        """The archive's folder."""
        return self.place / "archive"

    def begin(self, sound: bytes) -> None:
        """Make an empty archive and the cards; `sound` is a recording in which somebody speaks."""
        for folder in ("unplugged", "mnt", "scratch"):
            (self.place / folder).mkdir(parents=True)
        shelves, mounts = self.place / "unplugged", self.place / "mnt"
        for (name, sizes), mount in zip(CARDS.items(), MOUNTS, strict=False):
            card = self.cards[name] = Card(name, mounts / mount, shelves / name)
            card.mount.mkdir()
            card.shoot(sizes)
        self.cards["C"].write("same as on A.mp4", self.cards["A"].files["CLIP/C0001.MP4"])
        self.cards["C"].write("._-y.mp4", b"clutter of a system")
        self.cards["SOUND"].write("B001.wav", sound)
        self.filmed()
        places = {"originals": (self.archive / "originals", "originals/")}
        places |= {name: (mounts / name, f"{mounts / name}/") for name in ("second", "third")}
        for name, (folder, said) in places.items():
            self.volumes[name] = Volume(name, folder, shelves / f"volume {name}", said)
        self.must_end(self.call("new", str(self.archive)), 0)
        for volume in self.volumes.values():
            volume.folder.mkdir(exist_ok=True)

    def filmed(self) -> None:
        """Remember what lies on the cards."""
        for card in self.cards.values():
            for content in card.files.values():
                self.footage[hash_of(content)] = content
                self.sizes[hash_of(content)] = len(content)

    def call(self, *arguments: str, until: Until | None = None) -> Ran:
        """Run the command; it ends by itself or is killed, leaves no children, and says nothing of a fault of ours."""
        self.story.append(f"archive {' '.join(arguments)}" + (f" # {until}" if until else ""))
        try:
            ran = run([*self.program, *arguments], self.place / "scratch", until=until)
        except subprocess.TimeoutExpired:
            self.must(False, "it does not end")
            raise
        self.story[-1] += f" -> {ran.code}"
        self.must(
            ran.code in CODES or (until is not None and ran.code == KILLED), f"exit {ran.code}: {ran.talk}"
        )
        self.must(not ran.orphans, f"left {ran.orphans}")
        for sign in ("Traceback", "fault of the program"):
            self.must(sign not in ran.talk, ran.talk)
        return ran

    def work(self, command: str, *arguments: str, until: Until | None = None) -> Ran:
        """Run a command of the archive that answers in lines of JSON."""
        return self.call(command, *arguments, "--archive", str(self.archive), "--json", until=until)

    def ask(self, archive: Path, *arguments: str) -> list[dict[str, Any]]:
        """What an archive answers to a command that only reads."""
        command = [*self.program, *arguments, "--archive", str(archive), "--json"]
        self.story.append(f"archive {' '.join(command[3:])}")
        asked = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=PATIENCE, check=False)
        self.must(asked.returncode == 0, f"exit {asked.returncode}: {asked.stderr.decode(errors='replace')}")
        answer: list[dict[str, Any]] = json.loads(asked.stdout)
        return answer

    def must(self, true: object, otherwise: str) -> None:
        """Fail, with all that was done, unless something is true."""
        if not true:
            self.broken = Broken("\n  ".join(["", *self.story, f"BROKEN {otherwise}"]))
            raise self.broken

    def must_end(self, ran: Ran, *codes: int) -> None:
        """Fail unless a command ended as it has to."""
        self.must(ran.code in codes, f"exit {ran.code}, not {codes}: {ran.talk[-800:]}")

    def look(self) -> dict[str, set[str]]:
        """Nothing that lay on a volume may be gone or changed; returns what is new on each."""
        new = {}
        for volume in self.volumes.values():
            wrong, new[volume.name] = volume.look(self.footage)
            self.must(not wrong, f"{wrong}")
        return new

    def everything(self) -> dict[str, Any]:
        """All that the archive and the second copies hold, for a comparison."""
        held: dict[str, Any] = dict(contents(self.archive, self.place))
        return held | {name: files(each.place) for name, each in self.volumes.items()}

    def snapshot(self, listing: list[dict[str, Any]]) -> Snapshot:
        """What a backup made now holds."""
        return Snapshot(
            {name: dict(volume.files) for name, volume in self.volumes.items()},
            {name: volume.known for name, volume in self.volumes.items()},
            deepcopy(self.renditions),
            self.index_is_whole,
            self.transcribed,
            listing,
        )

    def can_be_replaced(self) -> list[tuple[Path, Snapshot]]:
        """The backups that can be restored over the archive: one of before its first ingest may be any archive's."""
        plugged = all(volume.plugged for volume in self.volumes.values())
        return [(path, held) for path, held in self.backups.items() if plugged and held.known["originals"]]

    def restored(self, snapshot: Snapshot) -> None:
        """The catalogue is as it was when a backup was made."""
        for name, volume in self.volumes.items():
            volume.known = snapshot.known[name]
            volume.restored(snapshot.files[name])
        self.renditions = deepcopy(snapshot.renditions)
        self.index_is_whole, self.transcribed = snapshot.index_is_whole, snapshot.transcribed
