"""`archive person`: what is known of the people of interviews, and what they are called outside."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive.cli import known
from archive.cli.options import ArchiveOption, JsonOption
from archive.cli.reading import reading, writing
from archive.display import shown
from archive.errors import UserError

if TYPE_CHECKING:
    from archive.catalogue.people import Profile


def command(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="As the archive knows them.")] = None,
    public_name: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help='A name or initials for everything that leaves: "A. R."; "" for the real one.',
        ),
    ] = None,
    biography: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Who they are, in a paragraph.")
    ] = None,
    portrait: Annotated[Path | None, typer.Option(metavar="FILE", help="A picture; a copy is kept.")] = None,
    link: known.LinkOption = None,
    rename: Annotated[
        str | None,
        typer.Option(metavar="NEW", help="What they are called instead; all that is known of them stays."),
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note what is known of a person; without options, show it. Without NAME everybody is shown."""
    from archive.catalogue import people

    given = known.stated({"public_name": public_name, "biography": biography}, link)
    if name is None:
        if given or portrait or rename is not None:
            raise UserError("Who is meant?", "archive person NAME --public-name TEXT")
        with reading(archive) as db:
            found = people.every(db)
        _list(found, as_json=as_json)
        return
    if given or portrait or rename is not None:
        name = _change(archive, name, given, portrait, rename)
    with reading(archive) as db:
        _show(people.find(db, name), as_json=as_json)


def _change(
    archive: Path | None, name: str, given: dict[str, object], portrait: Path | None, rename: str | None
) -> str:
    """Change what is known of a person, all of it or nothing; returns what they are called then."""
    from archive import config
    from archive.catalogue import names, people, renaming
    from archive.intake import forms

    joined = False
    with writing(archive) as db, db.atomic():
        people.find(db, name)
        if rename is not None:
            joined = renaming.rename(db, name, rename)
            name = names.clean(rename)
        if public_name := given.get("public_name"):
            people.must_be_nobody(db, name, str(public_name))
        if portrait:
            given["portrait"] = forms.keep_portrait(config.find(archive), name, portrait)
        people.describe(db, name, given)
    if joined:
        said = f"Somebody was called {name} already, of whom nothing else was known: they are one now."
        typer.echo(shown(said), err=True)
    return name


def record(profile: "Profile") -> dict[str, Any]:
    """A person as scripts get it."""
    return {
        "name": profile.name,
        "public_name": profile.public_name,
        "biography": profile.biography,
        "portrait": profile.portrait,
        "links": [*profile.links],
    }


def _list(found: "tuple[Profile, ...]", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([record(profile) for profile in found], indent=2, ensure_ascii=False))
        return
    for profile in found:
        outside = f" ({profile.public_name} outside)" if profile.public_name else ""
        typer.echo(shown(f"{profile.name}{outside}"))


def _show(profile: "Profile", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(record(profile), indent=2, ensure_ascii=False))
        return
    said = {
        "outside": profile.public_name,
        "biography": profile.biography,
        "portrait": profile.portrait,
        "links": ", ".join(profile.links),
    }
    known.show(profile.name, said)
