"""The command: one file a command below; here only how they are found and how errors are shown."""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from archive import __version__
from archive.cli import (
    backup,
    bag,
    chapter,
    demo,
    describe,
    doctor,
    ingest,
    interview,
    names,
    new,
    organisation,
    person,
    repair,
    restore,
    search,
    serve,
    theme,
    transcript,
    verify,
)
from archive.cli import list as listing
from archive.cli import release as releasing
from archive.cli.failing import tell

app = typer.Typer(
    name="archive",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"interview-archive {__version__}")
        raise typer.Exit


@app.callback()
def root(
    archive: Annotated[
        Path | None,
        typer.Option("--archive", metavar="DIR", help="The archive's folder, here or after the command."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """From a camera card to a quote.

    [bold]archive new FOLDER[/bold] makes an archive, [bold]archive ingest CARD[/bold] fills it,
    [bold]archive search WORDS[/bold] finds what was said, [bold]archive serve[/bold] opens it in the browser.
    """


app.command("new")(new.command)
app.command("ingest")(ingest.command)
app.command("list")(listing.command)
app.command("search", context_settings=search.CONTEXT_SETTINGS)(search.command)
app.add_typer(transcript.app, name="transcript")
app.add_typer(interview.app, name="interview")
app.add_typer(chapter.app, name="chapter")
app.add_typer(names.app, name="names")
app.command("describe")(describe.command)
app.command("person")(person.command)
app.command("organisation")(organisation.command)
app.command("theme")(theme.command)
app.command("release")(releasing.command)
app.command("withhold")(releasing.withhold)
app.command("withdraw")(releasing.withdraw)
app.command("serve")(serve.command)
app.command("verify")(verify.command)
app.command("repair")(repair.command)
app.command("backup")(backup.command)
app.command("bag")(bag.command)
app.command("restore")(restore.command)
app.command("doctor")(doctor.command)
app.command("demo")(demo.command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; an error that a person must know is two lines on stderr and an exit code."""
    _fill_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        # A name or quote may hold what the terminal's encoding lacks.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(args=arguments, prog_name="archive")
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain again while it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        sys.exit(tell(error))


def _fill_closed_streams() -> None:
    """Put nothing in the place of a standard stream that was closed, else the next file that is opened takes it."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        while (nothing := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(nothing, True)
        os.close(nothing)
        sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)
