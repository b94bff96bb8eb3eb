"""Options that several commands share."""

import re
from pathlib import Path
from typing import Annotated

import typer

from archive.errors import UserError
from media.timecode import moment

LANGUAGE = re.compile(r"[a-z]{2,3}")  # ISO 639-1, and the codes of three letters that Whisper has besides
# As archive.catalogue.transcripts has them, which takes too long to load for --help.
STATES_HELP = "machine, corrected, checked or approved."


def _said_before_the_command(context: typer.Context, value: Path | None) -> Path | None:
    return value or context.find_root().params.get("archive")


ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        metavar="DIR",
        callback=_said_before_the_command,
        help="The archive's folder. Otherwise ARCHIVE_DIR, or the current folder or one above it.",
        show_default=False,
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        help="The transcript in this language, such as fr; else in the interview's own.",
        show_default=False,
    ),
]
InterviewArgument = Annotated[str, typer.Argument(metavar="INTERVIEW", help="As `archive list` names it.")]


def moment_of(text: str) -> int:
    """A moment as an option or argument takes it."""
    try:
        return moment(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from error


def language_code(text: str) -> str:
    """A language as `--language` takes it.

    Raises:
        UserError: it is no code.
    """
    code = text.strip().lower()
    if not LANGUAGE.fullmatch(code):
        raise UserError(f"--language {text}: no language code.", "Two letters, as in en, fr, it, fi.")
    return code


StartArgument = Annotated[
    int, typer.Argument(metavar="START", parser=moment_of, help="Where it begins, such as 0:01:05.250.")
]
EndArgument = Annotated[int, typer.Argument(metavar="END", parser=moment_of, help="Where it ends.")]
