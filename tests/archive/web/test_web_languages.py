"""An interview in several languages, and how far people have looked at its words."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from archive import catalogue
from archive.catalogue import interviews, revisions, transcripts
from archive.catalogue.description import Description
from ingest.transcript import Segment, Transcript, Word

CLIP = f"{9:032x}"


def said(text: str, start_ms: int, **about) -> Segment:
    words = tuple(
        Word(word, start_ms + 400 * place, start_ms + 400 * place + 300)
        for place, word in enumerate(text.split())
    )
    return Segment(words, 0, **about)


@pytest.fixture
def bread(empty):
    """A site with an interview in French and a translation of it; and the catalogue."""
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
    slug = interviews.create(
        db, title="Pain", clips=[(CLIP, Fraction(0))], about=Description(speakers=("Jean",))
    )
    question = replace(said("Who has it?", 0), language="en")
    french = (question, said("Personne ne possède le four de Rome.", 5000))
    transcripts.save(db, slug, Transcript("fr", french, model="small"))
    texts = (
        "Whose is it?",
        "Nobody owns the oven.",
        "And so everybody sweeps it, each of us who bakes in it.",
    )
    english = [said(text, 5000 * place) for place, text in enumerate(texts)]
    revisions.keep(db, slug, english, kind="imported", author="Tom", language="en", translation=True)
    yield empty, db
    db.close()


def test_the_page_shows_what_was_said_and_leads_to_its_translation(bread):
    site, _ = bread
    html = site.text("/interviews/pain")
    assert "possède" in html
    assert "oven" not in html
    assert '<a href="/interviews/pain" aria-current="true">French</a>' in html
    assert '<a href="/interviews/pain?language=en">English <small>translation</small></a>' in html
    assert '<p class="said" dir="auto" lang="en"' in html
    assert "Not corrected yet" in html
    assert "Written down by a machine (small)." in html


def test_the_translation_is_shown_on_its_own_page(bread):
    site, _ = bread
    html = site.text("/interviews/pain?language=en")
    assert "Nobody owns the oven." in html
    assert "possède" not in html
    assert 'id="words" lang="en"' in html
    assert '<input type="hidden" name="language" value="en">' in html
    assert "From a file." in html
    assert "Corrected by Tom" in html
    (part,) = json.loads(html.partition('id="parts">')[2].partition("</script>")[0])["parts"]
    assert part["captions"] == "/interviews/pain/captions.vtt?clip=1&language=en"


def test_searched_words_stay_searched_in_the_other_language(bread):
    site, _ = bread
    assert 'href="/interviews/pain?q=Rome&amp;language=en"' in site.text("/interviews/pain?q=Rome")


def test_the_captions_are_in_the_language_that_is_asked_for(bread):
    site, _ = bread
    assert "possède" in site.text("/interviews/pain/captions.vtt")
    english = site.text("/interviews/pain/captions.vtt?language=en")
    assert "the oven" in english
    assert "Language: en" in english
    assert "possède" in site.text("/interviews/pain/captions.vtt?language=fr")
    assert site.get("/interviews/pain/captions.vtt?language=it").status_code == 404


def test_a_language_that_is_not_there_shows_what_was_said(bread):
    site, _ = bread
    assert "possède" in site.text("/interviews/pain?language=it")


def test_a_hit_in_a_translation_says_so_and_leads_to_it(bread):
    site, _ = bread
    html = site.text("/search?q=oven")
    assert 'href="/interviews/pain?language=en#t=6.2"' in html
    assert "English translation · Corrected by Tom" in html
    assert '<span class="before">Whose is it? </span>' in html


def test_how_far_people_have_looked_is_told_on_the_page_and_narrows_a_search(bread):
    site, db = bread
    revisions.review(db, "pain", "checked", author="Nora", up_to_ms=5500)
    assert "Checked up to 0:05 by Nora" in site.text("/interviews/pain")
    assert "Checked up to 0:05 by Nora" in site.text("/search?q=Rome")
    assert "Nobody says that" in site.text("/search?q=Rome&state=approved")
    html = site.text("/search?q=it")
    assert 'href="/search?q=it&amp;state=checked"' in html
    revisions.review(db, "pain", "approved")
    assert "Approved by the narrator" in site.text("/interviews/pain")


def test_the_front_page_quotes_what_was_said(bread):
    site, _ = bread
    assert "possède" in site.text("/")
    assert "oven" not in site.text("/")


def test_an_interview_in_one_language_offers_no_other(site):
    assert 'class="languages"' not in site.text("/interviews/occupied-theatre")
