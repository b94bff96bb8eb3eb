"""The chapters of an interview on its page: the timed index, and headings where each begins."""

import re
from html import unescape

import pytest

from archive.catalogue import chapters, releases, transcripts
from archive.catalogue.chapters import Chapter
from archive.catalogue.releases import Withheld
from ingest.transcript import Segment, Transcript, Word

CLIP = "d" * 32
PAGE = "/interviews/bakery"
HOSTILE = "</h2><script>alert('x')</script> & \"quotes\""


def words(text: str, start_ms: int) -> Segment:
    """Return what one person says, a word every half second."""
    said = (
        Word(word, start_ms + 500 * place, start_ms + 500 * place + 400)
        for place, word in enumerate(text.split())
    )
    return Segment(tuple(said), channel=0)


@pytest.fixture
def bakery(empty, filling):
    """A site with an interview of a minute, and the catalogue."""
    filling.clip(CLIP, "A.mov", 60, "proxy.mp4")
    said = [
        words("The oven is ours.", 500),
        words("Everybody bakes.", 9_800),
        words("We close at ten.", 30_000),
    ]
    filling.interview("Bakery", (CLIP, 0), said=said, speakers=["Anna"])
    filling.db.conn.commit()
    return empty, filling.db


def index(html: str) -> str:
    """Return the timed index alone."""
    return re.search(r'<nav class="index".*?</nav>', html, re.DOTALL)[0]


def listed(html: str) -> list[tuple[str, str]]:
    """Return the time and the title of each chapter in the index."""
    found = re.findall(r'<span class="at">([\d:]+)</span> <span class="name">(.*?)</span>', index(html))
    return [(time, unescape(title)) for time, title in found]


def outline(html: str) -> list[str]:
    """Return the headings and what is said, as they follow one another."""
    found = re.findall(
        r'<h2 class="begins"><bdi>(.*?)</bdi></h2>|<p class="said"[^>]*>\s*(.*?)\s*</p>', html, re.DOTALL
    )
    return [f"# {unescape(title)}" if title else unescape(said) for title, said in found]


def add(db, *given: Chapter):
    for chapter in given:
        chapters.add(db, "bakery", chapter)
    db.conn.commit()


def test_the_index_stands_above_the_words_with_times_that_play_and_what_each_is_about(bakery):
    site, db = bakery
    add(db, Chapter(0, 9_000, "The oven", "Who built it.", ("food & bread", "work")))
    html = site.text(PAGE)
    assert listed(html) == [("0:00", "The oven")]
    assert re.search(
        rf'<a class="chapter" href="/media/{CLIP}/proxy\.mp4[^"]*#t=0" data-at="0">', index(html)
    )
    assert "Who built it." in index(html)
    assert '<a href="/interviews?theme=food+%26+bread">food &amp; bread</a>' in index(html)
    assert html.index('<nav class="index"') < html.index('id="words"')


def test_each_chapter_is_marked_where_it_begins_also_when_its_first_word_comes_a_moment_early(bakery):
    """A heading says who speaks once more."""
    site, db = bakery
    add(db, Chapter(0, 9_000, "The oven"), Chapter(10_000, 31_000, "Baking"), Chapter(25_000, 60_000, "Late"))
    html = site.text(PAGE)
    assert outline(html) == [
        "# The oven",
        "The oven is ours.",
        "# Baking",
        "Everybody bakes.",
        "# Late",
        "We close at ten.",
    ]
    assert html.count('<p class="who" dir="auto">Anna</p>') == 3


def test_a_chapter_in_which_nobody_speaks_is_in_the_index_alone(bakery):
    site, db = bakery
    add(db, Chapter(15_000, 20_000, "Silence"), Chapter(2_200, 2_400, "A word"))
    html = site.text(PAGE)
    assert listed(html) == [("0:02", "A word"), ("0:15", "Silence")]
    assert outline(html)[:2] == ["# A word", "The oven is ours."]
    assert "# Silence" not in outline(html)


def test_of_many_chapters_the_first_are_shown_and_the_others_unfolded(bakery):
    site, db = bakery
    add(db, *(Chapter(second * 1000, 60_000, f"Chapter {second}") for second in range(6)))
    assert "<details>" not in site.text(PAGE)
    add(db, Chapter(6_000, 60_000, "Chapter 6"))
    html = site.text(PAGE)
    shown, _, more = index(html).partition("<details>")
    assert "Chapter 3" in shown
    assert "Chapter 4" not in shown
    assert "<summary>3 more chapters</summary>" in more
    assert len(listed(html)) == 7


def test_an_interview_without_chapters_has_no_index(bakery):
    site, _ = bakery
    assert "Chapters" not in site.text(PAGE)


def test_chapters_are_there_before_there_are_words(empty, filling):
    filling.clip(CLIP, "A.mov", 60)
    filling.interview("Bakery", (CLIP, 0))
    add(filling.db, Chapter(0, 9_000, "The oven"))
    html = empty.text(PAGE)
    assert listed(html) == [("0:00", "The oven")]
    assert '<a class="chapter"' not in html  # there is nothing to play


@pytest.mark.fault(
    "names", "a chapter whose title, synopsis and theme are HTML", "the page shows them as they are written"
)
def test_titles_that_mean_harm_are_text(bakery):
    site, db = bakery
    add(db, Chapter(0, 9_000, HOSTILE, f"Synopsis {HOSTILE}", (HOSTILE,)))
    html = site.text(PAGE)
    assert "<script>alert" not in html
    assert listed(html) == [("0:00", HOSTILE)]
    assert outline(html)[0] == f"# {HOSTILE}"
    assert html.count("&lt;script&gt;alert") >= 4


def test_of_a_chapter_with_something_withheld_the_rest_is_shown_without_its_synopsis(bakery):
    """It begins where the rest does; one that is withheld from end to end is nowhere."""
    site, db = bakery
    add(db, Chapter(0, 20_000, "The oven", "Who broke it.", ("food",)), Chapter(500, 2_000, "Hush", "Secret"))
    releases.withhold(db, "bakery", Withheld(0, 3_000))
    db.conn.commit()
    html = site.text(PAGE)
    assert listed(html) == [("0:03", "The oven")]
    assert 'data-at="3000"' in index(html)
    assert ">food</a>" in index(html)
    assert outline(html) == ["# The oven", "Everybody bakes.", "We close at ten."]
    for hidden in ("Who broke it", "Hush", "Secret"):
        assert hidden not in html


def test_a_theme_of_a_chapter_leads_to_the_interviews_with_such_chapters(bakery):
    """Unless no such chapter is open."""
    site, db = bakery
    add(db, Chapter(0, 3_000, "The oven", None, ("fire",)))
    html = site.text("/interviews?theme=fire")
    assert PAGE in html
    assert '<a href="/interviews" aria-current="true" dir="auto">fire' in html
    releases.withhold(db, "bakery", Withheld(0, 1_000))
    db.conn.commit()
    assert PAGE in site.text("/interviews?theme=fire")
    releases.withhold(db, "bakery", Withheld(1_000, 3_000))
    db.conn.commit()
    assert PAGE not in site.text("/interviews?theme=fire")


def test_the_index_is_the_same_beside_a_translation(bakery):
    site, db = bakery
    add(db, Chapter(10_000, 20_000, "Baking"))
    line = Transcript("fr", (words("Tout le monde cuit.", 9_800),), model="demo")
    transcripts.save(db, "bakery", line, translation=True)
    db.conn.commit()
    html = site.text(f"{PAGE}?language=fr")
    assert listed(html) == [("0:10", "Baking")]
    assert outline(html) == ["# Baking", "Tout le monde cuit."]
