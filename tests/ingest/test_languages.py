"""Which language is spoken where, from what single turns sound like."""

from itertools import pairwise

import numpy as np
import pytest

from ingest import turns
from ingest.languages import FEWEST, FIRST, Passage, Wanted, passages, surprising, told
from ingest.turns import Turn


def sure(language: str, share: float = 0.97) -> dict[str, float]:
    other = "fr" if language == "en" else "en"
    return {language: share, other: 1 - share}


def turn(length_s: float, channel: int = 0, start_s: float = 0) -> Turn:
    return Turn(round(start_s * 1000), round((start_s + length_s) * 1000), channel)


def row(*lengths: float, channels: tuple[int, ...] = ()) -> list[Turn]:
    """Turns one after the other."""
    found: list[Turn] = []
    for place, length in enumerate(lengths):
        start = found[-1].end_ms / 1000 + 1 if found else 0
        found.append(turn(length, channels[place] if channels else 0, start))
    return found


class Listener:
    """Answers what was prepared for each turn, by its start, and notes what it was asked."""

    def __init__(self, spoken: list[Turn], heard: list[dict[str, float]]) -> None:
        self.heard = {
            (each.start_ms, each.end_ms): shares for each, shares in zip(spoken, heard, strict=True)
        }
        self.asked: list[tuple[int, int]] = []

    def __call__(self, stretches):
        self.asked += stretches
        return [self.heard[each] for each in stretches]


@pytest.mark.parametrize(
    ("lengths", "channels", "heard", "expected"),
    [
        ((3, 20), (), [sure("en"), sure("fr")], "en fr"),
        ((2, 9, 2.5, 12), (), [sure("en"), sure("fr"), sure("en"), sure("fr")], "en fr en fr"),
        ((8, 1.2, 9), (), [sure("fr"), sure("en", 0.7), sure("fr")], "fr fr fr"),
        ((8, 1.2, 9), (), [sure("fr"), sure("en", 0.99), sure("fr")], "fr fr fr"),
        ((8, 4, 9), (), [sure("fr"), sure("en", 0.6), sure("fr")], "fr fr fr"),
        ((8, 4, 9), (), [sure("fr"), sure("en", 0.99), sure("fr")], "fr en fr"),
        ((8, 1.2, 9, 3), (0, 1, 0, 1), [sure("fr"), sure("en", 0.9), sure("fr"), sure("en")], "fr en fr en"),
        ((8, 0.5, 9, 3), (0, 1, 0, 1), [sure("fr"), None, sure("fr"), sure("en")], "fr en fr en"),
        ((8, 0.5, 9), (), [sure("fr"), None, sure("fr")], "fr fr fr"),
        ((8, 5), (), [sure("fr"), {}], "fr fr"),
    ],
    ids=[
        "a question and its answer",
        "two of each",
        "a short unsure turn between two sure ones",
        "a turn of a second, however sure",
        "a longer unsure turn",
        "a longer sure turn",
        "a short sure turn at another microphone",
        "a turn that is too short at a microphone of the other language",
        "a turn that is too short",
        "a turn in none of the languages that may be",
    ],
)
def test_a_change_of_language_is_believed_where_it_is_sure(lengths, channels, heard, expected):
    known = {place: shares for place, shares in enumerate(heard) if shares is not None}
    assert told(row(*lengths, channels=channels), known, "fr") == expected.split()


@pytest.mark.parametrize(("turns", "listened"), [(3, 3), (50, FEWEST), (200, 14), (900, FIRST)])
def test_where_all_turns_that_are_tried_speak_one_language_no_more_are_listened_to(turns, listened):
    """Of 4 s each: to hear a turn costs half as much as the words of half a minute."""
    spoken = row(*[4.0] * turns)
    listener = Listener(spoken, [sure("fr")] * turns)
    assert passages(spoken, listener, Wanted()) == (Passage("fr", 0, spoken[-1].end_ms),)
    assert len(listener.asked) == listened
    assert listener.asked[0] == (0, 4000)
    assert listener.asked[-1][0] >= spoken[turns * (listened - 1) // listened].start_ms


def test_where_one_of_them_speaks_another_one_every_turn_is_listened_to_once():
    spoken = row(*[4.0] * 100)
    heard = [sure("en") if place % 10 < 3 else sure("fr") for place in range(100)]
    listener = Listener(spoken, heard)
    found = passages(spoken, listener, Wanted())
    assert [each.language for each in found] == ["en", "fr"] * 10
    assert [each.start_ms for each in found[:3]] == [spoken[place].start_ms for place in (0, 3, 10)]
    assert sorted(listener.asked) == [(each.start_ms, each.end_ms) for each in spoken]


@pytest.mark.parametrize("wanted", [Wanted("fr"), Wanted(among=("fr",)), Wanted("fr", ("fr",))])
def test_nobody_listens_where_there_is_no_choice(wanted):
    spoken = row(4, 5)
    assert [each.language for each in passages(spoken, Listener(spoken, [{}, {}]), wanted)] == ["fr"]


def test_a_given_language_is_the_clips_own_and_the_settings_say_what_else_there_is():
    spoken = row(4, 5)
    heard = [sure("en"), {"cy": 0.9, "en": 0.06, "fr": 0.04}]
    found = passages(spoken, Listener(spoken, heard), Wanted("fr", ("en",)))
    assert [each.language for each in found] == ["en"]
    found = passages(spoken, Listener(spoken, [sure("en"), sure("fr", 0.8)]), Wanted("fr", ("en",)))
    assert [each.language for each in found] == ["en", "fr"]


def test_a_language_that_may_not_be_is_never_told():
    spoken = row(4, 5)
    heard = [{"cy": 0.9, "en": 0.08, "fr": 0.02}, {"cy": 0.99, "en": 0.01}]
    (found,) = passages(spoken, Listener(spoken, heard), Wanted(among=("en", "fr")))
    assert found.language == "en"
    (found,) = passages(spoken, Listener(spoken, [{"cy": 1.0}] * 2), Wanted(among=("en", "fr")))
    assert found.language == "en"


def test_an_unsure_clip_speaks_what_the_clip_before_it_spoke():
    spoken = row(2)
    (found,) = passages(spoken, Listener(spoken, [sure("en", 0.6)]), Wanted(earlier="fr"))
    assert found.language == "fr"
    (found,) = passages(spoken, Listener(spoken, [sure("en", 0.6)]), Wanted(earlier="it", among=("en", "fr")))
    assert found.language == "en"


def test_a_clip_of_one_short_word_is_listened_to_all_the_same():
    spoken = row(0.4)
    (found,) = passages(spoken, Listener(spoken, [sure("fr", 0.7)]), Wanted())
    assert found.language == "fr"


def test_a_block_surprises_only_where_it_is_sure_and_another_language_may_be():
    assert surprising(sure("en"), "fr", Wanted())
    assert surprising(sure("en"), "fr", Wanted("fr", ("en",)))
    assert not surprising(sure("en", 0.7), "fr", Wanted())
    assert not surprising(sure("fr"), "fr", Wanted())
    assert not surprising(sure("en"), "fr", Wanted("fr"))
    assert not surprising({"cy": 1.0}, "fr", Wanted("fr", ("en",)))
    assert not surprising({}, "fr", Wanted())


def test_turns_end_at_pauses_and_where_another_microphone_goes_on():
    levels = np.full((2, 1200), 100, np.uint8)
    levels[0, :400], levels[1, 400:1200] = 200, 200
    speech = [(0, 6000), (6300, 8000), (9000, 12_000)]
    first, second, third = turns.of(speech, levels)
    assert (first.start_ms, first.channel) == (0, 0)
    assert first.end_ms == second.start_ms == pytest.approx(4000, abs=turns.PIECE_MS)
    assert (second.end_ms, second.channel) == (8000, 1)
    assert third == Turn(9000, 12_000, 1)


def test_a_turn_is_never_longer_than_the_recogniser_hears_at_once():
    found = turns.of([(0, 100_000)], np.full((1, 10_000), 200, np.uint8))
    assert (found[0].start_ms, found[-1].end_ms) == (0, 100_000)
    assert all(each.length_ms <= 28_000 for each in found)
    assert all(each.end_ms == following.start_ms for each, following in pairwise(found))
    assert len(found) == 4


def test_at_one_microphone_turns_end_at_the_longest_pauses_and_are_not_many():
    """Ten minutes: a sentence of 3 s, half a second of pause, and after every tenth a second of it."""
    speech, at = [], 0
    for number in range(170):
        speech.append((at, at + 3000))
        at += 3500 + 500 * (number % 10 == 9)
    found = turns.of(speech, np.full((1, at // 10), 200, np.uint8))
    assert len(found) <= 510_000 // turns.EACH_MS + 510_000 // 28_000
    ends = {turn.end_ms for turn in found}
    assert {end for number, (_, end) in enumerate(speech) if number % 10 == 9} <= ends
