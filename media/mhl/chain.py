"""The chain of a history: which manifests belong to it, in which order, and the c4 of each."""

import re
from dataclasses import dataclass
from pathlib import Path

from media.mhl import digests, xml
from media.mhl.names import inside
from media.mhl.xml import Node, node

NAME = "ascmhl_chain.xml"
NAMESPACE = "urn:ASC:MHL:DIRECTORY:v2.0"

_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Link:
    """One manifest of a chain.

    Attributes:
        number: of the generation, from 1.
        file: the manifest's name in the history's folder.
        c4: of the manifest's bytes.
    """

    number: int
    file: str
    c4: str


def read(path: Path) -> tuple[Link, ...]:
    """The links of a chain, in its order.

    Raises:
        Unreadable: it is empty, damaged or no chain; names file and line.
    """
    pieces = xml.nodes(path)
    root = next(pieces)
    if root.tag != "ascmhldirectory":
        raise xml.refused(path, "is no chain of ASC MHL", root.line)
    return tuple(_link(path, each) for each in pieces if each.tag == "hashlist")


def written(links: tuple[Link, ...]) -> bytes:
    """A whole chain file."""
    lists = (
        node("hashlist", "", node("path", each.file), node("c4", each.c4), sequencenr=str(each.number))
        for each in links
    )
    return xml.written(node("ascmhldirectory", "", *lists), NAMESPACE)


def named(path: Path, found: Node) -> tuple[str, str]:
    """The path and the c4 of a manifest that an element of the file at `path` names.

    Raises:
        Unreadable: it names none, or one outside its folder.
    """
    where, c4 = found.child("path"), found.child("c4")
    manifest = inside(where.text) if where else None
    value = digests.canonical("c4", c4.text.strip()) if c4 else None
    if manifest is None or value is None:
        raise xml.refused(path, "does not name a manifest by path and c4, as it should", found.line)
    return manifest, value


def _link(path: Path, found: Node) -> Link:
    file, c4 = named(path, found)
    number = found.attributes.get("sequencenr", "")
    if not _NUMBER.fullmatch(number) or "/" in file:
        raise xml.refused(path, "does not number a manifest that lies beside it, as it should", found.line)
    return Link(int(number), file, c4)
