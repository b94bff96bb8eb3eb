"""A sample of the kill sweep: the command killed at every kind of moment, run again, and run a third time."""

import pytest
from sweeping import killing, operations, tracing

SAME = "the next run leaves what an uninterrupted one leaves, row for row and file for file; a third does nothing"


@pytest.mark.fault("kill", "`archive ingest` is killed with -9 between two steps", SAME)
@pytest.mark.parametrize("sample", range(2))
def test_killed_between_two_steps(references, chance, user, sample):
    reference = references(operations.ingest)
    outcome = killing.after_lines(reference, chance.choice(range(1, reference.lines)), user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.fault("kill", "`archive ingest` is killed with -9 at any moment", SAME)
@pytest.mark.parametrize("sample", range(2))
def test_killed_at_any_moment(references, chance, user, sample):
    """No ffmpeg and no recogniser outlives it."""
    reference = references(operations.ingest)
    moment = chance.uniform(0.1, reference.seconds)
    outcome = killing.after_seconds(reference, moment, user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.fault("kill", "the copy of a card is killed at the n-th write, flush, rename or unlink", SAME)
@pytest.mark.parametrize(
    "names", [tracing.WRITES, tracing.FLUSHES, tracing.NAMES], ids=["write", "flush", "name"]
)
def test_the_copy_killed_at_a_call(references, chance, user, names, strace):
    reference = references(operations.offload)
    outcome = killing.at_call(reference, chance.choice(reference.points(*names)), user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.fault("kill", "what follows the copy is killed at the n-th write, flush, rename or unlink", SAME)
@pytest.mark.parametrize(
    "names", [tracing.WRITES, tracing.FLUSHES, tracing.NAMES], ids=["write", "flush", "name"]
)
def test_renditions_and_transcripts_killed_at_a_call(references, chance, user, names, strace):
    reference = references(operations.go_on)
    outcome = killing.at_call(reference, chance.choice(reference.points(*names)), user)
    assert not outcome.wrong, str(outcome)


def test_the_sweep_finds_a_naive_copy_wrong(references, strace):
    """Written under its final name and recorded row by row, it does not survive what the command does."""
    reference = references(operations.naive)
    points = reference.points(*tracing.WRITES)
    outcomes = [killing.at_call(reference, point, None) for point in points[:: len(points) // 10]]
    assert any(outcome.wrong for outcome in outcomes)
