"""`archive search`: quotes in the terminal, as JSON or as CSV."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import STATES_HELP, ArchiveOption, JsonOption
from archive.cli.reading import reading
from media.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.catalogue import Reader
    from archive.search import Filters, Quote

# A word that begins with a hyphen is an exclusion, so this command has no short options, and what looks like
# one arrives among the words.
CONTEXT_SETTINGS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


def command(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY",
            help='Words that stand near each other; "a phrase", -without, begin*.',
            show_default=False,
        ),
    ],
    place: Annotated[str | None, typer.Option(help="Filmed there.")] = None,
    person: Annotated[str | None, typer.Option(help="With this person in it.")] = None,
    theme: Annotated[
        str | None, typer.Option(help="About this theme: the interview, or the passage.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Said, or translated, in it: en, fr, ...")] = None,
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help=f"How far people looked at it: {STATES_HELP}"),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="Filmed then or later: 2024, 2024-05, 2024-05-31."),
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Filmed then or earlier.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many quotes at most.")] = 20,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets.")] = False,
) -> None:
    """Find quotes: who said it, in which interview, from which timecode to which."""
    if words == ["-h"]:
        typer.echo(context.get_help())
        raise typer.Exit
    for word in words:
        if word.startswith("--"):
            raise typer.BadParameter(f"there is no option {word}", param_hint="QUERY")
    if as_json and as_csv:
        raise typer.BadParameter("ask for one of --json and --csv", param_hint="--csv")
    from archive import config, search
    from archive.catalogue import transcripts
    from archive.search.table import record, write_csv

    if state and state not in transcripts.STATES:
        raise typer.BadParameter(
            f"'{state}' is none of {', '.join(transcripts.STATES)}", param_hint="--state"
        )
    filters = search.Filters(place, person, theme, language, state, since, until)
    with reading(archive) as db:
        form_first = config.find(archive).config.releases.form_first
        quotes = search.search(db, typed(words), filters, limit, form_first=form_first)
        _say_what_is_unknown(db, filters)
    if as_json:
        typer.echo(json.dumps([record(quote) for quote in quotes], indent=2))
    elif as_csv:
        write_csv(quotes, sys.stdout)
    else:
        _print_quotes(quotes)


def typed(words: "Sequence[str]") -> str:
    """The query as it was typed before the shell took its quotation marks.

    Of `-"nobody owns"` the shell leaves one argument that begins with a hyphen and has a space in it.
    """
    if len(words) == 1:
        return words[0]
    return " ".join(
        f'-"{word[1:]}"' if word.startswith("-") and " " in word and '"' not in word else word
        for word in words
    )


def _say_what_is_unknown(db: "Reader", filters: "Filters") -> None:
    from archive.search.filters import unknown

    for name, asked, known in unknown(db, filters):
        there_is = f" There is: {', '.join(known[:12])}." if known else ""
        typer.echo(f"No {name} here is called '{asked}'.{there_is}", err=True)


def _print_quotes(quotes: "Sequence[Quote]") -> None:
    if not quotes:
        typer.echo("Nothing found.", err=True)
    if not sys.stdout.isatty():
        for quote in quotes:
            typer.echo(f"{quote.text}\n    {_source(quote)}\n")
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for quote in quotes:
        text = Text(quote.text)
        for first, last in quote.marks:
            text.stylize("bold reverse", first, last)
        console.print(text)
        console.print(Text(f"    {_source(quote)}\n", style="dim"), soft_wrap=True)


def _source(quote: "Quote") -> str:
    from archive.catalogue.paths import stored
    from archive.catalogue.reviewed import told

    begin = quote.timecode_in or clock(quote.start_ms)
    end = quote.timecode_out or clock(quote.end_ms)
    where = f"{stored(quote.clip or '')} {begin} to {end}"
    review = told(quote.state, quote.reviewed_ms, quote.reviewed_by)
    translated = f"translation ({quote.language})" if quote.translation else ""
    parts = (quote.speaker, quote.title, where, quote.interview, translated, review)
    # A title that is its own slug is said once.
    return " · ".join(part for part in dict.fromkeys(parts) if part)
