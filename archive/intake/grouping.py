"""Clips become interviews: one of each conversation, also where the camera split it, or several devices ran."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import Reader, arranging, former, interviews
from archive.catalogue.description import Description
from archive.catalogue.ledger import CatalogueLedger
from archive.catalogue.moves import NEAR
from archive.intake.recordings import Clips, Placed, Recording
from archive.intake.report import Reporter
from archive.intake.request import Request


def to_hear(db: Reader, ledger: CatalogueLedger, clips: Sequence[tuple[str, str]]) -> list[str]:
    """The clips of no interview yet whose sound has to be heard before it is known what belongs together."""
    new = _new(db, clips)
    return Clips(ledger, new, new).to_hear()


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
    new = _new(db, clips)
    if not new:
        return
    about = request.description
    found = Clips(ledger, _by_path(clips), new).recordings(reporter.note)
    with db.atomic():
        if request.interview:
            _into_one(db, about, request.interview, found)
        else:
            for recording in found:
                _of_its_own(db, about, recording)


def _by_path(clips: Sequence[tuple[str, str]]) -> list[tuple[Path, str]]:
    """Each clip once, by the first of its paths."""
    paths: dict[str, Path] = {}
    for path, digest in clips:
        paths.setdefault(digest, Path(path))
    return [(path, digest) for digest, path in paths.items()]


def _new(db: Reader, clips: Sequence[tuple[str, str]]) -> list[tuple[Path, str]]:
    """The clips that are in no interview yet."""
    return [each for each in _by_path(clips) if interviews.of_clip(db, each[1]) is None]


def _of_its_own(db: Database, about: Description, recording: Recording) -> None:
    """An interview of a recording; of one that is catalogued in part, the rest goes behind that part."""
    begun: list[Placed] = []
    last: Placed | None = None
    for clip in recording.clips:
        if last and interviews.of_clip(db, clip.hash) is None:
            _go_on(db, last, clip)
        if last or interviews.of_clip(db, clip.hash):
            last = clip
        else:
            begun.append(clip)
    if begun:
        _create(db, about, recording.title, begun, recording.date)


def _go_on(db: Database, before: Placed, clip: Placed) -> None:
    """Put a clip behind the one after which it was recorded, wherever a person may have put that one.

    Where another one lies by now, that comes later.
    """
    slug = interviews.of_clip(db, before.hash)
    assert slug is not None  # `before` is catalogued
    found = interviews.find(db, slug).clips
    there = next(one for one in found if one.hash == before.hash)
    offset = there.at(clip.offset - before.offset)
    beside = replace(clip, offset=offset, pace=there.pace, track=there.track, heard=there.heard)
    if not any(one.track == there.track and offset - NEAR < one.begin < beside.end for one in found):
        _append(db, slug, [beside])
        return
    _append(db, slug, [replace(beside, offset=max(one.end for one in found))])
    ordered = sorted(found, key=lambda one: one.begin)
    first = [one.hash for one in ordered if one.begin < there.end - NEAR]
    later = [one.hash for one in ordered if one.begin >= there.end - NEAR]
    arranging.reorder(db, slug, [*first, clip.hash, *later])


def _into_one(db: Database, about: Description, title: str, found: Sequence[Recording]) -> None:
    """The one interview that the crew named takes every clip that is in none yet, one recording after the other."""
    left = [
        [clip for clip in recording.clips if interviews.of_clip(db, clip.hash) is None] for recording in found
    ]
    new = _one_after_the_other([clips for clips in left if clips])
    titled = [one for one in interviews.listing(db) if one.title == title]
    # One of another shoot that has the same title by chance is another interview.
    same = [one.slug for one in titled if not (one.shoot and about.shoot) or one.shoot == about.shoot]
    same = same or ([] if titled else former.titled(db, title))
    if same and new:
        end = max((clip.end for clip in interviews.find(db, same[0]).clips), default=Fraction(0))
        _append(db, same[0], _later(new, end))
    elif new:
        _create(db, about, title, new, found[0].date)


def _one_after_the_other(recordings: Sequence[Sequence[Placed]]) -> list[Placed]:
    placed: list[Placed] = []
    for clips in recordings:
        placed += _later(clips, max((clip.end for clip in placed), default=Fraction(0)))
    return placed


def _later(clips: Sequence[Placed], begins: Fraction) -> list[Placed]:
    """The same clips, the first of them at a moment of an interview."""
    later = begins - min(clip.offset for clip in clips)
    return [replace(clip, offset=clip.offset + later) for clip in clips]


def _create(db: Database, about: Description, title: str, clips: Sequence[Placed], date: str | None) -> None:
    slug = interviews.create(db, title=title, clips=(), about=replace(about, date=about.date or date))
    _append(db, slug, _later(clips, Fraction(0)))


def _append(db: Database, slug: str, clips: Sequence[Placed]) -> None:
    for clip in clips:
        interviews.append_clip(
            db,
            slug,
            clip.hash,
            clip.offset,
            pace=clip.pace,
            track=clip.track,
            heard=clip.heard,
            why=clip.why,
        )
