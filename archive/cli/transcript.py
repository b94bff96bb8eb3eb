"""`archive transcript`: what is said in one interview."""

import json

import typer

from archive.cli import (
    marking,
    transcript_again,
    transcript_edit,
    transcript_export,
    transcript_import,
    transcript_revisions,
)
from archive.cli import transcript_saving as saving
from archive.cli.options import ArchiveOption, InterviewArgument, JsonOption, LanguageOption
from archive.cli.reading import reading
from archive.display import shown
from media.timecode import clock

app = typer.Typer(no_args_is_help=True, help="What is said in one interview.")


@app.callback()
def _group() -> None:
    """What is said in one interview."""


@app.command("show")
def show(
    interview: InterviewArgument,
    language: LanguageOption = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the transcript of an interview, with who speaks and when.

    What is withheld or was withdrawn is marked so: it is for nobody outside.
    """
    from archive.catalogue import interviews, releases
    from archive.catalogue.reviewed import told

    with reading(archive) as db:
        found = saving.existing(db, interview, language)
        clips = interviews.find(db, interview).clips
        consent = releases.of_interview(db, interview)
    marks = [marking.mark(consent, segment.start_ms, segment.end_ms) for segment in found.segments]
    if as_json:
        from archive.export.json import record

        said = record(found)
        for segment, why in zip(said["segments"], marks, strict=True):
            segment |= {why: True} if why else {}
        damaged = [{"clip": clip.name, "why": clip.damage} for clip in clips if clip.damage]
        typer.echo(json.dumps({**said, "damaged": damaged}, indent=2))
        return
    for segment, why in zip(found.segments, marks, strict=True):
        who = f"{segment.speaker}: " if segment.speaker else ""
        typer.echo(f"{clock(segment.start_ms):>8}  {marking.before(why)}{who}{segment.text}")
    if found.state != "machine":
        typer.echo(shown(told(found.state, found.reviewed_ms, found.author)), err=True)
    damages = [f"{clip.damage}; here is what could be read of it" for clip in clips if clip.damage]
    for note in (*found.notes, *damages):
        typer.echo(shown(note), err=True)


app.command("edit")(transcript_edit.edit)
app.command("review")(transcript_edit.review)
app.command("export")(transcript_export.command)
app.command("import")(transcript_import.command)
app.command("revisions")(transcript_revisions.listing)
app.command("diff")(transcript_revisions.diff)
app.command("restore")(transcript_revisions.restore)
app.command("again")(transcript_again.command)
