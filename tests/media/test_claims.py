"""What a file claims of itself, held to what is there."""

from pathlib import Path

import ffmpeg as graphs
import pytest

from media import claims, ffmpeg
from media.errors import Unreadable
from media.probe import probe


def silence(path: Path, hours: float) -> Path:
    """Digital silence, of which FLAC makes next to nothing."""
    sound = graphs.input(f"anullsrc=r=1000:cl=mono:duration={hours * 3600}", f="lavfi")
    ffmpeg.run(ffmpeg.locate(), sound.output(str(path), acodec="flac", ar=1000))
    return path


@pytest.mark.fault(
    "media", "a few KB of FLAC that are six hours of nothing", "told as what it is; not decoded"
)
def test_six_hours_of_nothing_are_not_decoded(tmp_path):
    with pytest.raises(
        Unreadable, match=r"long\.flac: claims 6:00:00 and holds \d+ kB: nothing of that length"
    ):
        probe(silence(tmp_path / "long.flac", 6))


def test_a_track_on_which_somebody_was_muted_is_a_clip(tmp_path):
    assert probe(silence(tmp_path / "muted.flac", 1)).duration == 3600


@pytest.mark.fault(
    "media", "a recording of more than 24 hours in one file", "refused by name, with what to do"
)
def test_a_clip_longer_than_a_day_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "THINNEST", 0)
    with pytest.raises(Unreadable, match="claims 25:00:00; no more than 24 hours are taken") as caught:
        claims.hold_length(silence(tmp_path / "a.flac", 0.1), 25 * 3600, [1], pictured=False)
    assert "The original is safe" in caught.value.remedy
