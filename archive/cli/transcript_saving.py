"""What the commands share that keep a revision: who, why, how far people have looked at it, and what is said of it."""

import getpass
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli.options import STATES_HELP, moment_of
from archive.errors import UserError
from media.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from archive.catalogue.transcripts import SavedTranscript, State
    from ingest.transcript import Segment


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a revision that is to be kept.

    Attributes:
        author: who was named; None where nobody was.
        reason: why.
        state: how far people have looked at it; None where that was not said.
        reviewed_ms: up to where on the time line; None for all of it, or where that was not said.
    """

    author: str | None
    reason: str | None
    state: "State | None"
    reviewed_ms: int | None


AuthorOption = Annotated[
    str | None,
    typer.Option(
        "--author", metavar="NAME", help="Who changes it; else who is logged in.", show_default=False
    ),
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why, for those who wonder later.")
]
StateOption = Annotated[
    str | None,
    typer.Option(
        "--state", metavar="STATE", help=f"How far people looked at it: {STATES_HELP}", show_default=False
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
    from archive.catalogue import transcripts

    found = next((each for each in transcripts.STATES if each == given), None)
    if given and not found:
        raise UserError(
            f"--state {given}: there is no such state.", f"One of {', '.join(transcripts.STATES)}."
        )
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
