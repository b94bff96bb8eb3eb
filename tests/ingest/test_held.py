from ingest.held import held
from ingest.transcript import Block, Word

SPEECH = ((1000, 2000), (3000, 4000))


def settled(*said: tuple[str, int, int]) -> Block:
    words = tuple(Word(text, start, end) for text, start, end in said)
    return held(Block(0, 5000, "en", words), SPEECH)


def starts(block: Block) -> list[int]:
    return [word.start_ms for word in block.words]


def test_a_sentence_that_seems_to_begin_in_a_pause_begins_where_the_speech_does():
    block = settled(("We", 1010, 1400), ("share.", 1400, 2050), ("They", 2050, 3200), ("too.", 3200, 4000))
    assert starts(block) == [1000, 1400, 3000, 3200]
    assert [word.end_ms for word in block.words] == [1400, 2000, 3200, 4000]


def test_words_that_lie_in_a_pause_altogether_are_moved_with_their_sentence():
    block = settled(("Yes.", 1000, 1900), ("Do", 2100, 2300), ("you", 2300, 2600), ("agree?", 2600, 3600))
    first, second, third = starts(block)[1:]
    assert first == 3000 < second < third < 3600


def test_a_sentence_that_seems_to_begin_late_begins_with_its_sound():
    assert starts(settled(("Yes.", 1300, 1900), ("No.", 3400, 3900))) == [1000, 3000]


def test_a_sentence_after_another_in_one_stretch_of_speech_keeps_its_time():
    assert starts(settled(("Yes.", 1000, 1400), ("No.", 1400, 1900))) == [1000, 1400]


def test_a_sentence_far_from_all_speech_is_left_out_and_noted():
    block = settled(("Yes.", 1000, 1900), ("Thank", 4400, 4600), ("you.", 4600, 4900))
    assert [word.text for word in block.words] == ["Yes."]
    assert tuple(map(str, block.notes)) == ("0:04 to 0:04: left out, nobody speaks there: Thank you.",)


def test_words_that_seem_to_be_said_in_the_pause_after_their_sentence_are_drawn_into_it():
    block = settled(("We", 1000, 1300), ("do", 1300, 2200), ("share", 2300, 2600), ("it.", 2700, 2900))
    assert starts(block) == sorted({*starts(block)})
    assert block.words[-1].end_ms <= 2000


def test_a_sentence_with_a_pause_in_it_goes_on_after_the_pause():
    block = settled(("We", 1000, 1900), ("do", 2000, 3300), ("share.", 3300, 3900))
    assert starts(block) == [1000, 3000, 3300]


def test_the_last_word_before_a_pause_lasts_as_long_as_its_sound():
    block = settled(("We", 1000, 1300), ("share.", 1300, 1500), ("Yes.", 3000, 3100))
    assert [word.end_ms for word in block.words] == [1300, 2000, 3100]


def test_a_block_without_words_stays_so():
    assert settled().words == ()


def test_times_never_run_backwards_and_no_word_is_without_length():
    block = settled(
        ("A", 900, 900), ("b.", 900, 900), ("C", 890, 3100), ("d", 3100, 3000), ("e.", 3050, 9000)
    )
    assert starts(block) == sorted(starts(block))
    assert all(word.end_ms > word.start_ms for word in block.words)
