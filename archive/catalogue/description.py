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
        series: title of the series that it belongs to.
        episode: its number in that.
        identifier: the institution's own.
        abstract: what is said in it, in a paragraph.
        shoot: the outing of the crew on which it was filmed.
        initiative: of the organisation, which it is about.
        title: what people read; the slug stays as it is.
    """

    place: str | None = None
    people: tuple[tuple[str, str], ...] = ()
    organisation: str | None = None
    themes: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    speakers: tuple[str, ...] = ()
    series: str | None = None
    episode: int | None = None
    identifier: str | None = None
    abstract: str | None = None
    shoot: str | None = None
    initiative: str | None = None
    title: str | None = None


NOTHING = Description()
