"""Two recordings of one conversation find their place beside each other by sound."""

import numpy as np
import pytest

from media.sound.alignment import aligned

RATE = 16_000
SENTENCES = ("en-01", "en-02", "en-03", "en-05")


@pytest.fixture(scope="module")
def talk(footage):
    """Forty seconds in which somebody speaks now and then, without any noise."""
    said = [(SENTENCES[place % len(SENTENCES)], place * 3.7 + place % 3 * 0.4, 0) for place in range(11)]
    return footage.sound(said, length=42, noise_db=None)[0][:, 0]


def heard(talk, start, *, drift=0.0, seconds=None, noise_db=-50, seed=0):
    """What another device hears of it from a moment on, with its own noise and echo; its clock may run away."""
    count = round((seconds or len(talk) / RATE - max(start, 0)) * RATE)
    moments = (start + np.arange(count) / RATE * (1 + drift)) * RATE
    sound = np.interp(moments, np.arange(len(talk)), talk, left=0, right=0)
    echo = np.zeros(1200)
    echo[[0, 500, 1199]] = 0.5, 0.2, 0.1
    noise = np.random.default_rng(seed).standard_normal(count) * 10 ** (noise_db / 20)
    return (np.convolve(sound, echo)[:count] + noise).astype(np.float32)


@pytest.mark.parametrize("start", [-4.2, 0.0, 0.013, 7.77])
def test_the_place_is_found_to_the_millisecond(talk, start):
    found = aligned(heard(talk, 0), heard(talk, start, seed=1), RATE)
    assert found
    assert found.offset == pytest.approx(start, abs=0.001)
    assert found.drift == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("noise_db", [-50, -35])
def test_a_clock_that_runs_away_is_measured(talk, noise_db):
    found = aligned(heard(talk, 0), heard(talk, 2, drift=5e-4, noise_db=noise_db, seed=1), RATE)
    assert found
    assert found.drift == pytest.approx(5e-4, abs=5e-5)
    assert found.offset == pytest.approx(2, abs=0.002)


def test_a_piece_in_which_something_else_is_heard_bends_nothing(talk):
    other = heard(talk, 3, seed=1)
    other[8 * RATE : 16 * RATE] = np.random.default_rng(2).standard_normal(8 * RATE) * 0.2
    found = aligned(heard(talk, 0), other, RATE)
    assert found
    assert found.offset == pytest.approx(3, abs=0.001)
    assert found.agreed < 1


def test_two_conversations_have_no_place(talk):
    assert aligned(heard(talk, 0), heard(talk[::-1], 0, seed=1), RATE) is None


@pytest.mark.parametrize("seconds", [0.001, 5])
def test_too_little_sound_has_no_place(talk, seconds):
    assert aligned(heard(talk, 0), heard(talk, 10, seconds=seconds), RATE) is None
