import numpy as np

from ingest import speakers
from ingest.transcript import Word

QUIET = 60  # of the levels file: -97.5 dBFS
BLEED_DB = 24


def words(*said: tuple[str, int, int]) -> list[Word]:
    return [Word(text, start, end) for text, start, end in said]


def levels(length_ms: int, *spoken: tuple[int, int, int], own: tuple[int, ...] = (200, 200)) -> np.ndarray:
    """Levels of a talk: (channel, start, end) for each who speaks, heard on the other channels 24 dB down."""
    found = np.full((len(own), length_ms // 10), QUIET, np.uint8)
    for channel, start, end in spoken:
        for other, level in enumerate(own):
            heard = level if other == channel else level - 2 * BLEED_DB
            found[other, start // 10 : end // 10] = np.maximum(found[other, start // 10 : end // 10], heard)
    return found


def channels(given: tuple[Word, ...]) -> list[int | None]:
    return [word.channel for word in given]


def test_each_word_goes_to_the_channel_that_carries_it():
    talk = levels(6000, (0, 0, 2000), (1, 2500, 5000))
    said = words(("Why", 0, 900), ("here?", 900, 2000), ("It", 2500, 3000), ("works.", 3000, 5000))
    assert channels(speakers.attribute(said, talk)) == [0, 0, 1, 1]


def test_a_faint_microphone_is_not_taken_for_bleed():
    """Its own voice lies 15 dB below the other's, and even below what it lends that one."""
    talk = levels(8000, (0, 0, 3000), (1, 3500, 7000), own=(220, 190))
    said = words(("Why", 0, 1500), ("here?", 1500, 3000), ("It", 3500, 5000), ("works.", 5000, 7000))
    assert channels(speakers.attribute(said, talk)) == [0, 0, 1, 1]


def test_a_short_word_whose_time_is_off_stays_with_its_sentence():
    talk = levels(6000, (0, 0, 2000), (1, 2300, 5000))
    said = words(
        ("Why", 0, 900), ("here", 900, 1900), ("now?", 2100, 2450), ("It", 2500, 3000), ("is.", 3000, 4900)
    )
    assert channels(speakers.attribute(said, talk)) == [0, 0, 0, 1, 1]


def test_an_answer_of_one_word_goes_to_whom_it_belongs():
    talk = levels(9000, (0, 0, 3000), (1, 3100, 3500), (0, 3600, 8000))
    said = words(
        ("Is", 0, 1500), ("it?", 1500, 3000), ("Yes.", 3100, 3500), ("So", 3600, 5000), ("then.", 5000, 8000)
    )
    assert channels(speakers.attribute(said, talk)) == [0, 0, 1, 0, 0]


def test_who_interrupts_in_the_middle_of_a_sentence_is_heard():
    talk = levels(6000, (0, 0, 2000), (1, 2000, 5000))
    said = words(("I", 0, 1000), ("thought", 1000, 2000), ("no", 2000, 3500), ("never", 3500, 5000))
    assert channels(speakers.attribute(said, talk)) == [0, 0, 1, 1]


def test_one_voice_channel_carries_every_word():
    assert channels(speakers.attribute(words(("So.", 0, 100)), levels(100, own=(200,)))) == [0]


def test_words_after_the_end_of_the_levels_and_empty_levels_do_no_harm():
    assert channels(speakers.attribute(words(("So.", 5000, 5100)), levels(100, (1, 0, 100)))) in ([0], [1])
    assert channels(speakers.attribute(words(("So.", 0, 100)), np.zeros((0, 10), np.uint8))) == [None]
    assert speakers.attribute([], levels(100)) == ()


def test_a_segment_is_a_sentence():
    said = words(
        ("We", 0, 100), ("share.", 100, 200), ("Do", 250, 300), ("you?", 300, 400), ("Mr.", 450, 500)
    )
    said += words(
        ("Lee", 500, 600), ("does,", 600, 700), ("at", 700, 750), ("3.5", 750, 800), ("percent…", 800, 900)
    )
    said += words(("of", 950, 1000), ("all.", 1000, 1100))
    cut = [segment.text for segment in speakers.segments(said)]
    assert cut == ["We share.", "Do you?", "Mr. Lee does, at 3.5 percent…", "of all."]


def test_a_segment_never_holds_two_speakers():
    said = [Word("and", 0, 100, 1, 0), Word("then", 100, 200, 1, 0), Word("so", 200, 300, 1, 1)]
    cut = speakers.segments(said)
    assert [(segment.text, segment.channel) for segment in cut] == [("and then", 0), ("so", 1)]


def test_a_long_pause_ends_a_segment():
    cut = speakers.segments(words(("one", 0, 500), ("two", 2100, 2500)))
    assert [segment.text for segment in cut] == ["one", "two"]


def test_a_sentence_too_long_to_read_is_cut_at_a_comma():
    said = [Word(f"w{n}" + ("," if n == 30 else ""), n * 500, n * 500 + 480) for n in range(60)]
    cut = speakers.segments(said)
    assert [len(segment.words) for segment in cut] == [31, 29]
    assert [word for segment in cut for word in segment.words] == said


def test_a_language_without_spaces_is_put_together_without_them():
    cut = speakers.segments(words(("我", 0, 100), ("们", 100, 200), ("。", 200, 200)), spaced=False)
    assert cut[0].text == "我们。"
