"""What a run of `archive ingest` was asked to do, in a form that outlives the run."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue.description import NOTHING, Description
from archive.catalogue.paths import named, stored

# What a description has since the catalogue knows more than the first version did.
ADDED = {"series", "episode", "identifier", "abstract", "shoot", "initiative", "title"}


@dataclass(frozen=True, slots=True)
class Request:
    """Files and folders, and what is to be done with them.

    Attributes:
        paths: as the person gave them.
        in_place: clips stay where they lie and are not copied.
        description: what the crew knows of the footage; it goes into every interview that the run makes.
        also: folders that get a second copy of everything.
        accept_damaged: what can be read of its clips is used where they are damaged.
        interview: the title of one interview that takes all of it; None makes one of each recording.
    """

    paths: tuple[str, ...]
    in_place: bool = False
    description: Description = NOTHING
    also: tuple[str, ...] = ()
    accept_damaged: bool = False
    interview: str | None = None


def remember(db: Database, request: Request) -> None:
    """Note a request before its work begins, so that a run without a PATH can go on with it."""
    db.execute("INSERT OR IGNORE INTO runs (request) VALUES (?)", [_written(request)])


def forget(db: Database, requests: Sequence[Request]) -> None:
    """Drop requests that have come to their end."""
    with db.atomic():
        for request in requests:
            db.execute("DELETE FROM runs WHERE request = ?", [_written(request)])


def unfinished(db: Database) -> tuple[Request, ...]:
    """The requests whose runs were stopped or killed, oldest first."""
    return tuple(_read(text) for (text,) in db.execute("SELECT request FROM runs ORDER BY id").fetchall())


def _written(request: Request) -> str:
    fields = asdict(request)
    for name in ("paths", "also"):
        fields[name] = [stored(str(Path(path).absolute())) for path in fields[name]]
    fields["description"]["interview"] = fields.pop(
        "interview"
    )  # as earlier versions of the program wrote it
    # What is not said is left out, so that requests of earlier versions stay the same.
    for name in ADDED & {key for key, value in fields["description"].items() if value is None}:
        del fields["description"][name]
    if not request.accept_damaged:
        del fields["accept_damaged"]
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


def _read(text: str) -> Request:
    fields = json.loads(text)
    about = fields["description"]
    title = about.pop("interview")
    about["people"] = tuple((name, role) for name, role in about["people"])
    about |= {key: tuple(about[key]) for key in ("themes", "speakers")}
    paths, also = (tuple(map(named, fields.get(name, ()))) for name in ("paths", "also"))
    accepted = fields.get("accept_damaged", False)
    return Request(paths, fields["in_place"], Description(**about), also, accepted, title)
