"""The pages: what stands on them, in every state, and what never does."""

import json
import re
from html.parser import HTMLParser

import pytest

FIRST, SECOND = f"{1:032x}", f"{2:032x}"
HOSTILE = "<script>alert('x')</script> & \"quotes\""
EVIL = "script-alert-x-script-quotes"
PAGES = [
    "/",
    "/interviews",
    "/search",
    "/search?q=nobody",
    "/search?q=zebra",
    "/interviews/occupied-theatre",
    "/no/such",
]


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def player(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="parts">(.*?)</script>', html)[1])


def test_the_front_page_has_search_numbers_a_quote_and_the_interviews(site):
    html = site.text("/")
    assert 'action="/search"' in html
    assert "6 interviews · 3 places · 2 languages" in html
    assert "<blockquote" in html
    assert "Nobody owns it, so everybody has to sweep it." in html
    assert 'href="/interviews/occupied-theatre#t=4"' in html
    assert f"/media/{FIRST}/poster.jpg?v=" in html


def test_an_empty_archive_says_how_to_fill_it(empty):
    html = empty.text("/")
    assert f"archive ingest /media/CARD --archive {empty.archive.folder}" in html
    assert "archive ingest" in empty.text("/interviews")


def test_a_list_can_be_narrowed_to_a_place_a_person_a_theme_or_a_language(site):
    for choice in ("place=Rome", "person=Anna+Rossi", "theme=work", "language=en&place=Rome"):
        html = site.text(f"/interviews?{choice}")
        assert "Occupied theatre" in html
        assert "Voix seule" not in html
    assert "No interview has all of that" in site.text("/interviews?place=Rome&language=fr")


def test_an_interview_shows_its_words_with_their_times(site):
    html = site.text("/interviews/occupied-theatre")
    assert 'data-words="0:4000:350 7:400:350 12:400:350' in html
    assert 'aria-label="Play from 0:04, Anna Rossi"' in html
    assert html.count('class="turn asks"') == 1
    assert 'lang="en"' in html
    assert "A002\N{REPLACEMENT CHARACTER}FF.mov" in html


def test_the_clips_of_an_interview_are_one_time_line(site):
    parts = player(site.text("/interviews/occupied-theatre"))["parts"]
    assert [(part["start"], part["end"]) for part in parts] == [(0, 10_000), (10_000, 20_000)]
    assert parts[1]["captions"] == "/interviews/occupied-theatre/captions.vtt?clip=2"


def test_without_scripts_a_passage_leads_to_its_clip_at_its_moment(site):
    html = site.text("/interviews/occupied-theatre")
    assert re.search(rf'href="/media/{FIRST}/proxy.mp4\?v=\w+#t=4"', html)
    assert re.search(rf'href="/media/{SECOND}/proxy.mp4\?v=\w+#t=2"', html)
    assert "<noscript>" in html


def test_without_scripts_words_inside_an_interview_are_found_and_marked(site):
    html = site.text("/interviews/occupied-theatre?q=NOBODY+ówns")
    assert "<mark>Nobody owns</mark> it" in html
    assert "1 found" in html


def test_words_that_never_stand_together_are_marked_one_by_one(site):
    html = site.text("/interviews/occupied-theatre?q=sweep+cost")
    assert "<mark>sweep</mark>" in html
    assert "<mark>cost.</mark>" in html


def test_places_in_the_text_count_as_a_browser_counts(site):
    """A character beyond the first 65,536 is two units in a browser."""
    words = re.search(r'data-words="([^"]+)"', site.text("/interviews/voix-seule"))[1].split()
    text = "Personne ne possède l'économie du théâtre 🎭 partagé.".encode("utf-16-le")
    places = [int(word.split(":")[0]) for word in words]
    assert text[places[-1] * 2 :].decode("utf-16-le") == "partagé."


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("broken-card", "C001.mp4: ends early."),
        ("broken-card", "Nothing to play: it could not be made."),
        ("waiting", "Nothing to play yet"),
        ("waiting", "The words are not written down yet."),
        ("empty-street", "Nobody speaks here."),
        ("empty-street", "E001.mp4: is rotten in places; what could be read of it is here."),
        ("voix-seule", "<audio"),
    ],
)
def test_each_state_of_an_interview_says_what_it_is(site, slug, sentence):
    assert sentence in site.text(f"/interviews/{slug}")


def test_an_interview_of_sound_alone_has_no_picture(site):
    html = site.text("/interviews/voix-seule")
    assert "<video" not in html
    assert "Full screen" not in html


def test_captions_of_a_later_clip_begin_at_its_own_start(site):
    whole = site.get("/interviews/occupied-theatre/captions.vtt")
    assert whole.headers["content-type"] == "text/vtt; charset=utf-8"
    assert "00:00:12.000 --> " in whole.text
    second = site.text("/interviews/occupied-theatre/captions.vtt?clip=2")
    assert "00:00:02.000 --> 00:00:04.350\n<v Anna Rossi>We wrote down what it cost.\n" in second
    assert "Nobody" not in second
    assert site.get("/interviews/occupied-theatre/captions.vtt?clip=3").status_code == 404
    assert site.get("/interviews/nobody/captions.vtt").status_code == 404


@pytest.mark.parametrize("path", ["/no/such", "/nothing", "/interviews/nobody", "/interviews/%00%ff"])
def test_an_address_that_leads_nowhere_has_a_page_of_ours(site, path):
    response = site.get(path)
    assert response.status_code == 404
    assert "Not found" in response.text
    assert 'action="/search"' in response.text


@pytest.mark.parametrize(
    "path", [*PAGES, f"/interviews/{EVIL}", "/interviews/broken-card", "/interviews/voix-seule"]
)
def test_no_page_of_ours_runs_anything_inline_or_fetches_from_elsewhere(site, path):
    response = site.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag, attributes in Tags(response.text).tags:
        assert tag != "style"
        assert not any(name == "style" or name.startswith("on") for name in attributes), (tag, attributes)
        if tag == "script":
            assert attributes.get("src", "").startswith("/") or attributes["type"] == "application/json"
        for name in ("src", "href", "poster", "action"):
            assert attributes.get(name, "/").startswith(("/", "#")), (tag, attributes)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/interviews",
        f"/interviews/{EVIL}",
        f"/interviews/{EVIL}?q=%3Cscript%3E",
        "/search?q=evil",
        "/search?q=%3Cscript%3Ealert",
    ],
)
def test_titles_names_words_and_queries_are_text_and_never_markup(site, path):
    html = site.text(path)
    assert "<script>alert" not in html
    assert "Cities <That> Share" not in html


def test_every_page_names_its_language_and_has_one_heading_of_the_first_rank(site):
    for path in PAGES:
        tags = Tags(site.get(path).text).tags
        assert dict(tags)["html"] == {"lang": "en"}
        assert sum(tag == "h1" for tag, _ in tags) == 1, path


def test_datasette_pages_stay_and_find_sentences(site):
    assert "segments" in site.text("/archive")
    rows = json.loads(site.text("/archive/segments.json?_search=sweep&_shape=array"))
    assert [row["text"] for row in rows] == ["Nobody owns it, so everybody has to sweep it."]


def test_no_page_for_everybody_says_where_the_archive_lies(site):
    for path in (*PAGES, "/-/metadata.json", "/-/plugins.json", "/-/settings.json", "/.json"):
        assert str(site.archive.folder) not in site.get(path).text


def test_every_static_file_of_a_page_is_there(site):
    for tag, attributes in Tags(site.text("/interviews/occupied-theatre")).tags:
        address = attributes.get("href" if tag == "link" else "src") or ""
        if tag in ("link", "script") and address:
            assert site.get(address).status_code == 200, address
