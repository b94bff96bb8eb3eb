"""`archive interview`: what the ingest took for one interview, or for several, put right by hand."""

import json
import shlex
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.list import record
from archive.cli.options import ArchiveOption, InterviewArgument, JsonOption, moment_of
from archive.cli.reading import writing
from archive.display import shown
from media.timecode import clock, in_seconds

if TYPE_CHECKING:
    from sqlite_utils import Database

    from archive.catalogue.timeline import PlacedClip


app = typer.Typer(no_args_is_help=True, help="Merge, split and arrange interviews; links and words go along.")


@app.command("merge")
def merge(
    into: Annotated[str, typer.Argument(metavar="INTO", help="The interview that stays, by its slug.")],
    interview: Annotated[
        list[str], typer.Argument(metavar="INTERVIEW", help="Those that are put behind it, in this order.")
    ],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make one interview of several: their clips follow each other, and old links lead to the new place.

    What its people agreed to is never widened: the stricter status counts, and only uses that all of them allow.
    """
    from archive.catalogue import arranging, interviews

    with writing(archive) as db:
        before = interviews.find(db, into)
        lengths = (interviews.find(db, each).duration_ms for each in interview[:-1])
        starts = [*accumulate(lengths, initial=before.duration_ms)]
        said = arranging.merge(db, before.slug, interview)
        _tell(
            db,
            [before.slug],
            as_json,
            f"{', '.join(interview)}: now in {before.slug}, from {clock(before.duration_ms)} on.",
            *said,
            f"To undo it: archive interview split {before.slug} {' '.join(map(in_seconds, starts))}",
        )


@app.command("split")
def split(
    interview: InterviewArgument,
    at: Annotated[
        list[int] | None,
        typer.Argument(
            metavar="AT", parser=moment_of, help="Where the next one begins, such as 0:41:10.250."
        ),
    ] = None,
    clip: Annotated[
        str | None, typer.Option(metavar="NAME", help="The clip with which the next one begins.")
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make several interviews of one: the first keeps its slug; each keeps its status and its release."""
    from archive.catalogue import arranging, interviews, releases

    with writing(archive) as db:
        slug = interviews.find(db, interview).slug
        before = releases.of_interview(db, slug).status
        others = arranging.split(db, slug, at or (), clip)
        decided = ((each, releases.of_interview(db, each).status) for each in (slug, *others))
        _tell(
            db,
            [slug, *others],
            as_json,
            f"{slug} ends earlier now; what comes then is {' and '.join(others)}.",
            *(
                f"{each} is {status}, as before it was merged."
                for each, status in decided
                if status != before
            ),
            f"To undo it: archive interview merge {slug} {' '.join(others)}",
        )


@app.command("reorder")
def reorder(
    interview: InterviewArgument,
    clip: Annotated[
        list[str], typer.Argument(metavar="CLIP", help="All of its clips by name, in the new order.")
    ],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the clips of an interview in another order, without a gap."""
    from archive.catalogue import arranging, interviews

    with writing(archive) as db:
        before = interviews.find(db, interview)
        arranging.reorder(db, before.slug, clip)
        names = [shlex.quote(one.name) for one in before.clips]
        _tell(
            db,
            [before.slug],
            as_json,
            f"{before.slug} is in this order now: {', '.join(clip)}.",
            f"To undo it: archive interview reorder {before.slug} {' '.join(names)}",
        )


# What looks like an option may be a place before the start.
@app.command("align", context_settings={"ignore_unknown_options": True})
def align(
    interview: InterviewArgument,
    clip: Annotated[
        str | None, typer.Argument(metavar="CLIP", help="A clip of it by name; without one, all of them.")
    ] = None,
    offset: Annotated[
        int | None,
        typer.Argument(
            metavar="OFFSET_MS",
            help="Where it begins, in milliseconds; without it, that is measured by what both have heard.",
        ),
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a clip to its place on the time line: by hand, or beside the others by sound."""
    from archive.catalogue import arranging, interviews

    with writing(archive) as db:
        before = interviews.find(db, interview)
        if clip is None or offset is None:
            moved = _measured(db, archive, before.slug, clip)
        else:
            arranging.align(db, before.slug, clip, offset)
            moved = [arranging.named(before, clip).hash]
        after = {one.hash: one for one in interviews.find(db, before.slug).clips}
        undo = [
            f"archive interview align {before.slug} {shlex.quote(one.name)} {round(one.begin * 1000)}"
            for one in before.clips
            if one.hash in moved and after[one.hash].offset != one.offset
        ]
        _tell(
            db,
            [before.slug],
            as_json,
            *(_placed(after[each]) for each in moved),
            *([f"To undo it: {' && '.join(undo)}"] if undo else []),
        )


def _measured(db: "Database", archive: Path | None, slug: str, clip: str | None) -> list[str]:
    from archive import config
    from archive.catalogue import arranging
    from archive.cli.watching import counting
    from archive.intake import measured

    with counting("clips compared") as told:
        places = measured.places(db, config.find(archive), slug, clip, told)
    arranging.place(db, slug, places)
    return [*places]


def _placed(clip: "PlacedClip") -> str:
    beside = "" if clip.track == 0 else ", beside what plays"
    heard = "" if clip.heard else "; its sound is not heard"
    why = f" ({clip.why})" if clip.why else ""
    return f"{clip.name} begins at {round(clip.begin * 1000)} ms{beside}{heard}{why}."


def _tell(db: "Database", slugs: Sequence[str], as_json: bool, *sentences: str) -> None:
    """Say what happened; with `as_json` the interviews as `archive list` has them, and what happened on stderr."""
    from archive.catalogue import interviews

    if as_json:
        typer.echo(json.dumps([record(interviews.find(db, slug)) for slug in slugs], indent=2))
    for sentence in sentences:
        typer.echo(shown(sentence), err=as_json)
