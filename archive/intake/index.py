"""The index of an interview as OHMS has it becomes its chapters."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlite_utils import Database

from archive.catalogue import Reader, chapters, interviews
from archive.catalogue.chapters import Chapter
from archive.errors import UserError
from ingest.ohms import Point
from media.timecode import clock


def chapters_of(db: Reader, slug: str, points: Sequence[Point]) -> tuple[Chapter, ...]:
    """The chapters that the points of an index are.

    OHMS knows whole seconds, and no ends: a point that is a chapter already, by its second and its title, keeps the
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
    there = {(each.start_ms // 1000, each.title): each for each in chapters.of_interview(db, slug)}
    return tuple(
        _chapter(point, min(until, end), there.get((point.start_ms // 1000, point.title)))
        for point, until in zip(points, _ends(points, end), strict=True)
    )


def add(db: Database, slug: str, found: Sequence[Chapter]) -> None:
    """Add chapters to an interview, all or none; those with the same start and title are written anew.

    Raises:
        UserError: there is no such interview.
    """
    with db.atomic():
        for chapter in found:
            chapters.add(db, slug, chapter)


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
