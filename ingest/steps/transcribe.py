"""Step `transcribe`: from the mix to words with times and speakers, in blocks that are cut at silences."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from ingest import speakers, turns
from ingest.clip import Clip
from ingest.diarizers import Diarizer, told_apart
from ingest.engines import captions
from ingest.engines.recogniser import Heard, Recogniser, Stretch
from ingest.hearing import Hearing, must_go_on
from ingest.languages import Wanted, passages, surprising
from ingest.speakers import Levels
from ingest.step import Context, StepFunction
from ingest.transcript import Block, Segment, Transcript, Word
from media.sound import Sound

RECIPE = 2  # raised when the same sound would become another transcript
LISTENING = 0.2  # of the progress that is shown: what it takes to find the languages
ANY = Wanted()
NO_SOUND = Sound((), (), (), "", (), 0, None, None)
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km"})  # written without spaces between words


def settings(
    model: str,
    language: str | None,
    vocabulary: Sequence[str],
    languages: Sequence[str] = (),
    diarize: str | None = None,
) -> dict[str, object]:
    """What the step's outcome depends on besides the clip."""
    return {
        "recipe": RECIPE,
        "model": model,
        "language": language,
        "vocabulary": list(vocabulary),
        **({"languages": list(languages)} if languages else {}),
        **({"diarize": diarize} if diarize else {}),
    }


def step(
    recogniser: Callable[[], Recogniser],
    model: Callable[[], str],
    vocabulary: Sequence[str],
    languages: Sequence[str] = (),
    diarizer: Diarizer | None = None,
) -> StepFunction:
    """The step, with a recogniser, and the name of its model, that are asked for when a clip needs them.

    A clip's caption file is taken instead of recognising anything. Of a clip that is not heard nothing is said.
    """

    def run(clip: Clip, context: Context) -> Clip:
        if not clip.heard:
            return heard(clip, Transcript(None))
        sound = clip.sound or NO_SOUND
        if clip.captions:
            return heard(clip, captioned(captions.read(clip.captions, clip.language), sound))
        transcript = transcribe(
            sound,
            recogniser,
            wanted=Wanted(clip.language, tuple(languages), clip.earlier),
            vocabulary=vocabulary,
            diarizer=diarizer,
            done=context.blocks,
            keep=context.keep,
            progress=context.progress,
            stop=context.stop,
        )
        return heard(clip, replace(transcript, model=model() if transcript.language else None))

    def heard(clip: Clip, transcript: Transcript) -> Clip:
        return replace(clip, transcript=transcript, damage="")  # that is the damage of what it was made from

    return run


def transcribe(
    sound: Sound,
    recogniser: Callable[[], Recogniser],
    *,
    wanted: Wanted = ANY,
    vocabulary: Sequence[str] = (),
    diarizer: Diarizer | None = None,
    done: Mapping[int, Block] | None = None,
    keep: Callable[[int, Block], None] = lambda position, block: None,
    progress: Callable[[float], None] = lambda fraction: None,
    stop: threading.Event | None = None,
) -> Transcript:
    """Recognise a clip's sound, each stretch in its language; where nobody speaks, an empty transcript without one.

    Args:
        sound: from the step `sound`; its files are read in pieces.
        recogniser: gives the recogniser; not called where nothing is left to recognise.
        wanted: what is known of its languages.
        vocabulary: names that may be said.
        diarizer: tells voices apart where one microphone hears all of them.
        done: blocks that an earlier run finished, by position.
        keep: called with each block as soon as it is finished.
        progress: called with 0 to 1.
        stop: set by somebody else to end early.

    Raises:
        ModelMissing, RecogniserDied, Stopped.
    """
    if not sound.path or not sound.levels or not sound.speech:
        return Transcript(None)
    path = sound.path
    told = _Told(progress, 0.0 if wanted.only else LISTENING)
    known: dict[Stretch, Heard] = {}

    def listen(stretches: Sequence[Stretch]) -> list[Heard]:
        for place, stretch in enumerate(stretches):
            must_go_on(stop)
            if stretch not in known:
                (known[stretch],) = recogniser().detect(path, [stretch], stop)
            told.listened((place + 1) / len(stretches))
        return [known[stretch] for stretch in stretches]

    def ask(stretch: Stretch, language: str) -> Block:
        return recogniser().recognise(path, stretch, language, vocabulary, stop)

    def as_expected(block: Block) -> bool:
        return not (block.words and surprising(block.sounds, block.language, wanted))

    hearing = Hearing(ask, keep, told.heard, stop)
    hearing.remember(done or {})
    levels = _levels(sound, diarizer, stop)
    spoken = turns.of(sound.speech, levels)
    parts = hearing.hear(sound, passages(spoken, listen, wanted), as_expected)
    if parts is None:  # a block sounds like a language that was not expected there
        parts = hearing.hear(sound, passages(spoken, listen, wanted, thorough=True))
    return merged(parts or (), sound, levels, wanted.given)


def _levels(sound: Sound, diarizer: Diarizer | None, stop: threading.Event | None) -> Levels:
    """How loud each voice is: by microphone, or as told apart on the only one."""
    if diarizer and sound.path and len(sound.voices) == 1:
        found = told_apart(diarizer, sound.path, sound.length_ms, stop)
        if len(found):
            return found
    assert sound.levels
    loaded: Levels = np.load(sound.levels)
    return loaded


class _Told:
    """Progress that never goes back: first the languages are listened for, then the words."""

    def __init__(self, tell: Callable[[float], None], listening: float) -> None:
        self._tell = tell
        self._listening = listening
        self._most = 0.0

    def listened(self, done: float) -> None:
        self._up_to(self._listening * done)

    def heard(self, done: float) -> None:
        self._up_to(self._listening + (1 - self._listening) * done)

    def _up_to(self, done: float) -> None:
        self._most = max(self._most, done)
        self._tell(self._most)


def merged(parts: Sequence[Block], sound: Sound, levels: Levels, main: str | None = None) -> Transcript:
    """One transcript of all blocks, its words given to speakers and cut into segments.

    Args:
        parts: in order.
        sound: whose blocks they are.
        levels: of its voices, (voices, frames of 10 ms).
        main: the transcript's language; by default that of most words.
    """
    words = [word for part in parts for word in part.words]
    notes = tuple(note for part in parts for note in part.notes)
    if not words:
        return Transcript(None, notes=notes)
    languages = [part.language for part in parts for _ in part.words]
    main = main or Counter(languages).most_common(1)[0][0]
    given = speakers.attribute(words, levels, sound.speech)
    cut = (
        replace(segment, language=None if language == main else language)
        for language, run in groupby(zip(languages, given, strict=True), key=lambda each: each[0])
        for segment in speakers.segments([word for _, word in run], spaced=language not in UNSPACED)
    )
    return Transcript(main, tuple(cut), notes=notes)


def captioned(transcript: Transcript, sound: Sound) -> Transcript:
    """Captions, each given to the channel that carries it, where they do not say themselves who speaks."""
    named = any(segment.speaker for segment in transcript.segments)
    if named or not sound.levels:
        return transcript
    whole = [Word(each.text, each.start_ms, each.end_ms) for each in transcript.segments]
    given = speakers.attribute(whole, np.load(sound.levels), sound.speech)
    return replace(
        transcript,
        segments=tuple(
            _on(segment, word.channel) for segment, word in zip(transcript.segments, given, strict=True)
        ),
    )


def _on(segment: Segment, channel: int | None) -> Segment:
    words = tuple(replace(word, channel=channel) for word in segment.words)
    return replace(segment, words=words, channel=channel)
