"""The full-text indexes made again from the text that they are about."""

from sqlite_utils import Database

from archive.catalogue import texts
from archive.catalogue.integrity import INDEXES


def rebuild(db: Database) -> None:
    """Make the text that search looks through, and both indexes, again from the segments; in one transaction."""
    with db.atomic():
        # The indexes come first: a damaged one refuses what the triggers tell it of changed rows.
        for index in INDEXES:
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")  # noqa: S608 - one of INDEXES
        db.execute("DELETE FROM folded WHERE transcript_id NOT IN (SELECT id FROM transcripts WHERE current)")
        for (number,) in db.execute("SELECT id FROM transcripts WHERE current").fetchall():
            lines = (texts.folded(each.words) for each in texts.segments(db, number))
            db.execute(
                "INSERT INTO folded (transcript_id, text) VALUES (?, ?)"
                " ON CONFLICT (transcript_id) DO UPDATE SET text = excluded.text WHERE text <> excluded.text",
                [number, "\n".join(lines)],
            )
