"""`archive organisation`: whose initiatives interviews are about, and what these are."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli import known
from archive.cli.options import ArchiveOption, JsonOption
from archive.cli.reading import reading, writing
from archive.errors import UserError

if TYPE_CHECKING:
    from archive.catalogue.organisations import Organisation


def command(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="As the archive knows it.")] = None,
    about: Annotated[str | None, typer.Option(metavar="TEXT", help="What it does, in a paragraph.")] = None,
    link: known.LinkOption = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note what is known of an organisation; without options, show it. Without NAME all of them are shown."""
    from archive.catalogue import organisations

    given = known.stated({"about": about}, link)
    if given:
        if not name:
            raise UserError("Which organisation?", "archive organisation NAME --about TEXT")
        with writing(archive) as db:
            organisations.find(db, name)
            organisations.describe(db, name, given)
    with reading(archive) as db:
        found = [organisations.find(db, name)] if name else [*organisations.every(db)]
    if as_json:
        records = [asdict(each) for each in found]
        typer.echo(json.dumps(records[0] if name else records, indent=2, ensure_ascii=False))
        return
    for each in found:
        _show(each)


def _show(organisation: "Organisation") -> None:
    said = {
        "about": organisation.about,
        "initiatives": ", ".join(organisation.initiatives),
        "links": ", ".join(organisation.links),
    }
    known.show(organisation.name, said)
