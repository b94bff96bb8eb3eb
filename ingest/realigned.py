"""Keeps the times of words through a correction: what a person wrote is laid on the words that were heard."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby

from rapidfuzz.distance import Levenshtein

from ingest.transcript import Segment, Word

# What a word takes besides its letters, in letters: a short one is not said in no time.
BESIDE = 2


@dataclass(frozen=True, slots=True)
class Line:
    """What a person wrote as one line, or one caption.

    Attributes:
        words: as they are to be read, in order.
        speaker: who says them; None where that is not said.
    """

    words: tuple[str, ...]
    speaker: str | None = None


def revised(
    before: Sequence[Segment], lines: Sequence[Line], *, regroup: bool = False
) -> tuple[Segment, ...]:
    """The segments that lines which a person wrote are, with the times of the words that were heard.

    Args:
        before: what was heard, or an earlier revision of it.
        lines: what is to be read now, in order.
        regroup: a line is no segment, as in captions, which are cut where there is no more room: segments begin
            where they began before, and where somebody else speaks.

    Returns:
        A speaker who is not said is the one who was heard there; so is the voice channel, where nobody else is named.
    """
    heard = [word for segment in before for word in segment.words]
    owners = [place for place, segment in enumerate(before) for _ in segment.words]
    texts = [text for line in lines for text in line.words]
    found = realigned(heard, texts)
    speakers = [line.speaker for line in lines for _ in line.words]
    starts = set(accumulate((len(line.words) for line in lines), initial=0))
    groups: list[_Group] = []
    for place, ((word, source), speaker) in enumerate(zip(found, speakers, strict=True)):
        owner = owners[source] if source is not None else None
        begins = groups[-1].ends_before(owner, speaker) if regroup and groups else place in starts
        if begins or not groups:
            groups.append(_Group(speaker))
        groups[-1].add(word, owner)
    return tuple(group.segment(before) for group in groups)


@dataclass(slots=True)
class _Group:
    """Words that become a segment."""

    speaker: str | None
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
            owner.spaced,
            owner.language,
        )


def realigned(heard: Sequence[Word], written: Sequence[str]) -> tuple[tuple[Word, int | None], ...]:
    """The words that a person wrote, each with a time.

    Both are aligned by the fewest words that were changed, inserted and deleted (Levenshtein's distance over words,
    without their capitals and punctuation). A word that is still there keeps its exact times; what was written
    instead of others shares the time of those; what was put in between takes the pause that is there.

    Args:
        heard: words with times, in order.
        written: words as they are to be read, in order.

    Returns:
        One word for each that was written, in order, and the place of the heard one that it stands for. Its
        probability is 1 where the person changed it.
    """
    if not heard:
        return tuple((Word(text, 0, 0), None) for text in written)
    found: list[tuple[Word, int | None]] = []
    for old, new in _pairs([_plain(word.text) for word in heard], [_plain(text) for text in written]):
        if len(old) == len(new):
            found += ((_said(heard[i], written[j]), i) for i, j in zip(old, new, strict=True))
        elif new:
            words = spread([written[j] for j in new], *_gap(heard, old))
            found += ((word, old.start if old else None) for word in words)
    return tuple(found)


def _pairs(heard: Sequence[str], written: Sequence[str]) -> Iterator[tuple[range, range]]:
    """Stretches that belong together, in order: of what was heard, and of what was written."""
    steps = Levenshtein.opcodes(heard, written)
    for _, alike in groupby(steps, key=lambda step: step.tag == "equal"):
        group = list(alike)
        first, last = group[0], group[-1]
        yield range(first.src_start, last.src_end), range(first.dest_start, last.dest_end)


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum()) or text


def _said(word: Word, text: str) -> Word:
    return word if word.text == text else replace(word, text=text, probability=1.0)


def _gap(heard: Sequence[Word], old: range) -> tuple[int, int, int | None]:
    """From when to when what was written lies, and its channel: the time of the words instead of which it stands.

    Where it stands for none that is the pause between its neighbours, which may be no time at all.
    """
    if old:
        first, last = heard[old.start], heard[old.stop - 1]
        return first.start_ms, max(last.end_ms, first.start_ms), first.channel
    before = heard[old.start - 1] if old.start else None
    after = heard[old.start] if old.start < len(heard) else None
    if before is None or after is None:
        edge = before or after
        assert edge  # there is at least one word
        moment = edge.end_ms if before else edge.start_ms
        return moment, moment, edge.channel
    return before.end_ms, max(before.end_ms, after.start_ms), before.channel


def spread(written: Sequence[str], start: int, end: int, channel: int | None = None) -> list[Word]:
    """Give each word its share of a time by its length; milliseconds."""
    weights = [sum(character.isalnum() for character in text) + BESIDE for text in written]
    shares = [start + (end - start) * part // sum(weights) for part in accumulate(weights, initial=0)]
    return [
        Word(text, first, last, 1.0, channel)
        for text, first, last in zip(written, shares, shares[1:], strict=False)
    ]
