import pytest

from ingest.engines import guards
from ingest.transcript import Word


def said(text: str) -> list[Word]:
    return [Word(word, 1000 * place, 1000 * place + 900) for place, word in enumerate(text.split())]


@pytest.mark.fault("recogniser", "the recogniser says one phrase for ever", "kept once, with a note")
def test_a_phrase_said_over_and_over_is_kept_once_and_noted():
    looped = "well" + 3 * " thank you so much" + " Thank you so much. bye"
    words, notes = guards.without_loops(said(looped))
    assert " ".join(word.text for word in words) == "well thank you so much bye"
    assert tuple(map(str, notes)) == ("0:05 to 0:16: left out, 3 repeats of one phrase",)


def test_people_may_say_a_thing_three_times_or_one_word_five_times():
    for text in ("never again never again never again", "no no no no no stop"):
        assert guards.without_loops(said(text)) == (tuple(said(text)), ())


def test_a_sentence_out_of_noise_is_one_of_which_the_model_is_not_sure():
    assert guards.nobody(0.9, -1.4)
    assert not guards.nobody(0.9, -0.2)
    assert not guards.nobody(0.1, -1.4)
