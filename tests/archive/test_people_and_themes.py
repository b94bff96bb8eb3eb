"""`archive person`, `archive theme`, and everything that is said about a theme."""

import json

import pytest


@pytest.fixture
def anna(spoken):
    """Return an interview with Anna Rossi."""
    return spoken.interview("Bread", ["a night at the oven"], people=(("Anna Rossi", "baker"),))


def test_a_person_has_a_name_for_outside_a_biography_a_portrait_and_links(archive, anna, spoken, tmp_path):
    picture = tmp_path / "Anna.JPG"
    picture.write_bytes(b"\xff\xd8\xff")
    given = ("--public-name", "A. R.", "--biography", "Bakes.", "--portrait", str(picture))
    said = archive(
        "person", "Anna Rossi", *given, "--link", "https://a.example", "--link", "https://b.example"
    )
    assert said.out.splitlines() == [
        "Anna Rossi",
        "  outside: A. R.",
        "  biography: Bakes.",
        "  portrait: portraits/anna-rossi.jpg",
        "  links: https://a.example, https://b.example",
    ]
    assert (spoken.folder / "portraits/anna-rossi.jpg").read_bytes() == b"\xff\xd8\xff"
    assert archive("person").out == "Anna Rossi (A. R. outside)\n"
    archive("person", "Anna Rossi", "--public-name", "", "--link", "")
    assert json.loads(archive("person", "Anna Rossi", "--json").out) == {
        "name": "Anna Rossi",
        "public_name": None,
        "biography": "Bakes.",
        "portrait": "portraits/anna-rossi.jpg",
        "links": [],
    }


@pytest.mark.fault(
    "names",
    "`archive person` with a name that nobody has, or a portrait that is no picture",
    "that is said, with the names that are near; nothing is written",
)
def test_a_person_that_is_nobody_and_a_portrait_that_is_none_are_refused(archive, anna, spoken, tmp_path):
    (tmp_path / "anna.pdf").write_bytes(b"%PDF")
    before = [*spoken.db.iterdump()]
    nobody = archive("person", "Ana Rossi", "--biography", "Bakes.")
    assert (nobody.code, "There is Anna Rossi." in nobody.err) == (2, True)
    for picture in ("anna.pdf", "none.jpg"):
        refused = archive(
            "person", "Anna Rossi", "--biography", "Bakes.", "--portrait", str(tmp_path / picture)
        )
        assert (refused.code, picture in refused.err) == (2, True)
    assert archive("person", "--biography", "Bakes.").code == 2
    assert [*spoken.db.iterdump()] == before
    assert not (spoken.folder / "portraits").exists()


def test_an_organisation_says_what_it_does_and_which_initiatives_it_has(archive, spoken):
    for title, initiative in (("One", "The night oven"), ("Two", "Bread for all")):
        spoken.interview(title, ["words"], organisation="Forno Comune", initiative=initiative)
    archive("organisation", "Forno Comune", "--about", "Shares an oven.", "--link", "https://forno.example")
    assert archive("organisation").out.splitlines() == [
        "Forno Comune",
        "  about: Shares an oven.",
        "  initiatives: Bread for all, The night oven",
        "  links: https://forno.example",
    ]
    archive("organisation", "Forno Comune", "--about", "", "--link", "")
    assert json.loads(archive("organisation", "Forno Comune", "--json").out) == {
        "name": "Forno Comune",
        "about": None,
        "links": [],
        "initiatives": ["Bread for all", "The night oven"],
    }


@pytest.mark.fault(
    "names", "`archive organisation` with a name that none has", "the names that are near are said"
)
def test_an_organisation_that_there_is_not_is_refused(archive, spoken):
    spoken.interview("One", ["words"], organisation="Forno Comune")
    before = [*spoken.db.iterdump()]
    refused = archive("organisation", "Forno Commune", "--about", "Shares an oven.")
    assert (refused.code, "There is Forno Comune." in refused.err) == (2, True)
    assert archive("organisation", "--about", "Shares an oven.").code == 2
    assert [*spoken.db.iterdump()] == before


@pytest.mark.fault(
    "names",
    "`archive organisation` or `archive theme` with an empty name, as of a variable of the shell that is not set",
    "it is refused, and no theme without a name is made",
)
@pytest.mark.parametrize(
    "given", [("organisation", "", "--about", "Shares an oven."), ("theme", " ", "--name", "fr=loyer")]
)
def test_what_has_no_name_is_refused(archive, spoken, given):
    before = [*spoken.db.iterdump()]
    refused = archive(*given)
    assert (refused.code, f"Which {given[0]}?" in refused.err) == (2, True)
    assert [*spoken.db.iterdump()] == before


def test_the_themes_of_the_documentary_come_ready_in_six_languages(archive, spoken):
    lines = archive("theme").out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "education",
        "finance",
        "food",
        "housing",
        "mobility",
        "work",
    ]
    assert json.loads(archive("theme", "Logement", "--json").out)["names"]["fi"] == "asuminen"


def test_a_theme_is_one_in_every_language_and_spelling(archive, spoken):
    spoken.interview("One", ["words"], themes=("housing",))
    spoken.interview("Two", ["words"], themes=("Logement",))
    spoken.interview("Three", ["words"], themes=("HOUSING",))
    found = json.loads(archive("list", "--json").out)
    assert [one["themes"] for one in found] == [["housing"]] * 3


def test_narrower_themes_lie_below_the_broader_and_have_names(archive, spoken):
    archive("theme", "rent", "--broader", "housing", "--name", "fr=loyer", "--name", "it=affitto")
    archive("theme", "Loyer", "--name", "it=")
    lines = archive("theme").out.splitlines()
    assert lines[lines.index("  rent (fr loyer)") - 1].startswith("housing (")
    assert json.loads(archive("theme", "rent", "--broader", "", "--json").out) == {
        "theme": "rent",
        "broader": None,
        "names": {"fr": "loyer"},
    }


@pytest.mark.fault(
    "names",
    "a theme that would be a part of itself, or a name without its language or in one that there is not",
    "refused; the thesaurus is as it was",
)
def test_a_theme_is_no_part_of_itself(archive, spoken):
    archive("theme", "rent", "--broader", "housing")
    before = [*spoken.db.iterdump()]
    for narrow, broad in (("housing", "rent"), ("rent", "rent"), ("logement", "housing")):
        refused = archive("theme", narrow, "--broader", broad)
        assert (refused.code, "part of itself" in refused.err) == (2, True)
    assert archive("theme", "rent", "--name", "loyer").code == 2
    unknown = archive("theme", "rent", "--name", "xx=1")
    assert (unknown.code, "there is no language 'xx'" in unknown.err) == (2, True)
    assert archive("theme", "--broader", "rent").code == 2
    assert archive("theme", "knitting").code == 2
    assert [*spoken.db.iterdump()] == before


def test_everything_said_about_a_theme_is_a_list_of_passages(archive, spoken):
    """Over the whole archive, narrower themes with it, by the theme's name in any language."""
    for title in ("Bread", "Garden"):
        spoken.interview(title, ["words " * 20])
    archive("theme", "rent", "--broader", "housing")
    archive("chapter", "add", "garden", "1", "3", "What a flat costs", "--theme", "rent")
    archive("chapter", "add", "bread", "4", "5", "Above the oven", "--theme", "housing", "--theme", "food")
    archive("chapter", "add", "bread", "0", "4", "The oven", "--theme", "food")
    found = json.loads(archive("chapter", "list", "--theme", "Logement", "--json").out)
    assert [(one["interview"], one["title"]) for one in found] == [
        ("bread", "Above the oven"),
        ("garden", "What a flat costs"),
    ]
    lines = archive("chapter", "list", "--theme", "housing").out.splitlines()
    assert lines[1].split() == ["garden", "0:01", "to", "0:03", "What", "a", "flat", "costs", "(rent)"]
    one = archive("chapter", "list", "bread", "--theme", "housing").out
    assert one.split() == ["0:04", "to", "0:05", "Above", "the", "oven", "(housing;", "food)"]


@pytest.mark.fault(
    "names", "passages about a theme that there is not", "that is said, with the themes that are near"
)
def test_passages_about_no_theme_are_no_empty_list(archive, spoken):
    refused = archive("chapter", "list", "--theme", "housng")
    assert (refused.code, "There is housing." in refused.err) == (2, True)
    assert archive("chapter", "list").code == 2
