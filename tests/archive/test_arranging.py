"""Interviews put right by hand: what belongs to a clip goes with it, and links made before lead to the same words."""

import json
import wave
from fractions import Fraction

import pytest

from archive.catalogue import arranging, interviews, revisions, transcripts
from archive.catalogue.composing import TRANSCRIPT
from archive.catalogue.former import leads
from ingest.transcript import Transcript


@pytest.fixture
def two(spoken):
    """An interview of two clips of ten seconds, and another one of one clip."""
    clips = [(spoken.clip("a1.mov"), Fraction(0)), (spoken.clip("a2.mov"), Fraction(10))]
    one = spoken.interview(
        "Amina",
        [
            spoken.segment("we sold bread", 1000, channel=0),
            spoken.segment("then the war came", 12000, channel=1),
        ],
        clips=clips,
        speakers=("Amina", "Ben"),
    )
    other = spoken.interview(
        "Carl", [spoken.segment("the mill burnt down", 2000, channel=0)], speakers=("Carl",)
    )
    return one, other


def listed(ended):
    """Return what a command printed as JSON."""
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def shown(archive, interview, *more):
    """Return who says what when: (start, speaker, text)."""
    found = listed(archive("transcript", "show", interview, "--json", *more))
    return [(each["start_ms"], each["speaker"], each["text"]) for each in found["segments"]]


def done(ended):
    """Return what a command printed; it went well."""
    assert ended.code == 0, ended.err
    return ended.out


def everything(db):
    """Return all rows of all tables."""
    tables = [
        name
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%'"
        )
    ]
    return {name: [*db[name].rows] for name in tables}


def led(db, slug, ms, line=0):
    """Return where a link that was made before leads by now: the interview, and the moment."""
    for stretch in leads(db, slug, line):
        if stretch.start_ms <= ms < stretch.end_ms:
            return stretch.slug, ms + stretch.shift_ms
    return slug, ms


def chapters(archive, interview):
    """Return (start, end, title) of the chapters of an interview."""
    return [
        (each["start_ms"], each["end_ms"], each["title"])
        for each in listed(archive("chapter", "list", interview, "--json"))
    ]


def withheld(db, slug):
    """Return (start, end) of what is withheld."""
    return db.execute(
        "SELECT start_ms, end_ms FROM withheld JOIN interviews ON interviews.id = interview_id WHERE slug = ?"
        " ORDER BY start_ms",
        [slug],
    ).fetchall()


class TestMerge:
    """`archive interview merge`."""

    def test_the_clips_lie_behind_each_other_with_their_words(self, two, archive):
        found = listed(archive("interview", "merge", "amina", "carl", "--json"))
        assert [each["interview"] for each in found] == ["amina"]
        assert found[0]["duration_ms"] == 30000
        assert [clip["name"] for clip in found[0]["clips"]] == ["a1.mov", "a2.mov", "Carl.mov"]
        assert shown(archive, "amina") == [
            (1000, "Amina", "we sold bread"),
            (12000, "Ben", "then the war came"),
            (22000, "Carl", "the mill burnt down"),
        ]
        assert listed(archive("list", "--json")) == found

    def test_the_words_are_found_where_they_are_now(self, two, archive):
        archive("interview", "merge", "amina", "carl")
        (hit,) = listed(archive("search", "mill burnt", "--json"))
        assert (hit["interview"], hit["start_ms"], hit["clip"]) == ("amina", 22400, "Carl.mov")

    def test_the_former_slug_names_the_interview_in_every_command(self, two, archive):
        archive("interview", "merge", "amina", "carl")
        assert shown(archive, "carl") == shown(archive, "amina")
        done(archive("chapter", "add", "carl", "0:21", "0:25", "The mill"))
        assert chapters(archive, "amina") == [(21000, 25000, "The mill")]

    def test_a_former_slug_is_given_to_no_other_interview(self, two, spoken, archive):
        archive("interview", "merge", "amina", "carl")
        assert spoken.interview("Carl", ["who are you"]) == "carl-2"

    def test_former_slugs_follow_through_many_merges(self, two, spoken, archive):
        spoken.interview("Dora", ["nothing was left"])
        archive("interview", "merge", "carl", "dora")
        archive("interview", "merge", "amina", "carl")
        assert interviews.row_of(spoken.db, "dora") == interviews.row_of(spoken.db, "amina")
        assert led(spoken.db, "dora", 400) == ("amina", 30400)
        assert led(spoken.db, "carl", 2400) == ("amina", 22400)

    def test_chapters_and_withheld_passages_go_along(self, two, spoken, archive):
        done(archive("chapter", "add", "carl", "0:02", "0:05", "The mill", "--theme", "fire"))
        done(archive("chapter", "add", "amina", "0:01", "0:05", "Bread"))
        done(archive("withhold", "carl", "0:03", "0:04", "--why", "a name"))
        archive("interview", "merge", "amina", "carl")
        assert chapters(archive, "amina") == [(1000, 5000, "Bread"), (22000, 25000, "The mill")]
        assert listed(archive("chapter", "list", "amina", "--json"))[1]["themes"] == ["fire"]
        assert withheld(spoken.db, "amina") == [(23000, 24000)]

    def test_a_link_to_what_was_there_before_does_not_lead_to_what_came_in_its_place(
        self, two, spoken, archive
    ):
        archive("interview", "split", "amina", "10")
        archive("interview", "merge", "amina", "carl")
        assert led(spoken.db, "amina", 12800) == ("amina-2", 2800)
        (hit,) = listed(archive("search", "mill burnt", "--json"))
        assert hit["url"] == "/interviews/amina?line=1#t=12.4"
        assert led(spoken.db, "amina", 12400, line=1) == ("amina", 12400)
        assert led(spoken.db, "carl", 2400) == ("amina", 12400)

    def test_people_and_themes_of_both_are_there(self, spoken, archive):
        spoken.interview("One", ["a"], people=(("Ada", "narrator"),), themes=("bread",), place="Rome")
        spoken.interview("Two", ["b"], people=(("Ada", "narrator"), ("Bo", "camera")), themes=("mill",))
        (found,) = listed(archive("interview", "merge", "one", "two", "--json"))
        assert [(each["name"], each["role"]) for each in found["people"]] == [
            ("Ada", "narrator"),
            ("Bo", "camera"),
        ]
        assert (sorted(found["themes"]), found["place"]) == (["bread", "mill"], "Rome")

    def test_all_revisions_stay_and_can_be_read(self, two, spoken, archive):
        one = revisions.keep(
            spoken.db, "carl", [spoken.segment("the mill burned down", 2000)], kind="corrected", author="Eve"
        )
        archive("interview", "merge", "amina", "carl")
        found = revisions.of_interview(spoken.db, "amina")
        assert [(each.number, each.kind, each.current) for each in found] == [
            (1, "machine", False),
            (2, "machine", False),
            (3, "corrected", False),
            (4, "corrected", True),
        ]
        assert one == 2
        assert [s.start_ms for s in revisions.load(spoken.db, "amina", 3).segments] == [22000]
        assert found[2].parent == 2
        assert (found[3].parent, found[3].author) == (1, "Eve")
        assert shown(archive, "amina")[2][2] == "the mill burned down"

    def test_a_translation_goes_along_and_is_found(self, two, spoken, archive):
        revisions.keep(
            spoken.db,
            "carl",
            [spoken.segment("die Mühle brannte", 2000)],
            kind="imported",
            language="de",
            translation=True,
        )
        archive("interview", "merge", "amina", "carl")
        assert shown(archive, "amina", "--language", "de") == [(22000, None, "die Mühle brannte")]
        (hit,) = listed(archive("search", "Mühle", "--json"))
        assert (hit["interview"], hit["start_ms"]) == ("amina", 22400)

    def test_what_is_in_another_language_says_so(self, two, spoken, archive):
        spoken.interview("Gerd", ["die Mühle brannte"], language="de")
        archive("interview", "merge", "amina", "gerd")
        saved = transcripts.current(spoken.db, "amina")
        assert (saved.language, [each.language for each in saved.segments]) == ("en", [None, None, "de"])

    def test_a_machine_that_hears_a_clip_anew_knows_who_speaks_in_it(self, two, spoken, archive):
        archive("interview", "merge", "amina", "carl")
        voices = dict(
            spoken.db.execute("SELECT name, voices FROM interview_clips JOIN clips ON hash = clip").fetchall()
        )
        assert voices == {"a1.mov": None, "a2.mov": None, "Carl.mov": '["Carl"]'}

    @pytest.mark.parametrize(
        ("one", "two_", "status"),
        [
            ("public", "draft", "draft"),
            ("public", "embargoed", "embargoed"),
            ("embargoed", "desk", "desk"),
            ("desk", "withdrawn", "withdrawn"),
            ("public", "public", "public"),
        ],
    )
    def test_the_stricter_status_counts(self, two, spoken, archive, one, two_, status):
        for slug, given in (("amina", one), ("carl", two_)):
            until = ("--until", "2031-01-01") if given == "embargoed" else ()
            done(archive("release", slug, "--status", given, *until))
        said = done(archive("interview", "merge", "amina", "carl"))
        assert spoken.db.execute("SELECT status FROM interviews").fetchall() == [(status,)]
        assert (f"Its status is {status}" in said) == (one != two_)

    def test_only_uses_that_both_allow_are_allowed(self, two, spoken, archive):
        from archive.catalogue import releases

        done(archive("release", "amina", "--uses", "film,web", "--licence", "CC-BY-4.0", "--by", "Amina"))
        done(archive("release", "carl", "--uses", "web,education", "--by", "Carl"))
        said = done(archive("interview", "merge", "amina", "carl"))
        found = releases.of_interview(spoken.db, "amina").release
        assert (found.uses, found.licence, found.signed_by) == ({"web"}, None, "Amina; Carl")
        assert "what both allow counts (web)" in said

    @pytest.mark.parametrize(("by_carl", "may"), [(("--signed", "2024-05-09"), True), ((), False)])
    def test_it_is_signed_where_both_were(self, two, spoken, archive, by_carl, may):
        from datetime import date

        from archive.catalogue import releases
        from archive.release import may_go

        given = ("--status", "public", "--uses", "web", "--by")
        done(archive("release", "amina", *given, "Amina", "--signed", "2024-05-04"))
        done(archive("release", "carl", *given, "Carl", *by_carl))
        done(archive("interview", "merge", "amina", "carl"))
        consent = releases.of_interview(spoken.db, "amina")
        assert may_go(consent, "web", date(2026, 1, 1)).may == may
        assert consent.release.signed == (date(2024, 5, 9) if may else None)

    def test_without_the_release_of_one_nothing_leaves_the_house(self, two, spoken, archive):
        from datetime import date

        from archive.catalogue import releases
        from archive.release import may_go

        done(archive("release", "carl", "--status", "public", "--uses", "film,web", "--by", "Carl"))
        done(archive("release", "amina", "--status", "public"))
        said = done(archive("interview", "merge", "amina", "carl"))
        consent, today = releases.of_interview(spoken.db, "amina"), date(2026, 1, 1)
        assert not may_go(consent, "web", today).may
        assert may_go(consent, "desk", today).warnings == ("The release of a part of it is still missing.",)
        assert not may_go(consent, "desk", today, form_first=True).may
        assert "Of amina there is no release" in said

    def test_splitting_there_brings_everything_back(self, two, spoken, archive):
        spoken.db.execute("UPDATE interviews SET abstract = 'of ' || slug, identifier = 'id-' || slug")
        done(archive("chapter", "add", "carl", "0:02", "0:05", "The mill"))
        before = (
            listed(archive("list", "--json")),
            [shown(archive, slug) for slug in two],
            spoken.db.execute("SELECT slug, title, abstract, identifier FROM interviews").fetchall(),
            spoken.db.execute("SELECT name, channel FROM speakers ORDER BY id").fetchall(),
        )
        said = done(archive("interview", "merge", "amina", "carl"))
        assert "carl says otherwise of its abstract, identifier" in said
        assert "archive interview split amina 20" in said
        found = listed(archive("interview", "split", "amina", "20", "--json"))
        assert [each["interview"] for each in found] == ["amina", "carl"]
        assert before == (
            listed(archive("list", "--json")),
            [shown(archive, slug) for slug in two],
            spoken.db.execute("SELECT slug, title, abstract, identifier FROM interviews").fetchall(),
            spoken.db.execute("SELECT name, channel FROM speakers ORDER BY id").fetchall(),
        )
        assert chapters(archive, "carl") == [(2000, 5000, "The mill")]
        assert led(spoken.db, "carl", 2400) == ("carl", 2400)
        assert revisions.of_interview(spoken.db, "carl")[0].words == 4

    def test_chapters_asked_for_by_the_former_slug_are_those_of_the_interview_that_there_is(
        self, two, archive
    ):
        done(archive("interview", "merge", "amina", "carl"))
        done(archive("chapter", "add", "amina", "0:01", "0:05", "Bread"))
        (found,) = listed(archive("chapter", "list", "carl", "--json"))
        assert (found["interview"], found["title"]) == ("amina", "Bread")

    def test_of_several_each_is_an_interview_again_by_the_command_that_undoes_it(self, spoken, archive):
        for title in ("One", "Two", "Three"):
            clips = [(spoken.clip(f"{title}.mov", seconds="4321.345"), Fraction(0))]
            spoken.interview(title, ["a"], clips=clips)
        said = done(archive("interview", "merge", "one", "two", "three"))
        undo = "archive interview split one 4321.345 8642.69"
        assert undo in said
        found = listed(archive(*undo.split()[1:], "--json"))
        assert [(each["interview"], each["duration_ms"]) for each in found] == [
            (slug, 4_321_345) for slug in ("one", "two", "three")
        ]

    def test_splitting_there_leaves_out_what_is_gone_since(self, spoken, archive):
        spoken.interview("One", ["a"])
        spoken.interview("Two", ["b"], place="Rome")
        done(archive("interview", "merge", "one", "two"))
        spoken.db.execute("UPDATE interviews SET place_id = NULL")
        spoken.db.execute("DELETE FROM places")
        found = listed(archive("interview", "split", "one", "10", "--json"))
        assert [(each["interview"], each["place"]) for each in found] == [("one", None), ("two", None)]


class TestSplit:
    """`archive interview split`."""

    def test_before_a_clip(self, two, archive):
        found = listed(archive("interview", "split", "amina", "--clip", "a2.mov", "--json"))
        assert [(each["interview"], each["title"], each["duration_ms"]) for each in found] == [
            ("amina", "Amina", 10000),
            ("amina-2", "Amina (2)", 10000),
        ]
        assert shown(archive, "amina") == [(1000, "Amina", "we sold bread")]
        assert shown(archive, "amina-2") == [(2000, "Ben", "then the war came")]

    def test_within_a_clip(self, two, spoken, archive):
        found = listed(archive("interview", "split", "amina", "0:05", "--json"))
        assert [(each["interview"], each["duration_ms"]) for each in found] == [
            ("amina", 5000),
            ("amina-2", 15000),
        ]
        assert [[clip["name"] for clip in each["clips"]] for each in found] == [
            ["a1.mov"],
            ["a1.mov", "a2.mov"],
        ]
        assert shown(archive, "amina-2") == [(7000, "Ben", "then the war came")]
        (hit,) = listed(archive("search", "war came", "--json"))
        assert (hit["interview"], hit["clip"], hit["start_ms"]) == ("amina-2", "a2.mov", 7800)

    def test_in_many_parts(self, two, archive):
        found = listed(archive("interview", "split", "amina", "15", "5", "10", "--json"))
        assert [(each["interview"], each["duration_ms"]) for each in found] == [
            ("amina", 5000),
            ("amina-2", 5000),
            ("amina-3", 5000),
            ("amina-4", 5000),
        ]

    def test_a_segment_is_cut_between_its_words(self, two, archive):
        done(archive("interview", "split", "amina", "0:12.800"))
        assert shown(archive, "amina")[1] == (12000, "Ben", "then the")
        assert shown(archive, "amina-2") == [(0, "Ben", "war came")]
        (hit,) = listed(archive("search", "war came", "--json"))
        assert (hit["interview"], hit["start_ms"], hit["end_ms"]) == ("amina-2", 0, 700)

    def test_the_timecode_stays_that_of_the_camera(self, spoken, archive):
        spoken.interview("Long", [spoken.segment("now we begin anew", 6000, channel=0)])
        before = listed(archive("search", "begin", "--json"))[0]["timecode_in"]
        done(archive("interview", "split", "long", "5"))
        (hit,) = listed(archive("search", "begin", "--json"))
        assert (hit["interview"], hit["start_ms"], hit["timecode_in"]) == ("long-2", 1800, before)

    def test_links_to_what_went_lead_there(self, two, spoken, archive):
        done(archive("interview", "split", "amina", "0:10"))
        assert led(spoken.db, "amina", 1000) == ("amina", 1000)
        assert led(spoken.db, "amina", 12800) == ("amina-2", 2800)

    def test_chapters_and_withheld_passages_are_cut(self, two, spoken, archive):
        done(archive("chapter", "add", "amina", "0:08", "0:13", "Bread and war", "--place", "Rome"))
        done(archive("withhold", "amina", "0:09.500", "0:10.500"))
        done(archive("interview", "split", "amina", "10"))
        assert chapters(archive, "amina") == [(8000, 10000, "Bread and war")]
        assert chapters(archive, "amina-2") == [(0, 3000, "Bread and war")]
        assert listed(archive("chapter", "list", "amina-2", "--json"))[0]["places"] == ["Rome"]
        assert (withheld(spoken.db, "amina"), withheld(spoken.db, "amina-2")) == (
            [(9500, 10000)],
            [(0, 500)],
        )

    def test_each_part_keeps_what_its_people_agreed_to(self, two, spoken, archive):
        from archive.catalogue import releases

        done(archive("release", "amina", "--status", "public", "--uses", "web", "--by", "Amina"))
        done(archive("interview", "split", "amina", "10"))
        one, two_ = (releases.of_interview(spoken.db, slug) for slug in ("amina", "amina-2"))
        assert one == two_
        assert one.status == "public"

    def test_every_revision_is_cut(self, two, spoken, archive):
        said = [spoken.segment("we sold bread", 1000), spoken.segment("then the peace came", 12000)]
        revisions.keep(spoken.db, "amina", said, kind="corrected", author="Eve", reviewed_ms=13000)
        done(archive("interview", "split", "amina", "10"))
        found = revisions.of_interview(spoken.db, "amina-2")
        assert [(each.number, each.kind, each.words, each.current) for each in found] == [
            (1, "machine", 4, False),
            (2, "corrected", 4, True),
        ]
        assert found[1].reviewed_ms == 3000
        assert revisions.of_interview(spoken.db, "amina")[1].reviewed_ms is None

    def test_merging_the_parts_brings_everything_back(self, two, spoken, archive):
        before = listed(archive("list", "--json")), shown(archive, "amina")
        said = done(archive("interview", "split", "amina", "0:05", "0:10"))
        assert "archive interview merge amina amina-2 amina-3" in said
        done(archive("interview", "merge", "amina", "amina-2", "amina-3"))
        found = listed(archive("list", "--json"))
        assert ([each | {"title": ""} for each in found], shown(archive, "amina")) == (
            [each | {"title": ""} for each in before[0]],
            before[1],
        )
        rows = spoken.db.execute(
            "SELECT clip_in, clip_out, offset FROM interview_clips WHERE interview_id = 1 ORDER BY position"
        ).fetchall()
        assert rows == [(None, None, "0"), (None, None, "10")]
        assert led(spoken.db, "amina", 12800) == ("amina", 12800)
        assert led(spoken.db, "amina-3", 2800) == ("amina", 12800)


class TestReorder:
    """`archive interview reorder`."""

    def test_the_words_go_with_their_clips(self, two, spoken, archive):
        done(archive("chapter", "add", "amina", "0:01", "0:03", "Bread"))
        found = listed(archive("interview", "reorder", "amina", "a2.mov", "a1.mov", "--json"))
        assert [clip["name"] for clip in found[0]["clips"]] == ["a2.mov", "a1.mov"]
        assert shown(archive, "amina") == [
            (2000, "Ben", "then the war came"),
            (11000, "Amina", "we sold bread"),
        ]
        assert chapters(archive, "amina") == [(11000, 13000, "Bread")]
        (hit,) = listed(archive("search", "sold bread", "--json"))
        assert (hit["start_ms"], hit["clip"]) == (11400, "a1.mov")

    def test_a_link_of_before_and_one_of_today_lead_to_the_same_words(self, two, spoken, archive):
        (before,) = listed(archive("search", "sold bread", "--json"))
        assert before["url"] == "/interviews/amina#t=1.4"
        done(archive("interview", "reorder", "amina", "a2.mov", "a1.mov"))
        (after,) = listed(archive("search", "sold bread", "--json"))
        assert after["url"] == "/interviews/amina?line=1#t=11.4"
        assert led(spoken.db, "amina", 1400, line=0) == ("amina", 11400)
        assert led(spoken.db, "amina", 11400, line=1) == ("amina", 11400)

    def test_putting_it_back_brings_everything_back(self, two, spoken, archive):
        before = listed(archive("list", "--json")), shown(archive, "amina")
        said = done(archive("interview", "reorder", "amina", "a2.mov", "a1.mov"))
        assert "archive interview reorder amina a1.mov a2.mov" in said
        done(archive("interview", "reorder", "amina", "a1.mov", "a2.mov"))
        assert (listed(archive("list", "--json")), shown(archive, "amina")) == before
        assert led(spoken.db, "amina", 1400, line=0) == ("amina", 1400)
        assert led(spoken.db, "amina", 11400, line=1) == ("amina", 1400)


class TestAlign:
    """`archive interview align`."""

    def test_the_words_go_with_the_clip(self, two, spoken, archive):
        (found,) = listed(archive("interview", "align", "amina", "a2.mov", "10400", "--json"))
        assert found["duration_ms"] == 20400
        assert shown(archive, "amina")[1] == (12400, "Ben", "then the war came")
        assert led(spoken.db, "amina", 12800) == ("amina", 13200)

    def test_a_clip_that_comes_beside_another_is_heard_no_more(self, two, spoken, archive):
        said = done(archive("interview", "align", "amina", "a2.mov", "200"))
        assert "a2.mov begins at 200 ms, beside what plays; its sound is not heard." in said
        assert shown(archive, "amina") == [(1000, "Amina", "we sold bread")]
        assert spoken.db.execute(
            "SELECT track, heard, why FROM interview_clips WHERE interview_id = 1 ORDER BY position"
        ).fetchall() == [(0, 1, None), (1, 0, None)]
        assert [each.words for each in revisions.of_interview(spoken.db, "amina")] == [7, 3]
        assert listed(archive("search", "war came", "--json")) == []

    @pytest.fixture
    def two_cameras(self, spoken, footage):
        """An interview of one camera, and one of another that began three seconds later, both with their sound."""
        said = [(f"en-0{number}", 5.0 * number - 3, 0) for number in range(1, 9)]
        heard = footage.sound(said, length=45, noise_db=-60)[0][:, 0]
        for title, sound in (("First", heard), ("Second", heard[3 * 16_000 :] * 0.5)):
            clip = spoken.clip(f"{title}.mov", seconds=str(len(sound) // 16_000))
            folder = spoken.folder / "renditions" / clip
            folder.mkdir(parents=True)
            with wave.open(str(folder / "sound.wav"), "wb") as file:
                file.setparams((1, 2, 16_000, 0, "NONE", ""))
                file.writeframes((sound * 32_767).astype("<i2").tobytes())
            spoken.db.execute(
                "INSERT INTO renditions (clip, kind, path, size) VALUES (?, 'sound', ?, 1)",
                [clip, f"renditions/{clip}/sound.wav"],
            )
            said_here = [spoken.segment(f"{title} heard this", 4000, channel=0)]
            spoken.interview(title, said_here, clips=[(clip, Fraction(0))])

    def test_without_a_place_it_is_measured_by_sound(self, two_cameras, spoken, archive):
        done(archive("interview", "merge", "first", "second"))
        said = done(archive("interview", "align", "first"))
        assert "by sound: for 0.7 min it heard what First.mov heard" in said
        assert "archive interview align first Second.mov 45000" in said
        found = interviews.find(spoken.db, "first").clips
        assert abs(float(found[1].offset) - 3) < 0.005
        assert [(clip.track, clip.heard) for clip in found] == [(0, True), (1, False)]
        assert shown(archive, "first") == [(4000, "Speaker 1", "First heard this")]

    def test_a_clip_that_began_earlier_begins_the_time_line(self, two_cameras, spoken, archive):
        done(archive("interview", "merge", "second", "first"))
        done(archive("interview", "align", "second", "First.mov"))
        found = {clip.name: clip for clip in interviews.find(spoken.db, "second").clips}
        assert found["First.mov"].begin == 0
        assert abs(float(found["Second.mov"].begin) - 3) < 0.005
        assert shown(archive, "second") == [(7000, "Speaker 1", "Second heard this")]
        assert led(spoken.db, "second", 4400) == ("second", 7400)

    @pytest.mark.fault(
        "SQLite",
        "`archive interview align` of an interview whose clips a damaged database lost",
        "it is said that nothing can be measured; exit 2",
    )
    def test_without_clips_there_is_nothing_to_measure(self, two_cameras, spoken, archive):
        spoken.db.execute("DELETE FROM interview_clips")
        ended = archive("interview", "align", "first")
        assert (ended.code, "no clip has heard for half a minute" in ended.err) == (2, True), ended.err

    def test_put_back_alone_it_is_heard_again(self, two_cameras, spoken, archive):
        done(archive("interview", "merge", "first", "second"))
        for title in ("First", "Second"):
            heard = Transcript("en", (spoken.segment(f"{title} heard this", 4000, channel=0),), model="test")
            spoken.db.execute(
                "INSERT INTO steps (clip, step, settings, state, result, finished)"
                " SELECT hash, 'transcribe', '{}', 'done', ?, '' FROM clips WHERE name = ?",
                [TRANSCRIPT.dump_json(heard).decode(), f"{title}.mov"],
            )
        done(archive("interview", "align", "first", "Second.mov"))
        assert [text for _, _, text in shown(archive, "first")] == ["First heard this"]
        done(archive("interview", "align", "first", "Second.mov", "45000"))
        assert shown(archive, "first") == [
            (4000, "Speaker 1", "First heard this"),
            (49000, "Speaker 1", "Second heard this"),
        ]


FAULTS = [
    (("merge", "amina", "amina"), "only be merged with other interviews"),
    (("merge", "amina", "carl", "carl"), "only be merged with other interviews"),
    (("merge", "amina", "nobody"), "There is no interview 'nobody' here."),
    (("split", "amina"), "Where amina is to be split was not said."),
    (("split", "amina", "0"), "There is no part of amina from 0:00 to 0:00: it lasts 0:20."),
    (("split", "amina", "20"), "There is no part of amina from 0:20 to 0:20: it lasts 0:20."),
    (("split", "amina", "5", "99:00"), "There is no part of amina from 1:39:00"),
    (("split", "amina", "--clip", "a9.mov"), "amina has no clip a9.mov."),
    (("split", "amina", "--clip", "a1.mov"), "There is no part of amina from 0:00 to 0:00"),
    (("reorder", "amina", "a1.mov"), "a2.mov is lacking."),
    (("reorder", "amina", "a1.mov", "a2.mov", "a1.mov"), "A clip is named twice."),
    (("reorder", "amina", "a1.mov", "a2.mov", "a9.mov"), "amina has no clip a9.mov."),
    (("align", "amina", "a9.mov", "0"), "amina has no clip a9.mov."),
    (("align", "amina", "a2.mov", "--", "-5"), "a2.mov cannot begin 5 ms before amina does."),
    (("align", "amina"), "There is no sound of"),
]


@pytest.mark.fault(
    "names",
    "`archive interview` is given an interview, a clip or a moment that is not there, or only some of the clips",
    "it says which, and what there is; nothing is written",
)
@pytest.mark.parametrize(("arguments", "said"), FAULTS)
def test_what_cannot_be_done_is_said_and_nothing_is_written(two, spoken, archive, arguments, said):
    before = everything(spoken.db)
    ended = archive("interview", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert everything(spoken.db) == before


@pytest.mark.fault(
    "names",
    "parts of one clip are merged that do not follow each other",
    "it says so, and which to merge first; nothing is written",
)
def test_parts_of_a_clip_that_do_not_follow_each_other_stay_apart(two, spoken, archive):
    done(archive("interview", "split", "amina", "3", "6"))
    before = everything(spoken.db)
    ended = archive("interview", "merge", "amina", "amina-3")
    assert ended.code == 2
    assert "Both interviews hold a part of a1.mov" in ended.err
    assert everything(spoken.db) == before


@pytest.mark.fault(
    "names",
    "two clips of an interview have one name, and `archive interview` is given that",
    "it says how to name each; nothing is written",
)
def test_clips_of_one_name_are_told_apart_by_their_hashes(two, spoken, archive):
    spoken.db.execute("UPDATE clips SET name = 'a1.mov' WHERE name = 'a2.mov'")
    spoken.db.execute("PRAGMA foreign_keys = OFF")
    for table, column in (("clips", "hash"), ("interview_clips", "clip"), ("steps", "clip")):
        spoken.db.execute(
            f"UPDATE {table} SET {column} = 'ffffff' || substr({column}, 7) WHERE {column} LIKE '%1'"  # noqa: S608
        )
    before = everything(spoken.db)
    ended = archive("interview", "split", "amina", "--clip", "a1.mov")
    assert "amina has 2 clips called a1.mov." in ended.err
    assert "Name it by its hash: 000000000000 or ffffff000000" in ended.err
    assert everything(spoken.db) == before
    found = listed(archive("interview", "split", "amina", "--clip", "ffffff000000", "--json"))
    assert [each["duration_ms"] for each in found] == [10000, 10000]


@pytest.mark.fault(
    "media",
    "interviews are merged while a clip could not be probed yet, so that nobody knows how long it is",
    "it says so, and to finish the ingest first; nothing is written",
)
def test_nothing_is_put_behind_a_clip_of_unknown_length(two, spoken, archive):
    spoken.db.execute("UPDATE clips SET duration = NULL WHERE name = 'a2.mov'")
    before = everything(spoken.db)
    ended = archive("interview", "merge", "amina", "carl")
    assert (ended.code, "How long a2.mov is, is not known yet." in ended.err) == (2, True)
    assert everything(spoken.db) == before


def test_every_table_that_belongs_to_interviews_is_known_here(spoken):
    from archive.catalogue.joining import belonging
    from archive.catalogue.parted import SHARED

    moved = {"chapters", "withheld", "transcripts", "speakers", "interview_clips"}
    assert {*belonging(spoken.db)} == {*SHARED, *moved, "former_slugs", "former_moments"}


def test_the_catalogue_stays_whole(two, spoken, archive):
    from archive.catalogue import agreement

    spoken.db.execute(
        "INSERT INTO steps (clip, step, settings, state, finished)"
        " SELECT hash, 'transcribe', '{}', 'done', '' FROM clips"
    )
    before = agreement.disagreements(spoken.db.conn)
    done(archive("interview", "merge", "amina", "carl"))
    done(archive("interview", "split", "amina", "0:05", "0:22.500"))
    done(archive("interview", "reorder", "amina-2", "Carl.mov", "a2.mov", "a1.mov"))
    done(archive("interview", "align", "amina-2", "a1.mov", "50000"))
    assert spoken.db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert agreement.disagreements(spoken.db.conn) == before
    assert spoken.db.execute("INSERT INTO folded_fts (folded_fts) VALUES ('integrity-check')")


@pytest.mark.fault(
    "disk",
    "the disk is full, or the program is killed, in the middle of a merge, split, reorder or align",
    "nothing of it has happened",
)
@pytest.mark.parametrize(
    "change",
    [
        lambda db: arranging.merge(db, "amina", ["carl"]),
        lambda db: arranging.split(db, "amina", [5000]),
        lambda db: arranging.reorder(db, "amina", ["a2.mov", "a1.mov"]),
        lambda db: arranging.align(db, "amina", "a2.mov", 300),
    ],
)
def test_what_breaks_off_has_not_happened(two, spoken, monkeypatch, change):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    before = everything(spoken.db)
    monkeypatch.setattr(interviews, "measure", full)
    with pytest.raises(OSError, match="No space"):
        change(spoken.db)
    assert everything(spoken.db) == before


@pytest.mark.fault(
    "two at once",
    "an interview is merged while another program writes the catalogue",
    "it waits until that is done",
)
def test_a_merge_waits_for_who_writes(two, spoken, archive):
    import subprocess
    import sys

    command = [sys.executable, "-m", "archive", "interview", "merge", "amina", "carl", "--json"]
    with spoken.db.atomic():
        process = subprocess.Popen(command, cwd=spoken.folder, stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(4)
        spoken.db.execute("UPDATE interviews SET date = '2026-01-02' WHERE slug = 'amina'")
    out, _ = process.communicate(timeout=60)
    assert json.loads(out)[0]["date"] == "2026-01-02"
