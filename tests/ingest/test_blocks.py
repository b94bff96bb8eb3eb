from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest import blocks

SOUND = np.full((1, 60_000), 200, np.uint8)  # ten minutes at one level


def test_short_speech_is_one_block_with_a_little_room():
    assert blocks.cut([(1000, 2000), (2500, 4000)], SOUND, 4050) == [(900, 4050)]


def test_blocks_are_cut_in_the_longest_silence():
    speech = [(0, 10_000), (10_200, 16_000), (18_000, 22_000), (22_300, 29_000), (29_100, 35_000)]
    assert blocks.cut(speech, SOUND, 35_000) == [(0, 16_100), (17_900, 35_000)]


def test_speech_without_any_silence_is_cut_where_it_is_faintest():
    levels = SOUND.copy()
    levels[:, 2000:2015] = 120
    first, second = blocks.cut([(0, 40_000)], levels, 40_000)
    assert first[1] == second[0]
    assert 20_000 <= first[1] <= 20_150


@given(
    st.lists(st.tuples(st.integers(1, 4000), st.integers(32, 90_000)), min_size=1, max_size=40),
)
def test_blocks_hold_all_speech_once_and_none_is_longer_than_the_recogniser_hears(parts):
    speech, at = [], 0
    for pause, spoken in parts:
        speech.append((at + pause, at + pause + spoken))
        at += pause + spoken
    levels = np.full((2, at // 10 + 1), 100, np.uint8)
    cut = blocks.cut(speech, levels, at)
    assert all(end - start <= 30_000 for start, end in cut)
    assert all(before[1] <= after[0] for before, after in pairwise(cut))
    for start, end in speech:
        covered = sum(max(min(end, last) - max(start, first), 0) for first, last in cut)
        assert covered == end - start
