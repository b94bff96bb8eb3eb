"""What `archive person` and `archive organisation` share: what is given of them, and how what is known is printed."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from archive.display import shown
from archive.errors import UserError

LinkOption = Annotated[
    list[str] | None,
    typer.Option(metavar="ADDRESS", help='A page about them. Again for more; "" for none.'),
]


def stated(texts: Mapping[str, str | None], links: Sequence[str] | None) -> dict[str, object]:
    """What was given, by column: None for what is emptied; what no option names is not in it."""
    given: dict[str, object] = {
        column: text.strip() or None for column, text in texts.items() if text is not None
    }
    if links is not None:
        given["links"] = [_address(link.strip()) for link in links if link.strip()]
    return given


def _address(link: str) -> str:
    from archive.catalogue import by_name

    if not by_name.is_address(link):
        raise UserError(f"--link {link}: no address.", "One that begins with https://, http:// or mailto:")
    return link


def show(name: str, said: Mapping[str, str | None]) -> None:
    """Print a name, and below it a line for each thing that is known."""
    typer.echo(shown(name))
    for what, text in said.items():
        if text:
            typer.echo(f"  {what}: {shown(text)}")
