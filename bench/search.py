"""Quote search beside plain FTS5 with a row a segment and BM25, on made-up interviews.

Claim: our search is quicker than plain FTS5 where that is slow (common words), and what it finds is exact to
the word, over the borders of segments too. Speech is drawn from a vocabulary that follows Zipf's law, 667
segments an hour, two hours an interview. Both sides answer each query on the same database, one right after the
other, with at most twenty hits. Prints medians and ratios (ours over theirs: below 1 ours is the quicker), and
the size of both indexes over that of the words.

    python bench/search.py [--segments 100000] [--rounds 9]
"""

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlite_utils import Database

from archive.catalogue import interviews, open_catalogue, transcripts
from archive.catalogue.description import Description
from archive.search import facets, search
from ingest.transcript import Segment, Transcript, Word

VOCABULARY = 40_000
AN_INTERVIEW = 1_334  # segments

PLAIN = """
SELECT segments.text, segments.start_ms, segments.end_ms, interviews.slug, interviews.title, speakers.name
FROM segments_fts JOIN segments ON segments.id = segments_fts.rowid
JOIN transcripts ON transcripts.id = segments.transcript_id
JOIN interviews ON interviews.id = transcripts.interview_id
LEFT JOIN speakers ON speakers.id = segments.speaker_id
WHERE segments_fts MATCH ? ORDER BY segments_fts.rank LIMIT 20
"""


def vocabulary() -> list[str]:
    """Words that can be told apart by their beginnings, the most frequent the shortest."""
    syllables = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
    lengths = (itertools.product(syllables, repeat=length) for length in (1, 2, 3))
    words = ["".join(parts) for parts in itertools.islice(itertools.chain(*lengths), 4 * VOCABULARY)]
    return sorted(random.Random(3).sample(words, VOCABULARY), key=len)


def said(count: int) -> Iterator[list[str]]:
    """Segments of 4 to 18 words, drawn by Zipf's law in Mandelbrot's form."""
    words = vocabulary()
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    chooser = random.Random(7)
    for _ in range(count):
        yield chooser.choices(words, cum_weights=weights, k=chooser.randint(4, 18))


def spoken(segments: list[list[str]]) -> Transcript:
    """Two people in turn, half a second a word."""
    made, start = [], 0
    for number, words in enumerate(segments):
        made.append(
            Segment(
                tuple(
                    Word(word, start + 500 * n, start + 500 * n + 400, 0.9) for n, word in enumerate(words)
                ),
                channel=number % 2,
            )
        )
        start += 500 * len(words)
    return Transcript("en", tuple(made), model="none")


def fill(db: Database, count: int) -> Counter[str]:
    """Put so many segments into the catalogue; returns in how many of them each word stands."""
    seen: Counter[str] = Counter()
    segments = said(count)
    for number in itertools.count():
        part = list(itertools.islice(segments, AN_INTERVIEW))
        if not part:
            return seen
        clip = f"{number:032x}"
        db.execute(
            "INSERT INTO clips (hash, name, path, size, kind, duration, rate, start_timecode)"
            " VALUES (?, ?, ?, 1, 'video', '7337', '25', '10:00:00:00')",
            [clip, f"C{number:04}.mov", f"originals/{clip[:12]}/C{number:04}.mov"],
        )
        slug = interviews.create(
            db,
            title=f"Interview {number}",
            clips=[(clip, Fraction(0))],
            about=Description(place=f"City {number % 12}"),
        )
        transcripts.save(db, slug, spoken(part), version="1")
        seen.update(word for words in part for word in set(words))
    raise AssertionError


def queries(seen: Counter[str], count: int) -> dict[str, tuple[str, str]]:
    """What is asked, each as people type it and as FTS5 wants it."""
    common = [word for word, _ in seen.most_common(3)]
    per_cent = min(seen, key=lambda word: abs(seen[word] - count / 100))
    rare = min(seen, key=lambda word: abs(seen[word] - 5))
    beginning = per_cent[:3]
    return {
        f"a word in {seen[common[0]] / count:.0%} of segments": (common[0], common[0]),
        "a word in 1 %": (per_cent, per_cent),
        "a word said five times": (rare, rare),
        "two common words": (" ".join(common[:2]), f"{common[0]} AND {common[1]}"),
        "three common words": (" ".join(common), " AND ".join(common)),
        "a common phrase": (f'"{common[0]} {common[1]}"', f'"{common[0]} {common[1]}"'),
        f"a beginning, {beginning}*": (f"{beginning}*", f"{beginning}*"),
        "a word without another": (f"{common[0]} -{common[1]}", f"{common[0]} NOT {common[1]}"),
    }


def milliseconds(work: Callable[[], object]) -> float:
    """How long the processor is at `work`, whatever else the machine does."""
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def compare(db: Database, asked: dict[str, tuple[str, str]], rounds: int) -> None:
    """Print each query's medians side by side, in milliseconds of processor time."""
    print(f"{'milliseconds':34}{'ours':>8}{'plain':>8}{'ratio':>8}{'facets':>8}")
    for name, (typed, expression) in asked.items():
        ours, plain, counted = [], [], []
        for _ in range(rounds):
            ours.append(milliseconds(lambda typed=typed: search(db, typed)))
            plain.append(
                milliseconds(lambda expression=expression: db.execute(PLAIN, [expression]).fetchall())
            )
            counted.append(milliseconds(lambda typed=typed: facets(db, typed)))
        a, b, c = (statistics.median(figures) for figures in (ours, plain, counted))
        print(f"{name:34}{a:8.1f}{b:8.1f}{a / b:8.2f}{c:8.1f}")


def sizes(db: Database) -> None:
    """Print what the indexes take, over the size of what is said."""
    (text,) = db.execute("SELECT sum(length(text)) FROM segments").fetchone()
    for name, tables in {
        "our index": ("folded_fts_data", "folded_fts_idx", "folded_fts_docsize"),
        "the text it is exact by": ("folded",),
        "index of a row a segment": ("segments_fts_data", "segments_fts_idx", "segments_fts_docsize"),
    }.items():
        marks = ", ".join("?" * len(tables))
        (size,) = db.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({marks})", tables).fetchone()  # noqa: S608
        print(f"{name:34}{size / text:8.2f} of the text")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--segments", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "archive.db")
        seen: Counter[str] = Counter()
        with open_catalogue(path, write=True) as db:
            each = 1000 * milliseconds(lambda: seen.update(fill(db, options.segments))) / options.segments
            print(f"{options.segments} segments written, {each:.0f} microseconds each")
        with open_catalogue(path, write=False) as db:
            compare(db, queries(seen, options.segments), options.rounds)
            sizes(db)


if __name__ == "__main__":
    main()
