"""What a bag says of each interview in files that need no database: its transcripts, and what it is."""

from collections.abc import Collection, Iterator
from pathlib import Path
from threading import Event

from sqlite_utils import Database

from archive.catalogue import chapters, interviews, releases, transcripts
from archive.catalogue.releases import Consent
from archive.export import EXPORTERS, dublin_core
from archive.export.material import Material
from media import disk
from media.errors import Stopped
from media.timecode import clock

FOLDERS = ("transcripts", "metadata")
_FORMS = ("vtt", "txt")


def write(db: Database, data: Path, taken: Collection[str], stop: Event) -> list[str]:
    """Write what is said in every interview, and what it is, below the payload of a bag.

    Nothing is left out, and nobody asks what people agreed to: a bag is the house's own copy, and its database says
    all of it anyway. What must not leave is said at the head of each transcript instead.

    Args:
        db: the catalogue.
        data: the payload's folder.
        taken: names in it that are the archive's own.
        stop: ends the work when set.

    Returns:
        The names of the folders that were made.

    Raises:
        Stopped: where `stop` was set.
    """
    names = [_free(name, taken) for name in FOLDERS]
    texts, metadata = (data / name for name in names)
    for folder in (texts, metadata):
        folder.mkdir()
    for interview in interviews.listing(db):
        if stop.is_set():
            raise Stopped("Stopped.")
        for ending, found in _all(db, interview.slug):
            if not ending:
                disk.write(metadata / f"{interview.slug}.xml", dublin_core.write(found))
            for form in _FORMS if found.transcript else ():
                content = _headed(EXPORTERS[form](found), form, found.consent)
                disk.write(texts / f"{interview.slug}{ending}.{form}", content)
    return names


def _free(name: str, taken: Collection[str]) -> str:
    # Some disks know no capitals.
    folded = {each.casefold() for each in taken}
    number, free = 1, name
    while free in folded:
        number += 1
        free = f"{name}-{number}"
    return free


def _all(db: Database, slug: str) -> Iterator[tuple[str, Material]]:
    """An interview with its own transcript, and with each translation, and what is put behind its name for that."""
    about, consent = interviews.find(db, slug), releases.of_interview(db, slug)
    passages = chapters.of_interview(db, slug)
    own = transcripts.current(db, slug)
    yield "", Material(about, own, passages, consent, "desk")
    for language in transcripts.languages(db, slug):
        spoken = transcripts.current(db, slug, language)
        if spoken and spoken.translation:
            yield f".{spoken.language}", Material(about, spoken, passages, consent, "desk")


def _headed(content: bytes, form: str, consent: Consent) -> bytes:
    """A transcript with what must not happen with it said behind its first line or block."""
    lines = [f"Status: {consent.status}"]
    lines += [
        f"Withheld, must not leave: {clock(each.start_ms)} to {clock(each.end_ms)}"
        for each in consent.withheld
    ]
    if form == "txt":
        first, rest = content.split(b"\n", 1)
        return b"\n".join((first, *(f"# {line}".encode() for line in lines), rest))
    first, rest = content.split(b"\n\n", 1)
    return b"\n\n".join((first, "\n".join(("NOTE", *lines)).encode(), rest))
