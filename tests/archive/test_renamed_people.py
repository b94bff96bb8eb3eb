"""People whose names were spelt wrong: what is known of them stays, above all what they are called outside."""

import json

import pytest


@pytest.fixture
def maya(spoken, archive):
    """Return an interview with Maya Hallorand, misspelt, who has a public name and speaks in it."""
    slug = spoken.interview(
        "Bread", ["a night at the oven"], people=(("Maya Hallorand", "baker"),), speakers=("Maya Hallorand",)
    )
    assert archive("person", "Maya Hallorand", "--public-name", "M. H.", "--biography", "Bakes.").code == 0
    return slug


@pytest.fixture
def people_are(spoken, archive):
    """Take in a table that says this of the people of Bread, and return how that ended."""

    def take(cell):
        (spoken.folder / "in.csv").write_text(f"interview,people\nbread,{cell}\n", encoding="utf-8")
        ended = archive("describe", "--from", "in.csv")
        assert ended.code == 0, ended.err
        return ended

    return take


def everybody(spoken):
    return spoken.db.execute("SELECT name, public_name FROM people ORDER BY id").fetchall()


def test_a_spelling_is_mended_and_all_that_is_known_stays(archive, maya, spoken):
    said = archive("person", "Maya Hallorand", "--rename", " Maya  Halloran ", "--json")
    assert json.loads(said.out) == {
        "name": "Maya Halloran",
        "public_name": "M. H.",
        "biography": "Bakes.",
        "portrait": None,
        "links": [],
    }
    assert everybody(spoken) == [("Maya Halloran", "M. H.")]
    (found,) = json.loads(archive("list", "--json").out)
    assert found["people"] == [{"name": "Maya Halloran", "role": "baker"}]
    assert "Maya Halloran: a night at the oven" in archive("transcript", "show", maya).out


def test_what_still_says_the_earlier_name_means_the_same_person(archive, maya, spoken, people_are):
    archive("person", "Maya Hallorand", "--rename", "Maya Hallorans")
    archive("person", "Maya Hallorans", "--rename", "Maya Halloran")
    for earlier in ("Maya Hallorand", "maya hallorans"):
        people_are(f"{earlier} (baker)")
        spoken.interview(f"By {earlier}", ["words"], people=((earlier, "baker"),))
    assert everybody(spoken) == [("Maya Halloran", "M. H.")]
    assert "Maya Hallorand" in archive("names", "list").out


def test_a_name_can_go_back_to_what_it_was(archive, maya, spoken):
    archive("person", "Maya Hallorand", "--rename", "Maya Halloran")
    assert archive("person", "Maya Halloran", "--rename", "Maya Hallorand").code == 0
    assert everybody(spoken) == [("Maya Hallorand", "M. H.")]


@pytest.mark.fault(
    "names",
    "a table that mends the spelling of a name, which makes another person without the public name",
    "that is said, with the command that makes one of the two",
)
def test_a_spelling_that_a_table_mended_becomes_one_with_what_was_known(archive, maya, spoken, people_are):
    said = people_are("Maya Halloran (baker)").err
    mend = "archive person 'Maya Hallorand' --rename 'Maya Halloran'"
    assert f"Maya Halloran is new; there is Maya Hallorand. Are they one? {mend}" in said
    joined = archive("person", "Maya Hallorand", "--rename", "Maya Halloran")
    assert "they are one now" in joined.err
    assert everybody(spoken) == [("Maya Halloran", "M. H.")]
    (found,) = json.loads(archive("list", "--json").out)
    assert found["people"] == [{"name": "Maya Halloran", "role": "baker"}]


@pytest.mark.parametrize("cell", ["MAYA HALLORAND (baker)", "Máya Hallorand (baker)"])
def test_capitals_and_accents_make_nobody_else(maya, spoken, people_are, cell):
    ended = people_are(cell)
    assert everybody(spoken) == [("Maya Hallorand", "M. H.")]
    assert "It says what the catalogue says." in ended.err
    assert ("--rename 'Máya Hallorand'" in ended.err) == cell.startswith("Má")


def test_two_whose_names_differ_in_an_accent_only_stay_two(archive, maya, spoken, people_are):
    spoken.db.execute("INSERT INTO people (name) VALUES ('Máya Hallorand')")
    people_are("Máya Hallorand (baker)")
    (found,) = json.loads(archive("list", "--json").out)
    assert [one["name"] for one in found["people"]] == ["Máya Hallorand"]


@pytest.mark.fault(
    "names",
    "`archive person --rename` to what another person is called, or has as a public name, or to no name",
    "refused, with what to do; nothing is written",
)
@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("Ugo Verdi", "There is another Ugo Verdi, of whom more is known"),
        ("ugo verdi", "There is Ugo Verdi, which is ugo verdi but for capitals and accents."),
        ("u. v.", "is what another person is called outside"),
        ("Jo Bell", "are both in bread"),
        (" ", "is no name"),
    ],
)
def test_nobody_gets_the_name_of_another(archive, maya, spoken, new, message):
    spoken.interview("Other", ["words"], people=(("Ugo Verdi", "baker"),))
    archive("person", "Ugo Verdi", "--public-name", "U. V.")
    spoken.db.execute("INSERT INTO people (name) VALUES ('Jo Bell')")
    spoken.db.execute(
        "INSERT INTO interview_people SELECT 1, id, 'interviewer', 9 FROM people WHERE name = 'Jo Bell'"
    )
    before = [*spoken.db.iterdump()]
    refused = archive("person", "Maya Hallorand", "--rename", new, "--biography", "New.")
    assert (refused.code, message in refused.err) == (2, True), refused.err
    assert [*spoken.db.iterdump()] == before


def test_a_speaker_of_both_names_becomes_one(archive, spoken):
    spoken.interview(
        "Two", ["one said this", "another said that"], people=(("Ana", "baker"),), speakers=("Ana",)
    )
    spoken.db.execute("INSERT INTO speakers (interview_id, name) VALUES (1, 'Anna')")
    spoken.db.execute("UPDATE segments SET speaker_id = 2 WHERE position = 1")
    assert archive("person", "Ana", "--rename", "Anna").code == 0
    rows = spoken.db.execute("SELECT name, channel, person_id FROM speakers").fetchall()
    assert rows == [("Anna", 0, 1)]
    assert spoken.db.execute("SELECT DISTINCT speaker_id FROM segments").fetchall() == [(2,)]


@pytest.mark.fault(
    "names",
    "a speaker whom captions call as a person with a public name, but for capitals and accents",
    "the public name stands there in what leaves",
)
def test_a_speaker_who_is_spelt_otherwise_has_the_public_name_outside(archive, spoken):
    slug = spoken.interview("Bread", ["words"], speakers=("maya hállorand",))
    spoken.interview("Other", ["words"], people=(("Maya Hallorand", "baker"),))
    archive("person", "Maya Hallorand", "--public-name", "M. H.")
    archive("release", slug, "--status", "public", "--uses", "web", "--by", "Maya", "--signed", "2024-01-31")
    archive("transcript", "export", slug, "--to", "txt", "--use", "web", "--out", "out.txt")
    assert "M. H.: words" in (spoken.folder / "out.txt").read_text(encoding="utf-8")


@pytest.mark.fault(
    "names",
    "a public name that is another person's real name, in any spelling",
    "refused: what leaves would name the wrong person",
)
def test_a_public_name_is_nobody_elses_real_one(archive, maya, spoken):
    spoken.interview("Other", ["words"], people=(("Ugo Verdi", "baker"),))
    refused = archive("person", "Maya Hallorand", "--public-name", "UGO VERDI")
    assert (refused.code, "is another person's real name" in refused.err) == (2, True)
    assert everybody(spoken)[0] == ("Maya Hallorand", "M. H.")


@pytest.mark.fault(
    "names", "a link of a person or an organisation that is no address of the web or of mail", "refused"
)
@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "example.org", "https://", "data:,x"]
)
def test_a_link_is_an_address_of_the_web_or_of_mail(archive, maya, spoken, link):
    before = [*spoken.db.iterdump()]
    refused = archive("person", "Maya Hallorand", "--link", link)
    assert (refused.code, f"--link {link}: no address." in refused.err) == (2, True)
    assert [*spoken.db.iterdump()] == before
    for good in ("HTTPS://a.example/x", "http://a.example", "mailto:maya@a.example"):
        assert archive("person", "Maya Hallorand", "--link", good).code == 0
