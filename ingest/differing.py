"""What one transcript says otherwise than another, word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from ingest.transcript import Segment, Word

AROUND = 4  # words before and behind a change that are shown with it


@dataclass(frozen=True, slots=True)
class Change:
    """One change; who speaks counts as a word before what is said, such as `Amina:`.

    Attributes:
        start_ms: where it lies on the time line.
        end_ms: where it ends.
        before: what was there; empty where something was put in.
        after: what is there now; empty where something was taken out.
        leading: the words before it.
        trailing: the words behind it.
    """

    start_ms: int
    end_ms: int
    before: str
    after: str
    leading: str
    trailing: str


def changes(before: Sequence[Segment], after: Sequence[Segment]) -> tuple[Change, ...]:
    """The changes in the order of their places; capitals and punctuation count."""
    old, new = list(_words(before)), list(_words(after))
    steps = Levenshtein.opcodes([word.text for word in old], [word.text for word in new])
    found = []
    for same, group in groupby(steps, key=lambda step: step.tag == "equal"):
        run = list(group)
        if not same:
            found.append((run[0].src_start, run[-1].src_end, run[0].dest_start, run[-1].dest_end))
    return tuple(_change(old, new, *each) for each in found)


def _words(segments: Sequence[Segment]) -> Iterator[Word]:
    """The words, with who speaks where that is somebody else."""
    speaker = None
    for segment in segments:
        if segment.speaker and segment.speaker != speaker:
            yield Word(f"{segment.speaker}:", segment.start_ms, segment.start_ms)
        speaker = segment.speaker
        yield from segment.words


def _change(old: Sequence[Word], new: Sequence[Word], first: int, last: int, start: int, end: int) -> Change:
    here = new[start:end] or old[first:last]
    return Change(
        here[0].start_ms,
        here[-1].end_ms,
        _text(old[first:last]),
        _text(new[start:end]),
        _text(new[max(start - AROUND, 0) : start]),
        _text(new[end : end + AROUND]),
    )


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
