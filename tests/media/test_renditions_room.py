"""Whether there is room for renditions is known before hours of work."""

from fractions import Fraction
from types import SimpleNamespace

import pytest

from media import ffmpeg, renditions
from media.errors import NoRoom
from media.probe import probe
from media.renditions import Profile


@pytest.fixture
def clip(tmp_path, footage):
    """A clip of ten seconds."""
    footage.clip(tmp_path / "film.mp4", length=10)
    return tmp_path / "film.mp4"


@pytest.mark.fault(
    "disk", "a disk without room for the renditions of a clip", "said before anything is decoded"
)
def test_a_disk_without_room_is_known_before_the_work(clip, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=100_000))
    (tmp_path / "made").mkdir()
    with pytest.raises(NoRoom, match=r"film\.mp4: its renditions take about .* and 100 kB are free"):
        renditions.make(clip, probe(clip), None, tmp_path / "made", Profile(), ffmpeg.locate())
    assert not any((tmp_path / "made").iterdir())


def test_no_more_room_is_asked_for_than_talking_heads_take(clip):
    """At 720p and 25 pictures a second 216 kB a second, which leaves 34 for the sound that is listened to."""
    found = probe(clip)
    large = SimpleNamespace(
        duration=Fraction(1),
        video=SimpleNamespace(
            width=1280,
            height=720,
            sample_aspect=Fraction(1),
            rotation=0,
            rate=Fraction(25),
            variable_rate=False,
        ),
    )
    assert renditions.needed(large, Profile()) == 216_000
    assert renditions.needed(found, Profile()) < 300_000
