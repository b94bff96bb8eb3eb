"""Reads OHMS XML: the index and the transcript of an interview from the Oral History Metadata Synchronizer.

Every version, https://www.weareavp.com/nunncenter/ohms/ohms.xsd: the transcript as text with a mark a minute, or since
6.0 as WebVTT.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

from ingest.errors import NoTranscript
from ingest.ohms_text import Names, segments_of_text, segments_of_webvtt
from ingest.transcript import Segment
from media.amounts import bytes_of

NAMESPACE = "https://www.weareavp.com/nunncenter/ohms"
LARGEST = 64_000_000  # bytes; the transcript of a day has two million
# The target of processing instructions in which we write what OHMS has no room for.
OURS = "archive"

_TITLE = 60  # characters of what is said, for a point that has no title

_Element: TypeAlias = Any  # lxml says nothing about its types


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the index.

    Attributes:
        start_ms: on the time line of the interview.
        end_ms: None for where the next one begins, or the end of the interview.
        title: what it is called.
        synopsis: what is said from there.
        themes: its subjects, and its keywords where they are not organisations.
        places: the names of its points on a map.
        organisations: its keywords, where we wrote them.
    """

    start_ms: int
    end_ms: int | None
    title: str
    synopsis: str | None
    themes: tuple[str, ...]
    places: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ohms:
    """What a file says.

    Attributes:
        language: ISO 639-1, where it says so.
        segments: in their order.
        exact: whether each has times of its own; else they are known to the minute, or not at all.
        points: in the order of their starts.
    """

    language: str | None
    segments: tuple[Segment, ...]
    exact: bool
    points: tuple[Point, ...]


def read(path: Path, known: Collection[str] = ()) -> Ohms:
    """Read an OHMS file.

    Args:
        path: the file.
        known: names of speakers, of whom it may say the last one only, and in capitals.

    Raises:
        NoTranscript: it is too large, no XML, not of OHMS, or holds what cannot be read; or it has a document type,
            which OHMS has not: in one hide entities that grow or reach for other files. Names the file and the line.
    """
    record = _record(path)
    ours = bool(record.xpath(f"processing-instruction('{OURS}')"))
    names = Names((*known, *_texts(record, "interviewee"), *_texts(record, "interviewer")))
    webvtt = _text(record, "vtt_transcript")
    exact = "-->" in webvtt
    if exact:
        found = segments_of_webvtt(webvtt, path.name, names, each_says_who=ours)
    else:
        found = segments_of_text(_text(record, "transcript"), _text(record, "sync"), names)
    language = _text(record, "language").lower()
    return Ohms(language if len(language) == 2 else None, found, exact, tuple(_points(record, path.name)))


def _record(path: Path) -> _Element:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(_content(path), parser)
    except etree.XMLSyntaxError as error:
        raise _refused(f"{path.name}, line {error.lineno}: is no whole XML ({error.msg})") from error
    if root.getroottree().docinfo.doctype:
        raise _refused(f"{path.name}: has a document type, which files of OHMS have not")
    records = [root] if _name(root) == "record" else [each for each in root if _name(each) == "record"]
    if len(records) != 1:
        raise _refused(
            f"{path.name}: holds {len(records) or 'no'} records of OHMS; one interview is one record"
        )
    return records[0]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _refused(f"{path}: cannot be read ({error.strerror})") from error
    if len(content) > LARGEST:
        raise _refused(f"{path.name}: is larger than {bytes_of(LARGEST)}")
    return content


def _refused(why: str) -> NoTranscript:
    return NoTranscript(f"{why}.", "Export the interview from OHMS again, as XML. Nothing was changed.")


def _points(record: _Element, name: str) -> Iterator[Point]:
    index = _child(record, "index")
    found = [_point(each, name) for each in _all(index, "point")] if index is not None else []
    found.sort(key=lambda point: point.start_ms)
    yield from found


def _point(element: _Element, name: str) -> Point:
    exactly = {
        key: value
        for each in element.xpath(f"processing-instruction('{OURS}')")
        for key, value in each.attrib.items()
    }
    try:
        start = int(exactly["start_ms"]) if exactly else _ms(_text(element, "time"))
        end = int(exactly["end_ms"]) if exactly else None
    except (ValueError, KeyError):
        where = f"{name}, line {element.sourceline}"
        raise _refused(f"{where}: '{_text(element, 'time')}' is no time of a point, in seconds") from None
    said = _text(element, "partial_transcript")
    title = _text(element, "title") or said[:_TITLE] or "Untitled"
    keywords = _list(element, "keywords")
    subjects = _list(element, "subjects")
    return Point(
        start,
        end,
        title if exactly else " ".join(title.split()),
        _text(element, "synopsis") or None,
        subjects if exactly else tuple(dict.fromkeys((*subjects, *keywords))),
        tuple(
            dict.fromkeys(
                filter(None, (_plain(each) for each in element.iter() if _name(each) == "gps_text"))
            )
        ),
        keywords if exactly else (),
    )


def _ms(time: str) -> int:
    """Milliseconds of `754`, or of `0:12:34`, which some programs write."""
    seconds = 0
    for part in time.split(":"):
        seconds = seconds * 60 + int(part)
    if seconds < 0:
        raise ValueError
    return seconds * 1000


def _list(element: _Element, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (each.strip() for each in _text(element, name).split(";")))))


def _all(parent: _Element, name: str) -> list[_Element]:
    return [each for each in parent if _name(each) == name]


def _child(parent: _Element, name: str) -> _Element | None:
    return next(iter(_all(parent, name)), None)


def _texts(parent: _Element, name: str) -> Iterable[str]:
    return filter(None, map(_plain, _all(parent, name)))


def _text(parent: _Element, name: str) -> str:
    found = _child(parent, name)
    return "" if found is None else "".join(found.itertext()).strip()


def _plain(element: _Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _name(element: _Element) -> str:
    """The name without its namespace, of which older versions have another; nothing for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
