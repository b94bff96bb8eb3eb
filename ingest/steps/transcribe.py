"""Step `transcribe`: from the mix to words with times and speakers, in blocks that are cut at silences."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ingest import blocks, speakers
from ingest.clip import Clip
from ingest.engines import captions
from ingest.engines.recogniser import Recogniser
from ingest.held import held
from ingest.step import Context, StepFunction
from ingest.transcript import Block, Segment, Transcript, Word
from media.errors import Stopped
from media.sound import Sound

RECIPE = 1  # raised when the same sound would become another transcript
DETECTED_IN = 5  # blocks in which the language is looked for, spread over the clip
NO_SOUND = Sound((), (), (), "", (), 0, None, None)
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km"})  # written without spaces between words


def settings(model: str, language: str | None, vocabulary: Sequence[str]) -> dict[str, object]:
    """What the step's outcome depends on besides the clip."""
    return {"recipe": RECIPE, "model": model, "language": language, "vocabulary": list(vocabulary)}


def step(
    recogniser: Callable[[], Recogniser], model: Callable[[], str], vocabulary: Sequence[str]
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
            language=clip.language,
            vocabulary=vocabulary,
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
    language: str | None = None,
    vocabulary: Sequence[str] = (),
    done: Mapping[int, Block] | None = None,
    keep: Callable[[int, Block], None] = lambda position, block: None,
    progress: Callable[[float], None] = lambda fraction: None,
    stop: threading.Event | None = None,
) -> Transcript:
    """Recognise a clip's sound; where nobody speaks, an empty transcript without language.

    Args:
        sound: from the step `sound`; its files are read in pieces.
        recogniser: gives the recogniser; not called where nothing is left to recognise.
        language: ISO 639-1 code; detected over several blocks where None.
        vocabulary: names that may be said.
        done: blocks that an earlier run finished, by position.
        keep: called with each block as soon as it is finished.
        progress: called with 0 to 1.
        stop: set by somebody else to end early.

    Raises:
        ModelMissing, RecogniserDied, Stopped.
    """
    if not sound.path or not sound.levels or not sound.speech:
        return Transcript(None)
    stretches = blocks.cut(sound.speech, np.load(sound.levels, mmap_mode="r"), sound.length_ms)
    finished = _fitting(done or {}, stretches)
    language = language or next((block.language for block in finished.values()), None)
    language = language or recogniser().detect(sound.path, _spread(stretches), stop)
    total = sum(end - start for start, end in stretches)
    spent = 0
    for position, stretch in enumerate(stretches):
        if stop and stop.is_set():
            raise Stopped("Recognising was stopped.", "Start again; finished blocks are kept.")
        if position not in finished:
            heard = recogniser().recognise(sound.path, stretch, language, vocabulary, stop)
            finished[position] = held(heard, sound.speech)
            keep(position, finished[position])
        spent += stretch[1] - stretch[0]
        progress(spent / total)
    return merged([finished[position] for position in range(len(stretches))], sound, language)


def _fitting(done: Mapping[int, Block], stretches: Sequence[tuple[int, int]]) -> dict[int, Block]:
    """The finished blocks that are still blocks of this sound, which may have been made again since."""
    places = dict(enumerate(stretches))
    return {
        place: block for place, block in done.items() if places.get(place) == (block.start_ms, block.end_ms)
    }


def merged(parts: Sequence[Block], sound: Sound, language: str) -> Transcript:
    """One transcript of all blocks, its words given to speakers and cut into segments."""
    words = [word for part in parts for word in part.words]
    notes = tuple(note for part in parts for note in part.notes)
    if not words:
        return Transcript(None, notes=notes)
    given = speakers.attribute(words, np.load(sound.levels), sound.speech) if sound.levels else tuple(words)
    cut = speakers.segments(given, spaced=language not in UNSPACED)
    return Transcript(language, cut, notes=notes)


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


def _spread(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """A few of the blocks, evenly over the clip, the longest of their neighbourhoods."""
    if len(stretches) <= DETECTED_IN:
        return list(stretches)
    edges = [len(stretches) * i // DETECTED_IN for i in range(DETECTED_IN + 1)]
    return [
        max(stretches[first:last], key=lambda stretch: stretch[1] - stretch[0])
        for first, last in pairwise(edges)
    ]
