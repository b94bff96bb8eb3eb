"""What an archive can be brought back from: a backup, or a bag."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event


@dataclass(frozen=True, slots=True)
class Origin:
    """A backup or a bag that was found to be one.

    Attributes:
        folder: where it is.
        made: when, as people read it; empty where it does not say.
        database: the catalogue in it.
        digest: tells it from every other.
        unpack: puts its files into an empty folder, each proven, or raises DamageFound. Footage that a bag holds
            comes with them.
    """

    folder: Path
    made: str
    database: Path
    digest: str
    unpack: Callable[[Path, Event], None]
