"""`archive theme`: the thesaurus."""

import json
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.cli.reading import reading, writing
from archive.display import shown
from archive.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.catalogue.themes import Theme

_NAME = re.compile(r"(?P<language>[a-z]{2,3})=(?P<name>.*)", re.DOTALL)


def command(
    theme: Annotated[str | None, typer.Argument(metavar="THEME", help="By any of its names.")] = None,
    broader: Annotated[
        str | None, typer.Option(metavar="THEME", help='The theme that it is a part of; "" for none.')
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE=NAME", help="What it is called in a language: fr=logement. Again for more."
        ),
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how a theme lies in the thesaurus, and what it is called in other languages; without options, show it.

    Without THEME every one is shown.
    """
    from archive.catalogue import themes

    names = dict(map(_language_and_name, name or ()))
    changes = broader is not None or bool(names)
    if changes and not (theme and theme.strip()):
        raise UserError("Which theme?", "archive theme THEME --broader THEME")
    if theme is None:
        with reading(archive) as db:
            every = themes.every(db)
        if as_json:
            typer.echo(json.dumps([_record(each) for each in every], indent=2, ensure_ascii=False))
        for depth, each in () if as_json else _in_order(every):
            typer.echo(f"{'  ' * depth}{_line(each)}")
        return
    if changes:
        with writing(archive) as db:
            themes.describe(db, theme.strip(), broader if broader is None else broader.strip(), names)
    with reading(archive) as db:
        found = themes.find(db, theme)
    typer.echo(json.dumps(_record(found), indent=2, ensure_ascii=False) if as_json else _line(found))


def _language_and_name(text: str) -> tuple[str, str]:
    from archive.catalogue import languages

    found = _NAME.fullmatch(text)
    if found and not languages.is_code(found["language"]):
        raise UserError(
            f"--name {text}: there is no language '{found['language']}'.", "A code such as en, fr, it, fi."
        )
    if not found:
        raise UserError(
            f"--name {text}: no language and name.", "A code and a name, such as --name fr=logement"
        )
    return found["language"], found["name"].strip()


def _record(theme: "Theme") -> dict[str, Any]:
    return {"theme": theme.name, "broader": theme.broader, "names": dict(theme.names)}


def _line(theme: "Theme") -> str:
    names = ", ".join(f"{language} {said}" for language, said in theme.names.items())
    return shown(f"{theme.name}{f' ({names})' if names else ''}")


def _in_order(
    found: "Sequence[Theme]", broader: str | None = None, depth: int = 0
) -> "Iterator[tuple[int, Theme]]":
    """Each theme, and below it those that are narrower."""
    for theme in found:
        if theme.broader == broader:
            yield depth, theme
            yield from _in_order(found, theme.name, depth + 1)
