"""What docs/promises.md says: its words, the table of the tests that are marked as faults, the last sweep.

The marks are read from the files of the tests, which need not be imported for it.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- The last result of make sweep -->", "<!-- End of the result -->"
AREAS = (
    "cards",
    "names",
    "media",
    "disk",
    "kill",
    "power",
    "two at once",
    "clock",
    "SQLite",
    "recogniser",
    "hub",
    "looking after",
)

WORDS = """# What is promised

Made from the tests by `python tools/docs.py`; the result of the sweeps by `make sweep`.

A crew formats the card because this program says that it may. This is what it promises, and how that is held:

- **Safe is said only when it is so.** A file counts as copied when it was read back from the disk that it was written
  to, has its name there, and that is recorded, all of it past the disk's memory. Then, and not before, it is said.
- **What was said stays true.** Killed, out of power, out of room, with a card pulled out: what was said to be done is
  there afterwards.
- **Running again is always right.** However a run ended, the next one completes it, and the archive is then the same,
  row for row and file for file, as if nothing had happened. One more run does nothing.
- **Nothing of yours is changed or deleted.** Cards are only read. No file is written over another one, and an original
  that is damaged is named, never removed.
- **Errors are sentences.** They say which file, why, what is safe and what to do; the exit code says it to scripts.

## What it cannot see

- **What was wrong before the copy.** The copy of a damaged card is as damaged as the card. Every clip is decoded once,
  and most decoders tell: with 1,000 bytes changed in the middle of six clips each, those of H.264, MJPEG and DNxHD told
  of all six, ProRes' of three, HEVC's of none. What helps here is a card's own MHL list, and it is checked.
- **A reader that reads the same wrong bytes twice**, and a disk that says it has flushed and has not.
- **What nobody decided.** A second copy is made when `--also` says where, and a backup when `archive backup` is run.

## What happens when

{count} faults, each with the test that makes it and looks what happens: {areas}.

"""

SWEEPS = """
## The sweeps

Those are faults that somebody thought of. So the command is also killed, cut off and refused at every place there is:

- **Kill**: at every boundary between two steps, at random moments, at every write, flush, rename, link and unlink.
- **Power**: it goes at every flush. The archive lies on an ext4 in a file, mounted so that it writes nothing of its own
  accord, and what was given to it is copied while it is mounted.
- **Call**: every write, flush, rename and read fails, once with EIO and once with ENOSPC.
- **Actions**: cards are ingested, unplugged, renamed and damaged, runs are killed, the archive is verified, repaired,
  backed up and restored, in an order drawn by chance; after each the whole of it is looked at.
- **Cameras**: half an hour of two cameras and of a recorder whose clock runs fast is made one interview, in sync within
  a frame at both ends.

Calls are killed and refused by `strace`, which Linux alone has; only root may mount a disk. Where one of them is
missing those cases are skipped with the reason. Run by root, half of the cases are those of a user without rights.

The same is done to a naive copy, and to commands whose fsync does nothing: there the sweeps have to find something, or
they fail. "Came too late" counts kills that found a run at its end, and calls that a run did not make.

`make test` does a few cases of each, drawn by a seed (`SWEEP_SEED`). `make sweep` does all of them (`PIECE=power` one
sweep alone), and goes on where it was when it was killed.

"""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A row: in which area, what goes in, what happens, and the test that shows it."""

    area: int
    given: str
    then: str
    test: str


def page(old: str) -> str:
    """The whole page; the result of the last sweep is taken from the old one."""
    rows = sorted(set(faults(ROOT / "tests")))
    counted = Counter(AREAS[row.area] for row in rows)
    areas = ", ".join(f"{area} {counted[area]}" for area in AREAS if counted[area])
    table = "| area | what goes in | what happens | test |\n|---|---|---|---|\n"
    table += "".join(f"| {AREAS[row.area]} | {row.given} | {row.then} | {row.test} |\n" for row in rows)
    begun, result = old.partition(BEGIN)[1:] if BEGIN in old else ("", "")
    kept = result.partition(END)[0] if begun else "\n\nNot run yet.\n\n"
    return WORDS.format(count=len(rows), areas=areas) + table + SWEEPS + BEGIN + kept + END + "\n"


def faults(tests: Path) -> Iterator[Fault]:
    """Every mark on every test, or on one of its parameters."""
    for file in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for test in tree.body:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                where = f"`{file.relative_to(tests)}::{test.name}`"
                for mark in (call for each in test.decorator_list for call in ast.walk(each)):
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.fault":
                        yield _fault([_text(one, named, where) for one in mark.args], where)


def _fault(said: list[str], where: str) -> Fault:
    if len(said) != 3 or said[0] not in AREAS:
        raise SystemExit(f"{where}: the mark is fault(area, given, then), the area one of {', '.join(AREAS)}")
    area, given, then = said
    return Fault(AREAS.index(area), given.replace("|", "\\|"), then.replace("|", "\\|"), where)


def _text(node: ast.expr, named: dict[str, ast.expr], where: str) -> str:
    """A string, or a name that stands for one in the same file."""
    while isinstance(node, ast.Name) and node.id in named:
        node = named[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise SystemExit(f"{where}: what a fault is marked with must be written out, not {ast.unparse(node)}")
