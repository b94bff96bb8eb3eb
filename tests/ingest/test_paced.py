"""Words are held to the pace of speech."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.paced import paced
from ingest.transcript import Word

SPEECH = ((1000, 3000), (4000, 6000))


def words(*said):
    return [Word(text, start, end) for text, start, end in said]


def times(result):
    return [(word.start_ms, word.end_ms) for word in result]


def test_words_at_the_pace_of_speech_keep_their_times():
    sentence = words(("We", 1000, 1200), ("share", 1200, 1700), ("bicycles.", 1700, 3000))
    assert paced([sentence], SPEECH) == tuple(sentence)


def test_a_sentence_ends_where_its_voice_does():
    """The last word was given 20 ms; the voice goes on for half a second."""
    sentence = words(("We", 1000, 1400), ("share", 1400, 1900), ("tools", 1900, 2480), ("now.", 2480, 2500))
    assert paced([sentence], SPEECH)[-1].end_ms == 3000


def test_a_voice_that_goes_on_for_long_says_something_else():
    (word,) = paced([words(("Yes.", 1000, 1010))], SPEECH)
    assert word.end_ms == 1010


def test_a_sentence_ends_before_the_next_one_in_one_stretch_of_speech():
    first, second = words(("Yes.", 1000, 1010)), words(("No.", 1500, 3000))
    assert times(paced([first, second], ((1000, 2500),))) == [(1000, 1500), (1500, 3000)]


def test_words_that_no_mouth_says_so_fast_are_spread_by_their_length():
    sentence = words(
        ("The", 1000, 1020), ("sharing", 1100, 1120), ("economy", 1130, 1150), ("began.", 1150, 2900)
    )
    result = paced([sentence], SPEECH)
    lengths = [end - start for start, end in times(result)]
    assert times(result)[0][0] == 1000
    assert times(result)[-1][1] == 3000
    assert lengths[0] < lengths[3] < lengths[1]


def test_a_spread_leaves_the_pause_between_two_stretches_of_speech_alone():
    sentence = words(
        ("Two", 1000, 1010), ("halves", 1010, 1020), ("of", 1020, 1025), ("sentences.", 1025, 5990)
    )
    result = paced([sentence], SPEECH)
    assert not any(3000 < moment < 4000 for pair in times(result) for moment in pair)


@given(
    st.lists(st.tuples(st.text("ab.", min_size=1, max_size=9), st.integers(0, 900)), min_size=1, max_size=30)
)
def test_times_never_run_backwards(said):
    moment, sentences = 900, []
    for place, (text, length) in enumerate(said):
        word = Word(text, moment, moment + length + 1)
        moment += length + 1
        if place % 4:
            sentences[-1].append(word)
        else:
            sentences.append([word])
    result = times(paced(sentences, SPEECH))
    assert len(result) == len(said)
    assert all(start < end for start, end in result)
    assert all(first[0] <= second[0] for first, second in pairwise(result))
