"""The search page and its data."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing

from archive.search.table import cell
from archive.web import records


def test_a_quote_is_shown_with_its_picture_its_words_marked_and_ways_to_hear_it(site):
    html = site.text("/search?q=nobody+owns")
    assert "<mark>Nobody owns</mark> it, so everybody has to sweep it." in html
    assert '<span class="before">Who owns the theatre? </span>' in html
    assert 'href="/interviews/occupied-theatre#t=4"' in html
    assert 'viewBox="160 0 160 90"' in html
    assert re.search(r'data-play="/media/\w{32}/proxy.mp4\?v=\w+" data-from="4000" data-to="5350"', html)
    assert "01:00:04:00" in html
    assert "1 quote from 1 interview" in html


def test_a_quote_in_the_second_clip_plays_from_that_clip_at_its_own_time(site):
    html = site.text("/search?q=cost")
    assert re.search(rf'data-play="/media/{2:032x}/proxy.mp4\?v=\w+" data-from="4000"', html)


def test_facets_lead_to_narrower_searches_and_back(site):
    html = site.text("/search?q=theatre")
    assert "/search?q=theatre&amp;place=Rome" in html
    narrowed = site.text("/search?q=theatre&place=Rome")
    assert 'href="/search?q=theatre" aria-current="true"' in narrowed
    assert "Personne" not in narrowed


def test_no_results_give_advice_and_a_way_out_of_the_filters(site):
    html = site.text("/search?q=sweep&place=Paris")
    assert "Nobody says that among what you chose." in html
    assert 'href="/search?q=sweep"' in html


def test_whatever_is_typed_is_no_error(site):
    for typed in ('"', "AND", "-", "*", "a*b", "NEAR(x", "'; DROP TABLE", "%00", "(", "🎭", "x" * 2000):
        assert site.get("/search", params={"q": typed}).status_code == 200, typed
        assert site.get("/search.json", params={"q": typed}).status_code == 200, typed


def test_a_date_that_is_none_is_explained(site):
    assert "is no date" in site.text("/search?q=theatre&from=soon")
    assert site.get("/search.json?q=theatre&from=soon").status_code == 400


def test_the_json_is_the_array_that_scripts_rely_on(site):
    (quote,) = json.loads(site.text("/search.json?q=nobody+owns"))
    assert list(quote) == [
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
    assert (quote["start_ms"], quote["end_ms"], quote["clip"]) == (4000, 4750, "A001.mov")


def test_the_table_has_the_same_columns(site):
    (quote,) = csv.DictReader(io.StringIO(site.text("/search.csv?q=nobody+owns")))
    assert quote["url"] == "/interviews/occupied-theatre#t=4"


def test_a_cell_of_the_table_is_never_a_formula():
    assert cell('=HYPERLINK("http://x")').startswith("'=")
    assert cell("plain") == "plain"


def test_more_quotes_are_a_link_away_and_never_without_end(site):
    html = site.text("/search?q=the*&limit=1")
    assert "The first 1 quote from 2 interviews" in html
    assert "limit=21" in html
    assert site.get("/search?q=the*&limit=99999999").status_code == 200


def test_a_name_with_a_byte_that_is_no_text_is_no_error(site):
    (quote,) = json.loads(site.text("/search.json?q=cost"))
    assert quote["clip"] == "A002\udcff.mov"
    assert "A002\N{REPLACEMENT CHARACTER}FF.mov" in site.text("/search.csv?q=cost")
    assert "cost" in site.text("/search?q=cost")


def test_the_clips_of_many_interviews_are_read_by_few_queries(site):
    with closing(sqlite3.connect(site.archive.database)) as db:
        db.row_factory = sqlite3.Row
        slugs = [row["slug"] for row in db.execute("SELECT slug FROM interviews")]
        asked: list[str] = []
        db.set_trace_callback(asked.append)
        found = records.clips(db, slugs)
    assert len(asked) == 3
    assert list(found) == slugs
    assert [clip.name[:4] for clip in found["occupied-theatre"]] == ["A001", "A002"]
