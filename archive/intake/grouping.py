"""Clips become interviews: one of each recording, also where the camera split it into files."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import interviews
from archive.catalogue.ledger import CatalogueLedger
from archive.intake.report import Reporter
from archive.intake.request import Description
from media import spanning

# A recording in its order: each clip's hash and length in seconds.
Recording = Sequence[tuple[str, Fraction]]


def catalogue(
    db: Database,
    ledger: CatalogueLedger,
    about: Description,
    clips: Sequence[tuple[str, str]],
    reporter: Reporter,
) -> None:
    """Make an interview of every recording among the clips that is in none yet.

    All of them in one transaction: a slug that somebody saw never goes to another interview.

    Args:
        db: the catalogue.
        ledger: knows what each clip was found to be.
        about: what the crew said about all of them.
        clips: the path of each file, and its clip's hash.
        reporter: is told which files were taken as one recording, and why.
    """
    paths: dict[str, Path] = {}
    for path, digest in clips:
        paths.setdefault(digest, Path(path))
    groups = recordings(ledger, paths, reporter)
    with db.atomic():
        if about.interview:
            _into_one(db, about, [clip for _, group in groups for clip in group])
        else:
            for title, group in groups:
                _of_its_own(db, about, title, group)


def recordings(
    ledger: CatalogueLedger, paths: dict[str, Path], reporter: Reporter
) -> list[tuple[str, Recording]]:
    """The recordings among clips that could be probed: a title from the first file's name, and the clips."""
    shots = {}
    for digest, path in paths.items():
        probe = ledger.probe(digest)
        if probe:
            shots[path] = (digest, probe)
    groups = spanning.joined([spanning.Shot(path, probe, 0) for path, (_, probe) in shots.items()])
    for group in groups:
        for reason in group.reasons:
            reporter.note(reason)
    return [
        (
            group.shots[0].path.stem.replace("_", " "),
            [(shots[shot.path][0], shot.probe.duration) for shot in group.shots],
        )
        for group in groups
    ]


def _of_its_own(db: Database, about: Description, title: str, group: Recording) -> None:
    """An interview of a recording, or the rest of it behind the part that is catalogued already."""
    slugs = [interviews.of_clip(db, digest) for digest, _ in group]
    new = [clip for clip, slug in zip(group, slugs, strict=True) if slug is None]
    if not new:
        return
    if slugs[0] is not None:
        _append(db, slugs[0], new)
    else:
        _create(db, about, title, new)


def _into_one(db: Database, about: Description, clips: Recording) -> None:
    """The one interview that the crew named takes every clip that is in none yet."""
    new = [clip for clip in clips if interviews.of_clip(db, clip[0]) is None]
    same = [one.slug for one in interviews.listing(db) if one.title == about.interview]
    if same:
        _append(db, same[0], new)
    elif new and about.interview:
        _create(db, about, about.interview, new)


def _create(db: Database, about: Description, title: str, clips: Recording) -> None:
    starts = accumulate((length for _, length in clips), initial=Fraction(0))
    interviews.create(
        db,
        title=title,
        clips=[(digest, start) for (digest, _), start in zip(clips, starts, strict=False)],
        language=about.language,
        date=about.date,
        place=about.place,
        people=about.people,
        organisation=about.organisation,
        themes=about.themes,
        speakers=about.speakers,
    )


def _append(db: Database, slug: str, clips: Recording) -> None:
    for digest, _ in clips:
        last = interviews.find(db, slug).clips[-1]
        interviews.append_clip(db, slug, digest, last.offset + (last.duration or 0))
