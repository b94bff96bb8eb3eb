"""The commands that keep an archive safe, as they are swept: a backup, a restore over a spoilt archive, a repair.

The first two make something new each time, so there is no third run that would do nothing.
"""

import json
import re
import shutil
from pathlib import Path

from sweeping.contents import Contents, contents, missing
from sweeping.operation import Operation, Said
from sweeping.operations import ARCHIVE, forgetful, quietly
from xxhash import xxh3_128

DATED = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?")


def backup(card: Path) -> Operation:
    """A backup of an archive that has one already, whose place the new one takes."""

    def command(place: Path) -> list[str]:
        return [*ARCHIVE, "backup", str(place / "backups"), "--archive", str(place / "archive"), "--json"]

    def prepare(place: Path) -> None:
        _filled(place, card)
        quietly(command(place))

    return Operation("backup", prepare, command, (), _no_backup, _backups, settles=False)


def restore(card: Path) -> Operation:
    """A restore over the same archive, whose database was spoilt since: it is kept, its originals are taken over."""

    def command(place: Path) -> list[str]:
        return [*ARCHIVE, "restore", str(place / "backups"), str(place / "archive"), "--json"]

    def prepare(place: Path) -> None:
        _filled(place, card)
        quietly([*ARCHIVE, "backup", str(place / "backups"), "--archive", str(place / "archive")])
        (place / "archive" / "release.txt").write_text("signed again\n")
        (place / "archive" / "archive.db").write_bytes(b"spoilt")

    def broken(place: Path, said: Said, whole: Contents) -> list[str]:
        wrong = [f"{path.name} is in no folder" for path in card.iterdir() if not _somewhere(path, place)]
        if said and _restored(place) != whole:
            wrong.append("the archive was said to be restored, and is not what the backup holds")
        return wrong

    return Operation("restore", prepare, command, (), broken, _restored, settles=False)


def repair(card: Path) -> Operation:
    """A repair of an archive of which one original has rotted and another is gone; a folder elsewhere has both."""

    def command(place: Path) -> list[str]:
        given = [*ARCHIVE, "repair", "--yes", "--json", "--archive", str(place / "archive")]
        return [*given, "--from", str(place / "elsewhere")]

    def prepare(place: Path) -> None:
        _filled(place, card)
        originals = place / "archive" / "originals" / card.name
        shutil.copytree(originals, place / "elsewhere" / card.name)
        rotten, gone = sorted(
            path for path in originals.iterdir() if path.name[0] in "AB" and path.suffix != ".xml"
        )
        rotten.write_bytes(b"rotten" + rotten.read_bytes()[6:])
        gone.unlink()

    def broken(place: Path, said: Said, whole: Contents) -> list[str]:
        wrong = [f"{path.name} is in no folder" for path in card.iterdir() if not _somewhere(path, place)]
        if any(not line["left"] and not line["absent"] for line in said):
            lacking = missing(whole, _repaired(place))
            wrong += [f"the archive was said to be put right: {line}" for line in lacking]
        return wrong

    return Operation("repair", prepare, command, (), broken, _repaired)


def forgetful_backup(card: Path) -> Operation:
    """A backup that flushes nothing."""
    return forgetful(backup(card))


def forgetful_restore(card: Path) -> Operation:
    """A restore that flushes nothing."""
    return forgetful(restore(card))


def _filled(place: Path, card: Path) -> None:
    """An archive with a card's originals and a file that a person gave."""
    archive = str(place / "archive")
    quietly([*ARCHIVE, "new", archive, "--title", "Sweep"])
    quietly([*ARCHIVE, "ingest", str(card), "--archive", archive, "--only", "copy"])
    (place / "archive" / "release.txt").write_text("signed\n")


def _backups(place: Path) -> Contents:
    """Each backup by what it holds; the latest takes the place of those that hold the same."""
    found: Contents = {"backups": sorted({_told(each, place) for each in (place / "backups").iterdir()})}
    return found


def _told(backup: Path, place: Path) -> str:
    """A backup in words: what is in it, and whether its manifest says the same."""
    content = backup / "archive"
    if not (backup / "manifest.json").exists():
        return "a backup that is unfinished, or half removed"
    listed = json.loads((backup / "manifest.json").read_text())["files"]
    wrong = [one["path"] for one in listed if _hash(content / one["path"]) != one["hash"]]
    held = contents(content, place) | {"listed": [one["path"] for one in listed], "wrong": wrong}
    return json.dumps([DATED.sub("DATE", backup.name), held], sort_keys=True)


def _hash(file: Path) -> str:
    return xxh3_128(file.read_bytes()).hexdigest() if file.is_file() else "missing"


def _no_backup(place: Path, said: Said, whole: Contents) -> list[str]:
    """A backup that was said to be made is there and whole."""
    made = [Path(line["path"]) for line in said]
    return [
        f"{each} is not whole"
        for each in made
        if not each.is_dir() or _told(each, place) not in whole["backups"]
    ]


def _repaired(place: Path) -> Contents:
    """The archive, and what was put aside, but for a history that could not be read: that is begun anew."""
    held = contents(place / "archive", place)
    aside = "originals/.damaged/"
    return {
        part: [line for line in lines if not (line.startswith(aside) and "/ascmhl: " in line)]
        for part, lines in held.items()
    }


def _restored(place: Path) -> Contents:
    """The archive as it was backed up, and beside it what it was before."""
    kept = [each / "release.txt" for each in place.glob("archive.before-*")]
    held = contents(place / "archive", place)
    held["kept"] = sorted({"signed again"} & {each.read_text().strip() for each in kept if each.is_file()})
    held["beside"] = sorted({DATED.sub("DATE", each.name) for each in place.iterdir()})
    return held


def _somewhere(path: Path, place: Path) -> bool:
    wanted = path.read_bytes()
    return any(each.is_file() and each.read_bytes() == wanted for each in place.rglob(path.name))
