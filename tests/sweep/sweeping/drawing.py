"""Chance that can be had again: what is drawn depends on a seed and on what it is drawn for."""

import os
import random

SEED = os.environ["SWEEP_SEED"]  # tests/conftest.py knows it where nobody gave one


def by(seed: str, what: str) -> random.Random:
    """A source of chance for one purpose."""
    return random.Random(f"{seed} {what}")
