"""What the sweeps write down: while they run, so that they can be killed themselves, and in the end for readers."""

from dataclasses import replace

import pytest
from sweeping import results
from sweeping.results import Seen, State

GOOD = Seen("a copy killed", "a copy killed: write 1", True, [])
BAD = Seen("a copy killed", "a copy killed: write 2", True, ["a file is missing"])
CONTROL = Seen("a naive copy killed", "a naive copy killed: write 1", True, ["a file is missing"])


def test_a_sweep_that_was_killed_goes_on_where_it_was(tmp_path):
    """What it wrote last may be half a line: that case is done again."""
    file = tmp_path / "kill.jsonl"
    State(file, "abc 1").add(GOOD)
    with file.open("a") as torn:
        torn.write('{"row": "a copy ki')
    again = State(file, "abc 1")
    assert again.known == {GOOD.key: GOOD}
    again.add(BAD)
    assert State(file, "abc 1").known == {GOOD.key: GOOD, BAD.key: BAD}


@pytest.mark.parametrize("what", ["abd 1", "abc 2"])
def test_another_commit_or_seed_is_swept_from_the_start(tmp_path, what):
    State(tmp_path / "kill.jsonl", "abc 1").add(GOOD)
    assert not State(tmp_path / "kill.jsonl", what).known


def test_a_sweep_replaces_its_own_rows_and_leaves_the_others(tmp_path):
    page = tmp_path / "promises.md"
    page.write_text(f"before\n{results.BEGIN}\n\nNot run yet.\n\n{results.END}\nafter\n")
    results.write([GOOD, CONTROL], "abc", "1", page)
    results.write([GOOD, BAD], "abd", "2", page)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    (killed,) = [line for line in text.splitlines() if line.startswith("| a copy killed |")]
    assert "| 2 | 1 wrong | abd | 2 |" in killed
    (naive,) = [line for line in text.splitlines() if line.startswith("| a naive copy killed |")]
    assert "| 1 | 1 wrong, as it has to be: the sweep sees it | abc | 1 |" in naive


def test_only_a_control_may_go_wrong_and_has_to():
    assert [seen.unexpected for seen in (GOOD, BAD, CONTROL)] == [False, True, False]
    assert not results.blind([GOOD, BAD, CONTROL])
    assert results.blind([replace(CONTROL, wrong=[])]) == ["a naive copy killed"]
