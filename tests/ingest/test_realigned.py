"""The times of words survive a correction."""

import random
from itertools import pairwise

import pytest

from ingest.realigned import realigned as aligned
from ingest.revised import Line, revised
from ingest.transcript import Segment, Word

WORD_MS = 400


def heard(text: str) -> tuple[Word, ...]:
    """One word every 400 ms, each 300 ms long, none of them sure."""
    return tuple(
        Word(word, place * WORD_MS, place * WORD_MS + 300, 0.5, 0) for place, word in enumerate(text.split())
    )


def realigned(old, written):
    """Only the words."""
    return tuple(word for word, _ in aligned(old, written))


def test_what_was_not_touched_is_what_it_was():
    old = heard("We share the cars in this street")
    assert realigned(old, [word.text for word in old]) == old


def test_capitals_and_punctuation_change_no_time():
    new = realigned(heard("we share the cars"), ["We", "share", "the", "cars."])
    assert [word.start_ms for word in new] == [0, 400, 800, 1200]
    assert [word.probability for word in new] == [1, 0.5, 0.5, 1]


def test_a_word_for_a_word_has_its_time():
    new = realigned(heard("we chair the cars"), ["we", "share", "the", "cars"])
    assert (new[1].text, new[1].start_ms, new[1].end_ms, new[1].channel) == ("share", 400, 700, 0)


def test_several_words_for_one_share_its_time_by_their_length():
    new = realigned(heard("we carsharing here"), ["we", "car", "sharing", "here"])
    assert (new[1].start_ms, new[1].end_ms) == (400, 507)
    assert (new[2].start_ms, new[2].end_ms) == (507, 700)


def test_a_word_put_in_takes_the_pause_between_its_neighbours():
    new = realigned(heard("we share cars"), ["we", "share", "the", "cars"])
    assert (new[2].start_ms, new[2].end_ms) == (700, 800)


@pytest.mark.parametrize(
    ("written", "times"),
    [
        (["Well,", "we", "share"], [(0, 0), (0, 300), (400, 700)]),
        (["we", "share", "everything"], [(0, 300), (400, 700), (700, 700)]),
        ([], []),
    ],
)
def test_what_is_put_before_the_first_word_or_behind_the_last_has_a_moment(written, times):
    new = realigned(heard("we share"), written)
    assert [(word.start_ms, word.end_ms) for word in new] == times


def test_text_where_nothing_was_heard_begins_at_once():
    assert realigned((), ["Silence."]) == (Word("Silence.", 0, 0),)


def corrected(words: list[str], chance: random.Random, share: float) -> tuple[list[str], list[int | None]]:
    """Change, insert and delete words at random; with each word the place that it had, None where it is new."""
    result: list[tuple[str, int | None]] = []
    for place, word in enumerate(words):
        fate = chance.random()
        if fate < share / 3:
            result.append((f"{word}x", None))
        elif fate < 2 * share / 3:
            result += [(chance.choice(words), None), (word, place)]
        elif fate >= share:
            result.append((word, place))
    return [word for word, _ in result], [place for _, place in result]


def speech(chance: random.Random, count: int) -> list[str]:
    """Words as often as speech has them: the n-th most frequent one is said a n-th as often as the first (Zipf)."""
    ranks = range(1, 3000)
    return [f"w{rank}" for rank in chance.choices(ranks, [1 / rank for rank in ranks], k=count)]


@pytest.mark.parametrize("seed", range(5))
def test_of_ten_thousand_words_99_in_100_that_were_not_touched_keep_their_exact_times(seed):
    chance = random.Random(seed)
    old = heard(" ".join(speech(chance, 10_000)))
    written, places = corrected([word.text for word in old], chance, 0.05)
    new = realigned(old, written)
    untouched = [(word, old[place]) for word, place in zip(new, places, strict=True) if place is not None]
    kept = sum(word == before for word, before in untouched)
    assert kept >= 0.99 * len(untouched)
    assert all(one.end_ms <= two.end_ms and one.start_ms <= two.start_ms for one, two in pairwise(new))


def segments(*texts: str) -> tuple[Segment, ...]:
    """Two people who speak by turns, each with a microphone."""
    words, made = heard(" ".join(texts)), []
    for place, text in enumerate(texts):
        count = len(text.split())
        made.append(Segment(words[:count], place % 2, f"Speaker {place % 2 + 1}"))
        words = words[count:]
    return tuple(made)


def told(found):
    return [(segment.speaker, segment.text, segment.start_ms) for segment in found]


BEFORE = segments("Who owns it?", "We all do, here in the street.", "Really?")


def test_lines_are_segments_and_nobody_named_is_who_was_heard():
    lines = [
        Line(("Who", "owns", "it?")),
        Line(("We", "all", "do,")),
        Line(("here", "in", "this", "street."), "Amina"),
    ]
    assert told(revised(BEFORE, lines)) == [
        ("Speaker 1", "Who owns it?", 0),
        ("Speaker 2", "We all do,", 1200),
        ("Amina", "here in this street.", 2400),
    ]


def test_captions_are_put_together_to_the_segments_that_there_were():
    cues = [("Who", "owns"), ("it?", "We", "all"), ("do,", "here", "in"), ("the", "street.", "Really?")]
    assert revised(BEFORE, [Line(words) for words in cues], regroup=True) == BEFORE


def test_captions_with_another_voice_begin_a_segment():
    cues = [Line(("Who", "owns", "it?"), "Ben"), Line(("We", "all", "do,"), "Amina"), Line(("here",), "Cleo")]
    assert told(revised(BEFORE, cues, regroup=True)) == [
        ("Ben", "Who owns it?", 0),
        ("Amina", "We all do,", 1200),
        ("Cleo", "here", 2400),
    ]


def unspaced(*texts):
    """What a recogniser heard in a language without spaces: several characters may be one word."""
    return Segment(
        tuple(Word(text, 400 * at, 400 * at + 300, 0.5, 0) for at, text in enumerate(texts)), 0, spaced=False
    )


def test_without_spaces_a_word_that_is_still_there_is_the_one_that_was_heard():
    heard_so = unspaced("我们", "分享", "好")
    (found,) = revised([heard_so], [Line(("我们分享车。",))])
    assert found.text == "我们分享车。"
    assert [(word.text, word.start_ms, word.end_ms) for word in found.words] == [
        ("我们", 0, 300),
        ("分享", 400, 700),
        ("车。", 800, 1100),
    ]


def test_where_nothing_was_heard_text_without_spaces_is_a_word_a_character():
    (found,) = revised([], [Line(("我们",))])
    assert ([word.text for word in found.words], found.spaced) == (["我", "们"], False)


def test_a_caption_far_from_where_its_words_were_heard_has_its_own_time():
    lines = [Line(("Who", "owns", "it?"), None, 0, 1000), Line(("Really?",), None, 60_000, 61_000)]
    found = revised(BEFORE, lines, regroup=True)
    assert told(found) == [("Speaker 1", "Who owns it?", 0), (None, "Really?", 60_000)]
    assert found[1].end_ms == 61_000


def test_pauses_stay_where_they_were_under_words_that_were_changed():
    old = (Word("carsharing", 0, 1000), Word("here", 5000, 5400))
    new = realigned(old, ["car", "club", "there"])
    assert [(word.start_ms, word.end_ms) for word in new] == [(0, 416), (416, 1000), (5000, 5400)]
