"""Plain text: a line a segment, with its time and who speaks; what `archive transcript import` reads back."""

from archive.catalogue.transcripts import as_segments
from archive.display import shown
from archive.export.material import Material
from archive.export.said import state
from ingest import plain


def write(found: Material) -> bytes:
    """The transcript as plain text; the first line, behind a "#", says what it is."""
    spoken = found.transcript
    about = (found.interview.title, (spoken and spoken.language) or "no language", state(found))
    lines = plain.written(as_segments(spoken)) if spoken else ""
    return f"# {shown(', '.join(about))}\n{lines}".encode()
