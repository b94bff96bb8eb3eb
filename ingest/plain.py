"""A transcript as plain text, which a person reads, corrects in any editor, or has typed."""

import re
from collections.abc import Collection, Iterable, Iterator

from ingest.revised import Line
from ingest.transcript import Segment
from media.timecode import clock, moment

_TIME = re.compile(r"\[\s*([\d:.,;]+)\s*\]\s*")
_SPEAKER = re.compile(r"([^\s:][^:]{0,59}?)?\s*:\s+")


def written(segments: Iterable[Segment]) -> str:
    """A line a segment: `[0:01:05] Amina: We all do.`; the time only says where to listen."""
    return "".join(f"[{clock(each.start_ms)}] {_said(each)}\n" for each in segments)


def lines(text: str, known: Collection[str] = ()) -> Iterator[Line]:
    """The lines of a text: each is a segment. `[0:01:05]` says where to listen, `Amina: ` who speaks.

    Args:
        text: of the whole file. Empty lines, and those that begin with "#", say nothing.
        known: names of speakers. What stands before a colon counts as a name where it is one of these, or looks like
            one: up to five words, of which the first begins with a capital.
    """
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            found = _TIME.match(line.strip())
            start = _moment(found[1]) if found else None
            yield _line(line.strip()[found.end() if found else 0 :], start, known)


def is_name(text: str, known: Collection[str]) -> bool:
    """Whether what stands before a colon is the name of a speaker."""
    return text in known or (len(text.split()) <= 5 and text[:1].isupper())


def _line(line: str, start: int | None, known: Collection[str]) -> Line:
    if named := next((name for name in known if line.startswith(f"{name}: ")), None):
        return Line(tuple(line.removeprefix(f"{named}: ").split()), named, start)
    found = _SPEAKER.match(line)
    if found is None or not (found[1] is None or is_name(found[1], known)):
        return Line(tuple(line.split()), None, start)
    return Line(tuple(line[found.end() :].split()), found[1], start)


def _moment(text: str) -> int | None:
    try:
        return moment(text)
    except ValueError:
        return None


def _said(segment: Segment) -> str:
    # A colon in what is said would look like one behind a name.
    speaker = segment.speaker if segment.speaker or not _SPEAKER.match(segment.text) else ""
    return segment.text if speaker is None else f"{speaker}: {segment.text}"
