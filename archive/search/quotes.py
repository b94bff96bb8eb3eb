"""Quotes: what was said, by whom, from which word to which, on the interview's time line and the camera's."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import chain
from typing import NamedTuple
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

from archive.catalogue import Reader, timeline
from archive.catalogue.folding import fold_word
from archive.catalogue.texts import SpokenSegment, segments
from archive.catalogue.timeline import PlacedClip
from archive.catalogue.transcripts import State
from archive.search.filters import Filters
from archive.search.gate import Gate
from archive.search.index import NEAR, Stage, beside, stages, transcripts
from archive.search.passages import Wanted, wanted
from archive.search.query import Query, parse
from archive.search.windows import Window, by_segment, is_near, places, runs, windows


@dataclass(frozen=True, slots=True)
class Quote:
    """One hit of a search.

    Attributes:
        interview: its slug.
        speaker: who says the first matched word; None where nobody knows.
        language: in which the first matched word is said, or translated.
        text: the whole segment or segments that the matched words stand in.
        start_ms: start of the first matched word on the interview's time line.
        end_ms: end of the last one.
        clip: name of the file that holds the first.
        timecode_in: the camera's timecode at the start; None where the clip has none.
        timecode_out: the same at the end, of the clip that holds it.
        url: the moment's path on the site.
        marks: matched words in `text`, as (first character, character after the last).
        position: of its first segment in the transcript, from 0.
        translation: whether a translation says it; it is said in another language.
        state: how far people have looked at the transcript: "machine", "corrected", "checked" or "approved".
        reviewed_ms: up to where on the time line they have; None for all of it.
        reviewed_by: who has; None for machines, and where nobody gave a name.
    """

    interview: str
    title: str
    speaker: str | None
    language: str | None
    text: str
    start_ms: int
    end_ms: int
    clip: str | None
    timecode_in: str | None
    timecode_out: str | None
    url: str
    marks: tuple[tuple[int, int], ...]
    position: int
    translation: bool = False
    state: State = "machine"
    reviewed_ms: int | None = None
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a transcript a quote is: windows that begin in the same segment, the closest first.

    Attributes:
        interview: its row.
        transcript: its row.
        text: its folded text.
        segment: the number of the segment.
    """

    interview: int
    transcript: int
    text: str
    segment: int
    windows: tuple[Window, ...]

    @property
    def rank(self) -> tuple[int, bool]:
        """Lower is better, as that of its closest window."""
        return self.windows[0].rank


def search(
    db: Reader, typed: str, filters: Filters | None = None, limit: int = 20, *, form_first: bool = False
) -> list[Quote]:
    """Quotes for what somebody typed, best first.

    The words as a phrase come first, then those close together, then those near each other. Among equals
    every interview gives its best quote before any gives its second, in the order of BM25 over interviews.
    A quote whose segments hold anything that is withheld is none, and of a withdrawn interview there is none.

    Args:
        db: the catalogue, which is only read.
        typed: words, "phrases", -without, begin*.
        filters: which interviews to look at.
        limit: how many quotes at most.
        form_first: as `archive.release.may_go` has it, from archive.toml.

    Raises:
        UserError: what a filter gives as a date is none.
    """
    query, gate = parse(typed), Gate(db, form_first=form_first)
    ranked = (
        spot for stage in stages(query) for spot in _best(db, query, stage, filters or Filters(), limit, gate)
    )
    found: dict[tuple[int, int], Spot] = {}
    while len(found) < limit and (spot := next(ranked, None)):
        if not _said_already(db, spot, found.values()):
            found.setdefault((spot.transcript, spot.segment), spot)
    return _quotes(db, list(found.values()))


def _best(db: Reader, query: Query, stage: Stage, filters: Filters, limit: int, gate: Gate) -> Iterator[Spot]:
    """The spots of the best interviews: the best of each, then the second of each, and so on."""
    interviews: dict[int, Iterator[Spot]] = {}
    seen: set[int] = set()
    for transcript in transcripts(db, stage, filters):
        if len(interviews) >= limit:
            break
        if transcript not in seen:
            interview, all_of_it = beside(db, transcript, filters)
            seen.update(number for number, _ in all_of_it)
            spots_of = _of_one(db, interview, all_of_it, query, stage, filters)
            found = (spot for spot in spots_of if is_open(db, spot, gate))
            if first := next(found, None):
                interviews[interview] = chain([first], found)
    waiting = [*interviews.values()]
    while waiting:
        round_ = [(next(found, None), found) for found in waiting]
        yield from sorted((spot for spot, _ in round_ if spot), key=lambda spot: spot.rank)
        waiting = [found for spot, found in round_ if spot]


def _of_one(
    db: Reader,
    interview: int,
    transcripts: Sequence[tuple[int, str]],
    query: Query,
    stage: Stage,
    filters: Filters,
) -> Iterator[Spot]:
    """The spots of one interview, closest first, and among equals what was said before what was translated."""
    found = (
        spots(interview, transcript, text, query, stage, wanted(db, transcript, filters))
        for transcript, text in transcripts
    )
    return merge(*found, key=lambda spot: spot.rank)


def is_open(db: Reader, spot: Spot, gate: Gate) -> bool:
    """Whether all that a quote would show may be seen."""
    if spot.interview not in gate.limited:
        return True
    if gate.why_shut(spot.interview):
        return False
    last = places(spot.text, spot.segment, spot.windows)[-1][0]
    return gate.lets_segments(db, spot.interview, spot.transcript, range(spot.segment, last + 1))


def _said_already(db: Reader, spot: Spot, found: Iterable[Spot]) -> bool:
    """Whether the same passage was found in another language: to read it once is enough."""
    others = [one for one in found if one.interview == spot.interview and one.transcript != spot.transcript]
    if not others:
        return False
    start, end = _span(db, spot)
    return any(begin < end and start < finish for begin, finish in (_span(db, one) for one in others))


def _span(db: Reader, spot: Spot) -> tuple[int, int]:
    found: tuple[int, int] = db.execute(
        "SELECT start_ms, end_ms FROM segments WHERE transcript_id = ? AND position = ?",
        [spot.transcript, spot.segment],
    ).fetchone()
    return found


def spots(
    interview: int,
    transcript: int,
    text: str,
    query: Query,
    stage: Stage,
    looked_at: Wanted,
) -> Iterator[Spot]:
    """The quotes of one transcript, closest first; windows that begin in the same segment are one quote."""
    found = windows(text, stage.terms, stage.near)
    if query.excluded:
        found = (one for one in found if not is_near(text, one, query.excluded, NEAR))
    groups = runs(text, found) if len(stage.terms) == 1 else by_segment(text, found).items()
    for segment, group in groups:
        if looked_at(segment):
            yield Spot(interview, transcript, text, segment, tuple(group))


class _About(NamedTuple):
    """What is known of a transcript."""

    slug: str
    title: str
    language: str | None
    translation: bool
    state: State
    reviewed_ms: int | None
    author: str | None
    time_line: int


def _quotes(db: Reader, spots: Sequence[Spot]) -> list[Quote]:
    chosen = ",".join(str(number) for number in {spot.transcript for spot in spots})
    rows = db.execute(
        "SELECT transcripts.id, interviews.slug, interviews.title, transcripts.language, translation, state,"  # noqa: S608
        " reviewed_ms, author, time_line FROM transcripts JOIN interviews ON interviews.id = transcripts.interview_id"
        f" WHERE transcripts.id IN ({chosen})"  # whole numbers
    )
    about = {number: _About(*columns) for number, *columns in rows}
    clips = timeline.of_interviews(db, [*{spot.interview for spot in spots}])
    quotes = []
    for spot in spots:
        tokens = places(spot.text, spot.segment, spot.windows)
        spoken = segments(db, spot.transcript, range(spot.segment, tokens[-1][0] + 1))
        matched = _matched(spoken, spot.segment, set(tokens))
        quotes.append(_quote(about[spot.transcript], spot.segment, spoken, clips[spot.interview], matched))
    return quotes


def _quote(
    about: _About,
    position: int,
    spoken: Sequence[SpokenSegment],
    clips: Sequence[PlacedClip],
    matched: Sequence[tuple[int, int, tuple[int, int]]],
) -> Quote:
    start, end = matched[0][0], max(finish for _, finish, _ in matched)
    begin_in = timeline.holding(clips, Fraction(start, 1000))
    end_in = timeline.ending(clips, Fraction(end, 1000))
    return Quote(
        interview=about.slug,
        title=about.title,
        speaker=spoken[0].speaker,
        language=spoken[0].language or about.language,
        text=" ".join(segment.text for segment in spoken),
        start_ms=start,
        end_ms=end,
        clip=begin_in.name if begin_in else None,
        timecode_in=begin_in.timecode(Fraction(start, 1000)) if begin_in else None,
        timecode_out=end_in.timecode(Fraction(end, 1000)) if end_in else None,
        url=address(about.slug, start, about.language if about.translation else None, about.time_line),
        marks=tuple(mark for _, _, mark in matched),
        position=position,
        translation=bool(about.translation),
        state=about.state,
        reviewed_ms=about.reviewed_ms,
        reviewed_by=about.author,
    )


def address(slug: str, start_ms: int, language: str | None = None, time_line: int = 0) -> str:
    """The path of a moment on the site: `/interviews/SLUG#t=SECONDS`; of a translation with `?language=` in it.

    Where an interview was put in another order since it was made, `line=` says on which of its time lines that counts.
    """
    seconds = f"{start_ms // 1000}.{start_ms % 1000:03}".rstrip("0").rstrip(".")
    asked = {"line": time_line or None, "language": language}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/interviews/{percent_encoded(slug)}{'?' if query else ''}{query}#t={seconds}"


def _matched(
    spoken: Sequence[SpokenSegment], first: int, tokens: Set[tuple[int, int]]
) -> list[tuple[int, int, tuple[int, int]]]:
    """The words of these tokens: start, end, and from which character to which of the joined text."""
    found = []
    shift = 0
    for line, segment in enumerate(spoken, first):
        token, cursor = 0, 0
        for word in segment.words:
            at = segment.text.index(word.text, cursor)
            cursor = at + len(word.text)
            count = len(fold_word(word.text))
            if any((line, number) in tokens for number in range(token, token + count)):
                found.append((word.start_ms, word.end_ms, _bare(word.text, shift + at)))
            token += count
        shift += len(segment.text) + 1
    return found


def _bare(word: str, at: int) -> tuple[int, int]:
    """From where to where a word stands that begins at character `at`, without the punctuation around it."""
    inner = [place for place, character in enumerate(word) if character.isalnum()] or [0, len(word) - 1]
    return at + inner[0], at + inner[-1] + 1
