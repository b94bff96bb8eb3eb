"""The catalogue's tables: ordered migrations, each written once and never edited."""

import sqlite3

from sqlite_utils import Database, Migrations

from archive.catalogue.schema import cards, described, first

migrations = Migrations("interview-archive")

APPLICATION_ID = 0x49417263  # "IArc", so that `file` and a foreign program can tell whose this is
USER_VERSION = 3  # raised with every migration; a program refuses a database with a higher one


@migrations()
def m001_the_first_catalogue(db: Database) -> None:
    """Clips, interviews, who and what they are about, transcripts, and the ledger."""
    db.executescript(first.TABLES + first.FOLDED_TRIGGERS)
    # For Datasette's own table page; the quote search does not use it.
    db.table("segments").enable_fts(["text"], tokenize="unicode61 remove_diacritics 2", create_triggers=True)


@migrations()
def m002_whole_cards(db: Database) -> None:
    """Cards with all their files, the volumes on which these lie, and when each was last found whole."""
    db.executescript(cards.TABLES)


@migrations()
def m003_described(db: Database) -> None:
    """Passages, corrections and consent; series, shoots and initiatives; names of themes in several languages."""
    db.executescript(described.TABLES)


def lay_out(connection: sqlite3.Connection, version: int) -> None:
    """Make the tables of an empty database as they were in one version of the schema."""
    db = Database(connection)
    later = [migration.name for migration in migrations.pending(db)][version:]
    migrations.apply(db, stop_before=later)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
