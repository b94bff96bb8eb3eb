"""The timed index of an interview without what is withheld."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from archive import release
from archive.catalogue.chapters import Chapter
from archive.catalogue.releases import Consent


def open_chapters(chapters: Iterable[Chapter], consent: Consent) -> Iterator[tuple[Chapter, ...]]:
    """What is left of each chapter, of which something is: its parts, in order.

    The synopsis of one that is not whole may tell of what is withheld, so it stays here.
    """
    for chapter in chapters:
        spans = release.open_parts(consent, chapter.start_ms, chapter.end_ms)
        whole = list(spans) == [(chapter.start_ms, chapter.end_ms)]
        synopsis = chapter.synopsis if whole else None
        if parts := tuple(
            replace(chapter, start_ms=start, end_ms=end, synopsis=synopsis) for start, end in spans
        ):
            yield parts


def untouched(chapters: Iterable[Chapter], consent: Consent) -> Iterator[Chapter]:
    """The chapters of which nothing is withheld: of any other the title may tell of that, and so may a theme."""
    return (each for each in chapters if release.is_open(consent, each.start_ms, each.end_ms))
