"""A transcript as plain text, which a person reads, corrects in any editor, or has typed."""

import re
from collections.abc import Collection, Iterable, Iterator

from ingest.realigned import Line
from ingest.transcript import Segment
from media.timecode import clock

_TIME = re.compile(r"\[\s*[\d:.,;]+\s*\]\s*")
_SPEAKER = re.compile(r"([^\s:][^:]{0,59}?)?\s*:\s+")
# Written without spaces between words: a character with the punctuation behind it is a word.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}][^\s\w]*|[^\s{_IDEOGRAPHS}]+")


def written(segments: Iterable[Segment]) -> str:
    """A line a segment: `[0:01:05] Amina: We all do.`; the time only says where to listen."""
    return "".join(f"[{clock(each.start_ms)}] {_said(each)}\n" for each in segments)


def lines(text: str, known: Collection[str] = ()) -> Iterator[Line]:
    """The lines of a text: each is a segment. A time in brackets is passed over, `Amina: ` says who speaks.

    Args:
        text: of the whole file. Empty lines, and those that begin with "#", say nothing.
        known: names of speakers. What stands before a colon counts as a name where it is one of these, or looks like
            one: up to five words, of which the first begins with a capital.
    """
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield _line(
                _TIME.sub("", line.strip(), count=1) if line.lstrip().startswith("[") else line.strip(), known
            )


def _line(line: str, known: Collection[str]) -> Line:
    found = _SPEAKER.match(line)
    if found is None or not (found[1] is None or _is_name(found[1], known)):
        return Line(tuple(_WORD.findall(line)))
    return Line(tuple(_WORD.findall(line[found.end() :])), found[1])


def _is_name(text: str, known: Collection[str]) -> bool:
    return text in known or (len(text.split()) <= 5 and text[0].isupper())


def _said(segment: Segment) -> str:
    # A colon in what is said would look like one behind a name.
    speaker = segment.speaker if segment.speaker or not _SPEAKER.match(segment.text) else ""
    return segment.text if speaker is None else f"{speaker}: {segment.text}"
