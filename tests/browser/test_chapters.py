"""The chapters of an interview, in a real browser: they play, they unfold, and they fit a phone."""

import shutil

import pytest

from archive import catalogue, config
from archive.catalogue import chapters
from archive.catalogue.chapters import Chapter

SLUG = "/interviews/two-clips"
MEDIA = "document.querySelector('#media')"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenversicherung"


@pytest.fixture(scope="module")
def address(archive, serve, tmp_path_factory):
    """Where a copy of the archive is served, in which the interview has seven chapters."""
    folder = tmp_path_factory.mktemp("chapters") / "archive"
    shutil.copytree(archive.folder, folder)
    copy = config.find(folder)
    db = catalogue.open_catalogue(copy.database, write=True)
    for number in range(6):
        given = Chapter(number * 1000, 14_000, f"Chapter {number} {LONG}", f"About {LONG}", (LONG, "work"))
        chapters.add(db, "two-clips", given)
    chapters.add(db, "two-clips", Chapter(19_000, 28_000, "In the second clip"))
    db.conn.commit()
    db.close()
    with serve(copy) as address:
        yield address


def test_a_chapter_unfolds_by_key_and_plays_from_its_start_in_the_right_clip(page):
    page.goto(SLUG)
    page.wait_for_function(f"{MEDIA}.readyState > 0")
    link = page.get_by_role("link", name="0:19 In the second clip")
    assert not link.is_visible()
    page.locator(".index summary").focus()
    page.keyboard.press("Enter")
    first = page.evaluate(f"{MEDIA}.currentSrc")
    link.click()
    page.wait_for_function(f"!{MEDIA}.paused && {MEDIA}.currentTime >= 4.9")
    assert page.evaluate(f"{MEDIA}.currentSrc") != first
    assert page.url.endswith("#t=19")
    heading = page.get_by_role("heading", name="In the second clip")
    assert heading.evaluate("one => one.nextElementSibling.matches('.turn')")


def test_the_index_fits_a_phone_and_each_link_a_finger(chromium, address):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=address)
    page = context.new_page()
    page.goto(SLUG)
    page.locator(".index summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.evaluate(
        """[...document.querySelectorAll(".index a, .index summary")]
            .filter((one) => one.getBoundingClientRect().height < 43.5)
            .map((one) => one.outerHTML)"""
    )
    assert small == []
    context.close()


def test_without_scripts_a_chapter_plays_by_itself(chromium, address):
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(SLUG)
    page.locator(".index summary").click()
    page.get_by_role("link", name="0:19 In the second clip").click()
    page.wait_for_url("**/proxy.mp4*#t=5")
    context.close()
