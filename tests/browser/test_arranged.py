"""Links that were made before an interview was arranged anew, followed in a real browser."""

import shutil
import subprocess
import sys
import time

import pytest

from archive import catalogue, config
from archive.catalogue import interviews, transcripts

TIME = "document.querySelector('#media').currentTime"


@pytest.fixture(scope="module")
def copy(archive, tmp_path_factory):
    """A copy of the archive that is arranged anew: reordered, split within a clip, and merged with another."""
    folder = tmp_path_factory.mktemp("arranged") / "archive"
    shutil.copytree(archive.folder, folder)
    for words in (
        ["reorder", "two-clips", "A002.mp4", "A001.mp4"],
        ["split", "two-clips", "0:04.900"],
        ["merge", "two-clips-2", "sound-alone"],
    ):
        command = [sys.executable, "-m", "archive", "interview", *words, "--archive", str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    return config.find(folder)


@pytest.fixture(scope="module")
def address(copy, serve):
    """Where the copy is served."""
    with serve(copy) as address:
        yield address


@pytest.fixture(scope="module")
def before(archive):
    """The words of every interview before it was arranged anew, by slug."""
    with catalogue.open_catalogue(archive.database, write=False) as db:
        return {each.slug: transcripts.current(db, each.slug) for each in interviews.listing(db)}


@pytest.fixture(scope="module")
def after(copy):
    """The same by now."""
    with catalogue.open_catalogue(copy.database, write=False) as db:
        return {each.slug: transcripts.current(db, each.slug) for each in interviews.listing(db)}


def until(page, expression: str):
    """Wait until an expression is true."""
    end = time.monotonic() + 20
    while not (value := page.evaluate(expression)):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)
    return value


def heard_at(page) -> str:
    """Return the words of the passage that is shown as running."""
    return until(page, "document.querySelector('.turn.now .said')?.textContent.trim()")


@pytest.mark.parametrize(
    ("slug", "which"), [("two-clips", 0), ("two-clips", 2), ("two-clips", 3), ("sound-alone", 0)]
)
def test_a_link_made_before_plays_the_same_words(page, before, slug, which):
    segment = before[slug].segments[which]
    page.goto(f"/interviews/{slug}#t={(segment.start_ms + 60) / 1000:g}")
    assert heard_at(page) == segment.text


def test_a_link_that_is_copied_today_plays_the_same_words(page, after):
    slug = "two-clips"
    segment = after[slug].segments[0]
    page.goto(f"/interviews/{slug}")
    until(page, "location.search === '?line=1'")
    page.evaluate("document.querySelector('.turn .at').click()")
    page.get_by_role("button", name="Copy link").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(copied)
    assert heard_at(page) == segment.text


def test_a_part_of_a_clip_ends_where_another_interview_begins(page):
    page.goto("/interviews/two-clips?line=1#t=3.5")
    until(page, "document.querySelector('#media').readyState > 0")
    if page.evaluate("document.querySelector('#media').paused"):  # the browser wants a tap first
        page.keyboard.press("Space")
    until(page, f"document.querySelector('#media').paused && {TIME} >= 4.8")
    assert page.evaluate(TIME) < 5.4


def test_a_part_of_a_clip_begins_where_the_other_interview_ends(page):
    page.goto("/interviews/two-clips-2")
    until(page, "document.querySelector('#media').readyState > 0")
    assert 4.8 < page.evaluate(TIME) < 5
    assert page.evaluate("document.querySelector('.clock').textContent").startswith("0:00 /")


def test_the_way_back_leads_over_no_page_that_sends_on(page, before):
    page.goto("/interviews")
    page.goto("/interviews/sound-alone#t=1.1")
    heard_at(page)
    assert page.evaluate("new URL(location.href).pathname") == "/interviews/two-clips-2"
    page.go_back()
    assert page.evaluate("location.pathname") == "/interviews"
