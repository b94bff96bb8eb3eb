"""Reads typed transcripts from Word's .docx: paragraphs, and tables with a column for who speaks."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import NoTranscript
from media.amounts import bytes_of

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

LARGEST = 200_000_000  # bytes, unpacked; a day of talk takes ten million
_CLOCK = re.compile(r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paragraphs(path: Path) -> Iterator[str]:
    """The paragraphs of a document as lines, its tables row by row.

    What was inserted while changes were tracked counts, what was deleted does not. Of a row with two cells the first
    is who speaks.

    Raises:
        NoTranscript: it is no such document, or larger than any transcript.
    """
    import docx

    try:
        _must_fit(path)
        yield from _blocks(docx.Document(str(path)))
    except NoTranscript:
        raise
    except OSError as error:
        raise NoTranscript(
            f"{path.name}: cannot be read ({error.strerror or error}).", "See whether it may be read."
        ) from error
    except Exception as error:  # python-docx lets through whatever a broken package makes its parts raise
        raise NoTranscript(
            f"{path.name}: is no Word document that can be read.",
            "Save it again as .docx, or as plain text (.txt).",
        ) from error


def _must_fit(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        size = sum(each.file_size for each in packed.infolist())
    if size > LARGEST:
        raise NoTranscript(
            f"{path.name}: is larger than {bytes_of(LARGEST)} unpacked, too large for a transcript.",
            "Save its text alone, without pictures.",
        )


def _blocks(document: "Document") -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        yield from _rows(block) if isinstance(block, Table) else _lines(block)


def _lines(paragraph: "Paragraph") -> list[str]:
    return _text(paragraph._p).splitlines()


def _text(element: Any) -> str:  # noqa: ANN401 - an element of lxml, which has no types
    """What is to be read; python-docx's own leaves out what was inserted while changes were tracked."""
    said = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n"}
    return "".join(said.get(each.tag, each.text or "") for each in element.iter(f"{_W}t", *said))


def _rows(table: "Table") -> Iterator[str]:
    for row in table.rows:
        cells = dict.fromkeys(cell._tc for cell in row.cells)  # a merged cell is there once a column
        texts = [" ".join(_text(cell).split()) for cell in cells]
        filled = [text for text in texts if text]
        time = f"[{filled.pop(0)}] " if filled and _CLOCK.fullmatch(filled[0]) else ""
        if len(filled) == 2 and len(filled[0].split()) <= 5:
            yield f"{time}{filled[0].rstrip(':')}: {filled[1]}"
        elif filled:
            yield time + " ".join(filled)
