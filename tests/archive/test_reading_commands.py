"""`archive list`, `archive transcript show` and `archive search`, as scripts and people use them."""

import csv
import io
import json
from fractions import Fraction

import pytest

from archive.catalogue import releases
from archive.catalogue.releases import Withheld

HIT = [
    "interview",
    "title",
    "speaker",
    "language",
    "text",
    "start_ms",
    "end_ms",
    "clip",
    "timecode_in",
    "timecode_out",
    "url",
    "translation",
    "state",
    "reviewed_ms",
    "reviewed_by",
]


@pytest.fixture
def shared_cars(spoken):
    """One interview of two clips with everything that the crew can know."""
    clips = [
        (spoken.clip("C001.mov", timecode="10:00:00:00"), Fraction(0)),
        (spoken.clip("caf\udce9.mov", rate="30000/1001", timecode="11:00:00;02"), Fraction(10)),
    ]
    said = [spoken.segment("Who owns it?", 0, 0), spoken.segment("Nobody owns the car.", 2000, 1)]
    return spoken.interview(
        "Shared cars",
        said,
        clips=clips,
        place="Paris",
        date="2024-05-31",
        people=[("Jean Martin", "interviewee")],
        organisation="Autopartage",
        themes=["mobility"],
        speakers=["Ada Low", "Jean Martin"],
    )


def test_list_gives_scripts_every_interview(archive, shared_cars):
    ended = archive("list", "--json")
    assert ended.code == 0
    assert json.loads(ended.out) == [
        {
            "interview": shared_cars,
            "title": "Shared cars",
            "language": "en",
            "duration_ms": 20000,
            "clips": [
                {
                    "name": "C001.mov",
                    "hash": f"{0:032x}",
                    "start_timecode": "10:00:00:00",
                    "reel": "A001",
                    "damaged": None,
                },
                {
                    "name": "caf\udce9.mov",
                    "hash": f"{1:032x}",
                    "start_timecode": "11:00:00;02",
                    "reel": "A001",
                    "damaged": None,
                },
            ],
            "place": "Paris",
            "people": [{"name": "Jean Martin", "role": "interviewee"}],
            "organisation": "Autopartage",
            "themes": ["mobility"],
            "date": "2024-05-31",
            "shoot": None,
            "series": None,
            "episode": None,
            "identifier": None,
            "abstract": None,
            "initiative": None,
            "status": "draft",
            "until": None,
        }
    ]
    assert r"caf\udce9.mov" in ended.out


def test_list_of_an_archive_without_interviews_is_empty(archive):
    assert (archive("list", "--json").out, archive("list").out) == ("[]\n", "")


def test_list_prints_plain_lines_where_there_is_no_terminal(archive, shared_cars):
    assert archive("list").out == "shared-cars\tShared cars\ten\t0:20\tParis\t2024-05-31\t2\n"


def test_list_keeps_a_title_of_two_lines_on_one(archive, spoken):
    spoken.interview("New\nline", ["Nobody owns it."])
    assert archive("list").out.startswith("new-line\tNew\\nline\t")


def test_list_prints_a_table_on_a_terminal(archive, shared_cars, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    out = archive("list").out
    assert "Title" in out
    assert "Shared cars" in out


def test_transcript_show_gives_scripts_every_word(archive, shared_cars):
    shown = json.loads(archive("transcript", "show", shared_cars, "--json").out)
    assert {name: value for name, value in shown.items() if name != "segments"} == {
        "interview": shared_cars,
        "language": "en",
        "translation": False,
        "revision": 1,
        "state": "machine",
        "reviewed_ms": None,
        "author": None,
        "damaged": [],
    }
    assert shown["segments"][0] == {
        "start_ms": 0,
        "end_ms": 1100,
        "speaker": "Ada Low",
        "language": "en",
        "text": "Who owns it?",
        "words": [
            {"text": "Who", "start_ms": 0, "end_ms": 300, "probability": 0.9},
            {"text": "owns", "start_ms": 400, "end_ms": 700, "probability": 0.9},
            {"text": "it?", "start_ms": 800, "end_ms": 1100, "probability": 0.9},
        ],
    }


def test_transcript_show_is_readable(archive, shared_cars):
    assert archive("transcript", "show", shared_cars).out.splitlines() == [
        "    0:00  Ada Low: Who owns it?",
        "    0:02  Jean Martin: Nobody owns the car.",
    ]


def test_transcript_show_marks_what_may_go_nowhere(archive, spoken, shared_cars):
    releases.withhold(spoken.db, shared_cars, Withheld(2100, 2200, "an address"))
    assert archive("transcript", "show", shared_cars).out.splitlines() == [
        "    0:00  Ada Low: Who owns it?",
        "    0:02  (withheld) Jean Martin: Nobody owns the car.",
    ]
    segments = json.loads(archive("transcript", "show", shared_cars, "--json").out)["segments"]
    assert [segment.get("withheld") for segment in segments] == [None, True]
    releases.decide(spoken.db, shared_cars, "withdrawn")
    lines = archive("transcript", "show", shared_cars).out.splitlines()
    assert lines[0] == "    0:00  (withdrawn) Ada Low: Who owns it?"
    assert lines[1].startswith("    0:02  (withdrawn) Jean")


def test_an_interview_that_is_not_there_ends_with_2_and_a_near_one(archive, shared_cars):
    ended = archive("transcript", "show", "shared-car")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "Error: There is no interview 'shared-car' here.\nTry: There is shared-cars.\n"


def test_an_interview_without_a_transcript_says_how_to_get_one(archive, spoken):
    from archive.catalogue import interviews

    interviews.create(spoken.db, title="Later", clips=[])
    ended = archive("transcript", "show", "later")
    assert ended.code == 2
    assert "archive ingest" in ended.err


def test_search_gives_scripts_every_quote(archive, shared_cars):
    found = json.loads(archive("search", "owns", "the", "car", "--json").out)
    assert [list(hit) for hit in found] == [HIT]
    assert found[0] == {
        "interview": shared_cars,
        "title": "Shared cars",
        "speaker": "Jean Martin",
        "language": "en",
        "text": "Nobody owns the car.",
        "start_ms": 2400,
        "end_ms": 3500,
        "clip": "C001.mov",
        "timecode_in": "10:00:02:10",
        "timecode_out": "10:00:03:12",
        "url": "/interviews/shared-cars#t=2.4",
        "translation": False,
        "state": "machine",
        "reviewed_ms": None,
        "reviewed_by": None,
    }


def test_search_that_finds_nothing_is_an_empty_array_and_no_failure(archive, shared_cars):
    ended = archive("search", "zzzznothing", "--json")
    assert (ended.code, ended.out) == (0, "[]\n")


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        (["owns", "-nobody"], []),
        (["-nobody", "owns"], []),
        (["owns", "-boss"], ["Who owns it?", "Nobody owns the car."]),
        (["owns", "-the car"], []),
        (["owns -boss car"], ["Nobody owns the car."]),
        (['"it nobody"'], ["Who owns it? Nobody owns the car."]),
        (["-h*", "owns"], ["Who owns it?", "Nobody owns the car."]),
        (["nobod*", "--limit", "1"], ["Nobody owns the car."]),
        (["--", "owns", "car"], ["Nobody owns the car."]),
    ],
)
def test_search_takes_words_as_the_shell_hands_them_over(archive, shared_cars, words, texts):
    ended = archive("search", "--json", *words)
    assert ended.code == 0
    assert [hit["text"] for hit in json.loads(ended.out)] == texts


def test_search_prints_quotes_with_their_sources(archive, shared_cars):
    assert archive("search", "nobody").out.splitlines() == [
        "Nobody owns the car.",
        "    Jean Martin · Shared cars · C001.mov 10:00:02:00 to 10:00:02:07 · shared-cars · machine",
        "",
    ]


def test_search_highlights_the_words_on_a_terminal(archive, shared_cars, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = archive("search", '"nobody owns"').out
    assert "\x1b[1;7mNobody\x1b[0m \x1b[1;7mowns\x1b[0m the car." in out


def test_search_prints_csv_with_the_same_columns(archive, shared_cars):
    rows = list(csv.reader(io.StringIO(archive("search", "nobody", "--csv").out)))
    assert rows[0] == HIT
    assert rows[1][:5] == ["shared-cars", "Shared cars", "Jean Martin", "en", "Nobody owns the car."]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-2", "@now"])
def test_a_spreadsheet_takes_no_quote_for_a_formula(archive, spoken, text: str):
    spoken.interview("Bread", [f"{text} bread"])
    rows = list(csv.reader(io.StringIO(archive("search", "bread", "--csv").out)))
    assert rows[1][4] == f"'{text} bread"


def test_a_clip_name_that_is_no_utf8_can_be_printed(archive, spoken):
    spoken.interview("Bread", ["Who owns it?"], clips=[(spoken.clip("caf\udce9.mov"), Fraction(0))])
    assert "caf\N{REPLACEMENT CHARACTER}E9.mov" in archive("search", "owns").out
    assert "caf\N{REPLACEMENT CHARACTER}E9.mov" in archive("search", "owns", "--csv").out
    assert r"caf\udce9.mov" in archive("search", "owns", "--json").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-such-option"],
        ["bread", "--no-such-option"],
        ["bread", "--json", "--csv"],
        ["bread", "--limit", "0"],
        ["bread", "--from", "May"],
        ["bread", "--state", "good"],
        [],
    ],
)
def test_search_asked_wrongly_ends_with_2(archive, arguments: list[str]):
    ended = archive("search", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err


def test_search_says_when_there_is_no_such_place(archive, shared_cars):
    ended = archive("search", "owns", "--place", "Pariss", "--json")
    assert (ended.code, ended.out) == (0, "[]\n")
    assert ended.err == "No place here is called 'Pariss'. There is: Paris.\n"


def test_search_knows_every_theme_that_archive_theme_lists_by_all_of_its_names(archive, shared_cars):
    for theme in ("work", "Travail", "lavoro"):
        assert archive("search", "owns", "--theme", theme).err == "Nothing found.\n"
    err = archive("search", "owns", "--theme", "knitting").err
    assert "No theme here is called 'knitting'. There is: education," in err


def test_a_damaged_catalogue_ends_with_3(archive, spoken, shared_cars):
    spoken.db.close()
    whole = spoken.path.read_bytes()
    spoken.path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    for command in (["list"], ["search", "owns"], ["transcript", "show", shared_cars]):
        ended = archive(*command)
        assert (ended.code, ended.out) == (3, "")
        assert "archive.db is damaged" in ended.err


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_search_explains_itself(archive, option: str):
    ended = archive("search", option)
    assert ended.code == 0
    assert "QUERY" in ended.out
