"""Step `translate`: what was said in other languages, in English, by Whisper itself."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from rapidfuzz.distance import LCSseq

from ingest import turns
from ingest.clip import Clip
from ingest.diarizers import Voice
from ingest.diarizers import levels as levels_of
from ingest.engines.recogniser import Heard, Recogniser, Stretch
from ingest.errors import StepFailed
from ingest.hearing import Hearing
from ingest.languages import Passage, Wanted, passages
from ingest.speakers import Levels
from ingest.step import Context, StepFunction
from ingest.steps.transcribe import merged
from ingest.transcript import Block, Segment, Transcript
from media.sound import Sound

RECIPE = 1  # raised when the same sound would become another translation
INTO = "en"  # the one language that Whisper translates into
SAME = 0.6  # a translation of which so many words are those of the original, in their order, is none
LEAST = 8  # words from which that can be told: names are the same in every language


def settings(model: str) -> dict[str, object]:
    """What the step's outcome depends on besides the clip and its transcript."""
    return {"recipe": RECIPE, "model": model, "into": INTO}


def step(
    recogniser: Callable[[], Recogniser], model: Callable[[], str], languages: Sequence[str] = ()
) -> StepFunction:
    """The step, with a recogniser, and the name of its model, that are asked for when a clip needs them."""

    def run(clip: Clip, context: Context) -> Clip:
        if not clip.heard or not clip.sound or not clip.transcript or not clip.transcript.segments:
            return replace(clip, translation=Transcript(None), damage="")
        found = translate(
            clip.transcript,
            clip.sound,
            recogniser,
            wanted=Wanted(clip.language, tuple(languages), clip.earlier),
            done=context.blocks,
            keep=context.keep,
            progress=context.progress,
            stop=context.stop,
        )
        if found is None:
            return replace(clip, translation=_in_english(clip.transcript.segments), damage="")
        return replace(clip, translation=replace(found, model=model()), damage="")

    return run


def translate(
    transcript: Transcript,
    sound: Sound,
    recogniser: Callable[[], Recogniser],
    *,
    wanted: Wanted,
    done: Mapping[int, Block] | None = None,
    keep: Callable[[int, Block], None] = lambda position, block: None,
    progress: Callable[[float], None] = lambda fraction: None,
    stop: threading.Event | None = None,
) -> Transcript | None:
    """What a transcript says, in English: what is English in it stays, all else is heard again and translated.

    Args:
        transcript: of the clip.
        sound: of the clip.
        recogniser: gives one that translates; not called where all is English.
        wanted: what is known of the languages of captions that do not say theirs.
        done: blocks that an earlier run finished, by position.
        keep: called with each block as soon as it is finished.
        progress: called with 0 to 1.
        stop: set by somebody else to end early.

    Returns:
        None where there is nothing to translate.

    Raises:
        StepFailed: the model gave the original back, as some do.
        ModelMissing, RecogniserDied, Stopped.
    """
    if not sound.path or not sound.levels or not sound.speech:
        return None
    path = sound.path
    levels = _voices(transcript, sound.length_ms)

    def listen(stretches: Sequence[Stretch]) -> Sequence[Heard]:
        return recogniser().detect(path, stretches, stop)

    def ask(stretch: Stretch, language: str) -> Block:
        return recogniser().translate(path, stretch, language, stop)

    spoken = _spoken(transcript, sound.length_ms) or passages(turns.of(sound.speech, levels), listen, wanted)
    foreign = [passage for passage in spoken if passage.language != INTO]
    if not foreign:
        return None
    hearing = Hearing(ask, keep, progress, stop)
    hearing.remember(done or {})
    blocks = hearing.hear(sound, foreign) or ()
    heard = _by_the_same(
        transcript, merged([replace(block, language=INTO) for block in blocks], sound, levels, INTO)
    )
    original = [segment for segment in transcript.segments if _lies_in(segment, foreign)]
    _must_be_another(heard.segments, original)
    english = [segment for segment in transcript.segments if segment not in original]
    return replace(_in_english([*english, *heard.segments]), notes=heard.notes)


def _spoken(transcript: Transcript, length_ms: int) -> list[Passage]:
    """The languages of a clip as its transcript has them: a passage ends in the middle of the pause after it."""
    if transcript.language is None:
        return []
    runs = [
        (language, list(run))
        for language, run in groupby(transcript.segments, lambda each: each.language or transcript.language)
    ]
    edges = [(before[-1].end_ms + after[0].start_ms) // 2 for (_, before), (_, after) in pairwise(runs)]
    return [
        Passage(language or INTO, start, end)
        for (language, _), start, end in zip(runs, [0, *edges], [*edges, length_ms], strict=True)
    ]


def _who(transcript: Transcript) -> list[tuple[int | None, str | None]]:
    """Everybody who speaks, in the order in which they begin."""
    return list(dict.fromkeys((segment.channel, segment.speaker) for segment in transcript.segments))


def _voices(transcript: Transcript, length_ms: int) -> Levels:
    """Who speaks when, as the transcript has it."""
    who = _who(transcript)
    return levels_of(
        (
            Voice(each.start_ms, each.end_ms, who.index((each.channel, each.speaker)))
            for each in transcript.segments
        ),
        length_ms,
    )


def _by_the_same(transcript: Transcript, translation: Transcript) -> Transcript:
    """A translation whose speakers are places among those of the transcript, with these instead."""
    who = _who(transcript)
    segments = []
    for segment in translation.segments:
        channel, speaker = who[segment.channel or 0]
        words = tuple(replace(word, channel=channel) for word in segment.words)
        segments.append(replace(segment, words=words, channel=channel, speaker=speaker))
    return replace(translation, segments=tuple(segments))


def _lies_in(segment: Segment, parts: Sequence[Passage]) -> bool:
    middle = (segment.start_ms + segment.end_ms) // 2
    return any(part.start_ms <= middle < part.end_ms for part in parts)


def _in_english(segments: Sequence[Segment]) -> Transcript:
    ordered = sorted(segments, key=lambda segment: segment.start_ms)
    return Transcript(INTO, tuple(replace(segment, language=None) for segment in ordered))


def _must_be_another(translation: Sequence[Segment], original: Sequence[Segment]) -> None:
    ours, theirs = (
        [word.text for segment in each for word in segment.words] for each in (translation, original)
    )
    if len(ours) >= LEAST and LCSseq.similarity(ours, theirs) >= SAME * len(ours):
        raise StepFailed(
            "translate",
            "The speech model cannot translate: it gave the original back.",
            'Choose one that can: large-v3, medium or small; or take "en" out of `translate` in archive.toml.',
        )
