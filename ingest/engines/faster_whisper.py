"""Recognises speech with faster-whisper, one stretch of at most 30 s at a time."""

import os
import threading
import wave
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.engines import guards
from ingest.engines.models import has_gpu, missing_files
from ingest.engines.recogniser import Heard, Stretch
from ingest.errors import ModelMissing, StepFailed
from ingest.transcript import Block, Note, Word
from media.sound.model import RATE

JOINTS = ("'", "’", "-", "‐", "‑")
LEAST_PROBABLE = 0.001  # a hundred languages share what is left
REPETITIVE = 2.4  # Whisper's own threshold: text that zlib shrinks more than this is a loop


class _Windows:
    """What the encoder made of the windows of one stretch: a window is heard more than once, but encoded only once."""

    def __init__(self, encode: Callable[[NDArray[np.float32]], Any]) -> None:
        self._encode = encode
        self._known: list[tuple[NDArray[np.float32], Any]] = []

    def __call__(self, features: NDArray[np.float32]) -> Any:  # noqa: ANN401
        for known, encoded in self._known:
            if np.array_equal(known, features):
                return encoded
        self._known.append((features, self._encode(features)))
        return self._known[-1][1]

    @property
    def first(self) -> Any:  # noqa: ANN401
        return self._known[0][1] if self._known else None

    def forget(self) -> None:
        self._known = []


class FasterWhisper:
    """A loaded model. Not to be shared between threads: faster-whisper leaks memory then."""

    def __init__(self, folder: Path, *, device: str = "auto", compute_type: str = "auto") -> None:
        """Load a model.

        Args:
            folder: holds model.bin, config.json and tokenizer.json.
            device: "cpu", "cuda", or "auto" for a GPU where there is one.
            compute_type: CTranslate2's, or "auto": int8 on a CPU, float16 on a GPU.

        Raises:
            ModelMissing: the folder lacks a file or holds no model that can be loaded.
        """
        if lacking := missing_files(folder):
            raise ModelMissing(
                f"{folder}: the speech model has no {' and no '.join(lacking)}",
                "Copy the whole model folder.",
            )
        from faster_whisper import WhisperModel

        if device == "auto":
            device = "cuda" if has_gpu() else "cpu"
        if compute_type == "auto":
            compute_type = "float16" if device == "cuda" else "int8"
        threads = min(os.cpu_count() or 4, 8)
        try:
            self._model = WhisperModel(
                str(folder),
                device=device,
                compute_type=compute_type,
                cpu_threads=threads,
                local_files_only=True,
            )
        except Exception as error:  # a tokenizer.json that is none raises just that
            raise ModelMissing(
                f"{folder}: the speech model cannot be loaded ({error})",
                "Fetch it again, or choose another one with --model.",
            ) from error
        self._windows = _Windows(self._model.encode)
        self._model.encode = self._windows

    def detect(
        self, sound: Path, stretches: Sequence[Stretch], stop: threading.Event | None = None
    ) -> list[Heard]:
        """The language of each stretch, as `Recogniser.detect`."""
        if not self._model.model.is_multilingual:
            return [{"en": 1.0} for _ in stretches]
        return [self._heard(samples(sound, stretch)) for stretch in stretches]

    def _heard(self, sound: NDArray[np.float32]) -> Heard:
        self._windows.forget()
        _, _, found = self._model.detect_language(sound)
        return _probable(found)

    def recognise(
        self,
        sound: Path,
        stretch: Stretch,
        language: str,
        vocabulary: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Block:
        """The words of one stretch, as `Recogniser.recognise`."""
        return self._block(sound, stretch, language, vocabulary)

    def translate(
        self, sound: Path, stretch: Stretch, language: str, stop: threading.Event | None = None
    ) -> Block:
        """What is said in one stretch, as `Recogniser.translate`."""
        return self._block(sound, stretch, language, task="translate")

    def _block(
        self,
        sound: Path,
        stretch: Stretch,
        language: str,
        vocabulary: Sequence[str] = (),
        **task: str,
    ) -> Block:
        if language not in self._model.supported_languages:
            raise StepFailed(
                "transcribe",
                f"the speech model knows no language {language!r}",
                "Give a code such as en or fr with --language, or choose another model with --model.",
            )
        heard = samples(sound, stretch)
        self._windows.forget()
        found = self._sentences(heard, language, (), **task)
        if vocabulary and found:
            # A list of names helps a model to spell them, but can also make it skip what was said: whole
            # sentences, or everything. So it is heard both ways, and the model's own sureness decides.
            found = max(found, self._sentences(heard, language, vocabulary), key=_sureness)
        if any(each.compression_ratio > REPETITIVE for each in found) or guards.loop(_texts(found)):
            # Whisper's own way out, drawing at random, would give another transcript each time.
            found = self._sentences(heard, language, (), no_repeat_ngram_size=5, **task)
        kept, notes = _without_noise(found, stretch[0])
        words, loops = guards.without_loops(_words(kept, stretch[0]))
        return Block(*stretch, language, words, (*notes, *loops), self._sounds())

    def _sounds(self) -> Heard:
        """The language that the stretch sounds like that was just heard; of more than one window, the first."""
        if not self._model.model.is_multilingual or self._windows.first is None:
            return {}
        (found,) = self._model.model.detect_language(self._windows.first)
        return _probable((token[2:-2], probability) for token, probability in found)

    def _sentences(
        self,
        heard: NDArray[np.float32],
        language: str,
        vocabulary: Sequence[str],
        **options: Any,  # noqa: ANN401
    ) -> list[Any]:
        found, _ = self._model.transcribe(
            heard,
            language=language,
            hotwords=", ".join(vocabulary) or None,
            temperature=[0.0],
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            no_speech_threshold=None,  # decided in _without_noise, which leaves a note
            **options,
        )
        return list(found)


def samples(sound: Path, stretch: Stretch) -> NDArray[np.float32]:
    """A stretch of a WAV of 16 kHz, mono, 16 bits, as -1 to 1; shorter where the file ends."""
    with wave.open(str(sound), "rb") as file:
        first = min(max(stretch[0], 0) * RATE // 1000, file.getnframes())
        file.setpos(first)
        raw = file.readframes(max(stretch[1] * RATE // 1000 - first, 0))
    return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)


def _probable(found: Iterable[tuple[str, float]]) -> Heard:
    return {
        language: round(probability, 4) for language, probability in found if probability >= LEAST_PROBABLE
    }


def _sureness(sentences: list[Any]) -> float:
    """The average log probability of all that was heard; nothing is the least sure."""
    length = sum(len(each.tokens) for each in sentences)
    return sum(each.avg_logprob * len(each.tokens) for each in sentences) / length if length else -100.0


def _texts(sentences: Iterable[Any]) -> list[str]:
    return [word.word.strip() for sentence in sentences for word in sentence.words or ()]


def _without_noise(sentences: list[Any], offset: int) -> tuple[list[Any], list[Note]]:
    kept, notes = [], []
    for sentence in sentences:
        if guards.nobody(sentence.no_speech_prob, sentence.avg_logprob):
            start, end = (offset + round(seconds * 1000) for seconds in (sentence.start, sentence.end))
            notes.append(Note(start, end, "left out, nobody seems to speak there"))
        else:
            kept.append(sentence)
    return kept, notes


def _words(sentences: list[Any], offset: int) -> list[Word]:
    """The words of sentences; faster-whisper parts "J" from "'aime" and "voulez" from "-vous"."""
    found: list[Word] = []
    for sentence in sentences:
        for word in sentence.words or ():
            start, end = offset + round(word.start * 1000), offset + round(word.end * 1000)
            heard = Word(word.word.strip(), start, max(end, start), round(float(word.probability), 3))
            if found and _continues(word.word, found[-1].text):
                found[-1] = _together(found[-1], heard)
            elif heard.text:
                found.append(heard)
    return found


def _continues(text: str, before: str) -> bool:
    """Whether a part goes on the word before; that there is no space is not enough for Chinese and its like."""
    return not text[:1].isspace() and (text[:1] in JOINTS or before[-1] in JOINTS)


def _together(first: Word, second: Word) -> Word:
    return Word(
        first.text + second.text,
        first.start_ms,
        max(first.end_ms, second.end_ms),
        min(first.probability, second.probability),
    )
