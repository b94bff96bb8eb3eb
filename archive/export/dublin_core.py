"""Dublin Core: what an interview is, in the fifteen elements that every library reads.

Simple Dublin Core as OAI-PMH has it, https://www.openarchives.org/OAI/2.0/oai_dc.xsd; the elements are told in
https://www.dublincore.org/specifications/dublin-core/dces/. What people said is not in it.
"""

from collections.abc import Iterator, Sequence

from archive.catalogue.chapters import Chapter
from archive.catalogue.interviews import Interview
from archive.catalogue.releases import USES, Consent
from archive.export import xml
from archive.export.material import Material
from media.timecode import clock

CONTAINER = "http://www.openarchives.org/OAI/2.0/oai_dc/"
ELEMENTS = "http://purl.org/dc/elements/1.1/"
_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

# Who is heard made it; everybody else helped.
_CREATORS = frozenset({"interviewee", "narrator"})
# https://www.dublincore.org/specifications/dublin-core/dcmi-type-vocabulary/
_TYPES = {"video": "MovingImage", "audio": "Sound"}


def write(found: Material) -> bytes:
    """What an interview is, as a file of its own."""
    root = xml.root(CONTAINER, "dc", {"oai_dc": CONTAINER, "dc": ELEMENTS}, f"{CONTAINER} {_SCHEMA}")
    for name, text in dict.fromkeys(_statements(found)):
        xml.child(root, ELEMENTS, name, text)
    return xml.written(root)


def _statements(found: Material) -> Iterator[tuple[str, str]]:
    """Each element and its text; those that say nothing are left out."""
    interview, spoken = found.interview, found.transcript
    several: dict[str, Sequence[str | None]] = {
        "title": [interview.title],
        "creator": [person.name for person in found.people if person.role in _CREATORS],
        "contributor": [f"{each.name} ({each.role})" for each in found.people if each.role not in _CREATORS],
        "subject": [
            *interview.themes,
            *(theme for chapter in found.chapters for theme in chapter.themes),
            interview.organisation,
            interview.initiative,
        ],
        "description": [interview.abstract, *map(_told, found.chapters)],
        "date": [interview.date],
        "type": [_TYPES.get(clip.kind or "") for clip in interview.clips],
        "format": [clock(interview.duration_ms)],
        "identifier": [interview.slug, interview.identifier],
        "language": [interview.language, spoken.language if spoken else None],
        "relation": [_series(interview), interview.shoot],
        "coverage": [interview.place, *(place for chapter in found.chapters for place in chapter.places)],
        "rights": [*_rights(found.consent)],
    }
    return ((name, text) for name, texts in several.items() for text in texts if text)


def _told(chapter: Chapter) -> str:
    span = f"{clock(chapter.start_ms)} to {clock(chapter.end_ms)}: {chapter.title}"
    return f"{span}. {chapter.synopsis}" if chapter.synopsis else span


def _series(interview: Interview) -> str | None:
    if interview.series is None or interview.episode is None:
        return interview.series
    return f"{interview.series}, episode {interview.episode}"


def _rights(consent: Consent) -> Iterator[str]:
    release = consent.release
    if release and release.licence:
        yield release.licence
    if release:
        yield f"Released for: {', '.join(use for use in USES if use in release.uses) or 'no use'}."
    until = f" until {consent.until}" if consent.until else ""
    yield f"Status: {consent.status}{until}."
