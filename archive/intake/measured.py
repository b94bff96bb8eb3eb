"""The places of an interview's clips measured anew, by what they have heard."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import Reader, arranging, interviews
from archive.catalogue.arranging import Place
from archive.catalogue.paths import named
from archive.catalogue.timeline import PlacedClip
from archive.config import Archive
from archive.errors import UserError
from archive.intake import sync


def places(
    db: Database, archive: Archive, slug: str, clip: str | None, told: Callable[[int, int], None]
) -> dict[str, Place]:
    """Where the clips of an interview lie beside those that play, or one of them does.

    Args:
        db: the catalogue.
        archive: in whose renditions the sound lies.
        slug: the interview.
        clip: the name of the only one that is asked for; None for all.
        told: is told how many of how many clips were looked at.

    Returns:
        A place for each clip, by its hash, that has heard what others have that began before it.

    Raises:
        UserError: there is no such interview or clip, its sound was not extracted yet, or none has heard the same.
    """
    found = interviews.find(db, slug)
    only = arranging.named(found, clip) if clip else None
    clips = [one for one in found.clips if only or _sound(db, archive, one)] or found.clips
    ordered = sorted(clips, key=lambda one: (one.track, one.begin))
    others = [one for one in ordered[1:] if only in (None, one)]
    line = [*ordered[:1], *(one for one in ordered[1:] if only and one.track == 0 and one != only)]
    if only and only == ordered[0]:
        others, line = [only], ordered[1:]
    measured: dict[str, Place] = {}
    for number, one in enumerate(others, 1):
        if place := _beside(db, archive, line, one):
            measured[one.hash] = place
        elif one.track == 0:
            line.append(one)
        told(number, len(others))
    if not measured:
        raise UserError(
            f"{only.name if only else slug}: no clip has heard for half a minute what another one has.",
            f"Give its place: archive interview align {slug} {only.name if only else 'CLIP'} OFFSET_MS",
        )
    return measured


def _beside(db: Reader, archive: Archive, line: list[PlacedClip], one: PlacedClip) -> Place | None:
    begin = min(clip.offset for clip in line)
    reference = sync.recording([(_must_sound(db, archive, clip), clip.offset - begin) for clip in line])
    other = sync.recording([(_must_sound(db, archive, one), Fraction(0))])
    found = sync.beside(reference, other, line[0].name)
    return Place(begin + found.offset, found.pace, found.why) if found else None


def _must_sound(db: Reader, archive: Archive, clip: PlacedClip) -> Path:
    path = _sound(db, archive, clip)
    if path is None:
        raise UserError(
            f"There is no sound of {clip.name} to go by.",
            "If it has sound at all: archive ingest takes up what is missing. If not: give its place in ms.",
        )
    return path


def _sound(db: Reader, archive: Archive, clip: PlacedClip) -> Path | None:
    row = db.execute("SELECT path FROM renditions WHERE clip = ? AND kind = 'sound'", [clip.hash]).fetchone()
    path = archive.folder / named(row[0]) if row else None
    return path if path and path.is_file() else None
