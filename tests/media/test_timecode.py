"""Facts about frame rates and timecode."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.timecode import STANDARD_RATES, Timecode, clock, dropped, frames_in_day, nominal, standard_rate

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)
NTSC_60 = Fraction(60000, 1001)
RATES = [(rate, False) for rate in STANDARD_RATES] + [
    (rate, True) for rate in STANDARD_RATES if dropped(rate)
]


@st.composite
def timecodes(draw):
    rate, drop = draw(st.sampled_from(RATES))
    return Timecode(draw(st.integers(0, frames_in_day(rate, drop) - 1)), rate, drop)


def _digits(timecode):
    return [int(number) for number in str(timecode).replace(";", ":").split(":")]


@settings(deadline=None)
@given(timecodes())
def test_what_is_printed_reads_back_as_the_same_frame(timecode):
    assert Timecode.parse(str(timecode), timecode.rate) == timecode


@settings(deadline=None)
@given(timecodes())
def test_the_next_frame_has_the_next_number(timecode):
    after = timecode.after(1 / timecode.rate)
    assert after.frames == (timecode.frames + 1) % frames_in_day(timecode.rate, timecode.drop)
    assert _digits(after) > _digits(timecode) or after.frames == 0


@settings(deadline=None)
@given(timecodes(), st.fractions(-200_000, 200_000, max_denominator=100_000))
def test_a_time_that_is_added_and_taken_away_again_ends_within_one_frame(timecode, seconds):
    there_and_back = timecode.after(seconds).after(-seconds)
    day = frames_in_day(timecode.rate, timecode.drop)
    assert (timecode.frames - there_and_back.frames) % day in {0, 1}


@settings(deadline=None)
@given(timecodes(), st.integers(0, 10**7), st.fractions(0, 1, max_denominator=1000))
def test_the_frame_on_screen_stays_for_the_whole_of_its_time(timecode, frames, share):
    begins = Fraction(frames) / timecode.rate
    within = begins + share * Fraction(999, 1000) / timecode.rate
    assert timecode.after(within) == timecode.after(begins)


@pytest.mark.parametrize(("rate", "minutes"), [(NTSC, 60), (NTSC_60, 20)])
def test_drop_frame_gives_every_frame_a_number_of_its_own(rate, minutes):
    """Held for an hour at 29.97; at 59.94 for twice the ten minutes after which its pattern repeats."""
    frames = frames_in_day(rate, drop=True) * minutes // 1440
    numbers = [str(Timecode(frame, rate, drop=True)) for frame in range(frames)]
    left_out = dropped(rate) * minutes * 9 // 10
    assert len(set(numbers)) == frames == 60 * minutes * nominal(rate) - left_out
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("text", "rate", "frames"),
    [
        ("00:00:59;29", NTSC, 1799),
        ("00:01:00;02", NTSC, 1800),
        ("00:09:59;29", NTSC, 17981),
        ("00:10:00;00", NTSC, 17982),
        ("01:00:00;00", NTSC, 107892),
        ("00:00:59;59", NTSC_60, 3599),
        ("00:01:00;04", NTSC_60, 3600),
        ("01:00:00:00", NTSC, 108000),
        ("01:00:00:00", FILM, 86400),
        ("23:59:59:24", Fraction(25), 2159999),
        ("10:00:00:49", Fraction(50), 1800049),
    ],
)
def test_known_numbers_stand_for_known_frames(text, rate, frames):
    assert Timecode.parse(text, rate).frames == frames
    assert str(Timecode(frames, rate, ";" in text)) == text


def test_drop_frame_stays_with_the_clock_over_a_day():
    day = Fraction(frames_in_day(NTSC, drop=True)) / NTSC
    assert abs(day - 86400) < Fraction(1, 10)


def test_counting_wraps_at_midnight():
    last = Timecode.parse("23:59:59;29", NTSC)
    assert str(last.after(1 / NTSC)) == "00:00:00;00"
    assert str(Timecode(0, Fraction(25)).after(Fraction(-1, 25))) == "23:59:59:24"


def test_an_hour_of_film_at_23_976_is_3_6_seconds_more_than_its_timecode_says():
    start = Timecode(0, FILM)
    assert str(start.after(Fraction(36036, 10))) == "01:00:00:00"
    assert str(start.after(Fraction(3600))) == "00:59:56:09"


def test_a_period_before_the_frames_says_drop_frame_where_the_rate_knows_it():
    assert Timecode.parse("00:01:00.02", NTSC) == Timecode(1800, NTSC, drop=True)
    assert Timecode.parse("00:00:01.02", Fraction(25)) == Timecode(27, Fraction(25))


def test_a_drop_frame_mark_means_nothing_at_25():
    assert str(Timecode.parse("10:00:00;00", Fraction(25))) == "10:00:00:00"


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("00:01:00;00", NTSC),
        ("00:01:00;01", NTSC),
        ("00:01:00;03", NTSC_60),
        ("10:00:00:25", Fraction(25)),
        ("24:00:00:00", Fraction(25)),
        ("10:60:00:00", Fraction(25)),
        ("10:00:60:00", Fraction(25)),
        ("10:00:00", Fraction(25)),
        ("-1:00:00:00", Fraction(25)),
        ("", Fraction(25)),
        ("noon", Fraction(25)),
    ],
)
def test_a_number_that_no_frame_has_is_refused(text, rate):
    with pytest.raises(ValueError, match=r"timecode"):
        Timecode.parse(text, rate)


@pytest.mark.parametrize(
    ("frames", "rate", "drop"),
    [
        (-1, Fraction(25), False),
        (2160000, Fraction(25), False),
        (0, Fraction(25), True),
        (0, Fraction(0), False),
    ],
)
def test_a_timecode_that_cannot_be_is_not_made(frames, rate, drop):
    with pytest.raises(ValueError, match=r"day|drop-frame|frame rate"):
        Timecode(frames, rate, drop)


@pytest.mark.parametrize("rate", STANDARD_RATES)
def test_a_rate_measured_in_milliseconds_snaps_to_its_standard(rate):
    assert standard_rate(Fraction(round(rate * 1000), 1000)) == rate
    assert standard_rate(Fraction(float(rate)).limit_denominator(100_000)) == rate


@pytest.mark.parametrize("rate", [Fraction(15), Fraction(840, 59), Fraction(27), Fraction(298, 10)])
def test_a_rate_that_is_near_no_standard_stays_as_it_is(rate):
    assert standard_rate(rate) == rate


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "0:00"), (7_999, "0:07"), (754_000, "12:34"), (3_723_000, "1:02:03")]
)
def test_a_moment_has_hours_only_where_there_are_any(ms, text):
    assert clock(ms) == text
