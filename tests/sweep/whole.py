"""Run the sweeps whole; killed and begun again they go on. Their result is kept in docs/promises.md.

    python tests/sweep/whole.py [PIECE]... [--seed S] [--jobs N]

What was seen so far lies in .sweep/, a file a sweep, and counts for one commit and one seed.
"""

import argparse
import functools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conftest import Footage
from sweeping import operation, power, results
from sweeping.drawing import SEED
from sweeping.footage import card_with_speech
from sweeping.operation import Operation, Reference
from sweeping.pieces import PIECES, Bench, Case
from sweeping.results import Seen, State
from sweeping.running import ROOT

STATE = ROOT / ".sweep"


def main() -> None:
    """Run the pieces asked for, all by default; ends with 1 where something was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pieces", nargs="*", help=f"any of {', '.join(PIECES)}")
    parser.add_argument("--seed", default=SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    if unknown := set(asked.pieces) - set(PIECES):
        parser.error(f"no such sweep: {', '.join(sorted(unknown))}")
    wrong, blind = 0, []
    with bench(asked.seed) as made:
        for piece in asked.pieces or PIECES:
            seen = swept(piece, made, asked.jobs)
            if seen:
                results.write(seen, commit(), asked.seed)
            wrong += sum(one.unexpected for one in seen)
            blind += results.blind(seen)
    if wrong or blind:
        sys.exit(
            "\n".join((f"{wrong} cases were not as promised.", *(f"Saw nothing: {row}" for row in blind)))
        )


@contextmanager
def bench(seed: str) -> Iterator[Bench]:
    """A folder with a card, in which every operation is run once undisturbed, when a case asks for it."""
    with operation.folder() as folder:
        card = card_with_speech(Footage(), folder / "CARD")

        @functools.cache
        def reference(make: Callable[[Path], Operation]) -> Reference:
            kept = folder / make.__name__
            kept.mkdir()
            return operation.reference(make(card), kept)

        @functools.cache
        def disk(make: Callable[[Path], Operation]) -> Path:
            kept = folder / f"{make.__name__}-disk"
            kept.mkdir()
            return power.disk(reference(make), kept)

        yield Bench(reference, disk, seed)


def swept(piece: str, made: Bench, jobs: int) -> list[Seen]:
    """Do every case of a piece that has not been done, `jobs` at a time, and return what was seen of all."""
    state = State(STATE / f"{piece}.jsonl", f"{commit()} {made.seed}")
    cases = list(PIECES[piece](made))
    left = [case for case in cases if case.key not in state.known]
    print(f"{piece}: {len(cases)} cases, {len(left)} of them to do, seed {made.seed}", flush=True)
    progress = Progress(piece, len(left))
    with ThreadPoolExecutor(jobs) as workers:
        try:
            for seen in workers.map(seen_of, left):
                state.add(seen)
                progress.show(seen)
        except BaseException:
            workers.shutdown(
                cancel_futures=True
            )  # Ctrl-C waits for the cases that are being done, and no others
            raise
    return [state.known[case.key] for case in cases]


def seen_of(case: Case) -> Seen:
    """Do a case; that the sweep itself fails at it is a finding, too."""
    try:
        outcome = case.go()
    except Exception as error:
        return Seen(case.row, case.key, True, [f"the sweep failed: {error!r}"])
    return Seen(case.row, case.key, outcome.met, [f"{outcome.case}: {one}" for one in outcome.wrong])


@functools.cache
def commit() -> str:
    """The commit that is swept, with a + where the folder holds something else."""
    changed = _git("status", "--porcelain", "--", "archive", "ingest", "media", "tests/sweep")
    return _git("rev-parse", "--short=12", "HEAD") + "+" * bool(changed)


def _git(*command: str) -> str:
    asked = ["git", "-C", str(ROOT), *command]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


@dataclass(slots=True)
class Progress:
    """Lines that say how far a sweep is."""

    piece: str
    total: int
    done: int = 0
    began: float = 0.0

    def show(self, seen: Seen) -> None:
        """A case more is done."""
        self.began = self.began or time.monotonic()
        self.done += 1
        for line in seen.wrong if seen.unexpected else ():
            print(f"  WRONG {line}", flush=True)
        if self.done % 10 == 0 or self.done == self.total:
            took = time.monotonic() - self.began
            print(f"  {self.piece} {self.done} of {self.total}, {took / 60:.0f} min", flush=True)


if __name__ == "__main__":
    main()
