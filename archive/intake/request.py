"""What a run of `archive ingest` was asked to do, in a form that outlives the run."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue.description import NOTHING, Description
from archive.catalogue.paths import named, stored

# What a description has since the catalogue knows more than the first version did.
ADDED = {"series", "episode", "identifier", "abstract", "shoot", "initiative", "title"}

_BY_PATH = ("sheets", "forms", "clips")  # each a path, and what belongs to it


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
        release: the signed form of all of it.
        sheets: each folder with a shoot.toml, and its text.
        forms: each signed form that is named, and its xxh3-128: its card may be away when the work goes on.
        clips: once all is copied, the path of each clip and its hash: another card may lie at PATH when it goes on.
    """

    paths: tuple[str, ...]
    in_place: bool = False
    description: Description = NOTHING
    also: tuple[str, ...] = ()
    accept_damaged: bool = False
    interview: str | None = None
    release: str | None = None
    sheets: tuple[tuple[str, str], ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    clips: tuple[tuple[str, str], ...] = ()


def remember(db: Database, request: Request) -> None:
    """Note a request before its work begins, so that a run without a PATH can go on with it.

    It takes the place of the same one of the same clips, also where a shoot.toml or a form was another.
    """
    own = {digest for _, digest in request.clips}
    before = [
        each
        for each in unfinished(db)
        if _asked(each) == _asked(request) and own.issuperset(digest for _, digest in each.clips)
    ]
    with db.atomic():
        forget(db, before)
        db.execute("INSERT OR IGNORE INTO runs (request) VALUES (?)", [_written(request)])


def forget(db: Database, requests: Sequence[Request]) -> None:
    """Drop requests that have come to their end."""
    with db.atomic():
        for request in requests:
            db.execute("DELETE FROM runs WHERE request = ?", [_written(request)])


def unfinished(db: Database) -> tuple[Request, ...]:
    """The requests whose runs were stopped or killed, oldest first."""
    return tuple(_read(text) for (text,) in db.execute("SELECT request FROM runs ORDER BY id").fetchall())


def _asked(request: Request) -> str:
    return _written(replace(request, sheets=(), forms=(), clips=()))


def _written(request: Request) -> str:
    fields = asdict(request)
    for name in ("paths", "also"):
        fields[name] = [stored(str(Path(path).absolute())) for path in fields[name]]
    # As earlier versions of the program wrote it: what they did not know is left out where it is not said.
    fields["description"]["interview"] = fields.pop("interview")
    for name in ADDED & {key for key, value in fields["description"].items() if value is None}:
        del fields["description"][name]
    fields["release"] = stored(str(Path(request.release).absolute())) if request.release else None
    for name in _BY_PATH:
        fields[name] = [[stored(str(Path(path).absolute())), text] for path, text in fields[name]]
    for name in ("accept_damaged", "release", *_BY_PATH):
        if not fields[name]:
            del fields[name]
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


def _read(text: str) -> Request:
    fields = json.loads(text)
    about = fields["description"]
    title = about.pop("interview")
    about["people"] = tuple((name, role) for name, role in about["people"])
    about |= {key: tuple(about[key]) for key in ("themes", "speakers")}
    paths, also = (tuple(map(named, fields.get(name, ()))) for name in ("paths", "also"))
    by_path = (tuple((named(path), text) for path, text in fields.get(name, ())) for name in _BY_PATH)
    return Request(
        paths,
        fields["in_place"],
        Description(**about),
        also,
        fields.get("accept_damaged", False),
        title,
        named(fields["release"]) if "release" in fields else None,
        *by_path,
    )
