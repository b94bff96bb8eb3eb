"""Which archive a Datasette serves, and how its pages read the catalogue."""

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from archive.config import SETTINGS_FILE, Archive, find

if TYPE_CHECKING:
    # Only for the types: Datasette loads this plugin while its own modules are still loading.
    from datasette.app import Datasette

DATABASE = "archive"  # the name under which the catalogue is served: /archive, /archive/segments

Read = TypeVar("Read")


def of(datasette: "Datasette") -> Archive | None:
    """The archive whose catalogue this Datasette serves, or None where it serves other databases.

    The folder is where the database lies, so no setting has to carry it: plugin settings are shown to
    everybody at /-/metadata.json, and `datasette FOLDER/archive.db` gives the same site as `archive serve`.
    """
    served = datasette.databases.get(DATABASE)
    return _around(Path(served.path)) if served is not None and served.path else None


def form_first(datasette: "Datasette") -> bool:
    """Whether nothing is shown of an interview before there is a release of it."""
    archive = of(datasette)
    return archive is not None and archive.config.releases.form_first


async def read(datasette: "Datasette", query: Callable[[sqlite3.Connection], Read]) -> Read:
    """What a query reads from the catalogue, on one of Datasette's own read-only connections."""
    result: Read = await datasette.get_database(DATABASE).execute_fn(query)
    return result


@lru_cache(maxsize=8)
def _around(database: Path) -> Archive | None:
    folder = database.resolve().parent
    return find(folder) if (folder / SETTINGS_FILE).is_file() else None
