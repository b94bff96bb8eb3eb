"""`archive names`: how names are spelt in this archive, and putting them right in every transcript at once."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive.cli import marking
from archive.cli.choosing import chosen
from archive.cli.options import ArchiveOption, JsonOption
from archive.cli.reading import reading, writing
from archive.cli.transcript_saving import AuthorOption
from archive.display import shown
from media.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.catalogue import Reader
    from archive.catalogue.fixes import Changed, Place

app = typer.Typer(no_args_is_help=True, help="How names are spelt, and putting them right everywhere.")

_WIDTH = 100  # characters of a sentence around a name
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As it should be written.")]


@app.command("list")
def listing(archive: ArchiveOption = None, as_json: JsonOption = False) -> None:
    """List the names that are known, with what was written instead.

    People and organisations of the catalogue count as names, too. All of them
    are told to the speech model when it transcribes next.
    """
    from archive.catalogue import names

    with reading(archive) as db:
        found = names.listing(db)
    if as_json:
        records = [
            {"name": each.name, "spellings": [*each.spellings], "source": each.source} for each in found
        ]
        typer.echo(json.dumps(records, indent=2))
        return
    for each in found:
        others = f", not {', '.join(each.spellings)}" if each.spellings else ""
        source = "" if each.source == "list" else f" ({each.source})"
        typer.echo(shown(f"{each.name}{source}{others}"))


@app.command("add")
def add(
    name: NameArgument,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="SPELLING", help="A wrong spelling of it. Again for more."),
    ] = None,
    archive: ArchiveOption = None,
) -> None:
    """Put a name on the list; transcripts that are there stay as they are."""
    from archive.catalogue import names

    with writing(archive) as db:
        names.add(db, name, also or ())


@app.command("remove")
def remove(name: NameArgument, archive: ArchiveOption = None) -> None:
    """Take a name off the list; transcripts stay as they are."""
    from archive.catalogue import names

    with writing(archive) as db:
        names.remove(db, name)


@app.command("fix")
def fix(
    wrong: Annotated[str, typer.Argument(metavar="WRONG", help="As it is written.")],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="As it should be.")],
    alike: Annotated[
        int | None,
        typer.Option(
            min=60,
            max=100,
            metavar="PERCENT",
            help="Take also what is at least so much alike.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    author: AuthorOption = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Put a name right in every transcript: what is spelt as WRONG, and what sounds or looks like RIGHT.

    Each is shown in its sentence, marked where that is withheld, and you choose.
    With --yes exact spellings are taken, and others only with --alike. Words keep
    their times; each interview gets one revision. archive names undo takes it back.
    """
    from archive.catalogue import fixes
    from archive.catalogue.alike import WORTH_SHOWING
    from archive.cli import transcript_saving
    from archive.cli.watching import counting

    with writing(archive) as db, counting("transcripts searched") as told:
        found = fixes.find(db, wrong, right, alike or WORTH_SHOWING, told)
        told.pause()
        marks = _marks(db, found)
        if not as_json:
            _show(found, marks)
        taken = chosen(found, [_is_asked_for(place, alike) for place in found], yes=yes, ask=not as_json)
        who = transcript_saving.author(author)
        changed = fixes.apply(db, taken, wrong, right, author=who) if taken else ()
    if as_json:
        typer.echo(
            json.dumps({"found": [*map(record, found, marks)], "changed": [*map(_record, changed)]}, indent=2)
        )
    _tell(found, taken, changed)


def _is_asked_for(place: "Place", alike: int | None) -> bool:
    return place.hit.exact or (alike is not None and place.hit.alike >= alike)


def _marks(db: "Reader", found: "Sequence[Place]") -> list[str]:
    """Of each place the word for why its sentence may go nowhere, or nothing."""
    from archive.catalogue import releases

    consents = {slug: releases.of_interview(db, slug) for slug in {place.interview for place in found}}
    return [marking.mark(consents[place.interview], *place.around) for place in found]


def _show(found: "Sequence[Place]", marks: "Sequence[str]") -> None:
    for number, (place, why) in enumerate(zip(found, marks, strict=True), 1):
        how = "exact" if place.hit.exact else f"{place.hit.alike} %"
        where = f"{place.interview} {clock(place.start_ms)}"
        typer.echo(shown(f"{number:>4}  {how:>5}  {where}  {marking.before(why)}{_sentence(place)}"))


def _sentence(place: "Place") -> str:
    """The words of a place, marked, in what is said around them."""
    said = place.hit.before + place.hit.said + place.hit.after
    at = max(place.text.find(said), 0)
    first, last = max(at - _WIDTH // 2, 0), at + len(said) + _WIDTH // 2
    before, behind = place.text[first:at], place.text[at + len(said) : last]
    return (
        f"{'...' if first else ''}{before}{place.hit.before}[{place.hit.said}]{place.hit.after}{behind}"
        f"{'...' if last < len(place.text) else ''}"
    )


def _tell(found: "Sequence[Place]", taken: "Sequence[Place]", changed: "Sequence[Changed]") -> None:
    if not found:
        typer.echo("Nothing sounds or looks like it.", err=True)
    elif not taken and found[0].hit.exact:
        typer.echo("Nothing was changed. To change what is spelt exactly so: the same with --yes", err=True)
    elif not taken:
        typer.echo("Nothing was changed: none is spelt so. To change them: --alike PERCENT --yes", err=True)
    else:
        places = f"{len(taken)} place{'s' * (len(taken) != 1)}"
        typer.echo(f"Put right: {places} in {_many(changed)}. To take it back: archive names undo", err=True)


def _many(changed: "Sequence[Changed]") -> str:
    count = len({each.interview for each in changed})
    return f"{count} interview{'s' * (count != 1)}"


@app.command("undo")
def undo(author: AuthorOption = None, as_json: JsonOption = False, archive: ArchiveOption = None) -> None:
    """Take back the last name that was put right; again, and the one before is taken back.

    Lines that were corrected since then stay as they are.
    """
    from archive.catalogue import fixes
    from archive.cli import transcript_saving

    with writing(archive) as db:
        undone = fixes.undo(db, author=transcript_saving.author(author))
    if as_json:
        kept = [{"interview": slug, "start_ms": start} for slug, start in undone.kept]
        typer.echo(
            json.dumps(
                {
                    "wrong": undone.wrong,
                    "name": undone.name,
                    "changed": [*map(_record, undone.changed)],
                    "kept": kept,
                },
                indent=2,
            )
        )
        return
    typer.echo(shown(f"'{undone.name}' is as it was again in {_many(undone.changed)}."), err=True)
    for slug, start in undone.kept:
        typer.echo(shown(f"Kept, since it was corrected since: {slug} {clock(start)}"), err=True)


def record(place: "Place", why: str) -> dict[str, Any]:
    """A place where a name may be meant, as scripts get it, with `why` it may go nowhere."""
    return {
        "interview": place.interview,
        "language": place.language,
        "start_ms": place.start_ms,
        "end_ms": place.end_ms,
        "said": place.hit.said,
        "text": place.text,
        "alike": place.hit.alike,
        "exact": place.hit.exact,
        **({why: True} if why else {}),
    }


def _record(changed: "Changed") -> dict[str, Any]:
    return {"interview": changed.interview, "language": changed.language, "revision": changed.revision}
