"""Interviews that part where they were put together: each is what it was, and has no release but its own people's."""

import json
import shutil
from fractions import Fraction

import pytest

from archive.catalogue import interviews, open_catalogue, releases
from archive.catalogue.recovery import recover

ABOUT = ("people", "themes", "place", "organisation", "date", "series", "abstract")


@pytest.fixture
def apart(spoken):
    """Say that "S" and "L" are there, as different as they can be; each of one clip of ten seconds."""
    spoken.interview(
        "S",
        ["we sold bread"],
        people=(("Maya", "narrator"), ("Ada", "camera")),
        themes=("bread", "work"),
        place="Rome",
        organisation="Archive of Rome",
        series="Bakers",
        abstract="Of bread.",
    )
    spoken.interview(
        "L", ["the mill burnt down"], people=(("Leo", "narrator"),), themes=("mill", "work"), place="Paris"
    )
    return spoken


@pytest.fixture
def told(archive):
    """Run a command that goes well, and return what it printed."""

    def run(*arguments):
        ended = archive(*arguments)
        assert ended.code == 0, ended.err
        return ended.out

    return run


@pytest.fixture
def agreed(apart, told):
    """S is public, for film, web and data; L is withdrawn, and has no release."""
    given = ("--uses", "film,web,data", "--by", "Maya", "--signed", "2024-05-04", "--licence", "CC-BY-4.0")
    told("release", "s", "--status", "public", *given)
    told("withdraw", "l")
    return apart


def about(told, *slugs):
    """Return what is said of interviews."""
    every = {each["interview"]: each for each in json.loads(told("list", "--json"))}
    assert {*slugs} <= every.keys()
    return [{name: every[slug].get(name) for name in ABOUT} for slug in slugs]


def consent(spoken, slug):
    """Return the status, for what the release that counts is, and who gave it."""
    found = releases.of_interview(spoken.db, slug)
    release = found.release
    return found.status, release and sorted(release.uses), release and release.signed_by


FULL = ["data", "film", "web"]


@pytest.mark.fault(
    "looking after",
    "an interview without a release was merged into one that has one; then they are split again",
    "each has the releases that its own people gave, and none besides; what was withdrawn stays so",
)
def test_no_release_comes_of_a_merge_and_a_split(agreed, told):
    before = releases.of_interview(agreed.db, "s").release
    told("interview", "merge", "s", "l")
    told("release", "s", "--status", "public", "--by", "Maya", "--signed", "2026-01-02")
    assert consent(agreed, "s") == ("public", ["film"], "Maya")
    said = told("interview", "split", "s", "--clip", "L.mov")
    assert "\nl is withdrawn, as before it was merged.\n" in said
    assert consent(agreed, "l") == ("withdrawn", None, None)
    assert consent(agreed, "s")[0] == "public"
    assert told("release", "l").splitlines() == ["l: withdrawn", "  release: none yet"]
    assert "s is" not in said
    assert before.uses == {*FULL}


def test_undone_at_once_each_has_its_own_releases_again(agreed, told):
    before = [releases.of_interview(agreed.db, slug).release for slug in ("s", "l")]
    rows = [*agreed.db["releases"].rows]
    told("interview", "merge", "s", "l")
    told("interview", "split", "s", "10")
    assert [releases.of_interview(agreed.db, slug).release for slug in ("s", "l")] == before
    assert [*agreed.db["releases"].rows] == rows
    assert [consent(agreed, slug)[0] for slug in ("s", "l")] == ["withdrawn", "withdrawn"]


def test_the_other_way_round_the_one_without_a_release_gets_none(agreed, told):
    told("interview", "merge", "l", "s")
    told("interview", "split", "l", "10")
    assert consent(agreed, "l") == ("withdrawn", None, None)
    assert consent(agreed, "s") == ("withdrawn", FULL, "Maya")


def test_where_both_had_one_each_has_its_own_again(agreed, told):
    told("release", "l", "--status", "embargoed", "--until", "2031-01-01", "--uses", "film", "--by", "Leo",
         "--signed", "2024-06-01")  # fmt: skip
    told("interview", "merge", "s", "l")
    assert consent(agreed, "s") == ("embargoed", ["film"], "Maya; Leo")
    told("interview", "split", "s", "10")
    assert consent(agreed, "s") == ("embargoed", FULL, "Maya")
    assert consent(agreed, "l") == ("embargoed", ["film"], "Leo")


def test_a_release_noted_meanwhile_speaks_for_both(agreed, told):
    told("interview", "merge", "s", "l")
    told("release", "s", "--uses", "web", "--by", "Maya and Leo", "--signed", "2026-01-02")
    told("interview", "split", "s", "10")
    assert consent(agreed, "s") == ("withdrawn", ["web"], "Maya and Leo")
    assert consent(agreed, "l") == ("withdrawn", ["web"], "Maya and Leo")


def test_a_release_for_all_of_it_is_one_for_a_part_of_it_no_more(agreed, told):
    told("interview", "merge", "s", "l")
    assert releases.of_interview(agreed.db, "s").release.partial
    told("release", "s", "--note", "of bread")
    assert releases.of_interview(agreed.db, "s").release.partial
    told("release", "s", "--uses", "web", "--by", "Maya and Leo")
    assert not releases.of_interview(agreed.db, "s").release.partial


def test_merge_and_release_say_the_same(agreed, told):
    said = told("interview", "merge", "s", "l")
    assert "Of l there is no release, or not of all of it: until there is one, it is for film only." in said
    assert "release: for film, by Maya, on 2024-05-04, no form, not for all of it yet" in told("release", "s")


def test_each_part_has_what_was_said_of_it(apart, told):
    before = about(told, "s", "l")
    told("interview", "merge", "s", "l")
    told("interview", "split", "s", "10")
    assert about(told, "s", "l") == before


def test_what_was_changed_or_added_since_goes_to_both(apart, told):
    told("interview", "merge", "s", "l")
    everybody = [("Maya", "narrator"), ("Ada", "camera"), ("Leo", "narrator")]
    row = interviews.row_of(apart.db, "s")
    apart.db.execute(
        "DELETE FROM interview_themes WHERE theme_id = (SELECT id FROM themes WHERE name = 'bread')"
    )
    apart.db.execute("INSERT INTO themes (name) VALUES ('war')")
    apart.db.execute("INSERT INTO interview_themes SELECT ?, id FROM themes WHERE name = 'war'", [row])
    apart.db.execute("UPDATE interviews SET abstract = 'Of both.', identifier = 'X-1', date = '2024-05-01'")
    assert [(each["name"], each["role"]) for each in about(told, "s")[0]["people"]] == everybody
    told("interview", "split", "s", "10")
    s, l = about(told, "s", "l")  # noqa: E741
    assert [[each["name"] for each in one["people"]] for one in (s, l)] == [["Maya", "Ada"], ["Leo"]]
    assert (sorted(s["themes"]), sorted(l["themes"])) == (["war", "work"], ["mill", "war", "work"])
    rows = apart.db.execute("SELECT slug, abstract, date, identifier, series_id FROM interviews ORDER BY id")
    assert rows.fetchall() == [
        ("s", "Of both.", "2024-05-01", "X-1", 1),
        ("l", "Of both.", "2024-05-01", None, None),
    ]


class TestThree:
    """Three that became one."""

    @pytest.fixture
    def three(self, agreed, told):
        """M is there, too, for education."""
        agreed.interview("M", ["nothing was left"], people=(("Mo", "narrator"),))
        told("release", "m", "--uses", "film,education", "--by", "Mo", "--signed", "2024-07-01")
        return agreed

    def people(self, told, *slugs):
        return [[each["name"] for each in one["people"]] for one in about(told, *slugs)]

    def test_all_at_once(self, three, told):
        told("interview", "merge", "s", "l", "m")
        told("interview", "split", "s", "10", "20")
        assert consent(three, "s") == ("withdrawn", FULL, "Maya")
        assert consent(three, "l") == ("withdrawn", None, None)
        assert consent(three, "m") == ("withdrawn", ["education", "film"], "Mo")
        assert self.people(told, "s", "l", "m") == [["Maya", "Ada"], ["Leo"], ["Mo"]]

    @pytest.mark.parametrize("first", ["10", "20"])
    def test_one_after_the_other(self, three, told, first):
        told("interview", "merge", "s", "l", "m")
        told("interview", "split", "s", first)
        if first == "10":  # L and M stay together
            assert consent(three, "s-2") == ("withdrawn", ["film"], "Mo")
            assert self.people(told, "s-2") == [["Leo", "Mo"]]
            told("interview", "split", "s-2", "10")
        else:
            assert consent(three, "s") == ("withdrawn", ["film"], "Maya")
            told("interview", "split", "s", "10")
        assert consent(three, "s") == ("withdrawn", FULL, "Maya")
        assert consent(three, "m") == ("withdrawn", ["education", "film"], "Mo")
        middle = "s-2" if first == "10" else "l"
        assert consent(three, middle) == ("withdrawn", None, None)
        assert self.people(told, "s", middle, "m") == [["Maya", "Ada"], ["Leo"], ["Mo"]]

    def test_one_within_the_other(self, three, told):
        told("interview", "merge", "l", "m")
        told("interview", "merge", "s", "l")
        told("interview", "split", "s", "10")
        assert consent(three, "s") == ("withdrawn", FULL, "Maya")
        assert self.people(told, "s", "l") == [["Maya", "Ada"], ["Leo", "Mo"]]
        told("interview", "split", "l", "10")
        assert consent(three, "l") == ("withdrawn", None, None)
        assert consent(three, "m") == ("withdrawn", ["education", "film"], "Mo")
        assert self.people(told, "l", "m") == [["Leo"], ["Mo"]]

    def test_within_one_and_put_in_another_order(self, three, told):
        """Where a part has some of several, what all of these allow counts."""
        told("interview", "merge", "s", "m")
        told("interview", "reorder", "s", "M.mov", "S.mov")
        told("interview", "split", "s", "5", "15")
        assert consent(three, "s") == ("draft", ["education", "film"], "Mo")
        assert consent(three, "s-2")[1:] == (["film"], "Maya; Mo")
        assert consent(three, "s-3") == ("draft", FULL, "Maya")
        assert self.people(told, "s", "s-2", "s-3") == [["Mo"], ["Maya", "Ada", "Mo"], ["Maya", "Ada"]]


def test_a_part_of_which_nothing_was_noted_when_it_came_is_split_all_the_same(agreed, told):
    told("interview", "merge", "s", "l")
    agreed.db.execute("UPDATE former_slugs SET was = json_remove(was, '$.merged')")
    told("interview", "split", "s", "10")
    assert consent(agreed, "l")[0] == "withdrawn"


@pytest.mark.fault(
    "names",
    "`archive interview align` is given a place before the start, such as -5, or years behind it",
    "it says that no clip can begin there, and what to do instead; nothing is written",
)
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("-5", "S.mov cannot begin 5 ms before s does."),
        ("-99999999", "S.mov cannot begin 99999999 ms before s does."),
        ("9" * 30, "S.mov cannot begin more than a year after s does."),
    ],
)
def test_a_place_where_no_clip_can_begin_is_refused_in_words(apart, archive, place, said):
    before = interviews.find(apart.db, "s")
    ended = archive("interview", "align", "s", "S.mov", place)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert interviews.find(apart.db, "s") == before


def test_the_clip_of_another_is_given_back_in_whole(spoken, told):
    """Parts of one clip, merged again, are no other ones."""
    spoken.interview("One", ["a"], clips=[(spoken.clip("one.mov"), Fraction(0))], themes=("bread",))
    told("interview", "split", "one", "5")
    told("interview", "merge", "one", "one-2")
    told("interview", "split", "one", "5")
    assert [each["themes"] for each in about(told, "one", "one-2")] == [["bread"], ["bread"]]


@pytest.mark.fault(
    "SQLite",
    "interviews were merged, and the catalogue was read anew after damage; then they are split",
    "each has its own releases and people again",
)
def test_after_a_recovery_it_is_undone_as_before(agreed, told, tmp_path):
    before = about(told, "s", "l"), [consent(agreed, slug)[1:] for slug in ("s", "l")]
    backup = shutil.copy(agreed.path, tmp_path / "backup.db")
    told("interview", "merge", "s", "l")
    agreed.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damaged = shutil.copy(agreed.path, tmp_path / "damaged.db")
    recover(damaged, backup, tmp_path / "new.db", rows_gone=True)
    agreed.db.close()
    (tmp_path / "new.db").replace(agreed.path)
    agreed.db = open_catalogue(agreed.path, write=True)
    told("interview", "split", "s", "10")
    assert (about(told, "s", "l"), [consent(agreed, slug)[1:] for slug in ("s", "l")]) == before
