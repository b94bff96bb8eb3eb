"""XML from strangers, read piece by piece and without what XML can be misused for; and XML of our own."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

from media.amounts import bytes_of
from media.errors import Unreadable

LARGEST = 128_000_000  # bytes: some 500,000 files in one list

_Element: TypeAlias = Any  # lxml says nothing about its types

_ATTRIBUTES = ("version", "size", "lastmodificationdate", "action", "hashdate", "sequencenr")
_CONTAINERS = {"hashes", "references"}
_MOST = 5_000_000  # elements: as many files with nine each; reading them takes less than a minute
_MOST_IN_ONE = 10_000  # where a file has nine; they are in memory at the same time
_REMEDY = (
    "The footage itself is not touched by this. Get the list again from whoever wrote it, or move it out of its "
    "folder to go on without it."
)


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its name without namespace, its text, the attributes that we use, what it holds, and its line."""

    tag: str
    text: str
    attributes: Mapping[str, str]
    children: tuple["Node", ...]
    line: int

    def child(self, tag: str) -> "Node | None":
        """The first element of that name directly in this one."""
        return next((each for each in self.children if each.tag == tag), None)


def refused(path: Path, why: str, line: int | None = None) -> Unreadable:
    """The error of a list that cannot be taken at its word; nothing of it is used."""
    where = f"{path.name}, line {line}" if line else path.name
    return Unreadable(f"{where}: {why}", _REMEDY)


def nodes(path: Path) -> Iterator[Node]:
    """The root of an XML file without what it holds, then each element in it, and in its <hashes> and <references>.

    Elements are let go of when the next is read, so that memory is bounded by the largest of them.

    Raises:
        Unreadable: no ordinary file, too large, not given back by the disk, no XML, or XML with a document type, which
            no list needs and which is what entities that grow or reach for other files hide in. With file and line.
    """
    with opened(path) as file, reading(path):
        try:
            yield from _pieces(path, file)
        except etree.XMLSyntaxError as error:
            why = str(error.msg).partition(", line ")[0]
            raise refused(path, f"is no whole XML ({why})", error.lineno) from error


def opened(path: Path) -> BinaryIO:
    """Open a list without waiting for anybody or being led elsewhere; the caller closes it.

    Raises:
        Unreadable: it is not there, no ordinary file, empty, or too large for a list.
    """
    try:
        # A FIFO would keep us waiting, a link might lead anywhere.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError as error:
        raise refused(path, f"cannot be opened ({error.strerror})") from error
    file = os.fdopen(descriptor, "rb")
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        why = "is no ordinary file"
    elif not status.st_size:
        why = "is empty (0 bytes): a program was stopped while it wrote it"
    elif status.st_size > LARGEST:
        why = f"has {bytes_of(status.st_size)}; lists of up to {bytes_of(LARGEST)} are read"
    else:
        return file
    file.close()
    raise refused(path, why)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say of a list that the disk does not give back what is said of every list that cannot be taken at its word.

    Raises:
        Unreadable: names the file.
    """
    try:
        yield
    except OSError as error:
        raise refused(path, f"cannot be read ({error.strerror})") from error


def _pieces(path: Path, file: BinaryIO) -> Iterator[Node]:
    events = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    ancestors: list[str] = []
    count = before = 0
    for event, element in events:
        if event == "start":
            if not ancestors:
                _hold_to_no_document_type(path, element)
                yield _node(element, deep=False)
            ancestors.append(_local(element))
            count += 1
            if count > _MOST or count - before > _MOST_IN_ONE:
                raise refused(path, "has more elements than any list of files", element.sourceline)
        else:
            tag = ancestors.pop()
            if len(ancestors) == 1 or (len(ancestors) == 2 and ancestors[1] in _CONTAINERS):
                if tag not in _CONTAINERS:
                    yield _node(element)
                _let_go(element)
                before = count


def _hold_to_no_document_type(path: Path, root: _Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise refused(path, "has a document type, which no list of files needs", 1)


def _let_go(element: _Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _node(element: _Element, *, deep: bool = True) -> Node:
    children = tuple(_node(each) for each in element) if deep else ()
    text = element.text or "" if deep else ""
    # By name: lxml lists the attributes of an element in a time that grows with their number squared.
    attributes = {name: value for name in _ATTRIBUTES if (value := element.get(name)) is not None}
    return Node(_local(element), text, attributes, children, element.sourceline or 0)


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def written(root: Node, namespace: str) -> bytes:
    """A whole XML file, indented, in UTF-8."""
    element = _element(root, namespace)
    return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _element(node: Node, namespace: str) -> _Element:
    element = etree.Element(f"{{{namespace}}}{node.tag}", dict(node.attributes), nsmap={None: namespace})
    element.text = node.text or None
    element.extend(_element(each, namespace) for each in node.children)
    return element


def node(tag: str, text: str = "", *children: Node, **attributes: str) -> Node:
    """An element to write."""
    return Node(tag, text, attributes, children, 0)
