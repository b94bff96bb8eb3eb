"""A person chooses some of what was listed by its numbers."""

import re
import sys
from collections.abc import Sequence
from typing import TypeVar

import typer

T = TypeVar("T")

_NUMBERS = re.compile(r"\s*\d+(\s*-\s*\d+)?(\s*,\s*\d+(\s*-\s*\d+)?)*\s*")


def chosen(listed: Sequence[T], proposed: Sequence[bool], *, yes: bool, ask: bool = True) -> list[T]:
    """What of a list is meant: what is proposed with `yes`, what a person says at a terminal, else nothing.

    Args:
        listed: what was shown, counted from 1.
        proposed: of each, whether it is taken where nobody says otherwise.
        yes: nobody is asked.
        ask: somebody may be asked, where there is a terminal.
    """
    taken = [each for each, is_taken in zip(listed, proposed, strict=True) if is_taken]
    if yes or not listed:
        return taken
    if not (ask and sys.stdin.isatty() and sys.stderr.isatty()):
        return []
    default = "exact" if taken else "none"
    while True:
        said = typer.prompt("Which? all, exact, none, or numbers as in 1-3,7", default=default, err=True)
        answer = {"all": list(listed), "exact": taken, "none": []}.get(said.strip().lower())
        if answer is None:
            answer = _numbered(listed, said)
        if answer is not None:
            return answer
        typer.echo(f"There are 1 to {len(listed)}.", err=True)


def _numbered(listed: Sequence[T], said: str) -> list[T] | None:
    """What these numbers mean; None where they mean nothing."""
    if not _NUMBERS.fullmatch(said):
        return None
    wanted: set[int] = set()
    for part in said.split(","):
        first, _, last = part.partition("-")
        if int(first) < 1 or int(last or first) > len(listed):
            return None
        wanted |= set(range(int(first), int(last or first) + 1))
    return [each for number, each in enumerate(listed, 1) if number in wanted]
