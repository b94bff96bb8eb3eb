"""Lays a transcript from elsewhere on what was heard: what it says, at the times that are known best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from ingest.errors import NoTranscript
from ingest.given import Given
from ingest.pieces import parted
from ingest.realigned import spread
from ingest.revised import Line, revised
from ingest.transcript import Segment, Word
from ingest.unfit import Unfit, unfit
from media.timecode import clock


@dataclass(frozen=True, slots=True)
class Laid:
    """A transcript that has its times.

    Attributes:
        segments: in the order of their starts.
        unfit: stretches of a text without times that do not fit what was heard.
    """

    segments: tuple[Segment, ...]
    unfit: tuple[Unfit, ...] = ()


def laid(given: Given, heard: Sequence[Segment]) -> Laid:
    """What a file says, in the language in which it was heard: as many words as can be keep their times.

    Args:
        given: the file. Its own times of words are kept; captions are laid on the words within a second or two of
            them; what has no times is laid on all that was heard.
        heard: with the times of words.

    Raises:
        NoTranscript: it has no times, and nothing was heard.
    """
    if given.recognised:
        return Laid(_ordered(given.recognised.segments))
    if not given.lines:  # an index alone
        return Laid(tuple(heard))
    if not any(segment.words for segment in heard):
        return beside(given, ())
    segments = revised(heard, given.lines, regroup=not given.apart)
    if given.timed and not given.apart:
        return Laid(_ordered(segments))
    words = [word for segment in heard for word in segment.words]
    return Laid(segments, unfit(words, [text for line in given.lines for text in line.words]))


def beside(given: Given, original: Sequence[Segment], before: Sequence[Segment] = ()) -> Laid:
    """What a file says in another language than was heard, or where nothing was: at its own times.

    Args:
        given: the file. Captions lie where it has them, whatever was there before. A line that only says in whole
            seconds when it begins is what the segment says that begins then, as in a transcript that was exported as
            text and translated line by line. What has no times is laid on what was there before.
        original: what it translates.
        before: an earlier translation. Captions that were cut from one of its segments are that segment again.

    Raises:
        NoTranscript: it has no times, and there is no earlier translation.
    """
    if given.recognised:
        return Laid(_ordered(given.recognised.segments))
    if before and not (given.timed and given.lines):
        return laid(given, before)
    if not given.timed:
        raise NoTranscript(
            f"{given.name} says nowhere when it is said, and there are no words in its language to lay it on.",
            "Translate a file with times: archive transcript export INTERVIEW --to srt (or txt) --out FILE",
        )
    lines = _with_ends(given.lines, before or original)
    return Laid(_uncut(_ordered([_segment(line) for line in lines if line.words]), before))


def with_withheld(
    lay: Callable[[Sequence[Segment]], Laid],
    before: Sequence[Segment],
    withheld: Sequence[tuple[int, int]],
) -> Laid:
    """What a file says, with the words of withheld passages as they were: a file that went out had none of them.

    Args:
        lay: lays it on segments, or beside them.
        before: what is there.
        withheld: passages, as (start, end) in milliseconds. Of one about which the file says as much itself nothing is
            taken over.
    """
    found = lay(before)
    lost = [each for each in withheld if 2 * _count(found.segments, each) < _count(before, each)]
    if not lost:
        return found
    rest = _parts(before, lost, inside=False)
    again = lay(rest) if rest else found
    if [(each.speaker, each.text) for each in again.segments] == [(each.speaker, each.text) for each in rest]:
        return Laid(tuple(before), again.unfit)
    return Laid(_ordered((*again.segments, *_parts(before, lost, inside=True))), again.unfit)


def _count(segments: Sequence[Segment], passage: tuple[int, int]) -> int:
    return sum(_within(word, [passage]) for segment in segments for word in segment.words)


def _parts(
    segments: Sequence[Segment], passages: Sequence[tuple[int, int]], *, inside: bool
) -> tuple[Segment, ...]:
    """What lies in passages, or what does not; a segment that lies in both is several."""
    return tuple(
        replace(segment, words=tuple(words))
        for segment in segments
        for within, words in groupby(segment.words, key=lambda word: _within(word, passages))
        if within == inside
    )


def _within(word: Word, passages: Sequence[tuple[int, int]]) -> bool:
    return any(word.start_ms < end and start < max(word.end_ms, word.start_ms + 1) for start, end in passages)


def _with_ends(lines: Sequence[Line], original: Sequence[Segment]) -> list[Line]:
    """Lines that only say when they begin, with the times of the segment that they stand for, else up to the next."""
    waiting: dict[str, list[Segment]] = {}
    for segment in original:
        waiting.setdefault(clock(segment.start_ms), []).append(segment)
    found = []
    for line, following in pairwise([*lines, None]):
        assert line is not None
        assert line.start_ms is not None
        if line.end_ms is not None:
            found.append(line)
        elif same := waiting.get(clock(line.start_ms)):
            segment = same.pop(0)
            found.append(replace(line, start_ms=segment.start_ms, end_ms=segment.end_ms))
        else:
            end = following.start_ms if following and following.start_ms is not None else line.start_ms
            found.append(replace(line, end_ms=max(end, line.start_ms)))
    return found


def _uncut(captions: Sequence[Segment], before: Sequence[Segment]) -> tuple[Segment, ...]:
    """Captions, where several of them are what a segment said before just that segment."""
    whole = {segment.start_ms: segment for segment in before}
    found: list[Segment] = []
    place = 0
    while place < len(captions):
        segment = whole.get(captions[place].start_ms)
        count = _cut_from(segment, captions[place:]) if segment else 0
        found.append(segment if segment and count else captions[place])
        place += count or 1
    return tuple(found)


def _cut_from(segment: Segment, captions: Sequence[Segment]) -> int:
    """How many captions say what a segment says, each from the start of a word to the end of one; else 0."""
    words = segment.words
    for count, caption in enumerate(captions, 1):
        said = "".join(word.text for word in caption.words)
        grown = accumulate(word.text for word in words)
        size = next((number for number, text in enumerate(grown, 1) if text == said), 0)
        if not size or caption.speaker != segment.speaker or _span(caption.words) != _span(words[:size]):
            return 0
        words = words[size:]
        if not words:
            return count
    return 0


def _span(words: Sequence[Word]) -> tuple[int, int]:
    return words[0].start_ms, max(words[-1].end_ms, words[0].start_ms + 1)  # no caption lasts no time


def _segment(line: Line) -> Segment:
    texts, spaced = parted(line.words)
    words = spread(texts, line.start_ms or 0, line.end_ms or 0)
    return Segment(tuple(words), speaker=line.speaker, spaced=spaced)


def _ordered(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    return tuple(sorted(segments, key=lambda each: each.start_ms))
