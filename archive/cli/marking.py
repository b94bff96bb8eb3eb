"""Marks what people inside the house read, and what may go nowhere: passages that are withheld, and withdrawals."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.catalogue.releases import Consent


def mark(consent: "Consent", start_ms: int, end_ms: int) -> str:
    """The word for why a passage may go nowhere: "withdrawn", "withheld", or nothing.

    Args:
        consent: of the interview.
        start_ms: on its time line.
        end_ms: on its time line; a passage that lasts no time lies where it begins.
    """
    from archive.release import is_open

    if consent.status == "withdrawn":
        return "withdrawn"
    return "" if is_open(consent, start_ms, max(end_ms, start_ms + 1)) else "withheld"


def before(word: str) -> str:
    """A mark as it stands before what is said."""
    return f"({word}) " if word else ""
