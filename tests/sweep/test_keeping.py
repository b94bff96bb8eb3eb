"""A sample of the sweeps over backup, restore and repair: killed, without power, and with calls that fail."""

import pytest
from sweeping import failing, keeping, killing, power, tracing

CHANGES = (*tracing.WRITES, *tracing.FLUSHES, *tracing.NAMES)
EACH = pytest.mark.parametrize("make", [keeping.backup, keeping.restore, keeping.repair])


@pytest.mark.fault(
    "kill",
    "kill -9 at the n-th write, flush or rename of a backup, a restore or a repair",
    "what has a backup's name is whole; no original is gone; the next run completes it and leaves nothing half made",
)
@EACH
def test_killed_at_a_call(references, chance, strace, user, make):
    reference = references(make)
    outcome = killing.at_call(reference, chance.choice(reference.points(*CHANGES)), user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.fault(
    "power",
    "the power goes at the n-th flush of a backup, a restore or a repair, or the moment that it has ended",
    "what was said to be done is there and whole",
)
@EACH
def test_power_cut(references, disks, chance, user, make):
    disk, reference = disks(make), references(make)
    outcome = power.cut(reference, disk, chance.choice([*reference.points(*tracing.FLUSHES), None]), user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.fault(
    "disk",
    "the n-th write, flush, rename or read of a backup, a restore or a repair fails with EIO or ENOSPC",
    'never a wrong "done", and the next run completes it',
)
@EACH
def test_a_call_fails(references, chance, strace, user, make):
    reference = references(make)
    call = chance.choice(reference.points(*tracing.ALL))
    outcome = failing.at_call(reference, call, chance.choice(failing.errors(call)), user)
    assert not outcome.wrong, str(outcome)
