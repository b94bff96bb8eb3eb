"""Facts about ASC MHL histories: what a generation says, and that a kill at any moment costs nothing."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from media import disk
from media.errors import Unreadable
from media.mhl import check, digests, history
from media.mhl.manifest import Entry, Hash, written

NOW = datetime(2026, 5, 4, 10, 20, 30, tzinfo=UTC)


class Killed(BaseException):
    """Nothing after this runs, as after a kill."""


def entry(path: str, content: bytes = b"a", *algorithms: str) -> Entry:
    taken = digests.Digests(algorithms or ["xxh128"])
    taken.update(content)
    hashes = tuple(Hash(name, value) for name, value in taken.hexdigests().items())
    return Entry(path, len(content), NOW, hashes)


def append(root: Path, *entries: Entry, when: datetime = NOW, process="transfer") -> int:
    return history.append(root, entries, when=when, process=process)


def said(root: Path, number: int = -1) -> dict[str, dict[str, str]]:
    """The actions of a generation by path and algorithm."""
    listed = history.read(root).generations[number].manifest.entries
    return {each.path: {one.algorithm: one.action for one in each.hashes} for each in listed}


def everything(root: Path) -> dict[str, bytes]:
    return {str(each.relative_to(root)): each.read_bytes() for each in root.rglob("*") if each.is_file()}


def test_a_first_generation_is_original_and_a_second_holds_against_it(tmp_path):
    assert append(tmp_path, entry("b"), entry("a")) == 1
    assert said(tmp_path) == {"a": {"xxh128": "original"}, "b": {"xxh128": "original"}}
    assert append(tmp_path, entry("a", b"a", "md5", "xxh128"), entry("b", b"other"), entry("c")) == 2
    assert said(tmp_path) == {
        "a": {"md5": "verified", "xxh128": "verified"},
        "b": {"xxh128": "failed"},
        "c": {"xxh128": "original"},
    }


def test_what_failed_does_not_replace_what_was_known(tmp_path):
    append(tmp_path, entry("a", b"first"))
    append(tmp_path, entry("a", b"second", "xxh128", "md5"))
    assert said(tmp_path) == {
        "a": {"xxh128": "failed"}
    }  # what md5 found is not said of a file that is another
    known = history.entries(history.read(tmp_path))
    assert known["a"]["xxh128"].value == digests.of(b"first", "xxh128")


def test_a_digest_that_never_agreed_is_not_known(tmp_path):
    append(tmp_path, entry("a"))
    failed = replace(entry("a", b"b", "md5"), hashes=(Hash("md5", digests.of(b"b", "md5"), "failed", NOW),))
    path = tmp_path / "ascmhl" / "0002_other_2026-01-01_000000Z.mhl"
    path.write_bytes(written([failed], created=NOW, process="in-place"))
    assert list(history.entries(history.read(tmp_path))["a"]) == ["xxh128"]


def test_what_an_earlier_generation_left_out_on_purpose_stays_left_out(tmp_path):
    (tmp_path / "ascmhl").mkdir()
    path = tmp_path / "ascmhl" / "0001_other_2026-01-01_000000Z.mhl"
    path.write_bytes(written([entry("a")], created=NOW, process="in-place", ignored=("ascmhl", "*.tmp")))
    append(tmp_path, entry("a"), entry("b"))
    ignored = history.read(tmp_path).generations[-1].manifest.ignored
    assert ignored == (".DS_Store", "ascmhl", "ascmhl/", "*.tmp")


def test_a_known_file_is_held_against_an_algorithm_that_is_known(tmp_path):
    append(tmp_path, entry("a", b"a", "md5"))
    with pytest.raises(ValueError, match="a is known by md5"):
        append(tmp_path, entry("a", b"a", "xxh128"))
    assert len(history.read(tmp_path).generations) == 1


def test_a_renamed_file_goes_on_under_its_new_name(tmp_path):
    append(tmp_path, entry("a"))
    append(tmp_path, replace(entry("b"), previous="a"))
    assert said(tmp_path) == {"b": {"xxh128": "verified"}}
    assert list(history.entries(history.read(tmp_path))) == ["b"]


def test_the_same_again_is_not_written_again(tmp_path):
    append(tmp_path, entry("a"), entry("b"))
    before = everything(tmp_path)
    assert append(tmp_path, entry("b"), entry("a"), when=NOW + timedelta(days=1)) == 1
    assert everything(tmp_path) == before


def test_a_verification_is_said_anew_each_time(tmp_path):
    append(tmp_path, entry("a"))
    assert append(tmp_path, entry("a"), process="in-place") == 2
    assert append(tmp_path, entry("a"), process="in-place") == 2
    assert append(tmp_path, entry("a"), process="in-place", when=NOW + timedelta(days=1)) == 3


def test_what_lies_in_a_history_is_not_listed(tmp_path):
    append(tmp_path, entry("a"), entry("ascmhl/ascmhl_chain.xml"), entry("b/ascmhl/x"))
    assert said(tmp_path) == {"a": {"xxh128": "original"}}


def test_files_below_another_history_are_listed_there_and_referred_to(tmp_path):
    for folder in ("B", "B/C"):
        (tmp_path / folder / "ascmhl").mkdir(parents=True)
    (tmp_path / "D" / "ascmhl").mkdir(parents=True)
    append(tmp_path, entry("a"), entry("B/b"), entry("B/C/c"), entry("BB"))
    assert list(said(tmp_path)) == ["BB", "a"]
    assert list(said(tmp_path / "B")) == ["b"]
    assert list(said(tmp_path / "B/C")) == ["c"]
    below = history.read(tmp_path / "B").generations[0].link
    (reference,) = history.read(tmp_path).generations[0].manifest.references
    assert (reference.path, reference.c4) == (f"B/ascmhl/{below.file}", below.c4)
    assert sorted(check.expected(tmp_path)) == ["B/C/c", "B/b", "BB", "a"]
    assert not any((tmp_path / "D" / "ascmhl").iterdir())


def kill_at(monkeypatch, moment: int) -> None:
    """Let the next calls to the disk go through up to one, which does half its work or none and is the last."""
    calls = count()

    def dying(call, half=None):
        def called(*args, **kwargs):
            if next(calls) == moment:
                if half:
                    half(*args)
                raise Killed
            return call(*args, **kwargs)

        return called

    write = Path.write_bytes
    monkeypatch.setattr(
        Path, "write_bytes", dying(write, lambda path, content: write(path, content[: len(content) // 2]))
    )
    for call in ("mkdir", "replace", "unlink"):
        monkeypatch.setattr(Path, call, dying(getattr(Path, call)))
    for call in ("flush", "flush_folder"):
        monkeypatch.setattr(disk, call, dying(getattr(disk, call)))


def test_the_manifest_and_its_name_are_on_the_disk_before_the_chain_names_it(tmp_path, monkeypatch):
    calls = []

    def noted(name, call):
        def called(path, *args):
            calls.append((name, path.suffixes[-2:] if path.suffix == ".part" else path.name))
            return call(path, *args)

        return called

    monkeypatch.setattr(Path, "replace", noted("rename", Path.replace))
    for name in ("flush", "flush_folder"):
        monkeypatch.setattr(disk, name, noted(name, getattr(disk, name)))
    append(tmp_path, entry("a"))
    own, chain = [".mhl", ".part"], [".xml", ".part"]
    wanted = [
        ("flush", own),
        ("rename", own),
        ("flush_folder", "ascmhl"),
        ("flush", chain),
        ("rename", chain),
    ]
    assert [each for each in calls if each in wanted[:2] + wanted[3:]] == wanted[:2] + wanted[3:]
    assert calls.index(wanted[1]) < calls.index(wanted[2]) < calls.index(wanted[3])
    assert calls[-1] == ("flush", "ascmhl")
    calls.clear()
    append(tmp_path, entry("a"))
    assert calls[-1] == ("flush", "ascmhl")


@pytest.mark.fault(
    "cards",
    "a card with a damaged manifest in its own MHL history",
    "it is named and left, and the history goes on",
)
@pytest.mark.parametrize("content", [b"", b"<hashlist version='2.0'><hashes>"])
def test_a_damaged_manifest_that_no_chain_names_does_not_stop_a_history(tmp_path, content):
    append(tmp_path, entry("a"))
    damaged = tmp_path / "ascmhl" / "0002_other_2026-01-01_000000Z.mhl"
    damaged.write_bytes(content)
    told = []
    assert list(check.expected(tmp_path, told.append)) == ["a"]
    assert [each.message.partition("mhl")[0] for each in told] == ["0002_other_2026-01-01_000000Z."]
    with pytest.raises(Unreadable, match="0002_other"):
        check.expected(tmp_path)
    assert append(tmp_path, entry("a"), entry("b")) == 3
    assert append(tmp_path, entry("a"), entry("b")) == 3
    assert damaged.read_bytes() == content


def nothing(root: Path) -> None: ...


def a_generation(root: Path) -> None:
    append(root, entry("a"), entry("B/b"), when=NOW - timedelta(days=1))


def a_history_below(root: Path) -> None:
    a_generation(root)
    append(root / "B", entry("b"), when=NOW - timedelta(days=1))


@pytest.mark.fault(
    "kill",
    "a kill at each write, flush and rename of an MHL generation",
    "the same call again ends in the same history",
)
@pytest.mark.parametrize("before", [nothing, a_generation, a_history_below])
@pytest.mark.parametrize("process", ["transfer", "in-place"])
def test_a_kill_at_any_moment_costs_nothing(tmp_path, monkeypatch, before, process):
    listed = entry("a"), entry("B/b"), entry("c")
    whole = tmp_path / "whole" / "CARD"
    (whole / "B").mkdir(parents=True)
    before(whole)
    append(whole, *listed, process=process)
    for moment in count():
        root = tmp_path / str(moment) / "CARD"
        (root / "B").mkdir(parents=True)
        before(root)
        with monkeypatch.context() as patch:
            kill_at(patch, moment)
            try:
                append(root, *listed, process=process)
            except Killed:
                pass
            else:
                break
        history.read(root)  # never a history that cannot be read
        append(root, *listed, process=process)
        assert everything(root) == everything(whole), moment
    assert moment > 8


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=1)])
def test_a_copy_that_was_killed_is_said_once_however_late_it_goes_on(tmp_path, monkeypatch, later):
    for moment in range(30):
        root = tmp_path / str(moment)
        root.mkdir()
        with monkeypatch.context() as patch:
            kill_at(patch, moment)
            with suppress(Killed):
                append(root, entry("a"))
        assert append(root, entry("a"), when=NOW + later) == 1
        assert len(list((root / "ascmhl").iterdir())) == 2, moment


def test_a_manifest_without_a_place_in_the_chain_gets_one_before_another_is_written(tmp_path):
    append(tmp_path, entry("a"))
    orphan = written([entry("b", b"b", "md5")], created=NOW, process="in-place")
    (tmp_path / "ascmhl" / "0002_other_2026-01-01_000000Z.mhl").write_bytes(orphan)
    assert len(history.read(tmp_path).orphans) == 1
    assert append(tmp_path, entry("b", b"b", "md5", "xxh128")) == 3
    read = history.read(tmp_path)
    assert [each.link.number for each in read.generations] == [1, 2, 3]
    assert read.generations[1].link.c4 == digests.of(orphan, "c4")
    assert read.orphans == ()


@pytest.mark.fault(
    "kill",
    "a card whose MHL chain another program left empty",
    "the chain is named; the history is not touched",
)
@pytest.mark.parametrize("left", [0, 40, 200])
def test_a_chain_that_another_program_left_half_written_is_named(tmp_path, left):
    append(tmp_path, entry("a"))
    chain = tmp_path / "ascmhl" / "ascmhl_chain.xml"
    chain.write_bytes(chain.read_bytes()[:left])
    before = everything(tmp_path)
    with pytest.raises(Unreadable, match=r"ascmhl_chain\.xml") as caught:
        append(tmp_path, entry("a"), entry("b"))
    assert caught.value.remedy
    assert everything(tmp_path) == before


@pytest.mark.fault(
    "cards", "a manifest that was changed after it was sealed", "it is named, and not believed"
)
def test_a_manifest_that_is_not_what_the_chain_says_is_named(tmp_path):
    append(tmp_path, entry("a"))
    (manifest,) = (tmp_path / "ascmhl").glob("*.mhl")
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    with pytest.raises(Unreadable, match="was changed after"):
        history.read(tmp_path)
    manifest.unlink()
    with pytest.raises(Unreadable, match="is missing, though"):
        history.read(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<a/>", "line 1: is no chain"),
        (
            "<ascmhldirectory>\n<hashlist sequencenr='1'/></ascmhldirectory>",
            "line 2: does not name a manifest",
        ),
        (
            f"<ascmhldirectory>\n<hashlist sequencenr='1'><path>../a.mhl</path><c4>{digests.of(b'', 'c4')}</c4>"
            "</hashlist></ascmhldirectory>",
            "line 2: does not name a manifest",
        ),
        (
            f"<ascmhldirectory>\n<hashlist sequencenr='1'><path>b/a.mhl</path><c4>{digests.of(b'', 'c4')}</c4>"
            "</hashlist></ascmhldirectory>",
            "line 2: does not number a manifest",
        ),
        (
            f"<ascmhldirectory>\n<hashlist><path>a.mhl</path><c4>{digests.of(b'', 'c4')}</c4>"
            "</hashlist></ascmhldirectory>",
            "line 2: does not number a manifest",
        ),
    ],
)
def test_a_chain_that_means_no_manifest_of_its_own_is_refused(tmp_path, content, said):
    (tmp_path / "ascmhl").mkdir()
    (tmp_path / "ascmhl" / "ascmhl_chain.xml").write_text(content)
    with pytest.raises(Unreadable, match=said):
        history.read(tmp_path)


def test_a_history_is_no_link(tmp_path):
    (tmp_path / "B").mkdir()
    (tmp_path / "B" / "ascmhl").symlink_to(tmp_path)
    with pytest.raises(Unreadable, match="is a link"):
        append(tmp_path / "B", entry("a"))


def test_a_generation_has_a_name_that_fits_however_long_the_folders_is(tmp_path):
    root = tmp_path / ("é" * 127)
    root.mkdir()
    append(root, entry("a"))
    (generation,) = history.read(root).generations
    assert len(generation.link.file.encode()) <= 255
