"""A sample of the power-cut sweep: what the disk holds at a flush, taken while it is mounted, and run again."""

import pytest
from sweeping import operations, power, tracing

KEPT = "nothing that was said to be copied is missing, and the next run completes the archive"


@pytest.mark.fault("power", "the power goes while a card is copied, at the n-th flush", KEPT)
@pytest.mark.parametrize("sample", range(3))
def test_power_cut_during_the_copy(references, disks, chance, user, sample):
    disk, reference = disks(operations.offload), references(operations.offload)
    outcome = power.cut(reference, disk, chance.choice(reference.points(*tracing.FLUSHES)), user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.fault("power", "the power goes the moment that the copy of a card has ended", KEPT)
def test_power_cut_right_after_the_copy(references, disks, user):
    disk, reference = disks(operations.offload), references(operations.offload)
    outcome = power.cut(reference, disk, None, user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.fault(
    "power", "the power goes while renditions and transcripts are made, at the n-th flush", KEPT
)
@pytest.mark.parametrize("sample", range(2))
def test_power_cut_after_the_copy(references, disks, chance, user, sample):
    disk, reference = disks(operations.go_on), references(operations.go_on)
    outcome = power.cut(reference, disk, chance.choice(reference.points(*tracing.FLUSHES)), user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.parametrize("make", [operations.naive, operations.forgetful_offload])
def test_the_sweep_finds_wrong_what_does_not_flush(references, disks, make):
    """A naive copy, and the command itself where its fsync does nothing, lose what they said was done."""
    disk, reference = disks(make), references(make)
    points = [*reference.points(*tracing.FLUSHES), None]
    assert any(power.cut(reference, disk, point, None).wrong for point in points)
