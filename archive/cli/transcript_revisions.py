"""`archive transcript revisions`, `diff` and `restore`: what a transcript said before."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli import transcript_saving as saving
from archive.cli.options import ArchiveOption, InterviewArgument, JsonOption, LanguageOption
from archive.cli.reading import reading, writing
from archive.display import shown
from archive.errors import UserError
from media.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.catalogue import Reader
    from ingest.differing import Change


def listing(
    interview: InterviewArgument,
    language: LanguageOption = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every revision of a transcript, the oldest first; * marks what is searched and shown."""
    from archive.catalogue import revisions
    from archive.catalogue.reviewed import told

    with reading(archive) as db:
        found = revisions.of_interview(db, interview, language)
    if as_json:
        records = [asdict(each) for each in found]
        typer.echo(json.dumps([{"revision": each.pop("number"), **each} for each in records], indent=2))
        return
    for each in found:
        about = (
            f"{each.language or '-'}{' (translation)' if each.translation else ''}",
            each.kind if each.kind != "machine" else f"machine {each.model or ''}".strip(),
            told(each.state, each.reviewed_ms, each.author) if each.state != "machine" else "",
            f"{each.words} words",
            each.created,
            each.reason or "",
        )
        mark = "*" if each.current else " "
        typer.echo(shown(f"{mark}{each.number:>4}  {', '.join(part for part in about if part)}"))


def diff(
    interview: InterviewArgument,
    old: Annotated[
        int | None, typer.Argument(metavar="FROM", help="A revision; else the one that TO was made from.")
    ] = None,
    new: Annotated[int | None, typer.Argument(metavar="TO", help="A revision; else the current one.")] = None,
    language: LanguageOption = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show by words what one revision says otherwise than another: [-before-] and {+after+}."""
    from archive.catalogue import revisions
    from archive.catalogue.transcripts import as_segments
    from ingest.differing import changes

    with reading(archive) as db:
        later = revisions.load(db, interview, new) if new else saving.existing(db, interview, language)
        first = old or later.parent or _before(db, interview, later.revision, later.language)
        earlier = revisions.load(db, interview, first)
        found = changes(as_segments(earlier), as_segments(later))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], indent=2))
        return
    typer.echo(f"Revision {earlier.revision} and {later.revision}: {len(found)} differ.", err=True)
    show(found)


def restore(
    interview: InterviewArgument,
    number: Annotated[int, typer.Argument(metavar="N", help="The revision that is to be said again.")],
    author: saving.AuthorOption = None,
    reason: saving.ReasonOption = None,
    archive: ArchiveOption = None,
) -> None:
    """Let an earlier revision count again, as a new one; what was said in between is kept."""
    from archive.catalogue import revisions

    with writing(archive) as db:
        made = revisions.restore(
            db, interview, number, author=saving.author(author), reason=reason or f"as in revision {number}"
        )
        told = saving.said(db, interview, made)
    typer.echo(shown(told))


def show(found: "Sequence[Change]") -> None:
    """Print changes, each in what stands around it."""
    for each in found:
        before, after = (
            f"[-{each.before}-]" if each.before else "",
            f"{{+{each.after}+}}" if each.after else "",
        )
        said = " ".join(part for part in (each.leading, before, after, each.trailing) if part)
        typer.echo(shown(f"{clock(each.start_ms):>8}  {said}"))


def _before(db: "Reader", slug: str, number: int, language: str | None) -> int:
    from archive.catalogue import revisions

    earlier = [each.number for each in revisions.of_interview(db, slug, language) if each.number < number]
    if not earlier:
        raise UserError(
            f"Revision {number} of {slug} is the first.",
            f"They are listed by: archive transcript revisions {slug}",
        )
    return earlier[-1]
