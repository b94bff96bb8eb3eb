"""How transactions of the catalogue begin."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlite_utils import Database


class Catalogue(Database):
    """A database whose transactions are writers' from their first statement on.

    SQLite begins a transaction as a reader's. Where it reads first, and another process commits before it writes,
    that write fails at once, however long the connection would wait (SQLITE_BUSY_SNAPSHOT). A transaction that
    says at its beginning that it will write waits its turn instead: https://sqlite.org/lang_transaction.html.
    """

    @contextmanager
    def atomic(self) -> Generator[Database, None, None]:
        """All of the block or nothing of it; inside another such block a savepoint."""
        if self.conn.in_transaction:
            with super().atomic():
                yield self
            return
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            yield self
            self.conn.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise
