"""Quotes as scripts and spreadsheets get them: the same columns in JSON and in CSV, from command and site."""

import csv
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TextIO

from archive.catalogue.paths import stored
from archive.search.quotes import Quote

COLUMNS = tuple(field.name for field in fields(Quote) if field.name not in {"marks", "position"})


def record(quote: Quote) -> dict[str, Any]:
    """One quote, its columns in the order that docs/scripts.md fixes."""
    return {column: getattr(quote, column) for column in COLUMNS}


def write_csv(quotes: Sequence[Quote], file: TextIO) -> None:
    """Write a heading and a row a quote; a spreadsheet shows every cell and computes none."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for quote in quotes:
        writer.writerow([cell(value) for value in record(quote).values()])


def cell(value: Any) -> Any:  # noqa: ANN401 - a cell holds text, a number or nothing
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before = + - @, tab and line end."""
    if not isinstance(value, str):
        return value
    text = stored(value)  # a name may hold a byte that is no UTF-8
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
