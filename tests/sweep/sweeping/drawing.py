"""Chance that can be had again: what is drawn depends on a seed and on what it is drawn for."""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

SEED = os.environ["SWEEP_SEED"]  # tests/conftest.py knows it where nobody gave one

T = TypeVar("T")


def drawn(among: Sequence[T], *, seed: str, test: str) -> T:
    """One of many."""
    return among[by(seed, test).randrange(len(among))]


def by(seed: str, what: str) -> random.Random:
    """A source of chance for one purpose."""
    return random.Random(f"{seed} {what}")
