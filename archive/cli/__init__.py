"""The command: one file a command below; here only how they are found and how errors are shown."""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from archive import __version__
from archive.cli import demo, doctor, ingest, new, search, serve, transcript
from archive.cli import list as listing
from archive.errors import UserError
from ingest.errors import ModelMissing
from media.errors import NoRoom, Problem, Stopped

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
app.command("serve")(serve.command)
app.command("doctor")(doctor.command)
app.command("demo")(demo.command)


def exit_code(error: Problem) -> int:
    """The exit code of an error that ended the command."""
    if isinstance(error, UserError):
        return error.exit_code
    if isinstance(error, NoRoom):
        return 4
    if isinstance(error, ModelMissing):
        return 7
    if isinstance(error, Stopped):
        return 130
    return 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; an error that a person must know is two lines on stderr and an exit code."""
    try:
        app(args=arguments, prog_name="archive")
    except Problem as error:
        print(f"Error: {error.message}", file=sys.stderr)
        if error.remedy:
            print(f"Try: {error.remedy}", file=sys.stderr)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain again while it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        log = Path(tempfile.mkstemp(prefix="archive-", suffix=".log")[1])
        log.write_text(
            "".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace"
        )
        print(f"Error: {type(error).__name__}: {error}", file=sys.stderr)
        print(f"Try: again; if it stays, this is a fault of the program, told in {log}", file=sys.stderr)
        sys.exit(1)
