"""Three minutes of two cameras and a recorder become one interview; `make sweep` looks at half an hour of each kind."""

from sweeping import cameras


def test_two_cameras_and_a_recorder_whose_clock_runs_fast_are_one_interview_in_sync(footage, tmp_path):
    came = cameras.ingested(cameras.make(footage, tmp_path / "cards", 3, timecode=False), tmp_path)
    assert not came.wrong
    assert came.apart_ms < 1000 / 30
    assert came.speakers >= 0.98
