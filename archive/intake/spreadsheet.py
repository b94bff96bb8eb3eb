"""A table as spreadsheets write and read it: CSV of every dialect, no cell of which is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.errors import UserError
from media import disk
from media.amounts import bytes_of

LARGEST = 100_000_000  # bytes; fifty thousand interviews, each with a page of text

_DELIMITERS = ",;\t"
_AS_CSV = "Save it as CSV UTF-8."
# What spreadsheets take for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection. An
# apostrophe before it says that it is text; a text that has one already gets another, so that both come back.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# Excel's own first line, by which it tells itself what stands between the cells; it shows the next one as row 1.
_SEPARATED = re.compile(r'"?sep=([^"\r\n])"?[,;\t]*(?:\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        number: as the spreadsheet counts; the heading is row 1.
        cells: what stands in each column, without space around it.
    """

    number: int
    cells: dict[str, str]


def write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    """Write a table in one move: UTF-8 with a mark by which Excel knows it, lines that end as RFC 4180 says.

    Raises:
        UserError: something else than such a table lies there.
    """
    if path.exists():
        _must_be_table(path, columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([guarded(row[column]) for column in columns] for row in rows)
    disk.write(path, text.getvalue().encode("utf-8-sig"))


def read(path: Path, columns: Sequence[str], needed: Sequence[str]) -> tuple[Row, ...]:
    """The rows of a table; those in which nothing stands are passed over.

    Args:
        path: comma, semicolon or tab between the cells, any line end, with or without a byte order mark.
        columns: that there may be, in any order and any case.
        needed: of these, what must be there.

    Raises:
        UserError: it cannot be read, is no UTF-8 or no table; a column is unknown, twice there or missing; a row has
            more cells than the heading. Says which, and what to do.
    """
    records = _records(path, columns)
    heading = _heading(path, records[0] if records else [], columns, needed)
    rows = [_row(path, number, heading, record) for number, record in enumerate(records[1:], 2)]
    return tuple(row for row in rows if any(row.cells.values()))


def guarded(text: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """What `guarded` was given, with one kind of line end and no space around it."""
    text = cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _records(path: Path, columns: Sequence[str]) -> list[list[str]]:
    text = _text(path)
    said = _SEPARATED.match(text)
    text = text[said.end() :] if said else text
    try:
        delimiter = max(
            (said[1] if said else "") + _DELIMITERS, key=lambda each: len(_known(text, each, columns))
        )
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UserError(
            f"{path} is no table that can be read: {error}.", f"Open it in a spreadsheet. {_AS_CSV}"
        ) from None


def _known(text: str, delimiter: str, columns: Sequence[str]) -> set[str]:
    first = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    return {plain(cell).casefold() for cell in first} & {*columns}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).", "Name a table as CSV.") from error
    if len(content) > LARGEST:
        raise UserError(f"{path} is larger than {bytes_of(LARGEST)}.", "Name a table as CSV.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{path} is not UTF-8 (line {line}); its accents would be lost.",
            f"{_AS_CSV} In Excel that is a kind of its own, in LibreOffice a choice beside the file's name.",
        ) from None


def _heading(path: Path, record: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> list[str]:
    heading = [plain(cell).casefold() for cell in record]
    there_are = f"There are: {', '.join(columns)}."
    for name in heading:
        if name and name not in columns:
            raise UserError(f"{path}, row 1: there is no column '{name}'.", there_are)
        if name and heading.count(name) > 1:
            raise UserError(f"{path}, row 1: the column '{name}' is there twice.", "Take one of them out.")
    for name in needed:
        if name not in heading:
            raise UserError(f"{path}, row 1: the column '{name}' is missing.", there_are)
    return heading


def _row(path: Path, number: int, heading: Sequence[str], record: Sequence[str]) -> Row:
    # Excel leaves out the empty cells at the end of some rows.
    cells = [plain(cell) for cell in record] + [""] * (len(heading) - len(record))
    names = [*heading, *[""] * (len(record) - len(heading))]
    for name, cell in zip(names, cells, strict=True):
        if cell and not name:
            raise UserError(
                f"{path}, row {number}: '{cell}' stands in a column without a name.",
                "A cell with a comma in it stands in quotation marks; a column has its name in row 1.",
            )
    return Row(number, {name: cell for name, cell in zip(names, cells, strict=True) if name})


def _must_be_table(path: Path, columns: Sequence[str]) -> None:
    try:
        read(path, columns, [columns[0]])
    except UserError as error:
        raise UserError(
            f"{path} is there already, and is no such table: it is left as it is.", "Name another file."
        ) from error
