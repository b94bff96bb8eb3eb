"""A correction in a transcript of 10,000 words is saved in under 200 ms, beside saving its bare text.

What somebody wrote is laid on the words that were heard, which keep their times, and kept as a revision that search
finds: on the disk, in a catalogue that holds other interviews. Beside it the least that a save could do: the same text
without a time, in one row, on the disk as well. One word is corrected, then 5 % are changed, inserted and deleted.

    python bench/correction.py [--words 10000] [--rounds 15]
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlite_utils import Database

from archive.catalogue import interviews, open_catalogue, revisions, transcripts
from ingest.revised import Line, revised
from ingest.transcript import Segment, Transcript, Word

A_SEGMENT = 12  # words
OTHERS = 20  # interviews


def speech(chance: random.Random, count: int) -> list[str]:
    """Words as often as speech has them (Zipf's law)."""
    ranks = range(1, 5000)
    return [f"word{rank}" for rank in chance.choices(ranks, [1 / rank for rank in ranks], k=count)]


def heard(chance: random.Random, count: int) -> Transcript:
    """Two people in turn, half a second a word."""
    words = [Word(text, 500 * n, 500 * n + 400, 0.9) for n, text in enumerate(speech(chance, count))]
    segments = (
        Segment(tuple(words[at : at + A_SEGMENT]), at // A_SEGMENT % 2) for at in range(0, count, A_SEGMENT)
    )
    return Transcript("en", tuple(segments), model="none")


def changed(chance: random.Random, lines: Sequence[Line], share: float) -> list[Line]:
    """The lines with so many of their words changed, doubled and left out."""
    found = []
    for line in lines:
        words: list[str] = []
        for word in line.words:
            fate = chance.random() / share
            words += (
                [] if fate < 1 / 3 else [word, word] if fate < 2 / 3 else [f"{word}x"] if fate < 1 else [word]
            )
        found.append(Line(tuple(words), line.speaker))
    return found


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """How long one call takes on the clock, and of the processor."""
    began, busy = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - busy)


def save(db: Database, slug: str, lines: Sequence[Line]) -> None:
    """What `archive transcript edit` does once the editor is closed."""
    before = transcripts.current(db, slug)
    assert before
    segments = revised(transcripts.as_segments(before), lines)
    revisions.keep(db, slug, segments, kind="corrected", author="Nora")


def least(db: Database, lines: Sequence[Line]) -> None:
    """The bare text in one row."""
    text = "\n".join(" ".join(line.words) for line in lines)
    db.execute("INSERT INTO runs (request) VALUES (?)", [f"{time.perf_counter()} {text}"])


def main() -> None:
    """Print the medians of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    chance = random.Random(5)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_catalogue(Path(folder, "archive.db"), write=True) as db,
    ):
        for number in range(OTHERS + 1):
            slug = interviews.create(db, title=f"Interview {number}", clips=())
            transcripts.save(db, slug, heard(chance, options.words), version="1")
        for share, name in ((1 / options.words, "one word corrected"), (0.05, "5 % of words changed")):
            ours, plain = [], []
            for _ in range(options.rounds):
                before = transcripts.current(db, slug)
                assert before
                lines = [Line(tuple(each.text.split()), each.speaker) for each in before.segments]
                lines = changed(chance, lines, share)
                ours.append(milliseconds(lambda lines=lines: save(db, slug, lines)))
                plain.append(milliseconds(lambda lines=lines: least(db, lines)))
            (a, c), (b, d) = (
                [statistics.median(each) for each in zip(*both, strict=True)] for both in (ours, plain)
            )
            print(
                f"{name:24}{a:7.0f} ms on the clock, {c:.0f} ms of the processor (goal: under 200);"
                f" bare text {b:.1f} and {d:.1f} ms, ratios {a / b:.0f} and {c / d:.0f}"
            )


if __name__ == "__main__":
    main()
