"""`archive chapter`: the timed index of an interview."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive.cli.options import ArchiveOption, EndArgument, InterviewArgument, JsonOption, StartArgument
from archive.cli.reading import reading, writing
from archive.display import shown
from archive.errors import UserError
from media.timecode import clock

if TYPE_CHECKING:
    from archive.catalogue.chapters import Chapter

app = typer.Typer(no_args_is_help=True, help="Passages with a title, and what they are about.")


@app.command("add")
def add(
    interview: InterviewArgument,
    start: StartArgument,
    end: EndArgument,
    title: Annotated[str, typer.Argument(help="What the passage is called.")],
    synopsis: Annotated[str | None, typer.Option(help='What is said in it; "" for nothing.')] = None,
    theme: Annotated[
        list[str] | None, typer.Option(help='What it is about; again for more; "" for none.')
    ] = None,
    place: Annotated[
        list[str] | None, typer.Option(help='A place it speaks of; again for more; "" for none.')
    ] = None,
    organisation: Annotated[
        list[str] | None, typer.Option(help='An organisation it speaks of; again for more; "" for none.')
    ] = None,
    archive: ArchiveOption = None,
) -> None:
    """Add a chapter; one with the same start and title gets the end and what is given, and keeps the rest."""
    from archive.catalogue import chapters, places
    from archive.catalogue.chapters import Chapter

    given = _given(synopsis, themes=theme, places=place, organisations=organisation)
    with writing(archive) as db:
        new = [each for each in given.get("places", ()) if places.is_new(db, each)]
        chapters.write(db, interview, Chapter(start, end, title.strip()), given)
    for remark in filter(None, map(places.remark, new)):
        typer.echo(shown(remark), err=True)


def _given(synopsis: str | None, **about: list[str] | None) -> dict[str, Any]:
    """What options say of a chapter; what none names is not in it."""
    said: dict[str, Any] = {
        noun: tuple(name.strip() for name in names if name.strip())
        for noun, names in about.items()
        if names is not None
    }
    return said if synopsis is None else said | {"synopsis": synopsis.strip() or None}


@app.command("list")
def listing(
    interview: Annotated[
        str | None, typer.Argument(metavar="INTERVIEW", help="As `archive list` names it.")
    ] = None,
    theme: Annotated[
        str | None, typer.Option(help="Only what is said about it, or about a narrower theme.")
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the chapters of an interview in the order of its time line, or all that is said about a theme."""
    from archive.catalogue import chapters, interviews

    if not interview and not theme:
        raise UserError(
            "Whose chapters?", "Name an interview, or a theme: archive chapter list --theme housing"
        )
    with reading(archive) as db:
        if interview:
            interview = interviews.find(db, interview).slug
        if theme:
            found = [
                (slug, chapter) for slug, chapter in chapters.about(db, theme) if interview in {None, slug}
            ]
        elif interview:
            found = [(interview, chapter) for chapter in chapters.of_interview(db, interview)]
    if as_json:
        typer.echo(json.dumps([{"interview": slug, **record(chapter)} for slug, chapter in found], indent=2))
        return
    for slug, chapter in found:
        about = "; ".join((*chapter.themes, *chapter.places, *chapter.organisations))
        span = f"{clock(chapter.start_ms)} to {clock(chapter.end_ms)}"
        where = "" if interview else f"{slug}  "
        typer.echo(shown(f"{where}{span:>18}  {chapter.title}{f' ({about})' if about else ''}"))


@app.command("remove")
def remove(interview: InterviewArgument, start: StartArgument, archive: ArchiveOption = None) -> None:
    """Take away the chapter that begins at START."""
    from archive.catalogue import chapters

    with writing(archive) as db:
        chapters.remove(db, interview, start)


def record(chapter: "Chapter") -> dict[str, Any]:
    """A chapter as scripts get it."""
    return {
        "start_ms": chapter.start_ms,
        "end_ms": chapter.end_ms,
        "title": chapter.title,
        "synopsis": chapter.synopsis,
        "themes": [*chapter.themes],
        "places": [*chapter.places],
        "organisations": [*chapter.organisations],
    }
