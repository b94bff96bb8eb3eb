"""A transcript as OHMS lays it out: lines of plain text, and for each minute the line and word that it ends with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.catalogue.texts import SpokenSegment
from ingest.transcript import is_spaced

WIDEST = 80  # characters of a line, as OHMS breaks them
MINUTE = 60_000

_Place = tuple[int, int]  # a line and a word in it, both from 1


@dataclass(slots=True)
class _Page:
    """Lines that are filled, and where on them each word stands and when it is said."""

    lines: list[str] = field(default_factory=list)
    places: list[tuple[int, _Place]] = field(default_factory=list)

    def put(self, word: str, start_ms: int, space: str) -> None:
        """Put a word on the last line, or on a new one where it has no room."""
        line = f"{self.lines[-1]}{space}{word}" if self.lines[-1] else word
        if len(line) > WIDEST and self.lines[-1]:
            self.lines.append(word)
        else:
            self.lines[-1] = line
        self.places.append((start_ms, (len(self.lines), len(self.lines[-1].split()))))


def laid_out(segments: Sequence[SpokenSegment]) -> tuple[str, str]:
    """The text of a transcript, a paragraph a segment, and where its minutes end.

    Returns:
        The text, and such as `1:|13(3)|19(14)`: one minute lies between two marks, and the first of them has ended
        with the third word of line 13.
    """
    page = _Page()
    for segment in segments:
        page.lines += ["", ""] if page.lines else [""]
        page.lines[-1] = f"{_plain(segment.speaker).upper()}:" if segment.speaker else ""
        space = " " if segment.speaker else ""
        for word in segment.words:
            page.put(_plain(word.text), word.start_ms, space)
            space = " " if is_spaced(segment.text, segment.words) else ""
    return "\n".join(page.lines), _marks(page.places)


def _marks(places: Sequence[tuple[int, _Place]]) -> str:
    found: list[_Place] = []
    last: _Place = (1, 1)
    for start, place in places:
        while start >= (len(found) + 1) * MINUTE:
            found.append(last)
        last = place
    return "1:|" + "|".join(f"{line}({word})" for line, word in found) if found else ""


def _plain(text: str) -> str:
    return " ".join(text.split())
