"""The commands that keep an archive safe, as they are swept: a backup, and a restore over a spoilt archive.

Both make something new each time, so there is no third run that would do nothing.
"""

import threading
from pathlib import Path

from sweeping import tracing
from sweeping.contents import Contents, contents
from sweeping.killing import SHOWN, again
from sweeping.operation import Operation, Outcome, Reference, Said, place
from sweeping.operations import ARCHIVE, quietly
from sweeping.tracing import Call

from archive.care import manifest
from media.errors import Problem

GIVEN = "captions/C0001.srt"


def backup(card: Path) -> Operation:
    """A backup of an archive that holds a card."""
    return Operation(
        "backup",
        lambda top: _fill(top, card),
        lambda top: [*_backup(top), "--json"],
        (),
        _no_backup,
        _backed_up,
    )


def restore(card: Path) -> Operation:
    """A restore over an archive whose database was spoilt since it was backed up."""

    def prepare(top: Path) -> None:
        _fill(top, card)
        quietly(_backup(top))
        (top / "archive" / "archive.db").write_bytes(b"spoilt")

    def command(top: Path) -> list[str]:
        return [*ARCHIVE, "restore", str(top / "backups"), str(top / "archive"), "--json"]

    return Operation("restore", prepare, command, (), _no_archive, _restored)


def killed(reference: Reference, call: Call, user: int | None) -> Outcome:
    """Killed as it asks for a write, a flush, a name; the next run completes it."""
    command = reference.operation.command
    with place(reference, user) as (there, scratch):
        ran, _ = tracing.injected(command(there), scratch, call, "signal=KILL", user=user)
        wrong = reference.operation.broken(there, ran.said, reference.whole)
        wrong += again(reference, there, scratch, user)
    who = "root" if user is None else f"user {user}"
    case = f"{reference.operation.name}, killed at {call}, as {who}"
    return Outcome(case, ran.code < 0, tuple(wrong[:SHOWN]))


def _fill(top: Path, card: Path) -> None:
    archive = top / "archive"
    quietly([*ARCHIVE, "new", str(archive), "--title", "Sweep"])
    quietly([*ARCHIVE, "ingest", str(card), "--archive", str(archive), "--only", "copy"])
    (archive / GIVEN).parent.mkdir()
    (archive / GIVEN).write_text("given by hand")


def _backup(top: Path) -> list[str]:
    return [*ARCHIVE, "backup", str(top / "backups"), "--archive", str(top / "archive")]


def _backed_up(top: Path) -> Contents:
    """The archive, what is in every backup (their names say when), and what is left aside."""
    found = contents(top / "archive", top)
    found["backups"] = [", ".join(sorted(_listed(folder))) for folder in _named(top)]
    found["left"] = sorted(path.name for path in (top / "backups").glob(".*"))
    return found


def _named(top: Path) -> list[Path]:
    """What has the name of a backup."""
    return [path for path in (top / "backups").glob("*") if not path.name.startswith(".")]


def _listed(folder: Path) -> list[str]:
    """The files of a whole backup; none of any other."""
    try:
        found = manifest.read(folder)
    except Problem:
        return []
    fault = manifest.fault(found, threading.Event())
    return [] if fault else [entry.path for entry in found.manifest.files]


def _no_backup(top: Path, said: Said, whole: Contents) -> list[str]:
    """What has a backup's name and is not whole; one that was said to be made and is not; changes to the archive."""
    wrong = [f"{folder} is not whole" for folder in _named(top) if not _listed(folder)]
    wrong += [f"{line['path']} was said to be made" for line in said if not _listed(Path(line["path"]))]
    now = contents(top / "archive", top)
    return wrong + [f"{part} of the archive changed" for part in now if now[part] != whole[part]]


def _restored(top: Path) -> Contents:
    return contents(top / "archive", top) | {"left": sorted(path.name for path in top.glob(".*"))}


def _no_archive(top: Path, said: Said, whole: Contents) -> list[str]:
    """No archive with all footage and what people gave; or not the restored one, although that was said to be there."""
    kept = [
        line.partition(":")[0]
        for line in whole["files"]
        if line.startswith(("originals", GIVEN.partition("/")[0]))
    ]
    wrong = []
    if not any(all((each / path).exists() for path in kept) for each in top.glob("archive*")):
        wrong.append("no archive is whole")
    now = _restored(top) if said else whole
    return wrong + [
        f"was said to be restored: {part} differs" for part in whole if now.get(part) != whole[part]
    ]
