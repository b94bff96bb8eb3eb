"""What `archive serve` starts: a Datasette over the catalogue, run by uvicorn until somebody stops it."""

import logging
import socket
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from archive.catalogue import agreement, is_full, open_catalogue
from archive.catalogue.troubles import explained
from archive.config import Archive
from archive.errors import UserError

# A browser keeps the connection of a paused video open; ending must not wait for it.
PATIENCE = 1


def build(archive: Archive) -> Datasette:
    """A Datasette that serves the archive's catalogue, which is made or migrated first where that is needed.

    Our pages come with it because it finds our plugin by its entry point, as any Datasette does.

    Raises:
        Problem: as `open_catalogue`; or interviews are gone, whose pages would be missing without a word.
    """
    full = is_full(archive.folder)
    path = archive.database
    with explained(path), closing(open_catalogue(path, write=not full)) as db:
        agreement.must_know_interviews(db, path)
    metadata = {"title": archive.config.title, "databases": {"archive": {"tables": _tables()}}}
    datasette = Datasette([str(path)], metadata=metadata)
    if full:
        datasette.get_database("archive").connect = partial(_connect_without_room, archive.database)
    return datasette


def _connect_without_room(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open for reading a catalogue whose disk has no room for the index of its write-ahead log.

    Where the log and its index are there but empty, SQLite reads without them; once somebody has made room and
    writes, it reads what they hold ("bShmUnreliable" in https://sqlite.org/src/file/src/wal.c).
    """
    assert not write  # no page of Datasette's or ours writes
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).touch()
    uri = f"{path.absolute().as_uri()}?mode=ro&readonly_shm=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free port.

    Raises:
        UserError: the port is taken or not ours to use, or the host is no address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (socket.gaierror, UnicodeError) as error:  # the latter for a name that no network could have
        why = getattr(error, "strerror", None) or str(error)
        raise UserError(
            f"{host} is no address: {why}.", "Leave --host out to serve this machine only."
        ) from None
    try:
        # Without it the port of a server that just ended stays closed for a minute.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UserError(
            f"{host} port {port} cannot be used: {(error.strerror or str(error)).lower()}.",
            "Take another with --port, or any free one with --port 0.",
        ) from None
    return listener


def serve(archive: Archive, listener: socket.socket, host: str, answering: Callable[[str], None]) -> None:
    """Serve on `listener` until SIGTERM or Ctrl-C; `answering` gets the address once it answers."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    # With rich installed Datasette prints a traceback on stdout for every page that is not there.
    pm.get_plugin("datasette.handle_exception").rich = None
    port = listener.getsockname()[1]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    config = uvicorn.Config(
        build(archive).app(),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=PATIENCE,
        lifespan="on",
    )
    _Server(config, lambda: answering(address)).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers, and that ends well when it is asked to end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Uvicorn keeps the signal and raises it again at the end; the exit code would not be 0.
        self.force_exit = self.should_exit
        self.should_exit = True


def _tables() -> dict[str, Any]:
    """What Datasette's own table pages should know; they stay as its users expect them."""
    named = dict.fromkeys(("people", "places", "organisations", "themes", "clips", "speakers"), "name")
    tables: dict[str, Any] = {table: {"label_column": column} for table, column in named.items()}
    tables |= {table: {"hidden": True} for table in ("blocks", "folded", "runs", "_sqlite_migrations")}
    tables["interviews"] = {"label_column": "title", "sort_desc": "id"}
    tables["segments"] = {
        "description": "What was said, a row a stretch by one speaker; the search looks in its text."
    }
    return tables
