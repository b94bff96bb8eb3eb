"""What is withheld stands on no page of the house, and what was withdrawn has none."""

import sqlite3
from contextlib import closing
from fractions import Fraction

import pytest

from archive import catalogue
from archive.catalogue import interviews, releases, transcripts
from archive.catalogue.releases import Withheld
from archive.web import records
from ingest.transcript import Segment, Transcript, Word

CLIP = f"{9:032x}"
WORDS = ("The", "oven", "is", "ours.")  # half a second each
TITLE = "Bread oven"


@pytest.fixture
def oven(empty):
    """A site with one interview, and the catalogue."""
    db = catalogue.open_catalogue(empty.archive.database, write=True)
    db.execute(
        "INSERT INTO clips (hash, name, path, size, kind, duration, rate) VALUES (?, 'A.mov', 'A.mov', 1, 'video',"
        " '60', '25')",
        [CLIP],
    )
    db.execute(
        "INSERT INTO renditions (clip, kind, path, size) VALUES (?, 'proxy', ?, 1)",
        [CLIP, f"renditions/{CLIP}/proxy.mp4"],
    )
    interviews.create(db, title=TITLE, clips=[(CLIP, Fraction(0))])
    said = Segment(tuple(Word(word, 500 * place, 500 * place + 400) for place, word in enumerate(WORDS)), 0)
    after = Segment((Word("Everybody", 9_000, 9_400), Word("bakes.", 9_500, 9_900)), 0)
    transcripts.save(db, "bread-oven", Transcript("en", (said, after), model="small"))
    yield empty, db
    db.close()


def test_a_page_leaves_out_the_words_that_are_withheld_and_passes_over_them(oven):
    site, db = oven
    releases.withhold(db, "bread-oven", Withheld(500, 1_400))
    html = site.text("/interviews/bread-oven")
    assert "Withheld, and passed over: 0:00 to 0:01" in html
    assert '"withheld": [[500, 1400]]' in html
    assert "oven" not in html.replace(TITLE, "").replace("bread-oven", "")
    assert html.index("The") < html.index("ours.") < html.index("Everybody")
    captions = site.text("/interviews/bread-oven/captions.vtt")
    assert "ours." in captions
    assert "oven" not in captions


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_search_finds_no_passage_with_something_withheld(oven, ending):
    site, db = oven
    assert "ours" in site.text(f"/search.{ending}?q=ours")
    releases.withhold(db, "bread-oven", Withheld(500, 1_400))
    assert "ours." not in site.text(f"/search.{ending}?q=ours")
    assert "ours." not in site.text("/search?q=bakes")  # nor as what was said before
    assert "bakes" in site.text("/search?q=bakes")


def test_the_front_page_quotes_nothing_withheld(oven):
    site, db = oven
    releases.withhold(db, "bread-oven", Withheld(0, 1))
    releases.withhold(db, "bread-oven", Withheld(9_500, 9_501))
    html = site.text("/")
    assert "ours." not in html
    assert "bakes." not in html


def test_what_was_withdrawn_is_on_no_page(oven):
    site, db = oven
    assert TITLE in site.text("/interviews")
    releases.decide(db, "bread-oven", "withdrawn")
    page = site.get("/interviews/bread-oven")
    assert page.status_code == 404
    assert "It was withdrawn." in page.text
    assert "bakes" not in page.text
    assert site.get("/interviews/bread-oven/captions.vtt").status_code == 404
    for path in ("/", "/interviews", "/search?q=bakes"):
        assert TITLE not in site.text(path)


def test_without_a_form_nothing_is_shown_where_the_settings_want_one_first(oven):
    site, db = oven
    db.conn.commit()
    with closing(sqlite3.connect(site.archive.database)) as reader:
        reader.row_factory = sqlite3.Row
        shown = records.interview(reader, "bread-oven", form_first=True)
        assert (shown.shut[:27], shown.passages) == ("There is no release yet, an", None)
        assert records.interview(reader, "bread-oven").passages
