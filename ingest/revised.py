"""The segments that a person's text is, with the times of what was heard: `ingest.realigned` for lines and speakers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from ingest.pieces import has_unspaced, is_unspaced, pieces
from ingest.realigned import realigned, spread
from ingest.transcript import Segment, Word

STRAYS = 1500  # milliseconds; a caption may stand so much before or after what is said

_Owned = tuple[Word, int | None]  # a word, and the place of the segment that it was heard in


@dataclass(frozen=True, slots=True)
class Line:
    """What a person wrote as one line, or one caption.

    Attributes:
        words: as they are to be read, in order; without spaces in them.
        speaker: who says them; None where that is not said.
        start_ms: when they are said, where the line says so.
        end_ms: until when, where the line says so.
    """

    words: tuple[str, ...]
    speaker: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a heard word; most words are one piece.

    Attributes:
        piece: with its share of the word's time.
        word: the whole of it.
        count: how many pieces the word has, of its first piece; 0 of the others.
        owner: the place of its segment.
    """

    piece: Word
    word: Word
    count: int
    owner: int


_Laid = tuple[
    Word, int | None, int
]  # a written piece with its time; the part it stands for; the place of its word


def revised(
    before: Sequence[Segment], lines: Sequence[Line], *, regroup: bool = False
) -> tuple[Segment, ...]:
    """The segments that lines which a person wrote are, with the times of the words that were heard.

    Args:
        before: what was heard, or an earlier revision of it.
        lines: what is to be read now, in order. Of a line with both its times (a caption) all words have their share
            of its own time, where they would lie far from it.
        regroup: a line is no segment, as in captions, which are cut where there is no more room: segments begin
            where they began before, and where somebody else speaks. So does a caption that nobody heard.

    Returns:
        A speaker who is not said is the one who was heard there; so is the voice channel, where nobody else is named.
    """
    groups: list[_Group] = []
    alone = False
    for line, words, spaced in _laid(before, lines):
        untraced = line.end_ms is not None and all(owner is None for _, owner in words)
        apart = not regroup or alone or untraced
        for place, (word, owner) in enumerate(words):
            begins = not place if apart else groups[-1].ends_before(owner, line.speaker) if groups else True
            if begins:
                groups.append(_Group(line.speaker, spaced))
            groups[-1].add(word, owner)
        alone = untraced
    return tuple(group.segment(before) for group in groups)


@dataclass(slots=True)
class _Group:
    """Words that become a segment."""

    speaker: str | None
    spaced: bool
    words: list[Word] = field(default_factory=list)
    owners: Counter[int] = field(default_factory=Counter)  # words by the place of their segment
    last: int | None = None

    def add(self, word: Word, owner: int | None) -> None:
        self.words.append(word)
        if owner is not None:
            self.owners[owner] += 1
            self.last = owner

    def ends_before(self, owner: int | None, speaker: str | None) -> bool:
        moved = owner is not None and self.last is not None and owner != self.last
        return speaker != self.speaker or moved

    def segment(self, before: Sequence[Segment]) -> Segment:
        ((most, _),) = self.owners.most_common(1) or ((None, 0),)
        owner = Segment(()) if most is None else before[most]
        named = self.speaker is not None and self.speaker != owner.speaker
        return Segment(
            tuple(self.words),
            None if named else owner.channel,
            self.speaker or owner.speaker,
            self.spaced,
            owner.language,
        )


def _laid(before: Sequence[Segment], lines: Sequence[Line]) -> Iterator[tuple[Line, list[_Owned], bool]]:
    """Each line with its words, which have times now, and whether they are written with spaces."""
    texts = (word.text for segment in before for word in segment.words)
    written = (text for line in lines for text in line.words)
    simple = all(segment.spaced for segment in before) and not has_unspaced("".join([*texts, *written]))
    last = 0
    for line, words, spaced in (_words if simple else _pieces)(before, lines):
        timed = _in_time(line, words, last)
        last = max((word.start_ms for word, _ in timed), default=last)
        yield line, timed, spaced


def _words(before: Sequence[Segment], lines: Sequence[Line]) -> Iterator[tuple[Line, list[_Owned], bool]]:
    """The same where all is written with spaces; a word is a word."""
    owners = [place for place, segment in enumerate(before) for _ in segment.words]
    heard = [word for segment in before for word in segment.words]
    found = iter(realigned(heard, [text for line in lines for text in line.words]))
    for line in lines:
        laid = islice(found, len(line.words))
        yield line, [(word, None if at is None else owners[at]) for word, at in laid], True


def _pieces(before: Sequence[Segment], lines: Sequence[Line]) -> Iterator[tuple[Line, list[_Owned], bool]]:
    """The same where some is written without spaces, piece by piece."""
    parts = [part for place, each in enumerate(before) for word in each.words for part in _parts(word, place)]
    written = [
        [(each, place) for place, text in enumerate(line.words) for each in pieces(text)] for line in lines
    ]
    found = iter(realigned([part.piece for part in parts], [each for line in written for each, _ in line]))
    for line, of_line in zip(lines, written, strict=True):
        laid = [(*next(found), place) for _, place in of_line]
        spaced = _is_spaced(before, parts, laid, line)
        yield line, _joined(laid, parts, spaced=spaced), spaced


def _parts(word: Word, owner: int) -> list[_Part]:
    texts = pieces(word.text)
    if len(texts) == 1:
        return [_Part(word, word, 1, owner)]
    shares = (
        replace(word, text=each.text, start_ms=each.start_ms, end_ms=each.end_ms)
        for each in spread(texts, word.start_ms, word.end_ms)
    )
    return [_Part(each, word, 0 if place else len(texts), owner) for place, each in enumerate(shares)]


def _is_spaced(before: Sequence[Segment], parts: Sequence[_Part], laid: Sequence[_Laid], line: Line) -> bool:
    """As what it was heard in; where nothing of it was heard so, as it looks."""
    same = Counter(parts[at].owner for word, at, _ in laid if at is not None and word == parts[at].piece)
    if same:
        return before[same.most_common(1)[0][0]].spaced
    return not is_unspaced("".join(line.words))


def _joined(laid: Sequence[_Laid], parts: Sequence[_Part], *, spaced: bool) -> list[_Owned]:
    """Put pieces together: to the word that was heard, where it is still there; with spaces to the written one."""
    found: list[_Owned] = []
    place = 0
    while place < len(laid):
        at = laid[place][1]
        whole = _length(laid, place) if spaced else 1
        kept = parts[at].count if at is not None else 0
        run = laid[place : place + kept]
        if kept > 1 and (kept == whole or not spaced) and _is_whole(run, parts, kept):
            word, taken = parts[at or 0].word, kept
        else:
            word, taken = _one([word for word, *_ in laid[place : place + whole]]), whole
        found.append((word, None if at is None else parts[at].owner))
        place += taken
    return found


def _length(laid: Sequence[_Laid], place: int) -> int:
    """How many pieces the written word has that begins at `place`."""
    return next((end for end in range(place, len(laid)) if laid[end][2] != laid[place][2]), len(laid)) - place


def _is_whole(run: Sequence[_Laid], parts: Sequence[_Part], count: int) -> bool:
    sources = [at for _, at, _ in run if at is not None]
    follow = len(sources) == count and all(two == one + 1 for one, two in pairwise(sources))
    return follow and all(word == parts[at].piece for (word, *_), at in zip(run, sources, strict=True))


def _one(words: Sequence[Word]) -> Word:
    if len(words) == 1:
        return words[0]
    text = "".join(word.text for word in words)
    return Word(text, words[0].start_ms, words[-1].end_ms, 1.0, words[0].channel)


def _in_time(line: Line, words: list[_Owned], last: int) -> list[_Owned]:
    """Words that lie where their line does, none of them before `last`."""
    if line.start_ms is None or line.end_ms is None or not words:
        return words
    first, end = line.start_ms - STRAYS, line.end_ms + STRAYS
    if all(first <= word.start_ms and word.end_ms <= end for word, _ in words):
        return words
    own = spread([word.text for word, _ in words], max(line.start_ms, last), max(line.end_ms, last))
    return [(word, None) for word in own]
