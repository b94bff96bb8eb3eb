"""`archive transcript edit` and `review`: correct what is said, and say how far that was looked at."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli import transcript_saving as saving
from archive.cli.options import ArchiveOption, InterviewArgument, LanguageOption, moment_of
from archive.cli.reading import reading, writing
from archive.display import shown
from archive.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from archive.catalogue.interviews import Interview
    from archive.catalogue.transcripts import SavedTranscript
    from ingest.transcript import Segment

AT_ONCE = 1.0  # seconds; in less nobody reads a line

HEAD = """\
# {title}: revision {revision}. Correct it, save the file and close the editor; leave it as it is to save nothing.
# A line is a segment. The time in brackets only says where to listen; "Name: " says who speaks. Lines may be cut in
# two, put together, added and taken away: words that stay keep their times. Lines behind a # are not read.
"""


def edit(
    interview: InterviewArgument,
    language: LanguageOption = None,
    author: saving.AuthorOption = None,
    reason: saving.ReasonOption = None,
    state: saving.StateOption = None,
    reviewed_to: saving.ReviewedOption = None,
    archive: ArchiveOption = None,
) -> None:
    """Correct a transcript in your editor (VISUAL or EDITOR), and keep it as a revision.

    Words that stay keep their times, and so do quotes and links. Without
    --reviewed-to it counts as corrected up to the last line that was changed,
    or as far as it was before.
    """
    from archive.catalogue import interviews
    from archive.catalogue.transcripts import as_segments
    from ingest import plain

    asked = saving.state(state) or (None if reviewed_to is None else "corrected")
    with reading(archive) as db:
        about = interviews.find(db, interview)
        found = saving.existing(db, interview, language)
    said = saving.About(author, reason, asked, saving.up_to(reviewed_to, about.duration_ms))
    head = HEAD.format(title=shown(about.title), revision=found.revision)
    path = Path(tempfile.mkdtemp(prefix="archive-edit-")) / f"{about.slug}.txt"
    path.write_text(head + plain.written(as_segments(found)), encoding="utf-8")
    written = path.read_bytes()
    by_hand = f"archive transcript import {about.slug} {quote(str(path))}"
    if found.translation:
        by_hand += f" --language {found.language}"
    took = _edited(path, by_hand)
    if path.read_bytes() == written and not asked:
        _nothing(path, by_hand, at_once=took < AT_ONCE)
        return
    try:
        after = _read(path, about, found)
        told = ""
        if asked or not saving.reads_alike(as_segments(found), after):
            with writing(archive) as db:
                number = _saved(db, found, after, said)
                told = saving.said(db, found.interview, number)
    except BaseException:
        kept = f"What was typed is kept in {path}. Once that is put right it is saved by: {by_hand}"
        typer.echo(shown(kept), err=True)
        raise
    _remove(path)
    typer.echo(shown(told or "Nothing was changed, so nothing was saved."), err=not told)


def review(
    interview: InterviewArgument,
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="How far: corrected, checked or approved.")
    ],
    up_to: Annotated[
        int | None,
        typer.Option(
            "--up-to",
            metavar="TIME",
            parser=moment_of,
            help="Up to where it was looked at; else all of it.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who looked at it.")] = None,
    reason: saving.ReasonOption = None,
    language: LanguageOption = None,
    archive: ArchiveOption = None,
) -> None:
    """Say how far a transcript was looked at: corrected, checked, or approved by who speaks in it."""
    from archive.catalogue import interviews, revisions

    asked = saving.state(state)
    assert asked  # the option is required
    with writing(archive) as db:
        upto = saving.up_to(up_to, interviews.find(db, interview).duration_ms)
        number = revisions.review(
            db, interview, asked, author=saving.author(by), reason=reason, up_to_ms=upto, language=language
        )
        told = saving.said(db, interview, number)
    typer.echo(shown(told))


def _edited(path: Path, by_hand: str) -> float:
    """Let the person edit a file; returns how many seconds that took.

    Raises:
        UserError: there is no editor, or it ended with an error; says where the file is.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor and not sys.stdin.isatty():
        _remove(path)
        raise UserError(
            "No editor is set, and there is no terminal for one.", "Set EDITOR, such as EDITOR=nano."
        )
    began = time.monotonic()
    try:
        process = subprocess.Popen([*shlex.split(editor or "vi"), str(path)])
    except (OSError, ValueError) as error:
        _remove(path)
        raise UserError(
            f"The editor '{editor or 'vi'}' cannot be started ({error}).",
            "Set EDITOR to one that is there: EDITOR=nano.",
        ) from error
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the editor
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        raise UserError(
            f"The editor ended with {code}, so nothing was saved. What stands in the file is kept in {path}.",
            f"To save it: {by_hand}",
        )
    return time.monotonic() - began


def _nothing(path: Path, by_hand: str, *, at_once: bool) -> None:
    """Say that nothing was changed; an editor that came back at once may go on in a window of its own."""
    typer.echo("Nothing was changed, so nothing was saved.", err=True)
    if at_once:
        typer.echo(
            "The editor came back at once. Where it goes on in a window, let it wait: EDITOR='code --wait'. What is"
            f" typed there is saved by: {by_hand}",
            err=True,
        )
    else:
        _remove(path)


def _read(path: Path, about: "Interview", found: "SavedTranscript") -> "tuple[Segment, ...]":
    from archive.catalogue.transcripts import as_segments
    from ingest import plain
    from ingest.engines import captions
    from ingest.revised import revised

    known = {segment.speaker for segment in found.segments if segment.speaker}
    known |= {*about.speakers, *(person.name for person in about.people)}
    lines = [line for line in plain.lines(captions.text(path), known) if line.words]
    if found.segments and not lines:
        raise UserError("No line is left in the file, so nothing was saved.", "Leave those that are said.")
    return revised(as_segments(found), lines)


def _saved(
    db: "Database",
    found: "SavedTranscript",
    after: "Sequence[Segment]",
    about: "saving.About",
) -> int:
    from archive.catalogue import revisions, transcripts

    reviewed_ms = about.reviewed_ms
    if about.state is None:
        reviewed_ms = _reached(found, transcripts.as_segments(found), after)
    with db.atomic():
        if transcripts.current(db, found.interview, found.language if found.translation else None) != found:
            raise UserError(
                f"While it was edited somebody else changed the transcript of {found.interview}.",
                f"See what: archive transcript revisions {found.interview}",
            )
        return revisions.keep(
            db,
            found.interview,
            after,
            kind="corrected",
            author=saving.author(about.author),
            reason=about.reason,
            parent=found.revision,
            language=found.language,
            translation=found.translation,
            state=about.state or "corrected",
            reviewed_ms=reviewed_ms,
        )


def _reached(found: "SavedTranscript", before: "Sequence[Segment]", after: "Sequence[Segment]") -> int | None:
    """Up to where it counts as corrected: all of it where it did before, else to the last line that is another one."""
    if found.state != "machine" and found.reviewed_ms is None:
        return None
    was = {(each.start_ms, each.speaker, each.text): each.end_ms for each in before}
    now = {(each.start_ms, each.speaker, each.text): each.end_ms for each in after}
    ends = [end for one, two in ((was, now), (now, was)) for key, end in one.items() if key not in two]
    return max([*ends, found.reviewed_ms or 0])


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.rmdir()
