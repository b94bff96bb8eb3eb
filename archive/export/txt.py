"""Plain text: a line a segment, with its time and who speaks; what `archive transcript import` reads back.

A line that begins with "#" is a heading, which says of what the text is, or which chapter begins.
"""

from collections.abc import Iterator

from archive.catalogue.transcripts import as_segments
from archive.display import shown
from archive.export.material import Material
from archive.export.said import beginning, heading, state
from ingest import plain


def write(found: Material) -> bytes:
    """The transcript as plain text; the first line says what it is, and a heading stands where each chapter begins."""
    spoken = found.transcript
    about = (found.interview.title, (spoken and spoken.language) or "no language", state(found))
    return f"# {shown(', '.join(about))}\n{''.join(_lines(found))}".encode()


def _lines(found: Material) -> Iterator[str]:
    segments = as_segments(found.transcript) if found.transcript else ()
    chapters = beginning(found.chapters, [segment.start_ms for segment in segments])
    for place, begun in enumerate(chapters):
        yield from (f"## {shown(heading(chapter))}\n" for chapter in begun)
        yield plain.written(segments[place : place + 1])
