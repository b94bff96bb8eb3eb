"""Blocks of a clip, heard one after the other; what an earlier run finished is taken as it is."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ingest import blocks
from ingest.engines.recogniser import Stretch
from ingest.held import held
from ingest.languages import Passage
from ingest.transcript import Block
from media.errors import Stopped
from media.sound import Sound


@dataclass(slots=True)
class Hearing:
    """What is done by whoever hears the blocks of one clip.

    Attributes:
        ask: gives what is said in a stretch that is in a language.
        keep: called with each block, and its position, as soon as it is finished.
        progress: called with 0 to 1.
        stop: set by somebody else to end early.
        finished: blocks by where they lie and by their language.
    """

    ask: Callable[[Stretch, str], Block]
    keep: Callable[[int, Block], None] = lambda position, block: None
    progress: Callable[[float], None] = lambda fraction: None
    stop: threading.Event | None = None
    finished: dict[tuple[Stretch, str], Block] = field(default_factory=dict)

    def remember(self, done: Mapping[int, Block]) -> None:
        """Take blocks of an earlier run; those that are no blocks of today's sound are not used."""
        for block in done.values():
            self.finished[(block.start_ms, block.end_ms), block.language] = block

    def hear(
        self, sound: Sound, passages: Sequence[Passage], goes_on: Callable[[Block], bool] = lambda block: True
    ) -> tuple[Block, ...] | None:
        """The blocks of some passages of a clip's sound.

        Args:
            sound: with its files.
            passages: in order.
            goes_on: called with each block; None is the answer where it says no.

        Raises:
            Stopped.
        """
        wanted = _cut(sound, passages)
        total = sum(end - start for _, (start, end) in wanted)
        result, spent = [], 0
        for position, (language, stretch) in enumerate(wanted):
            must_go_on(self.stop)
            block = self._block(sound, position, stretch, language)
            if not goes_on(block):
                return None
            result.append(block)
            spent += stretch[1] - stretch[0]
            self.progress(spent / total)
        return tuple(result)

    def _block(self, sound: Sound, position: int, stretch: Stretch, language: str) -> Block:
        if (stretch, language) not in self.finished:
            block = held(self.ask(stretch, language), sound.speech)
            self.finished[stretch, language] = block
            self.keep(position, block)
        return self.finished[stretch, language]


def must_go_on(stop: threading.Event | None) -> None:
    """End here where somebody asked for that.

    Raises:
        Stopped.
    """
    if stop and stop.is_set():
        raise Stopped("Recognising was stopped.", "Start again; finished blocks are kept.")


def _cut(sound: Sound, passages: Sequence[Passage]) -> list[tuple[str, Stretch]]:
    assert sound.levels
    parts = [_inside(sound.speech, passage) for passage in passages]
    found = blocks.cut_apart(parts, np.load(sound.levels, mmap_mode="r"), sound.length_ms)
    return [(passages[place].language, stretch) for place, stretch in found]


def _inside(speech: Sequence[Stretch], passage: Passage) -> list[Stretch]:
    parts = ((max(start, passage.start_ms), min(end, passage.end_ms)) for start, end in speech)
    return [(start, end) for start, end in parts if start < end]
