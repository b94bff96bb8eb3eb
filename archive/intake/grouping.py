"""Clips become interviews: one of each recording, also where the camera split it into files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import interviews
from archive.catalogue.description import Description
from archive.catalogue.ledger import CatalogueLedger
from archive.intake.report import Reporter
from archive.intake.request import Request
from media import spanning

Lengths = Sequence[tuple[str, Fraction]]  # clips in order: hash, and seconds


@dataclass(frozen=True, slots=True)
class Recording:
    """What the camera shot in one go.

    Attributes:
        title: from the name of its first file.
        clips: hash and length in seconds, in order.
        date: `YYYY-MM-DD` by the camera's clock, where it set one.
    """

    title: str
    clips: Lengths
    date: str | None


def catalogue(
    db: Database,
    ledger: CatalogueLedger,
    request: Request,
    clips: Sequence[tuple[str, str]],
    reporter: Reporter,
) -> None:
    """Make an interview of every recording among the clips that is in none yet.

    All of them in one transaction: a slug that somebody saw never goes to another interview.

    Args:
        db: the catalogue.
        ledger: knows what each clip was found to be.
        request: what the crew said about all of them.
        clips: the path of each file, and its clip's hash.
        reporter: is told which files were taken as one recording, and why.
    """
    paths: dict[str, Path] = {}
    for path, digest in clips:
        paths.setdefault(digest, Path(path))
    about = request.description
    if all(interviews.of_clip(db, digest) for digest in paths):
        return
    found = recordings(ledger, paths, reporter)
    with db.atomic():
        if request.interview:
            _into_one(db, about, request.interview, found)
        else:
            for recording in found:
                _of_its_own(db, about, recording)


def recordings(ledger: CatalogueLedger, paths: dict[str, Path], reporter: Reporter) -> list[Recording]:
    """The recordings among those clips that could be probed, in the order of their first files."""
    shots = {}
    for digest, path in paths.items():
        probe = ledger.probe(digest)
        if probe:
            shots[path] = (digest, spanning.Shot(path, probe))
    found = []
    for group in spanning.joined([shot for _, shot in shots.values()]):
        for reason in group.reasons:
            reporter.note(reason)
        began = group.shots[0].probe.recorded
        found.append(
            Recording(
                group.title,
                [(shots[shot.path][0], shot.probe.duration) for shot in group.shots],
                began.date().isoformat() if began else None,
            )
        )
    return found


def _of_its_own(db: Database, about: Description, recording: Recording) -> None:
    """An interview of a recording, or the rest of it behind the part that is catalogued already."""
    slugs = [interviews.of_clip(db, digest) for digest, _ in recording.clips]
    new = [clip for clip, slug in zip(recording.clips, slugs, strict=True) if slug is None]
    if new and slugs[0] is not None:
        _append(db, slugs[0], new)
    elif new:
        _create(db, about, recording.title, new, recording.date)


def _into_one(db: Database, about: Description, title: str, found: Sequence[Recording]) -> None:
    """The one interview that the crew named takes every clip that is in none yet."""
    clips = [clip for recording in found for clip in recording.clips]
    new = [clip for clip in clips if interviews.of_clip(db, clip[0]) is None]
    same = [one.slug for one in interviews.listing(db) if one.title == title]
    if same:
        _append(db, same[0], new)
    elif new:
        _create(db, about, title, new, found[0].date)


def _create(db: Database, about: Description, title: str, clips: Lengths, date: str | None) -> None:
    starts = accumulate((length for _, length in clips), initial=Fraction(0))
    interviews.create(
        db,
        title=title,
        clips=[(digest, start) for (digest, _), start in zip(clips, starts, strict=False)],
        about=replace(about, date=about.date or date),
    )


def _append(db: Database, slug: str, clips: Lengths) -> None:
    for digest, _ in clips:
        last = interviews.find(db, slug).clips[-1]
        interviews.append_clip(db, slug, digest, last.offset + (last.duration or 0))
