"""`archive ingest --dry-run`: what a run would do."""

import json
from collections.abc import Sequence

import typer

from archive.catalogue import open_catalogue
from archive.catalogue.troubles import explained
from archive.config import Archive
from archive.display import shown
from archive.intake import preview
from archive.intake.request import Request, unfinished
from archive.intake.steps import of_each_clip
from ingest.steps import FOLLOWS, Step
from media.amounts import bytes_of
from media.timecode import clock


def show(archive: Archive, request: Request | None, redo: Step | None, *, as_json: bool) -> None:
    """Print what a run over the request would find, take and make again; without one, what is unfinished."""
    path = archive.database
    is_new = not path.exists() or path.stat().st_size == 0
    with explained(path), open_catalogue(path, write=is_new) as db:
        requests = (request,) if request else unfinished(db)
        found = preview.look(archive, db, requests)
    if as_json:
        typer.echo(json.dumps(_as_json(found, redo)))
    else:
        again = [step for step in FOLLOWS[redo] if step in of_each_clip(archive)] if redo else []
        typer.echo("\n".join(_lines(found, again)))


def _as_json(found: preview.Preview, redo: Step | None) -> dict[str, object]:
    return {
        "event": "preview",
        "interviews": [{"title": title, "clips": names} for title, names in found.interviews],
        "new": [str(path) for path in found.new],
        "present": [str(path) for path in found.present],
        "again": [str(path) for path in found.present] if redo else [],
        "failed": [
            {"path": each.path, "step": each.step, "error": each.error, "try": each.remedy}
            for each in found.failed
        ],
        "skipped": [
            {"path": str(each.path), "why": each.why} for each in (*found.companions, *found.skipped)
        ],
        "duration_ms": round(found.length * 1000),
        "bytes_needed": found.needed,
        "bytes_free": found.free,
    }


def _lines(found: preview.Preview, again: Sequence[Step]) -> list[str]:
    lines = [
        f"{len(found.new)} new clips, {clock(round(found.length * 1000))} in all;"
        f" {len(found.present)} are in the archive."
    ]
    if again:
        lines.append(f"{len(found.present)} would be made again: {', '.join(again)}.")
    if found.unfinished:
        lines.append(
            f"{found.unfinished} clips in the archive are unfinished; `archive ingest` goes on with them."
        )
    for title, names in found.interviews:
        lines.append(f"  {shown(title)}: {', '.join(map(shown, names))}")
    lines += [f"  cannot be read: {shown(each.path)}: {shown(each.error)}" for each in found.failed]
    lines += [f"  kept with them: {shown(str(each.path))} {each.why}" for each in found.companions]
    lines += [f"  not taken: {shown(str(each.path))} {each.why}" for each in found.skipped]
    lines.append(
        f"Disk: about {bytes_of(found.needed)} needed, {bytes_of(found.free)} free. Nothing was changed."
    )
    return lines
