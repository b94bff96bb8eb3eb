"""`archive describe --chapters`: the timed index, out into a spreadsheet and in again."""

import csv
import io
import json
import sqlite3

import pytest

from archive.catalogue import chapters, releases
from archive.catalogue.chapters import Chapter
from archive.intake import chapter_table

FIRST = Chapter(1250, 4000, "Beginnings", "How it\nbegan.", ("food", "land"), ("Brooklyn",), ("Coop; Ltd",))
SECOND = Chapter(4000, 9000, "Bread")


@pytest.fixture
def garden(spoken):
    """An interview with two chapters, and one with none."""
    slug = spoken.interview("Garden", ["nobody owns this garden"])
    for chapter in (FIRST, SECOND):
        chapters.add(spoken.db, slug, chapter)
    spoken.interview("Canal", ["the water was here"])
    return slug


@pytest.fixture
def table(spoken, archive, garden):
    """The table of all chapters."""
    assert archive("describe", "--chapters", "--to", "out.csv").code == 0
    return spoken.folder / "out.csv"


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def write(path, found):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*chapter_table.COLUMNS])
        writer.writeheader()
        writer.writerows(found)


def taken(archive, table):
    ended = archive("describe", "--chapters", "--from", str(table), "--json")
    assert ended.code == 0, ended.err
    return [(each["interview"], each["column"], each["old"], each["new"]) for each in json.loads(ended.out)]


def dumped(spoken):
    with sqlite3.connect(spoken.path) as db:
        return list(db.iterdump())


def test_a_row_is_a_chapter(table):
    assert rows(table)[0] == {
        "interview": "garden",
        "start": "00:00:01.250",
        "end": "00:00:04.000",
        "title": "Beginnings",
        "synopsis": "How it\nbegan.",
        "themes": "food; land",
        "places": "Brooklyn",
        "organisations": r"Coop\; Ltd",
    }
    assert [row["title"] for row in rows(table)] == ["Beginnings", "Bread"]


def test_what_went_out_changes_nothing_when_it_comes_back(archive, spoken, table):
    before = dumped(spoken)
    assert taken(archive, table) == []
    assert dumped(spoken) == before


def test_chapters_are_changed_added_and_taken_away(archive, spoken, table):
    first, _ = rows(table)
    first |= {"end": "0:05", "themes": "logement", "synopsis": ""}
    new = {"interview": "canal", "start": "0", "end": "1.5", "title": "Water", "places": "Rome; Paris"}
    write(table, [first, new])
    assert taken(archive, table) == [
        ("garden", "00:00:01.250 Beginnings: end", "00:00:04.000", "00:00:05.000"),
        ("garden", "00:00:01.250 Beginnings: synopsis", "How it\nbegan.", ""),
        ("garden", "00:00:01.250 Beginnings: themes", "food; land", "housing"),
        ("canal", "00:00:00.000 Water: end", "", "00:00:01.500"),
        ("canal", "00:00:00.000 Water: places", "", "Rome; Paris"),
        ("garden", "00:00:04.000 Bread", "to 00:00:09.000", ""),
    ]
    assert chapters.of_interview(spoken.db, "garden") == (
        Chapter(1250, 5000, "Beginnings", None, ("housing",), ("Brooklyn",), ("Coop; Ltd",)),
    )
    assert chapters.of_interview(spoken.db, "canal") == (
        Chapter(0, 1500, "Water", None, (), ("Rome", "Paris")),
    )
    assert taken(archive, table) == []


def test_a_time_that_a_spreadsheet_shows_less_exactly_is_still_that_time(archive, table):
    first, second = rows(table)
    for start, end in (("00:01.3", "00:04.0"), ("00:01.2", "0:00:04"), ("0:00:01", "0:04,000")):
        write(table, [first | {"start": start, "end": end}, second])
        assert taken(archive, table) == []


def test_columns_that_are_left_out_change_nothing(archive, spoken, garden):
    (spoken.folder / "in.csv").write_text(
        "interview;title;start;end\ngarden;Bread;4;9\ngarden;Beginnings;1.250;4\n", encoding="utf-8"
    )
    assert taken(archive, spoken.folder / "in.csv") == []


def test_chapters_that_touch_what_is_withheld_go_into_no_table_and_stay(archive, spoken, garden):
    releases.withhold(spoken.db, garden, releases.Withheld(2000, 2500))
    ended = archive("describe", "--chapters", "--to", "out.csv")
    assert "garden: 1 chapters that touch what is withheld are left out." in ended.err
    assert [row["title"] for row in rows(spoken.folder / "out.csv")] == ["Bread"]
    assert taken(archive, spoken.folder / "out.csv") == []
    assert chapters.of_interview(spoken.db, garden) == (FIRST, SECOND)


@pytest.mark.fault(
    "looking after",
    "a table of chapters with a wrong time, a passage that is none, a chapter twice, or of no interview",
    "each is named by row and column; exit 2; nothing is written",
)
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"start": "soon"}, "row 3, start: 'soon' is no moment such as 0:01:05.250"),
        ({"end": ""}, "row 3, end: '' is no moment"),
        ({"end": "0:03"}, "row 3, end: '0:03' is not behind the start, or behind the end at 00:00:10.000"),
        ({"end": "0:11"}, "row 3, end: '0:11' is not behind the start, or behind the end"),
        ({"title": ""}, "row 3, title: a chapter has a title"),
        ({"title": "Beginnings", "start": "1.25"}, "row 3, title: row 2 is the same chapter"),
        ({"interview": "gardn"}, "row 3, interview: there is no interview 'gardn'; there is garden"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_nothing_is_written(archive, spoken, table, cells, said):
    first, second = rows(table)
    write(table, [first | {"places": "Rome"}, second | cells])
    before = dumped(spoken)
    ended = archive("describe", "--chapters", "--from", "out.csv")
    assert (ended.code, said in ended.err) == (2, True), ended.err
    assert dumped(spoken) == before
