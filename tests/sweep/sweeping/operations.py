"""The commands that are swept. Another one joins by one more function that returns an `Operation`."""

import subprocess
import sys
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
    """A card's copy alone."""
    return _ingest("offload", card, ARCHIVE, "--only", "copy")


def go_on(card: Path) -> Operation:
    """What follows the copy: renditions and transcripts of a card that is safe already."""
    return _ingest("go on", card, ARCHIVE, copied=True)


def forgetful(card: Path) -> Operation:
    """The copy on a system that flushes nothing; the sweep of power cuts is to find it wrong."""
    return _ingest("offload without fsync", card, FORGETFUL, "--only", "copy")


def naive(card: Path) -> Operation:
    """A copy as a quick script makes it; every sweep is to find it wrong."""
    return _ingest("naive", card, NAIVE)


def _ingest(
    name: str, card: Path, program: tuple[str, ...], *options: str, copied: bool = False
) -> Operation:
    def command(place: Path) -> list[str]:
        given = [*program, "ingest", str(card), "--archive", str(place / "archive"), "--json"]
        return [*given, "--model", "demo", *options]

    def prepare(place: Path) -> None:
        quietly([*ARCHIVE, "new", str(place / "archive"), "--title", "Sweep"])
        if copied:
            quietly([*command(place), "--only", "copy"])

    return Operation(name, prepare, command, (card,), _broken_promises, holds)


def holds(place: Path) -> Contents:
    """The archive of a place."""
    return contents(place / "archive", place)


def _broken_promises(place: Path, said: Said, whole: Contents) -> list[str]:
    """A copy that is done lies there and is recorded; a card safe to format does with every file; so does a clip."""
    now = holds(place)
    wrong = []
    for path in sorted(_safe(said)):
        digest = sha256(path.read_bytes()).hexdigest()
        if not any(digest in line for line in now["files"]):
            wrong.append(f"{path} was said to be copied, and no file in the archive holds it")
        if not any(str(path) in line for line in now.get("sources", [])):
            wrong.append(f"{path} was said to be copied, and is not recorded")
    there = {line for lines in now.values() for line in lines}
    for path in _complete(said):
        wrong += [
            f"{path} was said to be done: missing {line}" for line in _of(path, whole) if line not in there
        ]
    return wrong


def _safe(said: Said) -> set[Path]:
    """Files that were said to be copied, one by one or as a card."""
    steps = {Path(line["path"]) for line in said if line.get("step") == "copy" and line["state"] == "done"}
    cards = [Path(line["path"]) for line in said if line.get("event") == "card" and line["safe_to_format"]]
    return steps | {path for card in cards for path in card.rglob("*") if path.is_file()}


def _complete(said: Said) -> list[Path]:
    """Clips that the summary says are done."""
    return [Path(path) for line in said if line.get("event") == "summary" for path in line["done"]]


def _of(path: Path, whole: Contents) -> list[str]:
    """The rows and files of an archive that name a clip by its hash."""
    digest = xxh3_128(path.read_bytes()).hexdigest()
    return [line for lines in whole.values() for line in lines if digest in line]


def quietly(command: list[str]) -> None:
    """Run what only prepares."""
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
