import random
from pathlib import Path

import pytest

from ingest.engines import captions
from ingest.errors import StepFailed


@pytest.fixture
def read(tmp_path):
    """Reads captions from text or bytes."""

    def read(content: str | bytes, name: str = "clip.srt"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return captions.read(path)

    return read


def told(transcript) -> list[tuple[str, int, int]]:
    return [(segment.text, segment.start_ms, segment.end_ms) for segment in transcript.segments]


def test_subrip_is_read_with_its_times_to_the_millisecond(read):
    found = read(
        "1\n00:00:01,020 --> 00:00:03,500\nWe share\nthe tools.\n\n2\n01:00:04,001 --> 01:00:05,999\nYes.\n"
    )
    assert told(found) == [("We share the tools.", 1020, 3500), ("Yes.", 3604001, 3605999)]
    assert (found.kind, found.model, found.language) == ("captions", None, None)


def test_a_byte_order_mark_and_carriage_returns_do_no_harm(read):
    assert told(read("\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nYes.\r\n\r\n")) == [("Yes.", 1000, 2000)]
    assert told(read("1\r00:00:01,000 --> 00:00:02,000\rYes.\r")) == [("Yes.", 1000, 2000)]


def test_windows_1252_and_utf_16_are_read(read):
    line = "1\n00:00:01,000 --> 00:00:02,000\nÀ côté – déjà.\n"
    assert told(read(line.encode("cp1252"))) == [("À côté – déjà.", 1000, 2000)]
    assert told(read(line.encode("utf-16"))) == [("À côté – déjà.", 1000, 2000)]


def test_tags_are_left_out_and_what_only_looks_like_one_stays(read):
    found = read(
        "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>I</i> <font color='red'>do</font> <3 R&D &amp; 5 < 6\n"
    )
    assert found.segments[0].text == "I do <3 R&D &amp; 5 < 6"


def test_webvtt_is_read_with_its_voices_entities_and_settings(read):
    found = read(
        "WEBVTT - made by hand\n\nNOTE nobody reads this\n\nSTYLE\n::cue { color: red }\n\n"
        "first\n00:01.000 --> 00:03.000 align:start\n<v.loud Ana B.>We <c.x>share</c> <00:02.000>R&amp;D</v>\n\n"
        "100:00:04.000 --> 100:00:05.000\n<v Leo>Yes.\n",
        "clip.vtt",
    )
    assert told(found) == [("We share R&D", 1000, 3000), ("Yes.", 360004000, 360005000)]
    assert [segment.speaker for segment in found.segments] == ["Ana B.", "Leo"]


def test_two_voices_in_one_caption_are_two_segments(read):
    found = read("WEBVTT\n\n00:00.000 --> 00:04.000\n<v Ana>Are you?</v>\n<v Leo>Yes, I am</v>\n", "clip.vtt")
    assert [(segment.speaker, segment.text) for segment in found.segments] == [
        ("Ana", "Are you?"),
        ("Leo", "Yes, I am"),
    ]
    assert found.segments[0].end_ms == found.segments[1].start_ms


def test_words_share_the_time_of_their_caption_by_their_length(read):
    words = read("1\n00:00:00,000 --> 00:00:01,000\nI remember it\n").segments[0].words
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("I", 0, 142),
        ("remember", 142, 785),
        ("it", 785, 1000),
    ]


def test_captions_out_of_order_are_put_in_order(read):
    found = read("1\n00:00:05,000 --> 00:00:06,000\nTwo.\n\n2\n00:00:01,000 --> 00:00:02,000\nOne.\n")
    assert [segment.text for segment in found.segments] == ["One.", "Two."]


def test_a_language_without_spaces_has_a_word_for_each_character(read):
    segment = read("1\n00:00:00,000 --> 00:00:01,000\n我们分享。好！\n").segments[0]
    assert [word.text for word in segment.words] == ["我", "们", "分", "享。", "好！"]
    assert (segment.spaced, segment.text) == (False, "我们分享。好！")


@pytest.mark.fault(
    "media", "captions with a line that is no time", "the line is named; none of them is taken"
)
@pytest.mark.parametrize(
    "line", ["00:00:01,000 -->", "00:00:x1,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:02,000"]
)
def test_a_bad_time_is_an_error_that_names_its_line(read, line):
    with pytest.raises(StepFailed, match=r"clip.srt, line 6"):
        read(f"1\n00:00:00,000 --> 00:00:01,000\nOne.\n\n2\n{line}\nTwo.\n")


def test_a_file_without_captions_is_an_error(read):
    with pytest.raises(StepFailed, match="there is no caption in it"):
        read("Nothing but prose.\n")


@pytest.mark.fault("media", "a caption file that is none but bytes", "named; nothing of it is taken")
@pytest.mark.parametrize("name", ["clip.srt", "clip.vtt"])
def test_bytes_are_no_captions(read, name):
    with pytest.raises(StepFailed, match=rf"{name}: there is no caption in it|{name}, line \d+"):
        read(random.Random(3).randbytes(200_000) + b"\0", name)


@pytest.mark.fault("media", "a caption file of 17 MB", "named and not read to its end")
def test_a_file_too_large_for_captions_is_not_read(read):
    with pytest.raises(StepFailed, match="larger than 16 MB, too large for captions"):
        read(b"1\n00:00:00,000 --> 00:00:01,000\nOne.\n\n" * (17 << 20 >> 5))


@pytest.mark.fault("media", "captions made to be read for ever (`<v......`)", "read as quickly as any others")
@pytest.mark.parametrize(
    "said", ["<v" + "." * 50_000, "<v " * 50_000, "<v" + " " * 50_000, "{\\" * 50_000, "<a" * 50_000]
)
@pytest.mark.timeout(20)
def test_no_caption_takes_long_to_read(read, said):
    assert read(f"WEBVTT\n\n00:00.000 --> 00:01.000\n{said}x\n", "clip.vtt").segments


def test_the_caption_file_beside_a_clip_is_found_and_a_flight_log_is_not(tmp_path):
    clip, log = tmp_path / "A001.mp4", tmp_path / "A001.SRT"
    clip.touch()
    assert captions.beside(clip) is None
    log.write_text("1\n00:00:00,000 --> 00:00:00,033\n[iso: 100] [latitude: 48.8]\n")
    assert captions.beside(clip) is None
    (tmp_path / "A001.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nOne.\n")
    assert captions.beside(clip) == Path(tmp_path / "A001.vtt")
