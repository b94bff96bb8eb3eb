"""Write the pages that are made from the code; with --check only say whether they are as the code is."""

import re
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from promises import page as promises
from typer.main import get_command
from typer.testing import CliRunner

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDE = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}


def command_line() -> str:
    """The help of every command."""
    from archive.cli import app

    names = [[]]
    for name, command in sorted(get_command(app).commands.items()):
        names.append([name])
        names += [[name, below] for below in sorted(getattr(command, "commands", {}))]
    parts = ["# The command line\n\nMade from the code by `python tools/docs.py`.\n"]
    for name in names:
        with patch("typer.rich_utils.MAX_WIDTH", 100):
            shown = CliRunner().invoke(app, [*name, "--help"], env=WIDE, prog_name="archive").output
        text = "\n".join(line.rstrip() for line in shown.strip().splitlines())
        parts.append(f"## {' '.join(['archive', *name])}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def schema() -> str:
    """Every table and view of an empty catalogue, as SQLite has it."""
    from archive.catalogue import open_catalogue

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        open_catalogue(path, write=True).close()
        with closing(sqlite3.connect(path)) as db:
            found = db.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view') AND sql IS NOT NULL"
                " AND name NOT LIKE '%_fts_%' AND name NOT LIKE 'sqlite_%' ORDER BY type, name"
            ).fetchall()
    parts = [
        "# The database\n\nMade from the database itself by `python tools/docs.py`. `archive.db` is plain SQLite:"
        " open it with `sqlite3 archive.db` or Datasette.\n"
    ]
    parts += [f"## {name} ({kind})\n\n```sql\n{sql}\n```\n{_added(name)}" for kind, name, sql in found]
    return "\n".join(parts)


def _added(table: str) -> str:
    """What migrations say of the columns that they added to a table: SQLite keeps no comment of those."""
    from archive.catalogue.schema import cards, described, first

    text = first.TABLES + cards.TABLES + described.TABLES
    column = rf"(?m)^((?:-- .*\n)*)ALTER TABLE {table} ADD COLUMN (\w+)[^;]*;(?:[ \t]*-- (.*))?$"
    told = [
        (name, before.removeprefix("-- ").replace("\n-- ", " ").strip() or behind)
        for before, name, behind in re.findall(column, text)
    ]
    lines = "".join(f"- `{name}`: {said}\n" for name, said in told if said)
    return f"\n{lines}" if lines else ""


def main() -> None:
    """Write the pages, or with --check compare them."""
    stale = []
    kept = (DOCS / "promises.md").read_text(encoding="utf-8")
    for name, text in (("cli.md", command_line()), ("schema.md", schema()), ("promises.md", promises(kept))):
        page = DOCS / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                page.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"{', '.join(stale)}: not as the code is. Run: python tools/docs.py")


if __name__ == "__main__":
    main()
