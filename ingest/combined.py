"""New words of a recogniser beside what people corrected: theirs stay, and only what nobody looked at is replaced."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.differing import Change, changes
from ingest.realigned import aligned
from ingest.transcript import Segment, Word


@dataclass(frozen=True, slots=True)
class Combined:
    """What comes of it.

    Attributes:
        segments: in the order of their starts.
        changed: what it says otherwise than what was there.
        stays: where the recogniser hears something else than a person wrote; that stays.
    """

    segments: tuple[Segment, ...]
    changed: tuple[Change, ...]
    stays: tuple[Change, ...]


def combined(
    before: Sequence[Segment], person: Sequence[Segment], new: Sequence[Segment], reviewed_ms: int | None
) -> Combined:
    """Put new words where nobody corrected or looked at what was heard.

    Args:
        before: what the recogniser had heard when people began to correct it.
        person: what they made of it.
        new: what is heard now.
        reviewed_ms: up to where they looked at it; None for all of it.
    """
    heard = {(each.start_ms, each.end_ms, each.speaker, each.text) for each in before}
    kept = [
        reviewed_ms is None
        or each.start_ms < reviewed_ms
        or (each.start_ms, each.end_ms, each.speaker, each.text) not in heard
        for each in person
    ]
    theirs = [segment for segment, stays in zip(person, kept, strict=True) if stays]
    taken = _taken(person, kept, new)
    segments = tuple(sorted([*theirs, *_only(new, taken)], key=lambda each: each.start_ms))
    stays = (each for each in changes(person, new) if _lies(each.start_ms, each.end_ms, theirs))
    return Combined(segments, changes(person, segments), tuple(stays))


def _taken(person: Sequence[Segment], kept: Sequence[bool], new: Sequence[Segment]) -> set[int]:
    """The places of the new words that are taken: those that stand for none that a person looked at."""
    owners = [place for place, segment in enumerate(person) for _ in segment.words]
    old = [word.text for segment in person for word in segment.words]
    words = [word for segment in new for word in segment.words]
    theirs = [segment for segment, stays in zip(person, kept, strict=True) if stays]
    found: set[int] = set()
    for mine, heard, same in aligned(old, [word.text for word in words]):
        if same:
            found |= {at for place, at in zip(mine, heard, strict=True) if not kept[owners[place]]}
            continue
        beside = mine or range(max(mine.start - 1, 0), min(mine.start + 1, len(owners)))
        about = {kept[owners[place]] for place in beside}
        inside = len({owners[place] for place in beside}) == 1
        if about == {False}:
            found |= {*heard}
        elif about != {True} or not (mine or inside):
            found |= {at for at in heard if not _lies(words[at].start_ms, words[at].end_ms, theirs)}
    return found


def _only(new: Sequence[Segment], taken: set[int]) -> list[Segment]:
    """The new segments as far as their words are taken; one with a gap in it is several."""
    found, place = [], 0
    for segment in new:
        numbered: list[tuple[int, Word]] = list(enumerate(segment.words, place))
        place += len(segment.words)
        for is_taken, run in groupby(numbered, key=lambda each: each[0] in taken):
            if is_taken:
                found.append(replace(segment, words=tuple(word for _, word in run)))
    return found


def _lies(start_ms: int, end_ms: int, segments: Sequence[Segment]) -> bool:
    """Whether the middle of something lies in one of these."""
    middle = (start_ms + end_ms) // 2
    return any(each.start_ms <= middle < max(each.end_ms, each.start_ms + 1) for each in segments)
