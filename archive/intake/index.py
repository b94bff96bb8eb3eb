"""The index of an interview as OHMS has it becomes its chapters."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlite_utils import Database

from archive.catalogue import Reader, chapters, interviews, releases
from archive.catalogue.chapters import Chapter
from archive.catalogue.releases import Consent
from archive.errors import UserError
from archive.release import is_open, open_parts
from ingest.ohms import Point
from media.timecode import clock


def chapters_of(db: Reader, slug: str, points: Sequence[Point]) -> tuple[Chapter, ...]:
    """The chapters that the points of an index are, without those that are there just so.

    What went out of a chapter that touches what is withheld is only a part of it, so that such a chapter stays as it
    is. OHMS knows whole seconds, and no ends: a point that is a chapter already, by its second and its title, keeps the
    exact times of that; any other lasts until the next begins.

    Raises:
        UserError: there is no such interview, or points lie behind its end.
    """
    end = interviews.find(db, slug).duration_ms
    behind = [point for point in points if point.start_ms >= end]
    if behind:
        raise UserError(
            f"{len(behind)} of {len(points)} points of the index lie behind the end of {slug}, which lasts"
            f" {clock(end)}; the first is '{behind[0].title}' at {clock(behind[0].start_ms)}. Nothing was changed.",
            "Look whether it is the index of another interview.",
        )
    known = chapters.of_interview(db, slug)
    left_out = {*_cut(known, releases.of_interview(db, slug))}
    there = {(each.start_ms // 1000, each.title): each for each in known}
    found = (
        _chapter(point, min(until, end), there.get((point.start_ms // 1000, point.title)))
        for point, until in zip(points, _ends(points, end), strict=True)
        if (point.start_ms // 1000, point.title) not in left_out
    )
    return tuple(chapter for chapter in found if chapter not in known)


def add(db: Database, slug: str, found: Sequence[Chapter]) -> None:
    """Add chapters to an interview, all or none; those with the same start and title are written anew.

    Raises:
        UserError: there is no such interview.
    """
    with db.atomic():
        for chapter in found:
            chapters.add(db, slug, chapter)


def _cut(known: Sequence[Chapter], consent: Consent) -> Iterator[tuple[int, str]]:
    """The second and the title of each part that goes out of chapters which touch what is withheld."""
    for chapter in known:
        if not is_open(consent, chapter.start_ms, chapter.end_ms):
            parts = open_parts(consent, chapter.start_ms, chapter.end_ms)
            yield from ((start // 1000, chapter.title) for start, _ in parts)


def _ends(points: Sequence[Point], end: int) -> Iterator[int]:
    starts = sorted({point.start_ms for point in points})
    following = dict(pairwise((*starts, end)))
    for point in points:
        yield following[point.start_ms] if point.end_ms is None else point.end_ms


def _chapter(point: Point, end: int, there: Chapter | None) -> Chapter:
    times = (
        (point.start_ms, end) if point.end_ms is not None or there is None else (there.start_ms, there.end_ms)
    )
    return Chapter(*times, point.title, point.synopsis, point.themes, point.places, point.organisations)
