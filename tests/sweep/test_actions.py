"""A sample of the random actions: whatever is done to an archive, what was promised of it is so."""

import sys

import pytest
from sweeping import actions
from sweeping.drawing import SEED
from sweeping.footage import recording
from sweeping.world import Broken

ACTIONS = 12

# The same command with one promise broken on purpose.
LIES = {
    "it calls a card safe although the second copy was not made": (
        "from archive.intake import taking; taking.Taking.complete = lambda *_: None\n"
        "from media import copying; parts = copying._Parts.__init__\n"
        "copying._Parts.__init__ = lambda self, source, seen, folders: parts(self, source, seen, folders[:1])\n"
    ),
    "it writes over a damaged original": (
        "from media import disk; disk.set_aside = lambda path, *where: path.unlink() or path\n"
    ),
    "it takes an original that rotted for a whole one": (
        "from archive.intake import taking\n"
        "taking.Taking._is_whole = lambda self, kept, target: taking.lies(kept, target)\n"
    ),
    "it takes an empty mount point for the volume": (
        "from archive.catalogue import volumes; from archive.intake import targets\n"
        "volumes.must_be_there = lambda *_: None\n"
    ),
}
RUN = "import runpy\nrunpy.run_module('archive', None, '__main__', True)"


@pytest.fixture(scope="session")
def sound(footage) -> bytes:
    return recording(footage)


@pytest.mark.fault(
    "looking after",
    "cards, disks, damage, kills, verify, repair, backup and restore in any order",
    "safe was said of what is there; nothing is gone but what was damaged; verify, repair and restore say what is so",
)
def test_random_actions_leave_what_was_promised(sound):
    actions.act(sound, SEED, ACTIONS)


@pytest.mark.parametrize("lie", LIES)
def test_a_command_that_breaks_a_promise_is_found_out(lie, sound):
    liar = actions.Actions()
    liar.world.program = (sys.executable, "-c", LIES[lie] + RUN)
    try:
        with pytest.raises(Broken):
            _one_of_each(liar, sound)
    finally:
        liar.close()


def _one_of_each(machine: actions.Actions, sound: bytes) -> None:
    machine.world.begin(sound)
    machine.offload("A", ("second",), afresh=False, twice=False)
    machine.damage("originals", 0, "flip")
    machine.offload("A", ("second",), afresh=True, twice=False)
    machine.plug_volume("originals")
    machine.offload("B", (), afresh=False, twice=False)
