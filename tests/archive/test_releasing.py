"""`archive release`, `withhold` and `withdraw`: what people agreed to is noted, and nothing of it is lost."""

import json

import pytest


@pytest.fixture
def garden(spoken):
    """An interview of ten seconds."""
    return spoken.interview("Garden", ["nobody owns this garden"])


@pytest.fixture
def known(archive, garden):
    """What is known of it."""
    return lambda: json.loads(archive("release", garden, "--json").out)


def test_a_new_interview_is_a_draft_without_a_release(archive, garden, known):
    assert known() == {"interview": garden, "status": "draft", "until": None, "release": None, "withheld": []}
    assert archive("release", garden).out == "garden: draft\n  release: none yet\n"


def test_a_release_comes_back_as_it_was_given(archive, garden, known, spoken, tmp_path):
    form = tmp_path / "signed form.pdf"
    form.write_bytes(b"%PDF")
    given = ("--status", "public", "--uses", "film,web", "--licence", "CC-BY-4.0", "--by", "Amina")
    assert archive("release", garden, *given, "--signed", "2024-01-31", "--form", str(form)).code == 0
    assert known() == {
        "interview": garden,
        "status": "public",
        "until": None,
        "release": {
            "uses": ["film", "web"],
            "licence": "CC-BY-4.0",
            "signed_by": "Amina",
            "signed": "2024-01-31",
            "form": "releases/garden/signed form.pdf",
            "note": None,
        },
        "withheld": [],
    }
    assert (spoken.folder / "releases/garden/signed form.pdf").read_bytes() == b"%PDF"


def test_a_later_release_goes_on_with_the_earlier_one_and_both_are_kept(archive, garden, known, spoken):
    archive("release", garden, "--uses", "film", "--by", "Amina", "--signed", "2024-01-31")
    archive("release", garden, "--uses", "film,education")
    assert (known()["release"]["uses"], known()["release"]["signed_by"]) == (["education", "film"], "Amina")
    assert spoken.db.execute("SELECT uses FROM releases ORDER BY id").fetchall() == [
        ('["film"]',),
        ('["education", "film"]',),
    ]


def test_no_form_takes_the_place_of_another(archive, garden, known, spoken, tmp_path):
    form = tmp_path / "form.pdf"
    for content, name in ((b"one", "form.pdf"), (b"two", "form-2.pdf"), (b"one", "form.pdf")):
        form.write_bytes(content)
        archive("release", garden, "--form", str(form))
        assert known()["release"]["form"] == f"releases/garden/{name}"
    assert sorted(path.name for path in (spoken.folder / "releases/garden").iterdir()) == [
        "form-2.pdf",
        "form.pdf",
    ]


def test_a_passage_is_withheld_and_the_whole_withdrawn(archive, garden, known):
    assert archive("withhold", garden, "1.5", "0:03", "--why", "asked").code == 0
    assert known()["withheld"] == [{"start_ms": 1500, "end_ms": 3000, "why": "asked"}]
    assert archive("withhold", garden, "1.5", "0:04", "--lift").code == 2
    assert archive("withhold", garden, "1.5", "0:03", "--lift").code == 0
    assert known()["withheld"] == []
    assert "nothing of it leaves any more" in archive("withdraw", garden).out
    assert known()["status"] == "withdrawn"


def test_an_embargo_has_its_last_day(archive, garden, known):
    archive("release", garden, "--status", "embargoed", "--until", "2030-12-31")
    assert (known()["status"], known()["until"]) == ("embargoed", "2030-12-31")
    archive("release", garden, "--until", "2031-12-31")
    assert (known()["status"], known()["until"]) == ("embargoed", "2031-12-31")
    archive("release", garden, "--status", "desk")
    assert (known()["status"], known()["until"]) == ("desk", None)


@pytest.mark.fault("looking after", "a release that cannot be meant", "named; exit 2; nothing is written")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--status", "open"), "--status open: there is no such status."),
        (("--uses", "film,tv"), "there is no use 'tv'"),
        (("--status", "embargoed"), "An embargo has a last day"),
        (("--status", "public", "--until", "2030-01-01"), "An embargo has a last day"),
        (("--until", "2030-01-01"), "An embargo has a last day"),
        (("--signed", "31.1.2026"), "31.1.2026"),
        (("--by", "Amina", "--signed", "2999-01-01"), "--signed 2999-01-01: that day is still to come."),
        (("--by", "Amina", "--form", "/nowhere/form.pdf"), "/nowhere/form.pdf cannot be read."),
    ],
)
def test_what_cannot_be_meant_is_refused(archive, garden, known, spoken, given, said):
    ended = archive("release", garden, *given)
    assert ended.code == 2
    assert said in ended.err
    assert known() == {"interview": garden, "status": "draft", "until": None, "release": None, "withheld": []}
    assert not (spoken.folder / "releases").exists()


@pytest.mark.fault(
    "looking after",
    "a release for the web of which it is not said who signed it and when, and without a form",
    "that is said at once; nothing leaves for the web until it is",
)
@pytest.mark.parametrize("given", [(), ("--by", "Amina"), ("--signed", "2024-01-31")])
def test_a_release_that_nobody_signed_opens_nothing(archive, garden, given):
    said = archive("release", garden, "--status", "public", "--uses", "film,web", *given)
    assert (said.code, "--by NAME --signed YYYY-MM-DD --form FILE" in said.err) == (0, True)
    leaving = ("transcript", "export", garden, "--to", "txt", "--use", "web", "--out", "out.txt")
    refused = archive(*leaving)
    assert (refused.code, "Nobody is said to have signed the release" in refused.err) == (2, True)
    signed = archive("release", garden, "--by", "Amina", "--signed", "2024-01-31")
    assert signed.err == ""
    assert archive(*leaving).code == 0


def test_a_release_for_the_film_alone_needs_no_signature_to_be_noted(archive, garden):
    assert archive("release", garden, "--uses", "film").err == ""


@pytest.mark.fault(
    "looking after",
    "another status for an interview that was withdrawn, without a new signature",
    "refused; it stays withdrawn until it is said who agreed again",
)
def test_a_withdrawal_is_undone_by_a_new_signature_only(archive, garden, known, spoken, tmp_path):
    archive("withdraw", garden)
    before = [*spoken.db.iterdump()]
    for given in (
        ("--status", "public"),
        ("--status", "embargoed", "--until", "2030-01-01", "--uses", "web"),
    ):
        refused = archive("release", garden, *given)
        assert (refused.code, "It was withdrawn." in refused.err) == (2, True)
        assert "--by NAME --signed YYYY-MM-DD" in refused.err
    assert [*spoken.db.iterdump()] == before
    (tmp_path / "form.pdf").write_bytes(b"%PDF")
    for new in (("--by", "Amina", "--signed", "2024-01-31"), ("--form", str(tmp_path / "form.pdf"))):
        archive("withdraw", garden)
        assert archive("release", garden, "--status", "desk", *new).code == 0
        assert known()["status"] == "desk"


def test_what_is_withheld_beyond_the_end_is_withheld_up_to_it_and_that_is_said(archive, garden, known):
    said = archive("withhold", garden, "4", "5:00")
    assert (said.code, said.err) == (0, "garden ends at 0:10: withheld up to there.\n")
    assert known()["withheld"] == [{"start_ms": 4000, "end_ms": 10_000, "why": None}]
    assert archive("withhold", garden, "4", "5:00", "--lift").code == 0
    assert known()["withheld"] == []


@pytest.mark.parametrize("passage", [("3", "2"), ("3", "3"), ("11", "12")])
def test_what_is_no_passage_cannot_be_withheld(archive, garden, known, passage):
    assert archive("withhold", garden, *passage).code == 2
    assert known()["withheld"] == []


@pytest.mark.parametrize("command", [("release",), ("withdraw",)])
def test_an_interview_that_is_not_there_is_named(archive, garden, command):
    ended = archive(*command, "gardem")
    assert (ended.code, "There is garden." in ended.err) == (2, True)


def test_uses_that_a_table_brings_open_nothing_before_somebody_signed_and_that_is_said(
    archive, garden, spoken
):
    (spoken.folder / "in.csv").write_text("interview,status,uses\ngarden,public,web\n", encoding="utf-8")
    said = archive("describe", "--from", "in.csv")
    assert (said.code, "garden: nobody is said to have signed a release" in said.err) == (0, True)
    refused = archive("transcript", "export", garden, "--to", "txt", "--use", "web", "--out", "out.txt")
    assert (refused.code, "Nobody is said to have signed" in refused.err) == (2, True)
