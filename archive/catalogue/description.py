"""What the crew knows of footage, and people of an interview."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Description:
    """What is said about an interview; None, or nothing, where that was not given.

    Attributes:
        place: where it was filmed.
        people: names and roles.
        organisation: whose initiative it is about.
        themes: what it is about.
        date: `YYYY-MM-DD`.
        language: ISO 639-1.
        speakers: names in the order of the voice channels.
    """

    place: str | None = None
    people: tuple[tuple[str, str], ...] = ()
    organisation: str | None = None
    themes: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    speakers: tuple[str, ...] = ()


NOTHING = Description()
