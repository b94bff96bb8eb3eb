"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer


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
