"""A sample of the sweep in which one call fails: nothing is said to be done that is not, and the next run completes."""

import pytest
from sweeping import failing, operations, tracing

KEPT = "no clip is said to be done that is not; the exit code and a sentence say it; the next run completes"
CALLS = {"write": tracing.WRITES, "flush": tracing.FLUSHES, "name": tracing.NAMES, "read": tracing.READS}


@pytest.mark.fault("disk", "the n-th write, flush, rename or read of a copy fails with EIO or ENOSPC", KEPT)
@pytest.mark.parametrize("kind", CALLS)
def test_a_call_of_the_copy_fails(references, chance, user, kind, strace):
    reference = references(operations.offload)
    call = chance.choice(reference.points(*CALLS[kind]))
    outcome = failing.at_call(reference, call, chance.choice(failing.errors(call)), user)
    assert not outcome.wrong, str(outcome)


@pytest.mark.fault(
    "disk", "the n-th write, flush, rename or read after the copy fails with EIO or ENOSPC", KEPT
)
@pytest.mark.parametrize("kind", CALLS)
def test_a_call_after_the_copy_fails(references, chance, user, kind, strace):
    reference = references(operations.go_on)
    call = chance.choice(reference.points(*CALLS[kind]))
    outcome = failing.at_call(reference, call, chance.choice(failing.errors(call)), user)
    assert not outcome.wrong, str(outcome)


def test_the_sweep_finds_a_naive_copy_wrong(references, strace):
    """It ends in a traceback, or the next run believes in half a file."""
    reference = references(operations.naive)
    points = reference.points("write", "pwrite64")
    outcomes = [failing.at_call(reference, point, "ENOSPC", None) for point in points[:: len(points) // 10]]
    assert any(outcome.wrong for outcome in outcomes)
