"""Quotes: what was said, by whom, from which word to which, on the interview's time line and the camera's."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from urllib.parse import quote as percent_encoded

from archive.catalogue import Reader, timeline
from archive.catalogue.folding import fold_word
from archive.catalogue.texts import SpokenSegment, segments
from archive.catalogue.timeline import PlacedClip
from archive.search.filters import Filters
from archive.search.index import NEAR, Stage, stages, transcripts
from archive.search.query import Query, parse
from archive.search.windows import Window, by_segment, is_near, places, runs, windows


@dataclass(frozen=True, slots=True)
class Quote:
    """One hit of a search.

    Attributes:
        interview: its slug.
        speaker: who says the first matched word; None where nobody knows.
        language: of the transcript.
        text: the whole segment or segments that the matched words stand in.
        start_ms: start of the first matched word on the interview's time line.
        end_ms: end of the last one.
        clip: name of the file that holds the first.
        timecode_in: the camera's timecode at the start; None where the clip has none.
        timecode_out: the same at the end, of the clip that holds it.
        url: the moment's path on the site.
        marks: matched words in `text`, as (first character, character after the last).
        position: of its first segment in the transcript, from 0.
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


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a transcript a quote is: windows that begin in the same segment, the closest first.

    Attributes:
        transcript: its row.
        text: its folded text.
        segment: the number of the segment.
    """

    transcript: int
    text: str
    segment: int
    windows: tuple[Window, ...]

    @property
    def rank(self) -> tuple[int, bool]:
        """Lower is better, as that of its closest window."""
        return self.windows[0].rank


def search(db: Reader, typed: str, filters: Filters | None = None, limit: int = 20) -> list[Quote]:
    """Quotes for what somebody typed, best first.

    The words as a phrase come first, then those close together, then those near each other. Among equals
    every interview gives its best quote before any gives its second, in the order of BM25 over interviews.

    Args:
        db: the catalogue, which is only read.
        typed: words, "phrases", -without, begin*.
        filters: which interviews to look at.
        limit: how many quotes at most.

    Raises:
        UserError: what a filter gives as a date is none.
    """
    query = parse(typed)
    ranked = (
        spot for stage in stages(query) for spot in _best(db, query, stage, filters or Filters(), limit)
    )
    found: dict[tuple[int, int], Spot] = {}
    while len(found) < limit and (spot := next(ranked, None)):
        found.setdefault((spot.transcript, spot.segment), spot)
    return _quotes(db, list(found.values()))


def _best(db: Reader, query: Query, stage: Stage, filters: Filters, limit: int) -> Iterator[Spot]:
    """The spots of the best interviews: the best of each, then the second of each, and so on."""
    interviews: list[Iterator[Spot]] = []
    for transcript, text in transcripts(db, stage, filters):
        found = spots(transcript, text, query, stage)
        if first := next(found, None):
            interviews.append(chain([first], found))
        if len(interviews) >= limit:
            break
    while interviews:
        round_ = [(next(found, None), found) for found in interviews]
        yield from sorted((spot for spot, _ in round_ if spot), key=lambda spot: spot.rank)
        interviews = [found for spot, found in round_ if spot]


def spots(transcript: int, text: str, query: Query, stage: Stage) -> Iterator[Spot]:
    """The quotes of one transcript, closest first; windows that begin in the same segment are one quote."""
    found = windows(text, stage.terms, stage.near)
    if query.excluded:
        found = (one for one in found if not is_near(text, one, query.excluded, NEAR))
    groups = runs(text, found) if len(stage.terms) == 1 else by_segment(text, found).items()
    for segment, group in groups:
        yield Spot(transcript, text, segment, tuple(group))


def _quotes(db: Reader, spots: Sequence[Spot]) -> list[Quote]:
    chosen = ",".join(str(number) for number in {spot.transcript for spot in spots})
    rows = db.execute(
        "SELECT transcripts.id, interviews.id, interviews.slug, interviews.title, transcripts.language"  # noqa: S608
        " FROM transcripts JOIN interviews ON interviews.id = transcripts.interview_id"
        f" WHERE transcripts.id IN ({chosen})"  # whole numbers
    )
    about = {row[0]: tuple(row[1:]) for row in rows}
    clips = timeline.of_interviews(db, [interview for interview, *_ in about.values()])
    quotes = []
    for spot in spots:
        interview, slug, title, language = about[spot.transcript]
        tokens = places(spot.text, spot.segment, spot.windows)
        spoken = segments(db, spot.transcript, range(spot.segment, tokens[-1][0] + 1))
        matched = _matched(spoken, spot.segment, set(tokens))
        quotes.append(_quote(slug, title, language, spot.segment, spoken, clips[interview], matched))
    return quotes


def _quote(
    slug: str,
    title: str,
    language: str | None,
    position: int,
    spoken: Sequence[SpokenSegment],
    clips: Sequence[PlacedClip],
    matched: Sequence[tuple[int, int, tuple[int, int]]],
) -> Quote:
    start, end = matched[0][0], max(finish for _, finish, _ in matched)
    begin_in = timeline.holding(clips, Fraction(start, 1000))
    end_in = timeline.ending(clips, Fraction(end, 1000))
    return Quote(
        interview=slug,
        title=title,
        speaker=spoken[0].speaker,
        language=language,
        text=" ".join(segment.text for segment in spoken),
        start_ms=start,
        end_ms=end,
        clip=begin_in.name if begin_in else None,
        timecode_in=begin_in.timecode(Fraction(start, 1000)) if begin_in else None,
        timecode_out=end_in.timecode(Fraction(end, 1000)) if end_in else None,
        url=address(slug, start),
        marks=tuple(mark for _, _, mark in matched),
        position=position,
    )


def address(slug: str, start_ms: int) -> str:
    """The path of a moment on the site: `/interviews/SLUG#t=SECONDS`."""
    seconds = f"{start_ms // 1000}.{start_ms % 1000:03}".rstrip("0").rstrip(".")
    return f"/interviews/{percent_encoded(slug)}#t={seconds}"


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
