"""What the samples of the sweeps share: a small card, commands that were run on it undisturbed, and the seed.

`make sweep` runs the same cases whole (whole.py); here a few of each are drawn by chance. SWEEP_SEED draws others.
"""

import functools
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sweeping import operation, power, tracing
from sweeping.drawing import SEED, by
from sweeping.footage import card_with_speech
from sweeping.operation import Operation, Reference
from sweeping.running import NOBODY, why_no_other_user

References = Callable[[Callable[[Path], Operation]], Reference]


@pytest.fixture(scope="session")
def bench() -> Iterator[Path]:
    """A folder that any user may look into."""
    with operation.folder() as made:
        yield made


@pytest.fixture(scope="session")
def references(footage, bench) -> References:
    """Each operation as it is when nothing disturbs it, on a card of two clips and a sidecar."""
    card = card_with_speech(footage, bench / "CARD")

    @functools.cache
    def undisturbed(make: Callable[[Path], Operation]) -> Reference:
        kept = bench / make.__name__
        kept.mkdir()
        return operation.reference(make(card), kept)

    return undisturbed


@pytest.fixture(scope="session")
def disks(references, bench) -> Callable[[Callable[[Path], Operation]], Path]:
    """The disk on which each operation begins."""
    if why := power.why_not():
        pytest.skip(why)

    @functools.cache
    def begun(make: Callable[[Path], Operation]) -> Path:
        kept = bench / f"{make.__name__}-disk"
        kept.mkdir()
        return power.disk(references(make), kept)

    return begun


@pytest.fixture
def strace() -> None:
    """Skips where no call can be tampered with."""
    if why := tracing.why_not():
        pytest.skip(why)


@pytest.fixture
def chance(request) -> random.Random:
    """What this test draws by; the seed and the test's name decide what."""
    return by(SEED, request.node.name)


@pytest.fixture
def user(chance) -> int | None:
    """Who runs the command: ourselves or, where we are root, now and then a user who may do nothing elsewhere."""
    return None if why_no_other_user() else chance.choice([None, NOBODY])
