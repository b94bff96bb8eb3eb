"""`archive describe`: what is said of interviews, out into a spreadsheet and in again."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import config
from archive.catalogue import interviews, releases
from archive.catalogue.description import Description
from archive.catalogue.releases import Release
from archive.errors import UserError
from archive.intake import columns, describing, spreadsheet

HEADING = (
    "interview,title,date,place,people,organisation,themes,series,episode,status,uses,licence,"
    "identifier,abstract,initiative,shoot"
)


@pytest.fixture
def garden(spoken):
    """An interview about which everything is said, and one about which nothing is."""
    slug = spoken.interview(
        "Garden",
        ["nobody owns this garden"],
        place="Rome",
        date="2026-03-04",
        people=(("Anna Rossi", "interviewee"), ("Jo Bell", "interviewer")),
        organisation="Coop; Roma",
        themes=("housing", "land"),
        series="Commons",
        episode=3,
    )
    releases.decide(spoken.db, slug, "public")
    releases.record(spoken.db, slug, Release(frozenset({"web", "film"}), "CC-BY-4.0", "Anna Rossi"))
    spoken.interview("Canal", ["the water was here before us"])
    return slug


@pytest.fixture
def table(spoken, archive, garden):
    """The table of both, to be edited."""
    assert archive("describe", "--to", "out.csv").code == 0
    return spoken.folder / "out.csv"


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def dumped(spoken):
    with sqlite3.connect(spoken.path) as db:
        return list(db.iterdump())


def edit(path, number=0, **cells):
    """Write other cells into a row, as a spreadsheet does."""
    found = rows(path)
    found[number] |= cells
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*found[number]])
        writer.writeheader()
        writer.writerows(found)


def taken(archive, path):
    """What a table changed: interview and column, to the old and the new cell."""
    ended = archive("describe", "--from", str(path), "--json")
    assert ended.code == 0, ended.err
    return {(each["interview"], each["column"]): (each["old"], each["new"]) for each in json.loads(ended.out)}


def test_a_row_says_what_is_known_of_an_interview(table):
    assert table.read_text(encoding="utf-8-sig").splitlines()[0] == HEADING
    assert rows(table)[0] == {
        "interview": "garden",
        "title": "Garden",
        "date": "2026-03-04",
        "place": "Rome",
        "people": "Anna Rossi (interviewee); Jo Bell (interviewer)",
        "organisation": "Coop; Roma",
        "themes": "housing; land",
        "series": "Commons",
        "episode": "3",
        "status": "public",
        "uses": "film; web",
        "licence": "CC-BY-4.0",
        "identifier": "",
        "abstract": "",
        "initiative": "",
        "shoot": "",
    }
    assert {name: cell for name, cell in rows(table)[1].items() if cell} == {
        "interview": "canal",
        "title": "Canal",
        "status": "draft",
    }


def test_interviews_without_a_release_go_out_with_one_warning(archive, spoken, table):
    for number in range(6):
        spoken.interview(f"Bread {number}", ["one"])
    assert archive("describe", "--to", "again.csv").err == (
        "The release is still missing. (canal, bread-0, bread-1, bread-2, bread-3 and 2 more)\n"
    )


def test_what_went_out_changes_nothing_when_it_comes_back(archive, spoken, table):
    before = dumped(spoken)
    assert taken(archive, table) == {}
    assert dumped(spoken) == before
    assert "It says what the catalogue says." in archive("describe", "--from", "out.csv").err


def test_what_was_edited_comes_back_as_it_was_written(archive, table):
    edited = {
        "title": "Il giardino",
        "date": "2025-12-31",
        "place": "Milan",
        "people": "Anna Rossi (narrator); Léa",
        "organisation": "Dérive",
        "themes": "logement; food",
        "series": "Second",
        "episode": "12",
        "status": "desk",
        "uses": "data",
        "licence": "CC0-1.0",
        "identifier": "OH-12",
        "abstract": "What she says\nof water.",
        "initiative": "La Coupole",
        "shoot": "Summer",
    }
    edit(table, 1, **edited)
    assert len(taken(archive, table)) == 15
    archive("describe", "--to", "again.csv")
    expected = {"people": "Anna Rossi (narrator); Léa (interviewee)", "themes": "housing; food"}
    assert rows(table.with_name("again.csv"))[1] == {"interview": "canal"} | edited | expected
    assert taken(archive, table) == {}


def test_a_cell_that_is_emptied_takes_away_what_stood_there(archive, table):
    empty = dict.fromkeys(
        ("date", "place", "people", "organisation", "themes", "series", "episode", "uses", "licence"), ""
    )
    edit(table, 0, **empty)
    assert len(taken(archive, table)) == len(empty)
    archive("describe", "--to", "again.csv")
    left = {name: cell for name, cell in rows(table.with_name("again.csv"))[0].items() if cell}
    assert left == {"interview": "garden", "title": "Garden", "status": "public"}


def test_a_column_that_is_left_out_changes_nothing(archive, spoken, table):
    (spoken.folder / "short.csv").write_text("Place,INTERVIEW\nParis,canal\n", encoding="utf-8")
    assert taken(archive, spoken.folder / "short.csv") == {("canal", "place"): ("", "Paris")}


def test_each_change_is_said_before_it_is_made(archive, table):
    edit(table, 1, place="Paris", title="Canal\nSaint-Martin")
    ended = archive("describe", "--from", "out.csv", "--dry-run")
    assert ended.out == "canal: title: Canal -> Canal\\nSaint-Martin\ncanal: place: (nothing) -> Paris\n"
    assert len(taken(archive, table)) == 2  # nothing was changed by the dry run


@pytest.mark.parametrize(("answer", "place"), [(b"n\n", ""), (b"y\n", "Paris")])
def test_a_person_is_asked(archive, spoken, table, answer, place):
    edit(table, 1, place="Paris")
    terminal, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "archive", "describe", "--from", "out.csv"],
        cwd=spoken.folder,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        os.write(terminal, answer)
        out, err = running.communicate()
    os.close(theirs)
    os.close(terminal)
    assert out.startswith(b"canal: place: (nothing) -> Paris\n")
    assert (b"Change this? [y/N]" in err, running.returncode) == (True, 0)
    archive("describe", "--to", "again.csv")
    assert rows(table.with_name("again.csv"))[1]["place"] == place


def test_five_thousand_rows_take_a_few_seconds(spoken, tmp_path):
    with spoken.db.atomic():
        for number in range(5000):
            spoken.db.execute(
                "INSERT INTO interviews (slug, title, created) VALUES (?, ?, '')",
                [f"g-{number}", f"G {number}"],
            )
    started = time.process_time()
    describing.take_out(spoken.db, tmp_path / "many.csv", date(2026, 1, 1))
    text = (tmp_path / "many.csv").read_text("utf-8-sig")
    (tmp_path / "many.csv").write_text(text.replace(",G ", ",Garden "), "utf-8")
    found = describing.compare(spoken.db, tmp_path / "many.csv")
    assert len(found.changes) == 5000
    describing.apply(spoken.db, config.find(spoken.folder), found)
    assert time.process_time() - started < 10  # seconds that one core works; 2 of them as a rule


def test_a_new_title_keeps_the_slug(archive, table):
    edit(table, 0, title="Il giardino")
    taken(archive, table)
    (found, _) = json.loads(archive("list", "--json").out)
    assert (found["interview"], found["title"]) == ("garden", "Il giardino")


def test_a_slug_from_before_is_followed(archive, spoken, table):
    spoken.db.execute(
        "INSERT INTO former_slugs SELECT 'gardens', id, '{}' FROM interviews WHERE slug = 'garden'"
    )
    edit(table, 0, interview="gardens", place="Paris")
    assert taken(archive, table) == {("garden", "place"): ("Rome", "Paris")}
    edit(table, 1, interview="garden")
    assert "row 2 is about garden already" in archive("describe", "--from", "out.csv").err


def test_uses_go_on_with_the_release_that_is_there(archive, spoken, table):
    edit(table, 0, uses="film, web, education")
    taken(archive, table)
    release = releases.of_interview(spoken.db, "garden").release
    assert release == Release(frozenset({"film", "web", "education"}), "CC-BY-4.0", "Anna Rossi")


def test_a_signed_form_is_taken_in_with_the_table(archive, spoken, table):
    folder = spoken.folder / "from the shoot"
    folder.mkdir()
    (folder / "canal.pdf").write_bytes(b"signed")
    (folder / "in.csv").write_text(
        "interview,release,uses\ncanal,canal.pdf,web\ngarden,,film; web\n", "utf-8"
    )
    assert taken(archive, folder / "in.csv") == {
        ("canal", "release"): ("", "canal.pdf"),
        ("canal", "uses"): ("", "web"),
    }
    release = releases.of_interview(spoken.db, "canal").release
    assert (release.uses, release.form) == ({"web"}, "releases/canal/canal.pdf")
    assert (spoken.folder / release.form).read_bytes() == b"signed"
    assert taken(archive, folder / "in.csv") == {}


def test_an_embargo_keeps_its_last_day(archive, spoken, table):
    releases.decide(spoken.db, "canal", "embargoed", date(2030, 1, 2))
    assert taken(archive, table) == {("canal", "status"): ("embargoed", "draft")}
    releases.decide(spoken.db, "canal", "embargoed", date(2030, 1, 2))
    archive("describe", "--to", "again.csv")
    edit(table.with_name("again.csv"), 1, place="Paris")
    taken(archive, table.with_name("again.csv"))
    assert releases.of_interview(spoken.db, "canal").until == date(2030, 1, 2)


def test_where_the_form_comes_first_no_other_interview_goes_into_a_table(archive, spoken, table):
    (spoken.folder / "archive.toml").write_text("[releases]\nform_first = true\n", "utf-8")
    ended = archive("describe", "--to", "again.csv")
    assert "canal is left out: There is no release yet" in ended.err
    assert [row["interview"] for row in rows(spoken.folder / "again.csv")] == ["garden"]


def test_a_withdrawn_interview_goes_into_no_table(archive, spoken, table):
    releases.decide(spoken.db, "garden", "withdrawn")
    ended = archive("describe", "--to", "again.csv")
    assert "garden is left out: It was withdrawn." in ended.err
    assert [row["interview"] for row in rows(spoken.folder / "again.csv")] == ["canal"]


@pytest.mark.parametrize(
    "written",
    [
        "\ufeffinterview,place\r\ncanal,Paris\r\n",
        "interview;place\ncanal;Paris\n",
        "interview\tplace\rcanal\tParis",
        "interview,place,,\n\n,,,\ncanal,Paris,,\n,,,\n",
        'place,interview\n"Paris\n","canal"',
        "interview,title,place,licence\ncanal,Canal,Paris\n",
        '\ufeff"interview";"place"\r\n"canal";" Paris "\r\n',
        "\ufeffsep=;\r\ninterview;place\r\ncanal;Paris\r\n",
        '"sep=|"\ninterview|place\ncanal|Paris\n',
    ],
    ids=["Excel", "semicolon", "tab", "empty", "newline", "short row", "quoted", "sep", "other sep"],
)
def test_what_spreadsheets_make_of_a_table_is_read(archive, spoken, garden, written):
    path = spoken.folder / "in.csv"
    path.write_bytes(written.encode())
    assert taken(archive, path) == {("canal", "place"): ("", "Paris")}


def test_a_day_that_a_spreadsheet_wrote_its_own_way_is_still_that_day(archive, spoken, table):
    edit(table, 1, date="2026-12-31")
    taken(archive, table)
    for written in ("31/12/2026", "12/31/2026", "31.12.26", "2026/12/31", "31/12/2026 0:00"):
        edit(table, 1, date=written)
        assert taken(archive, table) == {}


def test_a_day_with_midnight_behind_it_and_a_number_with_decimals_are_read(archive, table):
    edit(table, 1, date="2024-04-02 00:00:00", episode="3.0")
    assert taken(archive, table) == {("canal", "date"): ("", "2024-04-02"), ("canal", "episode"): ("", "3")}
    assert taken(archive, table) == {}


def test_an_initiative_goes_along_with_its_organisation(archive, spoken, table):
    edit(table, 0, initiative="La Coupole")
    taken(archive, table)
    edit(table, 0, organisation="Coop Roma")
    taken(archive, table)
    found = interviews.find(spoken.db, "garden")
    assert (found.organisation, found.initiative) == ("Coop Roma", "La Coupole")
    assert taken(archive, table) == {}


def test_days_of_a_whole_table_are_read_in_the_order_that_one_of_them_proves(archive, table):
    """Garden is of 2026-03-04: 3/4/2026 in the United States, 4/3/2026 in France."""
    edit(table, 1, date="2026-12-31")
    taken(archive, table)
    for ours, theirs in (("3/4/2026", "12/31/2026"), ("04/03/26", "31/12/26")):
        edit(table, 0, date=ours)
        edit(table, 1, date=theirs)
        assert taken(archive, table) == {}
    edit(table, 0, date="3/4/2026")  # in the order that the other one proves another day
    assert (
        "row 2, date: '3/4/2026' is no day; write 2026-04-03 or 2026-03-04"
        in archive("describe", "--from", "out.csv").err
    )


def test_a_day_that_may_be_two_is_not_guessed(archive, table):
    edit(table, 0, date="4/3/2026")
    assert "write 2026-03-04 or 2026-04-03" in archive("describe", "--from", "out.csv").err


@pytest.mark.fault(
    "looking after",
    "a table in which a spreadsheet would compute a cell that somebody named so",
    "the cell is written as text, and comes back as it was",
)
@pytest.mark.parametrize(
    "title", ['=HYPERLINK("http://x","y")', "+1", "-", "@a", "'=1", "\N{FULLWIDTH EQUALS SIGN}1"]
)
def test_no_cell_is_a_formula(archive, spoken, title):
    spoken.interview(title, ["one"])
    archive("describe", "--to", "out.csv")
    assert rows(spoken.folder / "out.csv")[0]["title"] == f"'{title}"
    assert taken(archive, spoken.folder / "out.csv") == {}


WRONG = [
    ({"date": "2026-02-30"}, "row 3, date: '2026-02-30' is no day; write YYYY-MM-DD"),
    ({"date": "31/12/2026"}, "row 3, date: '31/12/2026' is no day; write 2026-12-31."),
    ({"date": "03/04/2026"}, "is no day; write 2026-04-03 or 2026-03-04."),
    ({"date": "20261231"}, "is no day"),
    ({"title": ""}, "row 3, title: an interview has a title"),
    ({"episode": "three"}, "row 3, episode: 'three' is no number of an episode"),
    ({"episode": "-1"}, "is no number of an episode"),
    ({"episode": "3.5"}, "row 3, episode: '3.5' is no number of an episode"),
    ({"episode": "3,000"}, "row 3, episode: '3,000' is no number of an episode"),
    ({"date": "2024-04-02 10:30:00"}, "row 3, date: '2024-04-02 10:30:00' is no day"),
    ({"initiative": "La Coupole"}, "row 3, initiative: whose is it? Name its organisation, too"),
    ({"status": "secret"}, "row 3, status: 'secret' is no status; write one of draft, desk"),
    ({"status": ""}, "row 3, status: '' is no status"),
    (
        {"status": "embargoed"},
        "row 3, status: an embargo has a last day; write it with: archive release canal",
    ),
    ({"uses": "film; tv"}, "row 3, uses: 'tv' is no use; write some of film; web; education; data"),
    (
        {"release": "no-such.pdf"},
        "row 3, release: no-such.pdf cannot be read. Name the signed form, a scan or a PDF.",
    ),
    ({"interview": "cannal"}, "row 3, interview: there is no interview 'cannal'; there is canal"),
    ({"interview": ""}, "row 3, interview: the cell is empty"),
    ({"interview": "garden"}, "row 3, interview: row 2 is about garden already"),
]


@pytest.mark.fault(
    "looking after",
    "a table with a wrong date, status, use, number, title or interview, or with one of them twice",
    "each is named by row and column; exit 2; nothing is written",
)
@pytest.mark.parametrize(("cells", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_what_is_wrong_is_named_by_row_and_nothing_is_written(archive, spoken, table, cells, said):
    edit(table, 0, place="Paris")  # this one could be taken in
    edit(table, 1, **cells)
    before = dumped(spoken)
    ended = archive("describe", "--from", "out.csv")
    assert ended.code == 2
    assert said in ended.err
    assert "nothing was changed" in ended.err
    assert dumped(spoken) == before


@pytest.mark.fault(
    "looking after",
    "a file that is no table, or a table with a column that is unknown, twice there or missing",
    "named; exit 2; nothing is written",
)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"interview,plcae\ncanal,Paris\n",
            "row 1: there is no column 'plcae'. Try: There are: interview, title",
        ),
        (b"place,title\nParis,Canal\n", "row 1: the column 'interview' is missing."),
        (b"interview,place,Place\ncanal,Paris,\n", "row 1: the column 'place' is there twice."),
        (b"interview,place\ncanal,Paris, France\n", "row 2: 'France' stands in a column without a name."),
        (b"", "row 1: the column 'interview' is missing."),
        (
            "interview,place\ncanal,Orléans\n".encode("cp1252"),
            "is not UTF-8 (line 2); its accents would be lost.",
        ),
        ("interview\tplace\ncanal\tParis\n".encode("utf-16"), "is not UTF-8 (line 1)"),
        (b'interview,place\ncanal,"Paris\n', "is no table that can be read"),
        (b'"interview,place\n' + b"canal,Paris\n" * 20_000, "is no table that can be read"),
        (b"PK\x03\x04\x14\x00", "there is no column"),
    ],
    ids=[
        "unknown",
        "missing",
        "twice",
        "unnamed",
        "empty",
        "Windows-1252",
        "UTF-16",
        "quote",
        "heading",
        "xlsx",
    ],
)
def test_what_is_no_table_is_refused(archive, spoken, garden, content, said):
    (spoken.folder / "in.csv").write_bytes(content)
    before = dumped(spoken)
    ended = archive("describe", "--from", "in.csv")
    assert (ended.code, said in " ".join(ended.err.split())) == (2, True), ended.err
    assert dumped(spoken) == before


@pytest.mark.fault(
    "looking after",
    "a table that is older than a withdrawal",
    "it does not undo it: named by row; nothing is written",
)
def test_a_withdrawal_is_not_undone_by_an_older_table(archive, spoken, table):
    releases.decide(spoken.db, "garden", "withdrawn")
    edit(table, 0, place="Paris")
    before = dumped(spoken)
    ended = archive("describe", "--from", "out.csv")
    assert (ended.code, "row 2, status: garden is withdrawn" in ended.err) == (2, True)
    assert dumped(spoken) == before


@pytest.mark.fault(
    "looking after",
    "a table that went out before one of its interviews was withdrawn, and is taken in for the others",
    "that row is named and passed over, and the interview stays withdrawn; the others are changed",
)
def test_a_row_of_a_withdrawn_interview_does_not_hold_up_the_others(archive, spoken, table):
    releases.decide(spoken.db, "garden", "withdrawn")
    edit(table, 1, place="Paris")
    ended = archive("describe", "--from", "out.csv")
    assert (ended.code, ended.out) == (0, "canal: place: (nothing) -> Paris\n"), ended.err
    assert "row 2, status: garden is withdrawn" in ended.err
    assert releases.of_interview(spoken.db, "garden").status == "withdrawn"


@pytest.mark.fault("names", "--to names a file that is something else", "it is left as it is; exit 2")
def test_no_other_file_is_replaced_by_a_table(archive, spoken, garden):
    for name in ("archive.db", "archive.toml"):
        before = (spoken.folder / name).read_bytes()
        ended = archive("describe", "--to", name)
        assert (ended.code, "is there already" in ended.err) == (2, True)
        assert (spoken.folder / name).read_bytes() == before


def test_a_table_goes_out_or_comes_in(archive, garden):
    assert archive("describe").code == 2
    assert archive("describe", "--to", "a.csv", "--from", "b.csv").code == 2
    assert "no-such.csv cannot be read" in archive("describe", "--from", "no-such.csv").err


@settings(deadline=None, max_examples=50)
@given(st.text(), st.lists(st.text(min_size=1)))
def test_any_text_is_a_cell_that_is_read_as_it_was_written(tmp_path_factory, text, items):
    """Also one with quotation marks, separators, line ends, formulas and backslashes in it."""
    path = tmp_path_factory.mktemp("table") / "one.csv"
    joined = columns.written("themes", items)
    spreadsheet.write(
        path, ("interview", "title", "themes"), [{"interview": "one", "title": text, "themes": joined}]
    )
    (row,) = spreadsheet.read(path, ("interview", "title", "themes"), ["interview"])
    assert row.cells["title"] == text.replace("\r\n", "\n").replace("\r", "\n").strip()
    assert columns.value("themes", joined) == tuple(
        dict.fromkeys(filter(None, (item.strip() for item in items)))
    )


@pytest.mark.fault(
    "two at once",
    "an interview that somebody changes between what was shown and the yes",
    "nothing is written; exit 2",
)
def test_what_was_changed_in_the_meantime_is_not_written_over(spoken, table):
    edit(table, 0, place="Paris", title="Il giardino")
    found = describing.compare(spoken.db, table)
    interviews.amend(spoken.db, "garden", Description(place="Milan"))
    before = dumped(spoken)
    with pytest.raises(UserError, match="somebody changed place in the meantime"):
        describing.apply(spoken.db, config.find(spoken.folder), found)
    assert dumped(spoken) == before
