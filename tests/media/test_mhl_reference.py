"""Facts about our histories in the hands of the reference tool, ascmhl, and about its histories in ours."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media.mhl import check, digests, history
from media.mhl.manifest import Entry, Hash
from media.mhl.names import safe_name

NOW = datetime(2026, 5, 4, 10, 20, 30, tzinfo=UTC)
PROGRAM = Path(os.environ.get("ARCHIVE_ASCMHL") or Path(__file__).parents[2] / ".venv-ascmhl/bin/ascmhl")

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="no ascmhl to ask; `make ascmhl` installs it")

NAMES = (
    "-y.mp4", "a:b.mp4", "100%d.mp4", "[b].mp4", " a ", "a\\b", "a<&>'\"b", "é", "e\u0301", "日本.mov", "🎬", "x" * 255,
    "empty", safe_name("a\nb.mp4"), safe_name(os.fsdecode(b"caf\xe9.mp4")),
)  # fmt: skip


def ascmhl(command: str, *arguments: str | Path) -> tuple[int, str]:
    """What the reference tool says; `verify` is in its second program. It looks for updates, which nobody needs."""
    program = PROGRAM.with_name("ascmhl-debug") if command == "verify" else PROGRAM
    environment = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
    run = subprocess.run(
        [program, command, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


def accepted(root: Path) -> None:
    for command in ("verify", "diff", "info"):
        assert ascmhl(command, root)[0] == 0, ascmhl(command, "-v", root)[1]


def listed(root: Path, *algorithms: str) -> list[Entry]:
    """All files below a folder, as an offload lists them."""
    found = []
    for path in root.rglob("*"):
        if path.is_file() and path.parent.name != "ascmhl":
            taken = digests.Digests(algorithms or ["xxh128"])
            taken.update(path.read_bytes())
            hashes = tuple(Hash(*each) for each in taken.hexdigests().items())
            found.append(Entry(path.relative_to(root).as_posix(), path.stat().st_size, NOW, hashes))
    return found


@pytest.fixture
def card(tmp_path):
    root = tmp_path / "CARD"
    (root / "PRIVATE" / "CLIP").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        (root / "PRIVATE" / "CLIP" / name).write_bytes(bytes(number))
        (root / name).write_bytes(bytes(number))
    return root


def test_generations_of_ours_are_accepted(card):
    history.append(card, listed(card), when=NOW, process="transfer")
    accepted(card)
    (card / "later.mov").write_bytes(b"later")
    history.append(card, listed(card, "xxh128", "md5"), when=NOW + timedelta(days=1), process="transfer")
    history.append(card, listed(card, *digests.ALGORITHMS), when=NOW + timedelta(days=2), process="in-place")
    accepted(card)
    assert ascmhl("create", card)[0] == 0
    assert len(history.read(card).generations) == 4


def test_the_reference_tool_sees_by_our_history_what_changed(card):
    history.append(card, listed(card), when=NOW, process="transfer")
    (card / "é").write_bytes(b"changed")
    code, said = ascmhl("verify", card)
    assert (code, "hash mismatch" in said) == (11, True)
    history.append(card, listed(card), when=NOW, process="in-place")
    assert ascmhl("verify", card)[0] == 11  # that it was looked at again does not make it right


@pytest.mark.parametrize("algorithm", digests.ALGORITHMS)
def test_a_history_that_the_reference_tool_began_goes_on(card, algorithm):
    assert ascmhl("create", "-h", algorithm, card)[0] == 0
    known = check.expected(card)
    assert set(known) == {each.path for each in listed(card)}
    assert all(known[each.path] == {algorithm: each.hashes[0].value} for each in listed(card, algorithm))
    (card / "later.mov").write_bytes(b"later")
    assert history.append(card, listed(card, algorithm, "xxh128"), when=NOW, process="transfer") == 2
    accepted(card)
    assert ascmhl("create", card)[0] == 0


def test_histories_below_a_card_go_on_in_their_places(card):
    below = card / "PRIVATE" / "CLIP"
    assert ascmhl("create", "-h", "md5", below)[0] == 0
    assert ascmhl("create", "-h", "md5", card)[0] == 0
    (below / "later.mov").write_bytes(b"later")
    (card / "later.mov").write_bytes(b"later")
    assert history.append(card, listed(card, "md5", "xxh128"), when=NOW, process="transfer") == 2
    assert len(history.read(below).generations) == 3
    accepted(card)
    accepted(below)
    assert sorted(check.expected(card)) == sorted(each.path for each in listed(card))


def test_a_card_of_which_a_folder_alone_has_a_history_gets_one_around_it(card):
    assert ascmhl("create", card / "PRIVATE")[0] == 0
    for name in NAMES:
        (card / name).unlink()
    assert history.append(card, listed(card), when=NOW, process="transfer") == 1
    accepted(card)


def test_a_chain_of_the_reference_tool_that_lacks_a_manifest_gets_it(card):
    assert ascmhl("create", card)[0] == 0
    chain = card / "ascmhl" / "ascmhl_chain.xml"
    before = chain.read_bytes()
    assert ascmhl("create", "-h", "md5", card)[0] == 0
    chain.write_bytes(before)
    assert history.append(card, listed(card, "md5", "xxh128"), when=NOW, process="in-place") == 3
    assert chain.read_text().count("<hashlist ") == 3
    accepted(card)


@pytest.mark.fault(
    "kill",
    "a kill between an MHL manifest and its chain",
    "the next run goes on, and ascmhl accepts the history",
)
def test_a_history_that_goes_on_after_a_kill_is_accepted(card):
    history.append(card, listed(card), when=NOW, process="transfer")
    chain = card / "ascmhl" / "ascmhl_chain.xml"
    chain.unlink()
    (card / "ascmhl" / ".0002_CARD_2026-05-04_102030Z.mhl.part").write_bytes(b"<hashlist")
    assert history.append(card, listed(card), when=NOW + timedelta(hours=1), process="transfer") == 1
    assert len(list((card / "ascmhl").iterdir())) == 2
    accepted(card)
