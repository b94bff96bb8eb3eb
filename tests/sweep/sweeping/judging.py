"""What `archive verify`, `repair` and the verdict on a card have to say, by what was done to an archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sweeping.card import Card
from sweeping.volume import HISTORY, Listed, Volume, hash_of
from sweeping.world import World

LISTS = ("changed", "missing", "absent", "untracked")


@dataclass(slots=True)
class Expected:
    """The paths that a list has to name, and those that it may name."""

    must: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in LISTS})
    may: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in LISTS})

    def add(self, found: str, path: str, *, sure: bool) -> None:
        """A path that has to stand in a list, or may."""
        (self.must if sure else self.may)[found].add(path)


def expected(world: World) -> Expected:
    """What a check of everything has to find."""
    made = Expected()
    for volume in world.volumes.values():
        if volume.known is not False:
            for path, listed in volume.files.items():
                _expect(made, volume, path, listed)
            if volume.name != "originals":
                # A kill may leave the files of a card there without its history, which the next ingest brings.
                for card in {Path(path).parts[0] for path in volume.files}:
                    made.add("missing", f"{volume.said}{card}/{HISTORY}/ascmhl_chain.xml", sure=False)
    for found, paths in world.renditions.damaged(world.archive).items():
        for path in paths:
            made.add(found, path, sure=not world.renditions.unsure)
    return made


def _expect(made: Expected, volume: Volume, path: str, listed: Listed) -> None:
    said, there = volume.said + path, volume.there.get(path)
    sure = listed.state == "known" and volume.known is True
    if listed.state != "stranger":
        if not volume.plugged:
            made.add("absent", said, sure=sure)
        elif there is None:
            made.add("missing", said, sure=sure)
        elif there != listed.digest:
            made.add("changed", said, sure=sure)
    if listed.state != "known" and volume.plugged:
        # A card that no row knows any more is not looked for among second copies; its history may still list it.
        certain = listed.state == "stranger" and volume.name == "originals"
        made.add("missing" if there is None else "untracked", said, sure=certain and there is not None)


def judge(world: World, said: Mapping[str, Any], *, partly: bool = False) -> None:
    """Fail unless `archive verify --json` says what is so.

    Args:
        world: what is so.
        said: its answer.
        partly: it did not read everything, so a file of its size may be damaged.
    """
    wanted = expected(world)
    for name in LISTS:
        listed, must = set(said[name]), wanted.must[name]
        if partly and name == "changed":
            must = {path for path in must if path in _of_other_sizes(world)}
        lacks, odd = must - listed, listed - wanted.must[name] - wanted.may[name]
        if world.renditions.unsure:
            odd = {path for path in odd if not path.startswith("renditions/")}
        world.must(not lacks, f"verify does not say {name}: {sorted(lacks)}")
        world.must(not odd, f"verify says {name}: {sorted(odd)}")
    world.must(
        bool(said["database"]) is not world.index_is_whole, f"verify says of the database: {said['database']}"
    )


def _of_other_sizes(world: World) -> set[str]:
    return {
        volume.said + path
        for volume in world.volumes.values()
        for path, digest in volume.damaged().items()
        if path in volume.there and world.sizes[volume.there[path]] != world.sizes[digest]
    }


def learn(world: World, said: Mapping[str, Any]) -> None:
    """A check of everything has said which originals no row knows; so of all others one does."""
    own, strangers = world.volumes["originals"], set(said["untracked"])
    if own.plugged:
        for path, listed in own.files.items():
            if listed.state == "perhaps" and path in own.there:
                state = "stranger" if own.said + path in strangers else "known"
                own.files[path] = Listed(listed.digest, state)


def judge_verdicts(
    world: World, card: Card, into: Sequence[Volume], verdicts: Sequence[Mapping[str, Any]]
) -> None:
    """Fail unless every file of a card that may be formatted lies, by its content, in every folder it was copied to."""
    contents = [hash_of(content) for path, content in card.files.items() if not path.startswith("._")]
    for verdict in verdicts:
        if verdict["safe_to_format"]:
            lacking = {volume.name: [each for each in contents if not volume.holds(each)] for volume in into}
            if verdict["why"].startswith("as of"):
                lacking = {
                    volume.name: [each for each in lacking[volume.name] if not _rotted(world, volume, each)]
                    for volume in into
                }
            world.must(
                not any(lacking.values()), f"{card.name} was called safe to format; lacking: {lacking}"
            )


def _rotted(world: World, volume: Volume, digest: str) -> bool:
    """Whether a content lay there and was damaged since, at its size; a look at the file does not show that."""
    return any(
        listed.digest == digest and world.sizes.get(volume.there.get(path, "")) == world.sizes[digest]
        for path, listed in volume.files.items()
    )


def mendable(world: World) -> set[str]:
    """The damaged files of volumes that are there of which a whole copy is there, too."""
    there = [volume for volume in world.volumes.values() if volume.plugged and volume.known]
    whole = set().union(*(volume.whole() for volume in there))
    return {
        volume.said + path for volume in there for path, digest in volume.damaged().items() if digest in whole
    }
