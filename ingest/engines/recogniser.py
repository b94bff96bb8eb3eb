"""What a step asks of whoever recognises speech: a language, and the words of one stretch of sound."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ingest.transcript import Block

Stretch = tuple[int, int]  # (start, end) in milliseconds from the clip's time zero
Heard = Mapping[str, float]  # how probable each language is, by its ISO 639-1 code


class Recogniser(Protocol):
    """Hears speech in a WAV of 16 kHz, mono, 16 bits."""

    def detect(
        self, sound: Path, stretches: Sequence[Stretch], stop: threading.Event | None = None
    ) -> Sequence[Heard]:
        """The language of each of these stretches; of one that is longer than 30 s, of its beginning.

        Raises:
            ModelMissing, RecogniserDied, Stopped.
        """
        ...

    def recognise(
        self,
        sound: Path,
        stretch: Stretch,
        language: str,
        vocabulary: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Block:
        """The words of one stretch of at most 30 s, and which language it sounds like.

        Args:
            sound: the file.
            stretch: where in it.
            language: ISO 639-1 code.
            vocabulary: names that may be said, the most important first.
            stop: set by somebody else to end within a second.

        Raises:
            ModelMissing, RecogniserDied, Stopped.
        """
        ...

    def translate(
        self, sound: Path, stretch: Stretch, language: str, stop: threading.Event | None = None
    ) -> Block:
        """What is said in one stretch of at most 30 s in a language, in English words.

        Raises:
            ModelMissing, RecogniserDied, Stopped.
        """
        ...
