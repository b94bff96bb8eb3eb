"""The MHL histories of cards and of folders on them, through the commands: gone on with and brought back."""

import json
import os
import shutil
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import md5
from io import StringIO
from pathlib import Path

import pytest

from archive.cli import main
from media.mhl import digests, history
from media.mhl.entry import Entry, Hash

THEN = datetime(2026, 1, 1, tzinfo=UTC)
CLIP, BELOW = "C0002.MP4", "x/c/C0001.MP4"
CHAIN = "ascmhl/ascmhl_chain.xml"
ASCMHL = Path(os.environ.get("ARCHIVE_ASCMHL") or Path(__file__).parents[3] / ".venv-ascmhl/bin/ascmhl")


def listed(root: Path, algorithm: str = "xxh128") -> None:
    """Give a folder a history, as the program gives one that the crew uses."""
    entries = [
        Entry(
            path.relative_to(root).as_posix(),
            path.stat().st_size,
            THEN,
            (Hash(algorithm, digests.of(path.read_bytes(), algorithm), None, THEN),),
        )
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.parent.name != history.FOLDER
    ]
    history.append(root, entries, when=THEN, process="transfer")


@pytest.fixture
def card(tmp_path) -> Path:
    """A card with a clip, and with another one in a folder further down."""
    root = tmp_path / "A001"
    for name in (CLIP, BELOW, "x/c/C0001.XML"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode() * 5000)
    return root


@pytest.fixture
def crew(kept, tmp_path):
    """A new archive, and a place for second copies."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()), pytest.raises(SystemExit):
        main(["new", str(tmp_path / "new")])
    return replace(kept, folder=tmp_path / "new", second=tmp_path.with_name(f"{tmp_path.name}-copy"))


def ingest(crew, card, *options, code=0):
    return crew.run("ingest", card, "--only", "copy", "--json", *options, code=code)


def offload(crew, card, code=0):
    return ingest(crew, card, "--also", crew.second, code=code)


def wrong(crew) -> dict[str, list[str]]:
    """What verify finds changed and missing; its exit code is the one for that."""
    with (
        redirect_stdout(StringIO()) as output,
        redirect_stderr(StringIO()),
        pytest.raises(SystemExit) as ended,
    ):
        main(["verify", "--json", "--archive", str(crew.folder)])
    report = json.loads(output.getvalue())
    found = {each: report[each] for each in ("changed", "missing") if report[each]}
    assert (ended.value.code or 0) == (3 if found else 0)
    return found


def repair(crew, code=0):
    return json.loads(crew.run("repair", "--yes", "--json", code=code))


def settled(crew) -> bool:
    """Whether verify finds everything whole, and repair has nothing left to do."""
    return wrong(crew) == {} and repair(crew)["plan"] == []


def accepted(root: Path) -> None:
    """Ask the reference tool, where it is installed; it looks for updates, which nobody needs."""
    if ASCMHL.exists():
        done = subprocess.run(
            [ASCMHL.with_name("ascmhl-debug"), "verify", root],
            capture_output=True,
            text=True,
            env={**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""},
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("algorithm", ["xxh128", "md5"])
def test_a_card_with_histories_of_its_own_is_whole_however_often_these_are_gone_on_with(
    crew, card, own, algorithm
):
    listed(card / "x/c", algorithm)
    if own:
        listed(card, algorithm)
    before = {path: path.read_bytes() for path in card.rglob("ascmhl/*.mhl")}
    offload(crew, card)
    assert settled(crew)
    crew.run("verify", "--mhl")
    assert settled(crew)
    (card / "x/c/C0003.MP4").write_bytes(b"later" * 5000)
    offload(crew, card)
    assert settled(crew)
    for root in (crew.originals / "A001", crew.second / "A001"):
        assert [(root / path.relative_to(card)).read_bytes() for path in before] == list(before.values())
        accepted(root)


@pytest.mark.fault(
    "looking after",
    "in a folder of a card the history that came with it rots, or a list that went on with it is gone",
    "verify names it; repair brings the histories back from the second copy; both are content then",
)
@pytest.mark.parametrize("what", ["its own list", "our list", "our chain", "everything"])
def test_a_damaged_history_further_down_is_brought_back(crew, card, what):
    listed(card / "x/c", "md5")
    offload(crew, card)
    folder = crew.originals / "A001/x/c/ascmhl"
    own, ours = sorted(folder.glob("*.mhl"))
    {
        "its own list": lambda: own.write_bytes(own.read_bytes().replace(b"0", b"1")),
        "our list": ours.unlink,
        "our chain": (folder / "ascmhl_chain.xml").unlink,
        "everything": lambda: shutil.rmtree(folder),
    }[what]()
    named = [path for paths in wrong(crew).values() for path in paths]
    assert named
    assert all(path.startswith("originals/A001/x/c/ascmhl/") for path in named)
    done = repair(crew)["done"]
    assert {action["what"] for action in done} == {
        "its own list": {"original"},
        "everything": {"original", "history"},
    }.get(what, {"history"})
    assert settled(crew)
    second = crew.second / "A001/x/c/ascmhl"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }
    accepted(crew.originals / "A001")


@pytest.mark.fault(
    "looking after",
    "the history in a folder of a card is damaged, there is no second copy, and the card's own lists know md5 alone",
    "repair begins the card's history anew around its own lists, which stay; verify is content then",
)
def test_a_history_that_begins_anew_keeps_the_lists_of_the_card(crew, card):
    listed(card / "x/c", "md5")
    listed(card, "md5")
    ingest(crew, card)
    root = crew.originals / "A001"
    own = {path: (root / path.relative_to(card)) for path in card.rglob("ascmhl/*.mhl")}
    (root / "x/c" / CHAIN).unlink()
    assert wrong(crew) == {"missing": [f"originals/A001/x/c/{CHAIN}"]}
    (action,) = repair(crew)["done"]
    assert action["how"].endswith("begin a new one.")
    assert settled(crew)
    assert all(kept.read_bytes() == path.read_bytes() for path, kept in own.items())
    known = history.known_below(root)[BELOW]
    assert {name: known[name].action for name in known} == {"md5": "verified", "xxh128": "verified"}
    assert [*(crew.originals / ".damaged/A001/ascmhl").glob("*.mhl")]
    accepted(root)


@pytest.mark.fault(
    "looking after",
    "a list of the card's own is lost for good on every copy, or damaged on each",
    "repair says that it cannot bring it back, begins the history anew without it, and does nothing when run again",
)
@pytest.mark.parametrize("what", ["lost", "damaged"])
def test_a_list_that_is_lost_for_good_is_no_reason_to_begin_again_and_again(crew, card, what):
    listed(card / "x/c")
    offload(crew, card)
    (name,) = (path.name for path in (card / "x/c/ascmhl").glob("*.mhl"))
    lists = [folder / "A001/x/c/ascmhl" / name for folder in (crew.originals, crew.second)]
    for path in lists:
        path.unlink() if what == "lost" else path.write_bytes(path.read_bytes() + b"<!-- -->")
    repair(crew, code=3)
    again = repair(crew, code=3)
    assert again["plan"] == []
    assert [left["path"] for left in again["left"]] == [
        f"originals/A001/x/c/ascmhl/{name}",
        str(lists[1]),
    ]
    for path in lists:
        assert name not in {each.link.file for each in history.read(path.parents[1]).generations}


@pytest.mark.fault(
    "cards",
    "the card's own history lists a file that is not on the card",
    "ingest says NOT safe, exit 3; verify names it as missing; repair leaves it and the history",
)
def test_a_file_that_the_card_lists_and_does_not_have_is_missing(crew, card):
    listed(card)
    (card / BELOW).unlink()
    assert "is in its MHL and was not copied" in ingest(crew, card, code=3)
    assert wrong(crew) == {"missing": [f"originals/A001/{BELOW}"]}
    report = repair(crew, code=3)
    assert (report["plan"], [left["path"] for left in report["left"]]) == ([], [f"originals/A001/{BELOW}"])


@pytest.mark.fault(
    "cards",
    "a file is not what the card's own history says of it, by our algorithm or by another",
    "ingest says NOT safe; verify and repair find that the copy is what was copied",
)
@pytest.mark.parametrize("algorithm", ["xxh128", "md5"])
def test_a_file_that_its_card_calls_otherwise_is_no_fault_of_the_history(crew, card, algorithm):
    listed(card, algorithm)
    (card / CLIP).write_bytes(b"otherwise" * 5000)
    verdict = next(
        line for line in map(json.loads, offload(crew, card, code=3).splitlines()) if line["event"] == "card"
    )
    assert not verdict["safe_to_format"]
    assert settled(crew)
    crew.run("verify", "--mhl")
    assert settled(crew)


@pytest.mark.fault(
    "cards",
    "a folder of a card has a history that knows a file by another algorithm alone",
    "verify --mhl and repair read the file by that algorithm, too, and go on with it",
)
def test_a_history_by_another_algorithm_is_gone_on_with(kept):
    below = kept.originals / "A001/DCIM"
    content = (below / "C0001.MP4").read_bytes()
    known = Hash("md5", md5(content, usedforsecurity=False).hexdigest(), None, THEN)
    history.append(below, [Entry("C0001.MP4", len(content), THEN, (known,))], when=THEN, process="transfer")
    kept.run("verify", "--mhl")
    assert history.known_below(below)["C0001.MP4"]["xxh128"].action == "verified"
    for folder in (kept.originals, kept.second):
        (folder / "A001" / CHAIN).unlink()
    assert len(repair(kept)["done"]) == 2
    assert settled(kept)


@pytest.mark.fault(
    "looking after",
    "the history of a second copy, its chain or one of its lists is gone or changed",
    "verify names it; repair copies that of the originals; exit 3, then 0",
)
@pytest.mark.parametrize("what", ["everything", "chain", "list", "changed"])
def test_a_damaged_history_of_a_second_copy_is_named_and_brought_back(kept, what):
    folder = kept.second / "A001/ascmhl"
    (manifest,) = folder.glob("*.mhl")
    {
        "everything": lambda: shutil.rmtree(folder),
        "chain": (folder / "ascmhl_chain.xml").unlink,
        "list": manifest.unlink,
        "changed": lambda: manifest.write_bytes(b""),
    }[what]()
    path = manifest if what in {"list", "changed"} else folder / "ascmhl_chain.xml"
    assert wrong(kept) == {"changed" if what == "changed" else "missing": [str(path)]}
    (action,) = repair(kept)["done"]
    assert (action["what"], action["from"]) == ("history", str(kept.originals / "A001"))
    assert settled(kept)


@pytest.mark.fault(
    "kill",
    "kill -9 when a second copy has all files of a card that was copied before, and not yet its history",
    "the next ingest of the card brings it",
)
def test_a_second_copy_without_a_history_gets_it(crew, card):
    ingest(crew, card)
    offload(crew, card)
    shutil.rmtree(crew.second / "A001/ascmhl")
    offload(crew, card)
    assert settled(crew)


@pytest.mark.fault(
    "looking after",
    "the history of a card is damaged, and that of another copy is whole",
    "repair says which one it will copy, and copies all its generations",
)
def test_all_generations_come_back_from_another_copy(kept):
    kept.run("verify", "--mhl")
    root = kept.originals / "A001"
    (root / CHAIN).write_bytes(b"")
    (action,) = json.loads(kept.run("repair", "--json", code=3))["plan"]
    assert action["from"] == str(kept.second / "A001")
    assert str(kept.second / "A001") in action["how"]
    repair(kept)
    assert [one.manifest.process for one in history.read(root).generations] == ["transfer", "in-place"]
    assert [path.name for path in (kept.originals / ".damaged/A001/ascmhl").glob("*.xml")] == [
        "ascmhl_chain.xml"
    ]
    assert settled(kept)


@pytest.mark.fault(
    "looking after",
    "the history of a card is lost, and that of the second copy lists other files, or another hash",
    "it is not copied; a new one begins",
)
@pytest.mark.parametrize("what", ["a file less", "a file more", "another hash"])
def test_a_history_that_does_not_fit_is_not_copied(kept, what):
    other = kept.second / "A001"
    shutil.rmtree(other / "ascmhl")
    names = {"a file less": ("DCIM/C0001.MP4",), "another hash": ()}.get(what, ("DCIM/C0009.MP4",))
    entries = [
        Entry(path.removeprefix("A001/"), 1, THEN, (Hash("xxh128", digest, None, THEN),))
        for path, digest in kept.files.items()
        if path.removeprefix("A001/") not in names
    ]
    if what == "a file more":
        entries.append(Entry("DCIM/C0009.MP4", 1, THEN, (Hash("xxh128", "0" * 32, None, THEN),)))
        (other / "DCIM/C0009.MP4").write_bytes(b"a clip that only this copy has")
    elif what == "another hash":
        entries[0] = Entry(entries[0].path, 1, THEN, (Hash("xxh128", "0" * 32, None, THEN),))
    history.append(other, entries, when=THEN, process="transfer")
    shutil.rmtree(kept.originals / "A001/ascmhl")
    done = repair(kept)["done"]
    assert (done[0]["path"], done[0]["from"]) == (f"originals/A001/{CHAIN}", None)
    assert len(done) == (2 if what == "another hash" else 1)  # then the second copy's own is wrong, too
    assert settled(kept)


@pytest.mark.fault(
    "cards",
    "a FIFO or a folder lies beside the lists of a card's history",
    "it is left where it lies; nothing waits",
)
def test_what_is_no_list_is_not_copied_with_a_history(kept):
    folder = kept.originals / "A001/ascmhl"
    os.mkfifo(folder / "0001_pipe")
    (folder / "0002_folder").mkdir()
    shutil.rmtree(kept.second / "A001/ascmhl")
    done, _ = kept.begin("repair", "--yes", "--json").communicate(timeout=60)
    assert [action["from"] for action in json.loads(done)["done"]] == [str(kept.originals / "A001")]
    assert len([*(kept.second / "A001/ascmhl").iterdir()]) == 2
    assert settled(kept)


@pytest.mark.fault(
    "names",
    "the history of a card spells é as one character, and the card's disk as e and an accent",
    "it is one file, which is there",
)
def test_a_name_is_the_same_however_its_accents_are_written(crew, card):
    (card / "cafe\u0301.MP4").write_bytes(b"a clip" * 5000)
    (card / "caf\u00e9.MP4").write_bytes(b"a clip" * 5000)
    listed(card)
    (card / "caf\u00e9.MP4").unlink()
    offload(crew, card)
    assert settled(crew)


@pytest.mark.fault(
    "looking after",
    "an archive is restored from a backup, and its card ingested again, with the second copy or without",
    "the card's history is there again, from the second copy where that has it; verify finds all whole",
)
@pytest.mark.parametrize("second", ["none", "known", "named"])
def test_a_card_that_comes_again_after_a_restore_gets_its_history_back(crew, card, tmp_path, second):
    listed(card / "x/c", "md5")
    ingest(crew, card) if second == "none" else offload(crew, card)
    crew.run("verify", "--mhl")
    crew.run("backup", tmp_path / "backups")
    shutil.rmtree(crew.folder)
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()), pytest.raises(SystemExit):
        main(["restore", str(tmp_path / "backups"), str(crew.folder)])
    offload(crew, card) if second == "named" else ingest(crew, card)
    assert settled(crew)
    root = crew.originals / "A001"
    process = [one.manifest.process for one in history.read(root).generations]
    assert process == (["transfer", "in-place"] if second != "none" else ["transfer"])
    accepted(root)


@pytest.mark.fault(
    "looking after",
    "the history of a card is gone, and the card is ingested again",
    "its history begins anew with what lies there; what is not there is listed when it is",
)
def test_a_history_that_is_gone_begins_anew_when_the_card_comes_again(crew, card):
    ingest(crew, card)
    root = crew.originals / "A001"
    shutil.rmtree(root / "ascmhl")
    (root / BELOW).rename(crew.folder / "mislaid")
    (card / BELOW).unlink()
    ingest(crew, card)
    assert wrong(crew) == {"missing": [f"originals/A001/{BELOW}"]}
    (crew.folder / "mislaid").rename(root / BELOW)
    ingest(crew, card)
    assert settled(crew)
    assert BELOW in history.known_below(root)


@pytest.mark.fault(
    "looking after",
    "the history in a folder of a card is lost on every copy, with the card's own lists",
    "repair begins the card's history anew; the lists stay missing, and it does nothing when run again",
)
def test_a_history_further_down_that_is_lost_for_good_is_begun_again_once(crew, card):
    listed(card / "x/c")
    offload(crew, card)
    for folder in (crew.originals, crew.second):
        shutil.rmtree(folder / "A001/x/c/ascmhl")
    done = repair(crew, code=3)["done"]
    assert {action["what"] for action in done} == {"history"}
    again = repair(crew, code=3)
    assert again["plan"] == []
    assert {Path(left["path"]).parent.name for left in again["left"]} == {"ascmhl"}
    assert BELOW in history.known_below(crew.originals / "A001")


@pytest.mark.fault(
    "cards",
    "a card with a history of its own holds one clip twice, or a folder with a copy of an earlier card and its history",
    "the clip is kept once; verify finds all whole",
)
@pytest.mark.parametrize("algorithm", ["xxh128", "md5"])
@pytest.mark.parametrize("again", ["x/C0002.MP4", "../B001/A001/C0002.MP4"])
def test_a_listed_clip_that_is_kept_elsewhere_is_not_missing(crew, card, algorithm, again):
    clip = card / again
    if "B001" in again:
        ingest(crew, card)
        shutil.copytree(card, clip.parent)
        listed(clip.parent, algorithm)
        ingest(crew, clip.parents[1])
    else:
        shutil.copy(card / CLIP, clip)
        listed(card, algorithm)
        ingest(crew, card)
    assert not (crew.originals / "A001" / again).exists()
    assert settled(crew)


@pytest.mark.fault(
    "cards",
    "a card holds one clip twice, and a list of MHL 1.1 names both",
    "the card's history in the archive lists the one that is kept",
)
def test_a_clip_that_only_an_old_list_names_twice_is_listed_once(crew, card):
    shutil.copy(card / CLIP, card / "x" / CLIP)
    digest = md5((card / CLIP).read_bytes(), usedforsecurity=False).hexdigest()
    both = "".join(f"<hash><file>{each}</file><md5>{digest}</md5></hash>" for each in (CLIP, f"x/{CLIP}"))
    (card / "card.mhl").write_text(f'<?xml version="1.0"?><hashlist version="1.1">{both}</hashlist>')
    ingest(crew, card)
    assert {*history.known_below(crew.originals / "A001")} & {CLIP, f"x/{CLIP}"} == {CLIP}
    assert settled(crew)


@pytest.mark.fault(
    "cards",
    "all clips of a folder with a history of its own are kept already, from elsewhere on the card",
    "the history in that folder is whole, its chain in its place",
)
def test_a_history_of_clips_that_are_kept_elsewhere_keeps_its_chain(crew, card):
    shutil.copytree(card / "x/c", card / "z", ignore=shutil.ignore_patterns("*.XML"))
    listed(card / "z")
    offload(crew, card)
    for folder in (crew.originals, crew.second):
        assert len(history.read(folder / "A001/z").generations) >= 1
    assert settled(crew)


@pytest.mark.fault(
    "cards",
    "a file on the card has the name of the folder for MHL histories",
    "it is kept under another name; the card's history is written, and all is whole",
)
def test_a_file_named_as_the_folder_of_histories_is_kept_beside_it(crew, card):
    (card / "ascmhl").write_bytes(b"no folder")
    (card / "x/ascmhl").write_bytes(b"no folder either")
    offload(crew, card)
    for folder in (crew.originals, crew.second):
        assert (folder / "A001/ascmhl-2").read_bytes() == b"no folder"
        assert (folder / "A001" / CHAIN).is_file()
    offload(crew, card)
    assert settled(crew)
