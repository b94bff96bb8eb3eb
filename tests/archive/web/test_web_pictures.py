"""The wave of an interview, and the picture of a moment."""

import json
import re

import pytest

from archive.web import pictures, waves
from archive.web.records import Clip

INDEX = (
    "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nthumbnails-1.jpg#xywh=0,0,160,90\n\n"
    "00:00:02.000 --> 00:00:04.000\nthumbnails-2.jpg#xywh=160,90,160,90\n"
)


def clip(name: str, start_ms: int, end_ms: int, *files: str) -> Clip:
    listed = {file.partition(".")[0]: f"/media/{name}/{file}?v=1" for file in files}
    return Clip(name, f"{name}.mp4", start_ms, end_ms, None, listed, ())


@pytest.fixture
def renditions(tmp_path):
    """Two clips: one loud in its second half, one silent."""
    for name, data in (("loud", [0, 0, -128, 127]), ("silent", [0, 0, 0, 0])):
        (tmp_path / name).mkdir()
        peaks = {"samples_per_pixel": 16_000, "sample_rate": 16_000, "bits": 8, "data": data}
        (tmp_path / name / "peaks.json").write_text(json.dumps(peaks))
        (tmp_path / name / "thumbnails.vtt").write_text(INDEX)
    return tmp_path


def heights(path: str) -> list[float]:
    return [float(height) for height in re.findall(r"v([\d.]+)", path)]


def test_the_wave_of_two_clips_is_one_drawing_over_the_whole_interview(renditions):
    clips = [clip("loud", 0, 2000, "peaks.json"), clip("silent", 2000, 4000, "peaks.json")]
    bars = heights(waves.outline(renditions, clips, 4000))
    assert len(bars) == waves.BARS
    quarter = waves.BARS // 4
    assert set(bars[:quarter]) == {2.0}
    assert set(bars[quarter + 1 : 2 * quarter]) == {waves.HEIGHT}
    assert set(bars[2 * quarter + 1 :]) == {2.0}


def test_an_interview_without_peaks_has_no_wave(renditions):
    assert waves.outline(renditions, [clip("loud", 0, 2000)], 2000) is None
    assert waves.outline(renditions, [], 0) is None


def test_the_picture_of_a_moment_is_the_thumbnail_that_shows_it(renditions):
    clips = [clip("loud", 0, 4000, "thumbnails.vtt"), clip("silent", 4000, 8000, "thumbnails.vtt")]
    assert pictures.at(renditions, clips, 1999).view == "0 0 160 90"
    found = pictures.at(renditions, clips, 6500)
    assert (found.address, found.view) == ("/media/silent/thumbnails-2.jpg?v=1", "160 90 160 90")


def test_without_thumbnails_the_poster_stands_in_and_without_both_nothing(renditions):
    assert (
        pictures.at(renditions, [clip("loud", 0, 1, "poster.jpg")], 5).address == "/media/loud/poster.jpg?v=1"
    )
    assert pictures.at(renditions, [clip("loud", 0, 1)], 5) is None
    assert pictures.at(renditions, [], 5) is None
