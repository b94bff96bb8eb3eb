"""Moments as the catalogue has them."""

from datetime import UTC, datetime


def now() -> str:
    """This moment: ISO 8601 in UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")
