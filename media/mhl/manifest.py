"""Manifests: ASC MHL 2.0 read and written, and the MHL 1.x lists read that cameras and offload programs leave."""

import importlib.metadata
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, cast, get_args

from media.mhl import xml
from media.mhl.chain import named
from media.mhl.entry import Action, Entry, Hash, element, moment, of_one, of_two, stamp
from media.mhl.xml import Node, node

__all__ = ["Action", "Entry", "Hash", "Manifest", "Process", "Reference", "parsed", "read", "written"]

NAMESPACE = "urn:ASC:MHL:v2.0"
IGNORED = (".DS_Store", "ascmhl", "ascmhl/")  # what every program of the format leaves out, and says so

Process = Literal["in-place", "transfer", "flatten"]


@dataclass(frozen=True, slots=True)
class Reference:
    """The generation of a history further down that belongs to one further up.

    Attributes:
        path: of its manifest, relative to the folder of the history that names it.
        c4: of that manifest's bytes.
    """

    path: str
    c4: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that we use of a list.

    Attributes:
        entries: the files; folders, which ASC MHL can list too, are left out.
        process: how the list came about, None where it does not say.
        created: when it was written.
        ignored: patterns of what it left out on purpose, as .gitignore has them.
        references: what it says of histories below it.
    """

    entries: tuple[Entry, ...]
    process: Process | None = None
    created: datetime | None = None
    ignored: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(slots=True)
class _Parts:
    """A manifest while it is read."""

    entries: list[Entry] = field(default_factory=list)
    process: Process | None = None
    created: datetime | None = None
    ignored: tuple[str, ...] = ()
    references: list[Reference] = field(default_factory=list)


def read(path: Path) -> tuple[Entry, ...]:
    """The files that a list names: ASC MHL 2.0, MHL 1.0 or 1.1.

    Raises:
        Unreadable: it is neither, is damaged, or asks for something outside its folder; names file and line, and
            nothing of it is used.
    """
    return parsed(path).entries


def parsed(path: Path) -> Manifest:
    """The same with what else the list says.

    Raises:
        Unreadable: as `read`.
    """
    pieces = xml.nodes(path)
    root = next(pieces)
    version = root.attributes.get("version", "") if root.tag == "hashlist" else ""
    if version not in {"1.0", "1.1", "2.0"}:
        raise xml.refused(path, "is no list of MHL 1.0, 1.1 or 2.0", root.line)
    parts = _Parts()
    for each in pieces:
        if version == "2.0":
            _take(path, each, parts)
        elif each.tag == "hash":
            parts.entries.append(of_one(path, each))
    return Manifest(
        tuple(parts.entries), parts.process, parts.created, parts.ignored, tuple(parts.references)
    )


def _take(path: Path, found: Node, parts: _Parts) -> None:
    match found.tag:
        case "hash":
            parts.entries.append(of_two(path, found))
        case "creatorinfo":
            created = found.child("creationdate")
            parts.created = moment(created.text) if created else None
        case "processinfo":
            process, ignore = found.child("process"), found.child("ignore")
            said = process.text.strip() if process else None
            parts.process = cast(Process, said) if said in get_args(Process) else None
            parts.ignored = tuple(each.text for each in ignore.children if each.text) if ignore else ()
        case "hashlistreference":
            parts.references.append(Reference(*named(path, found)))


def written(
    entries: Iterable[Entry],
    *,
    created: datetime,
    process: Process,
    ignored: tuple[str, ...] = IGNORED,
    references: tuple[Reference, ...] = (),
) -> bytes:
    """A manifest of ASC MHL 2.0, its elements in the schema's order; the creator is this program on this machine.

    Args:
        entries: with an action at every hash, in the order in which they are to stand.
        created: when; goes in to the second.
        process: "transfer" for copies, "in-place" for files that were looked at where they lie.
        ignored: patterns of what is left out on purpose.
        references: to the generations of histories further down.

    Raises:
        ValueError: a path holds what XML cannot (`media.mhl.names.safe_name` sees to that).
    """
    version = importlib.metadata.version("interview-archive")
    creator = (
        node("creationdate", stamp(created)),
        node("hostname", platform.node()),
        node("tool", "Interview Archive", version=version),
    )
    patterns = (node("pattern", each) for each in ignored)
    hashes = [element(each) for each in entries]
    below = [
        node("hashlistreference", "", node("path", each.path), node("c4", each.c4)) for each in references
    ]
    root = node(
        "hashlist",
        "",
        node("creatorinfo", "", *creator),
        node("processinfo", "", node("process", process), node("ignore", "", *patterns)),
        *([node("hashes", "", *hashes)] if hashes else []),
        *([node("references", "", *below)] if below else []),
        version="2.0",
    )
    return xml.written(root, NAMESPACE)
