"""Facts about digests, names and lists of files as MHL has them, from friends and from strangers."""

import errno
import hashlib
import io
import os
import unicodedata
from datetime import UTC, datetime

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from media.errors import Unreadable
from media.mhl import check, digests, manifest, xml
from media.mhl.manifest import Entry, Hash, Reference
from media.mhl.names import inside, safe_name

NOW = datetime(2026, 5, 4, 10, 20, 30, tzinfo=UTC)
HEAD = '<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">'


def two(*lines: str) -> str:
    return "\n".join([HEAD, "<hashes>", *lines, "</hashes></hashlist>"])


def one(*lines: str) -> str:
    return "\n".join(['<hashlist version="1.1">', *lines, "</hashlist>"])


@pytest.fixture
def refused(tmp_path):
    """What is said of a list with this content."""

    def say(content):
        path = tmp_path / "card.mhl"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(Unreadable) as caught:
            manifest.read(path)
        assert caught.value.remedy
        return caught.value.message

    return say


def test_c4_ids_are_those_of_the_standards_examples():
    # "" and "alfa" from SMPTE ST 2114:2017 and its implementations; 64 bytes of 0 and of 255 are the range's two ends.
    assert digests.of(b"", "c4") == (
        "c459dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBXmRQdZrAkZzsWcbWtDg5oQstpDuni4Hirj75GEmTc1sFT"
    )
    assert digests.of(b"alfa", "c4") == (
        "c43zYcLni5LF9rR4Lg4B8h3Jp8SBwjcnyyeh4bc6gTPHndKuKdjUWx1kJPYhZxYt3zV6tQXpDs2shPsPYjgG81wZM1"
    )
    assert digests._c4(bytes(64)) == "c4" + "1" * 88
    assert digests._c4(b"\xff" * 64) == (
        "c467rpwLCuS5DGA8KGZXKsVQ7dnPb9goRLoKfgGbLfQg9WoLUgNY77E2jT11fem3coV9nAkguBACzrU1iyZM4B8roQ"
    )


@given(st.lists(st.binary(max_size=2000), max_size=5))
def test_the_blocks_in_which_a_file_is_read_do_not_matter(blocks):
    whole = b"".join(blocks)
    taken = digests.Digests(digests.ALGORITHMS)
    for block in blocks:
        taken.update(memoryview(block))
    assert taken.hexdigests() == {
        "c4": digests.of(whole, "c4"),
        "md5": hashlib.md5(whole, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(whole, usedforsecurity=False).hexdigest(),
        "xxh128": xxhash.xxh3_128_hexdigest(whole),
        "xxh3": xxhash.xxh3_64_hexdigest(whole),
        "xxh64": xxhash.xxh64_hexdigest(whole),
    }
    assert all(digests.canonical(name, value) == value for name, value in taken.hexdigests().items())


@pytest.mark.parametrize(
    "name",
    [
        "-y.mp4",
        "a:b.mp4",
        "100%d.mp4",
        "[b].mp4",
        " a ",
        "a\\b",
        "..a",
        "é",
        "e\u0301",
        "日本.mov",
        "x" * 255,
        "a<&>b",
        "🎬",
    ],
)
def test_a_name_that_every_system_holds_stays_as_it_is(name):
    assert safe_name(name) == name


@pytest.mark.fault(
    "names",
    "a name with control characters or line breaks in it",
    "the copy gets a safe name that says what it was",
)
def test_a_name_that_xml_cannot_hold_becomes_one_that_it_can():
    assert safe_name("a\nb.mp4") == "a_b~" + xxhash.xxh3_64_hexdigest(b"a\nb.mp4") + ".mp4"
    assert len({safe_name(f"a{each}b.mp4") for each in "\r\n\t\x0b\x7f\x85\u2028\u2029\ufffe"}) == 9
    assert all("~" in safe_name(f"a{each}b.mp4") for each in "\r\n\t\x0b\x7f\x85\u2028\u2029\ufffe")


@pytest.mark.fault(
    "names", "a name that is no UTF-8", "the copy gets a safe name; two such names do not meet"
)
def test_stray_bytes_do_not_meet_in_one_name():
    names = {safe_name(os.fsdecode(b"caf" + bytes([byte]) + b".mov")) for byte in range(0x80, 0x100)}
    assert len(names) == 128
    assert all(name.startswith("caf_~") and name.endswith(".mov") for name in names)


names_of_files = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=300)
stray_names = (
    st.binary(min_size=1, max_size=300).map(os.fsdecode).filter(lambda each: not set("/\0") & set(each))
)


@given(names_of_files | stray_names)
def test_a_safe_name_is_one_line_of_legal_xml_of_255_bytes_and_safe_itself(name):
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= 255
    assert safe.splitlines() == [safe]
    assert not any(unicodedata.category(each) in {"Cc", "Cs"} for each in safe)
    assert safe_name(safe) == safe


@given(names_of_files, names_of_files)
def test_two_names_stay_two(first, second):
    assert (safe_name(first) == safe_name(second)) == (first == second)


hashes = st.sampled_from(digests.ALGORITHMS).flatmap(
    lambda name: st.builds(
        Hash,
        st.just(name),
        st.binary().map(lambda content: digests.of(content, name)),
        st.sampled_from(["original", "verified", "failed"]),
        st.just(NOW),
    )
)
entries = st.builds(
    Entry,
    st.lists(
        names_of_files.map(safe_name).filter(lambda each: each not in {".", ".."}), min_size=1, max_size=4
    ).map("/".join),
    st.integers(0, 1 << 62),
    st.none() | st.just(NOW),
    st.lists(hashes, unique_by=lambda each: each.algorithm, max_size=6).map(
        lambda found: tuple(sorted(found, key=lambda each: each.algorithm))
    ),
)


@given(st.lists(entries, max_size=5))
def test_what_is_written_is_what_is_read(tmp_path_factory, listed):
    path = tmp_path_factory.mktemp("mhl") / "0001_x.mhl"
    reference = Reference("B/ascmhl/0001_B.mhl", digests.of(b"", "c4"))
    path.write_bytes(manifest.written(listed, created=NOW, process="transfer", references=(reference,)))
    read = manifest.parsed(path)
    assert read.entries == tuple(listed)
    assert (read.process, read.created, read.ignored, read.references) == (
        "transfer",
        NOW,
        (".DS_Store", "ascmhl", "ascmhl/"),
        (reference,),
    )


def test_elements_stand_in_the_order_of_the_schema():
    hashes = tuple(Hash(each, digests.of(b"", each), "original", NOW) for each in digests.ALGORITHMS)
    text = manifest.written([Entry("a", 0, NOW, hashes, "b")], created=NOW, process="transfer").decode()
    order = [
        "creationdate",
        "hostname",
        "tool",
        "/creatorinfo",
        "process",
        "ignore",
        "pattern",
        "/processinfo",
        "hashes",
    ]
    order += ["path", "c4", "md5", "sha1", "xxh128", "xxh3", "xxh64", "previousPath", "/hash"]
    places = [text.index(f"<{each}") for each in order]
    assert places == sorted(places)


def test_a_list_of_mhl_1_says_the_same_in_its_own_words(tmp_path):
    content, path = b"a clip", tmp_path / "card.mhl"
    little = bytes.fromhex(xxhash.xxh64_hexdigest(content))[::-1].hex()
    path.write_text(
        one(
            "<creatorinfo><name>a</name><startdate>2026-05-04T10:20:30Z</startdate></creatorinfo>",
            "<hash><file>CLIP/a.mov</file><size>6</size>",
            "<lastmodificationdate>2026-05-04T10:20:30Z</lastmodificationdate>",
            f"<md5>{digests.of(content, 'md5').upper()}</md5><hashdate>2026-05-04T10:20:30Z</hashdate></hash>",
            f"<hash><file>b.mov</file><size>6</size><xxhash64>{little}</xxhash64></hash>",
            f"<hash><file>c.mov</file><size>6</size><xxhash64be>{xxhash.xxh64_hexdigest(content)}</xxhash64be></hash>",
            "<hash><file>d.mov</file><size>6</size><xxhash>1234567890</xxhash></hash>",
            "<hash><file>e.mov</file><size>6</size><null/></hash>",
        )
    )
    xxh64 = Hash("xxh64", xxhash.xxh64_hexdigest(content))
    md5 = Hash("md5", digests.of(content, "md5"), None, NOW)
    assert manifest.read(path) == (
        Entry("CLIP/a.mov", 6, NOW, (md5,)),
        Entry("b.mov", 6, None, (xxh64,)),
        Entry("c.mov", 6, None, (xxh64,)),
        Entry("d.mov", 6, None, ()),
        Entry("e.mov", 6, None, ()),
    )


BOMB = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))


@pytest.mark.fault(
    "cards",
    "a list on a card whose entities grow to gigabytes or read other files",
    "it is refused at once, by line",
)
@pytest.mark.parametrize(
    "content",
    [
        f'<!DOCTYPE a [<!ENTITY a0 "ha">{BOMB}]>{HEAD}<hashes><hash><path>&a12;</path></hash></hashes></hashlist>',
        f'<!DOCTYPE a [<!ENTITY a0 "ha">{BOMB}]><hashlist version="&a12;"/>',
        f'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>{two("<hash><path>&a;</path></hash>")}',
        f'<!DOCTYPE a SYSTEM "http://localhost:9/a.dtd">{two()}',
        f"<!DOCTYPE hashlist>{two()}",
    ],
)
def test_a_document_type_is_refused_whatever_it_holds(refused, content):
    assert refused(content).startswith("card.mhl, line 1: ")


@pytest.mark.fault(
    "cards", "a list on a card that names files outside it", "it is refused, with the line that does"
)
@pytest.mark.parametrize("path", ["/etc/passwd", "../a", "a/../../b", "//a", "..", "", "."])
def test_a_path_that_leads_out_of_the_card_is_refused(refused, path):
    said = "is no path inside the folder that the list is about"
    assert refused(two("", f"<hash><path>{path}</path></hash>")) == f"card.mhl, line 4: {path!r} {said}"
    assert refused(one("", f"<hash><file>{path}</file></hash>")) == f"card.mhl, line 3: {path!r} {said}"


@given(st.text("./a\\:", max_size=12))
def test_a_path_that_is_taken_leads_to_nothing_but_what_is_below(path):
    if (taken := inside(path)) is not None:
        assert os.path.normpath("/root/" + taken) == "/root/" + taken
        assert taken
        assert inside(taken) == taken


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "card.mhl: is empty (0 bytes)"),
        ("MD5 (a.mov) = 123", "card.mhl, line 1: is no whole XML"),
        ("<a/>", "card.mhl, line 1: is no list of MHL"),
        ('<hashlist version="3.0"/>', "card.mhl, line 1: is no list of MHL"),
        (two("<hash><path>a</path>")[:-20], "card.mhl, line 4: is no whole XML"),
        (two("<hash><path>a</path><md5>abc</md5></hash>"), "card.mhl, line 3: 'abc' is no md5 digest"),
        (two("<hash><path>a</path><c4>abc</c4></hash>"), "card.mhl, line 3: 'abc' is no c4 digest"),
        (two('<hash><path size="-1">a</path></hash>'), "card.mhl, line 3: '-1' is no size"),
        (one(f"<hash><file>a</file><size>{'9' * 5000}</size></hash>"), "card.mhl, line 2: '9999"),
        (two("<hash>" + "<a/>" * 20_000 + "</hash>"), "card.mhl, line 3: has more elements than any"),
        (two("<a>" * 300), "card.mhl, line 3: is no whole XML"),
        (b"\0\1\2" * 100, "card.mhl, line 1: is no whole XML"),
    ],
)
def test_what_is_no_list_is_refused_with_its_line(refused, content, said):
    assert refused(content).startswith(said)


@pytest.mark.fault("cards", "a list on a card of more than 128 MB", "it is refused unread")
def test_a_list_that_is_too_large_is_refused_unread(refused, tmp_path):
    path = tmp_path / "large.mhl"
    with path.open("wb") as file:
        file.truncate(xml.LARGEST + 1)
    with pytest.raises(Unreadable, match=r"large\.mhl: has 128 MB"):
        manifest.read(path)


@pytest.mark.fault(
    "cards", "a FIFO or a link named like a list", "it is refused, without waiting or following it"
)
def test_a_fifo_or_a_link_is_no_list(tmp_path):
    os.mkfifo(tmp_path / "fifo.mhl")
    (tmp_path / "elsewhere").write_text(two())
    (tmp_path / "link.mhl").symlink_to(tmp_path / "elsewhere")
    for name in ("fifo.mhl", "link.mhl", "nothing.mhl"):
        with pytest.raises(Unreadable, match=name):
            manifest.read(tmp_path / name)


def test_attributes_in_millions_cost_no_more_than_their_reading(refused):
    many = " ".join(f'a{n}="1"' for n in range(100_000))
    assert "is no path" in refused(two(f"<hash {many}/>"))


@pytest.mark.parametrize("younger", [0, 1])
def test_every_list_on_a_card_is_found_and_the_younger_digest_counts(tmp_path, younger):
    (tmp_path / "B").mkdir()
    (tmp_path / "B" / unicodedata.normalize("NFD", "é.mov")).touch()
    md5 = [digests.of(bytes([each]), "md5") for each in range(3)]
    days = ["2026-05-04T10:00:00Z", "2026-05-05T10:00:00Z"][:: 1 if younger else -1]
    of = "<hash><file>{}</file><size>1</size><md5>{}</md5><hashdate>{}</hashdate></hash>".format
    (tmp_path / "a.mhl").write_text(one(of("B/é.mov", md5[0], days[0])))
    (tmp_path / "B" / "A.MHL").write_text(one(of("é.mov", md5[1], days[1]), of("c.mov", md5[2], "")))
    (tmp_path / "B" / "._A.MHL").write_text("what macOS keeps beside a file")
    assert check.expected(tmp_path) == {"B/e\u0301.mov": {"md5": md5[younger]}, "B/c.mov": {"md5": md5[2]}}


@pytest.mark.fault(
    "cards", "a card with one damaged list among good ones", "it is named, and the others are used"
)
def test_a_damaged_list_does_not_hide_the_others(tmp_path):
    (tmp_path / "bad.mhl").write_text("<")
    (tmp_path / "good.mhl").write_text(one("<hash><file>a.mov</file></hash>"))
    told = []
    assert check.expected(tmp_path, told.append) == {"a.mov": {}}
    assert [each.message.partition(",")[0] for each in told] == ["bad.mhl"]
    with pytest.raises(Unreadable, match=r"bad\.mhl"):
        check.expected(tmp_path)


@pytest.mark.fault(
    "cards",
    "the disk does not give back a list that lies on a card (EIO)",
    "refused with its name, as a damaged one",
)
def test_a_list_that_the_disk_does_not_give_back_is_refused(tmp_path, monkeypatch):
    class Rotten(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "card.mhl").touch()
    monkeypatch.setattr(xml, "opened", lambda path: Rotten())
    told: list[Unreadable] = []
    assert check.expected(tmp_path, told.append) == {}
    assert [each.message for each in told] == ["card.mhl: cannot be read (Input/output error)"]
