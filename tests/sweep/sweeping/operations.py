"""The commands that are swept. Another one joins by one more function that returns an `Operation`."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sweeping.contents import Contents, contents
from sweeping.operation import Operation, Said
from sweeping.running import ROOT
from xxhash import xxh3_128

ARCHIVE = (sys.executable, "-m", "archive")
# The same command on a system that loses what it was told to flush: what the power cuts have to find.
LYING = "import os, runpy; os.fsync = lambda file: None; runpy.run_module('archive', None, '__main__', True)"
FORGETFUL = (sys.executable, "-c", LYING)
NAIVE = (sys.executable, str(Path(__file__).with_name("naive.py")))


def ingest(card: Path) -> Operation:
    """A card from the copy to the transcripts."""
    return _ingest("ingest", card, ARCHIVE)


def offload(card: Path) -> Operation:
    """A card's copy alone, to the archive and to a second place."""
    return _ingest("offload", card, ARCHIVE, "--only", "copy", second=True)


def go_on(card: Path) -> Operation:
    """What follows the copy: renditions and transcripts of a card that is safe already."""
    return _ingest("go on", card, ARCHIVE, copied=True)


def forgetful(operation: Operation) -> Operation:
    """The same on a system that flushes nothing; the sweep of power cuts is to find it wrong."""

    def command(place: Path) -> list[str]:
        return [*FORGETFUL, *operation.command(place)[len(ARCHIVE) :]]

    return replace(operation, name=f"{operation.name} without fsync", command=command)


def forgetful_offload(card: Path) -> Operation:
    """A copy that flushes nothing."""
    return forgetful(offload(card))


def naive(card: Path) -> Operation:
    """A copy as a quick script makes it; every sweep is to find it wrong."""
    return _ingest("naive", card, NAIVE)


def _ingest(
    name: str, card: Path, program: tuple[str, ...], *options: str, copied: bool = False, second: bool = False
) -> Operation:
    def command(place: Path) -> list[str]:
        given = [
            *program,
            "ingest",
            str(card),
            "--archive",
            str(place / "archive"),
            "--json",
            "--model",
            "demo",
        ]
        return [*given, *(["--also", str(place / "second")] if second else []), *options]

    def prepare(place: Path) -> None:
        quietly([*ARCHIVE, "new", str(place / "archive"), "--title", "Sweep"])
        if second:
            (place / "second").mkdir()
        if copied:
            quietly([*command(place), "--only", "copy"])

    def holds(place: Path) -> Contents:
        return contents(place / "archive", place, [place / "second"] if second else [])

    def broken(place: Path, said: Said, whole: Contents) -> list[str]:
        return _broken(holds(place), said, whole)

    return Operation(name, prepare, command, (card,), broken, holds)


def _broken(now: Contents, said: Said, whole: Contents) -> list[str]:
    """What was said and is not so.

    A file that was said to be copied lies in the archive and is recorded; those of a card that may be formatted lie
    in every place; a clip that was said to be done has everything that it has where nothing went wrong.
    """
    wrong = []
    for path in _copied(said):
        wrong += _lacking(path, now, ["in archive"])
        if not any(str(path) in line for line in now["sources"]):
            wrong.append(f"{path} was said to be copied, and is not recorded")
    for path in _on_safe_cards(said):
        wrong += _lacking(path, now, [name for name in now if name.startswith("in ")])
    there = {line for lines in now.values() for line in lines}
    for path in _complete(said):
        lost = [line for line in _of(path, whole) if line not in there]
        wrong += [f"{path} was said to be done: missing {line}" for line in lost]
    return wrong


def _lacking(path: Path, now: Contents, places: Sequence[str]) -> list[str]:
    digest = sha256(path.read_bytes()).hexdigest()
    lacking = [place for place in places if not any(digest in line for line in now[place])]
    return [f"{path} was said to be copied, and no file {place} holds it" for place in lacking]


def _copied(said: Said) -> list[Path]:
    """Files that were said to be copied."""
    return [Path(line["path"]) for line in said if line.get("step") == "copy" and line["state"] == "done"]


def _on_safe_cards(said: Said) -> list[Path]:
    """The files of cards of which it was said that they may be formatted."""
    cards = [Path(line["path"]) for line in said if line.get("event") == "card" and line["safe_to_format"]]
    return [path for card in cards for path in sorted(card.rglob("*")) if path.is_file()]


def _complete(said: Said) -> list[Path]:
    """Clips that the summary says are done."""
    return [Path(path) for line in said if line.get("event") == "summary" for path in line["done"]]


def _of(path: Path, whole: Contents) -> list[str]:
    """The rows and files of an archive that name a clip by its hash; a card's history is not the clip's.

    Nor is what a run is to go on with, which names its clips once all of them are copied.
    """
    digest = xxh3_128(path.read_bytes()).hexdigest()
    own = (line for name, lines in whole.items() if name != "runs" for line in lines)
    return [line for line in own if digest in line and "/ascmhl: " not in line]


def quietly(command: Sequence[str]) -> None:
    """Run a command that has to end well."""
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
