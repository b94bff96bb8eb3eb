"""What the commands share that keep a revision: who, why, how far people have looked at it, and what is said of it."""

import getpass
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from archive.cli.options import moment_of
from archive.errors import UserError
from media.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from archive.catalogue.transcripts import SavedTranscript, State
    from ingest.transcript import Segment

# Who saves, why, the state that was asked for, and up to where it was looked at.
About: TypeAlias = "tuple[str | None, str | None, State | None, int | None]"

AuthorOption = Annotated[
    str | None,
    typer.Option("--author", metavar="NAME", help="Who; else who is logged in.", show_default=False),
]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why, for those who wonder later.")]
StateOption = Annotated[
    str | None,
    typer.Option(
        "--state", metavar="STATE", help="machine, corrected, checked or approved.", show_default=False
    ),
]
ReviewedOption = Annotated[
    int | None,
    typer.Option(
        "--reviewed-to",
        metavar="TIME",
        parser=moment_of,
        help="Up to where it was looked at, such as 0:41:10.",
        show_default=False,
    ),
]


def author(given: str | None) -> str | None:
    """Who saves: who was named, else who is logged in; None where nobody knows."""
    if given and given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name
        return None


def state(given: str | None) -> "State | None":
    """The state that is meant.

    Raises:
        UserError: there is no such state.
    """
    from typing import get_args

    from archive.catalogue.transcripts import State

    known: tuple[State, ...] = get_args(State)
    found = next((each for each in known if each == given), None)
    if given and not found:
        raise UserError(f"--state {given}: there is no such state.", f"One of {', '.join(known)}.")
    return found


def existing(db: "Database", slug: str, language: str | None) -> "SavedTranscript":
    """The current transcript.

    Raises:
        UserError: there is none, or no such interview.
    """
    from archive.catalogue import transcripts

    found = transcripts.current(db, slug, language)
    if found is None:
        raise UserError(f"'{slug}' has no transcript yet.", "Finish it with: archive ingest")
    return found


def reads_alike(one: "Sequence[Segment]", two: "Sequence[Segment]") -> bool:
    """Whether two transcripts say the same, by the same people."""
    return [(each.speaker, each.text) for each in one] == [(each.speaker, each.text) for each in two]


def said(db: "Database", slug: str, number: int) -> str:
    """A revision that was kept, in a line for a person."""
    from archive.catalogue import revisions
    from archive.catalogue.reviewed import told

    kept = revisions.load(db, slug, number)
    about = (kept.language, told(kept.state, kept.reviewed_ms, kept.author))
    return f"{slug}: revision {number}, {', '.join(part for part in about if part)}"


def up_to(reviewed_ms: int | None, duration_ms: int) -> int | None:
    """Up to where a transcript was looked at; None for all of it.

    Raises:
        UserError: that is behind the end of the interview.
    """
    if reviewed_ms is not None and duration_ms and reviewed_ms > duration_ms:
        raise UserError(
            f"{clock(reviewed_ms)} is behind the end: it lasts {clock(duration_ms)}.",
            "Give a moment of its time line, or leave it out where all of it was looked at.",
        )
    return None if reviewed_ms is None or reviewed_ms == duration_ms else reviewed_ms
