"""The words of a clip or an interview: Word, Segment, Transcript."""

from dataclasses import dataclass, field


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
class Segment:
    """A stretch by one speaker: its words in order. Never holds two speakers.

    Attributes:
        words: at least one.
        channel: the voice channel of its speaker, or None where nothing settles who speaks.
        speaker: a name that came with the words (captions with voices), or None.
        spaced: whether its words are written with spaces between them.
    """

    words: tuple[Word, ...]
    channel: int | None = None
    speaker: str | None = None
    spaced: bool = True

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


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of one clip or interview in one language.

    Attributes:
        language: ISO 639-1 code, or None where nobody speaks.
        segments: in the order of their starts.
        kind: "machine" or "captions".
        model: the recogniser's model, None for captions.
        notes: guards that struck, one sentence each ("0:41 to 0:44: left out, nobody speaks there").
    """

    language: str | None
    segments: tuple[Segment, ...] = ()
    kind: str = "machine"
    model: str | None = None
    notes: tuple[str, ...] = field(default=())
