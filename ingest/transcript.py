"""The words of a clip or an interview: Word, Segment, Transcript; and Block."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, TypeVar

from media.timecode import clock


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was said.

    Attributes:
        text: the word with its punctuation and no space around it.
        start_ms: when it begins, in milliseconds on the time line of what holds it.
        end_ms: when it ends.
        probability: how sure the recogniser was, 0 to 1; 1 where a person wrote it.
        channel: the voice channel that carries it (its place in `Sound.voices`), or None.
    """

    text: str
    start_ms: int
    end_ms: int
    probability: float = 1.0
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a guard left out.

    Attributes:
        start_ms: where it stood, on the time line of what holds the note.
        end_ms: where it ended.
        text: what was left out, and why.
    """

    start_ms: int
    end_ms: int
    text: str

    def __str__(self) -> str:
        return f"{clock(self.start_ms)} to {clock(self.end_ms)}: {self.text}"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch by one speaker: its words in order. Never holds two speakers.

    Attributes:
        words: at least one.
        channel: the voice channel of its speaker, or None where nothing settles who speaks.
        speaker: a name that came with the words (captions with voices), or None.
        spaced: whether its words are written with spaces between them.
        language: ISO 639-1, where it is another one than the transcript's; else None.
    """

    words: tuple[Word, ...]
    channel: int | None = None
    speaker: str | None = None
    spaced: bool = True
    language: str | None = None

    @property
    def text(self) -> str:
        """The segment as it is read."""
        return (" " if self.spaced else "").join(word.text for word in self.words)

    @property
    def start_ms(self) -> int:
        """When its first word begins."""
        return self.words[0].start_ms

    @property
    def end_ms(self) -> int:
        """When its last word ends."""
        return self.words[-1].end_ms


def is_spaced(text: str, words: Sequence[Word]) -> bool:
    """Whether a text is its words with spaces between them."""
    return text == " ".join(word.text for word in words)


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of one clip or interview in one language.

    Attributes:
        language: ISO 639-1 code, or None where nobody speaks.
        segments: in the order of their starts.
        kind: who wrote it: a recogniser, or whoever made the caption file.
        model: the recogniser's model, None for captions.
        notes: guards that struck.
    """

    language: str | None
    segments: tuple[Segment, ...] = ()
    kind: Literal["machine", "captions"] = "machine"
    model: str | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """What was recognised in one stretch of a clip that was cut at silences.

    Attributes:
        start_ms: when the stretch begins, in milliseconds from the clip's time zero.
        end_ms: when it ends.
        language: ISO 639-1 code of the language in which it was heard.
        words: in milliseconds from the clip's time zero, not yet given to channels.
        notes: guards that struck in it.
        sounds: how probable each language is by its sound; empty where the recogniser does not tell.
    """

    start_ms: int
    end_ms: int
    language: str
    words: tuple[Word, ...] = ()
    notes: tuple[Note, ...] = ()
    sounds: Mapping[str, float] = field(default_factory=dict)


Timed = TypeVar("Timed", Word, Note)


@dataclass(frozen=True, slots=True)
class Part:
    """The transcript of a clip as it lies on an interview's time line.

    Attributes:
        transcript: its words, in milliseconds from the clip's own start.
        offset: seconds from the interview's start to the clip's.
        pace: how long a second of the clip lasts on the time line.
    """

    transcript: Transcript
    offset: Fraction = Fraction(0)
    pace: Fraction = Fraction(1)

    @property
    def segments(self) -> Iterator[Segment]:
        """Its segments on the time line, each with its language."""
        for segment in self.transcript.segments:
            language = segment.language or self.transcript.language
            yield replace(segment, words=tuple(map(self._placed, segment.words)), language=language)

    @property
    def notes(self) -> Iterator[Note]:
        """Its notes on the time line."""
        return map(self._placed, self.transcript.notes)

    def _placed(self, one: Timed) -> Timed:
        start, end = (round(self.offset * 1000 + ms * self.pace) for ms in (one.start_ms, one.end_ms))
        return replace(one, start_ms=start, end_ms=end)


def joined(parts: Sequence[Part]) -> Transcript:
    """One transcript of an interview from those of its clips.

    Args:
        parts: at least one, in the order of the time line.

    Returns:
        Its language is that of the first clip in which anybody speaks. It counts as captions only where all its words
        are.
    """
    transcripts = [part.transcript for part in parts]
    spoken = [transcript for transcript in transcripts if transcript.segments] or transcripts
    language = next((transcript.language for transcript in spoken if transcript.language), None)
    segments = (
        replace(segment, language=None if segment.language == language else segment.language)
        for part in parts
        for segment in part.segments
    )
    return Transcript(
        language=language,
        segments=tuple(sorted(segments, key=lambda segment: segment.start_ms)),
        kind="captions" if all(transcript.kind == "captions" for transcript in spoken) else "machine",
        model=next((transcript.model for transcript in spoken if transcript.model), None),
        notes=tuple(note for part in parts for note in part.notes),
    )
