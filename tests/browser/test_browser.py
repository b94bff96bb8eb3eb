"""What a person sees, hears and presses, in a real browser."""

import re
import time

import pytest

from archive.catalogue.folding import fold

SLUG = "/interviews/two-clips"
TIME = "document.querySelector('#media').currentTime"
PLAYING = "!document.querySelector('#media').paused && document.querySelector('#media').currentTime > 0"
RUNNING = "() => [...(CSS.highlights.get('running') ?? [])].map(String).join('')"


@pytest.fixture
def segments(archive):
    """The words of the interview: text, start and end in milliseconds, of each segment."""
    from archive import catalogue
    from archive.catalogue import transcripts

    with_words = transcripts.current(catalogue.open_catalogue(archive.database, write=False), "two-clips")
    return with_words.segments


def until(page, expression: str, argument=None):
    """Wait until an expression is true; asked from outside, as the pages forbid the eval that waiting inside needs."""
    end = time.monotonic() + 20
    while not (value := page.evaluate(expression, argument)):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)
    return value


def clip_in(page) -> str:
    return page.evaluate("document.querySelector('#media').currentSrc")


def open_page(page, path: str):
    page.goto(path)
    until(page, "document.querySelector('#media')?.readyState > 0")


def pause(page):
    page.evaluate("document.querySelector('#media').pause()")


def test_a_search_from_the_front_page_leads_to_a_hit_that_plays_from_its_word(page, segments):
    """Front page, search, hit; the video runs from that word, and the painted word follows it."""
    wanted = segments[1].words[2]
    ranges = []
    page.on("response", lambda answer: ranges.append(answer) if "proxy.mp4" in answer.url else None)
    page.goto("/")
    page.get_by_role("searchbox").fill(f'"{segments[1].words[2].text} {segments[1].words[3].text}"')
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    page.get_by_role("link", name=re.compile("^Open at")).first.click()
    page.wait_for_url(f"**{SLUG}#t=*")
    until(page, PLAYING)
    assert page.evaluate(TIME) * 1000 >= wanted.start_ms - 40
    first = until(page, RUNNING)
    until(page, f"before => ({RUNNING})() && ({RUNNING})() !== before", first)
    said = page.evaluate(RUNNING)
    now = page.evaluate(TIME) * 1000
    spoken = [word for segment in segments for word in segment.words if word.text == said]
    assert any(abs(word.start_ms - now) < 1500 for word in spoken), (said, now)
    assert {answer.status for answer in ranges} == {206}


def test_a_seek_makes_a_range_request(page):
    asked = []
    page.on(
        "request",
        lambda request: asked.append(request.headers.get("range")) if "proxy" in request.url else None,
    )
    open_page(page, SLUG)
    with page.expect_response(lambda answer: "proxy.mp4" in answer.url and answer.status == 206):
        page.get_by_label("Play from 0:05").or_(page.locator("[data-at='19000']")).first.click()
    assert asked
    assert all(re.fullmatch(r"bytes=\d+-\d*", each) for each in asked)


def test_a_word_that_is_clicked_is_heard(page, segments):
    open_page(page, SLUG)
    word = segments[2].words[1]
    place = page.evaluate(
        """([passage, first, last]) => {
            const node = document.querySelectorAll(".said")[passage].firstChild, range = new Range();
            range.setStart(node, first); range.setEnd(node, last);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        [2, len(segments[2].words[0].text) + 1, len(segments[2].words[0].text) + 1 + len(word.text)],
    )
    page.mouse.click(*place)
    until(page, PLAYING)
    pause(page)
    assert 0 <= page.evaluate(TIME) * 1000 - word.start_ms + 40 < 2000


def test_two_clips_play_as_one(page, segments):
    """A moment in the second clip loads it at its own time; the first runs on into it."""
    open_page(page, SLUG)
    first = clip_in(page)
    inside = segments[3]
    page.locator(f"[data-at='{inside.start_ms}']").click()
    until(page, "before => document.querySelector('#media').currentSrc !== before", first)
    until(page, PLAYING)
    assert page.evaluate(TIME) < 4
    page.locator(f"[data-at='{segments[0].start_ms}']").click()
    until(page, "before => document.querySelector('#media').currentSrc === before", first)
    until(page, PLAYING)
    page.evaluate(
        "document.querySelector('#media').currentTime = document.querySelector('#media').duration - 0.3"
    )
    until(page, "before => document.querySelector('#media').currentSrc !== before", first)
    until(page, PLAYING)
    assert page.locator(".clock").inner_text().startswith("0:14")


def test_captions_show_in_the_clip_that_plays(page, segments):
    open_page(page, f"{SLUG}#t={segments[3].start_ms / 1000 + 0.1}")
    page.get_by_role("button", name="Captions").click()
    shown = "[...document.querySelector('#media').textTracks].flatMap(t => [...(t.activeCues ?? [])]).map(c => c.text)"
    until(page, f"{shown}.length > 0")
    (cue,) = page.evaluate(shown)
    assert cue.startswith("<v Interviewer>")
    assert segments[3].text.startswith(cue.removeprefix("<v Interviewer>")[:20])
    assert page.get_by_role("button", name="Captions").get_attribute("aria-pressed") == "true"


def test_everything_works_from_the_keyboard(page, segments):
    open_page(page, SLUG)
    page.keyboard.press("Space")
    until(page, PLAYING)
    page.keyboard.press("Space")
    until(page, "document.querySelector('#media').paused")
    at = page.evaluate(TIME)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(TIME) == pytest.approx(at + 5, abs=0.1)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(TIME) == pytest.approx(at, abs=0.1)
    page.keyboard.press("Shift+ArrowRight")
    first = page.evaluate(TIME)
    page.keyboard.press("Shift+ArrowRight")
    starts = [word.start_ms / 1000 for word in segments[0].words]
    assert page.evaluate(TIME) in [pytest.approx(start, abs=0.01) for start in starts]
    assert page.evaluate(TIME) > first
    page.get_by_role("slider", name="Position").focus()
    page.keyboard.press("Home")
    assert page.evaluate(TIME) == 0
    page.locator(".turn .at").nth(1).focus()
    page.keyboard.press("Enter")
    until(page, PLAYING)


def test_a_word_is_no_stop_for_the_tab_key(page):
    open_page(page, SLUG)
    stops = page.evaluate("document.querySelectorAll('#words a, #words button, #words [tabindex]').length")
    assert stops == page.locator(".turn").count()


def test_the_wave_is_a_slider_over_the_whole_interview(page):
    open_page(page, SLUG)
    wave = page.get_by_role("slider", name="Position")
    box = wave.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + 10)
    assert int(wave.get_attribute("aria-valuenow")) == pytest.approx(21, abs=1)
    assert wave.get_attribute("aria-valuetext").endswith("of 0:28")


def test_words_inside_an_interview_are_found_as_they_are_typed(page, segments):
    open_page(page, SLUG)
    word = segments[3].words[0].text
    page.get_by_placeholder("Search inside").press_sequentially(word[:-1])
    until(page, "CSS.highlights.get('found').size > 0")
    page.keyboard.press("Enter")
    assert re.fullmatch(r"1 of \d+", page.locator(".inside .count").inner_text())
    assert page.locator("#words mark").count() == 0


def test_the_script_takes_for_one_word_what_the_server_does(page):
    """Accents, capitals, ligatures, apostrophes of all kinds, and scripts without spaces."""
    texts = [
        "Don't stop",
        "dont",
        "L’économie à Œuvre-Ville!",
        "Straße ŁÓDŹ Ærø",
        "ΛΌΓΟΣ",
        "我们住在北京 2024年",
        "co\u00adop",
    ]
    texts += [
        "İstanbul ﬁne ½ ㎏",
        "שָׁלוֹם",
        "مَرْحَبًا",
        "สวัสดี",
        "naïve…café",
        "_a_b",
        "rock'n'roll isn't'",
        "हिन्दी",
    ]
    open_page(page, SLUG)
    module = "/-/static-plugins/interview-archive/fold.js"
    script = f"async (texts) => texts.map((await import('{module}')).fold)"
    assert page.evaluate(script, texts) == [fold(text) for text in texts]


def test_the_link_to_a_moment_is_copied(page, address):
    open_page(page, f"{SLUG}#t=5.25")
    pause(page)
    page.evaluate("document.querySelector('#media').currentTime = 5.25")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}{SLUG}#t=5.25"


def test_a_quote_is_heard_where_it_was_found_and_ends_with_its_last_word(page, segments):
    page.goto(f"/search?q={segments[4].words[0].text}+{segments[4].words[1].text}")
    page.get_by_role("button", name="Play here").first.click()
    until(page, "document.querySelector('.hit video')?.currentTime > 0")
    until(page, "document.querySelector('.hit video').paused")
    stopped = page.evaluate("document.querySelector('.hit video').currentTime") * 1000 + 14_000
    assert stopped == pytest.approx(segments[4].words[1].end_ms + 600, abs=900)


def test_an_interview_of_sound_alone_plays_too(page):
    open_page(page, "/interviews/sound-alone")
    page.get_by_role("button", name="Play").first.click()
    until(page, PLAYING)
    assert page.locator("audio#media").count() == 1


@pytest.mark.parametrize(
    "path", ["/", "/interviews", "/search", "/search?q=the", SLUG, "/interviews/sound-alone", "/x"]
)
def test_nothing_is_wider_than_a_phone(chromium, address, path):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=address)
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.evaluate(
        """[...document.querySelectorAll("button, .button, .turn .at, input")]
            .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5)
            .map((one) => one.outerHTML)"""
    )
    assert small == []
    context.close()


def test_on_a_phone_the_player_stays_small_at_the_bottom(chromium, address):
    context = chromium.new_context(viewport={"width": 390, "height": 500}, base_url=address)
    page = context.new_page()
    open_page(page, SLUG)
    page.locator(".turn").last.scroll_into_view_if_needed()
    page.locator(".watch.mini").wait_for()
    box = page.locator("#media").bounding_box()
    assert box["width"] < 120
    assert box["y"] + box["height"] <= 500
    page.locator(".player .toggle").click()
    until(page, PLAYING)
    context.close()


def test_without_scripts_the_browser_plays_and_searches_by_itself(chromium, address, segments):
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(SLUG)
    assert page.locator("video[controls]").count() == 2
    page.get_by_placeholder("Search inside").fill(segments[0].words[1].text)
    page.keyboard.press("Enter")
    page.wait_for_url("**?q=*")
    assert page.locator("mark").count() > 0
    page.locator(".turn .at").first.click()
    assert re.search(r"/media/\w{32}/proxy\.mp4", page.url)
    context.close()


def test_no_page_asks_anything_of_another_machine(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/interviews", "/search?q=the", SLUG):
        page.goto(path)
    assert asked
    assert [url for url in asked if not url.startswith(address)] == []


def test_what_titles_names_and_words_smuggle_in_never_runs(page):
    page.goto("/interviews")
    page.get_by_role("link", name="Hostile").click()
    page.wait_for_url("**/interviews/hostile*")
    hostile = page.url
    for path in (
        "/",
        "/interviews",
        "/search?q=hostile",
        "/search?q=%3Cimg+src=x+onerror=alert(1)%3E",
        hostile,
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.title() != "taken"
        assert page.locator("img[src='x']").count() == 0
    assert "onerror" in page.locator(".said").inner_text()


def test_the_page_follows_the_words_until_the_reader_scrolls(page, segments):
    page.set_viewport_size({"width": 1360, "height": 300})
    open_page(page, SLUG)
    page.locator(f"[data-at='{segments[0].start_ms}']").last.click()
    until(page, PLAYING)
    assert page.locator("#follow").is_hidden()
    page.mouse.move(900, 200)
    page.mouse.wheel(0, 100)
    page.locator("#follow").wait_for()
    page.locator("#follow").click()
    assert page.locator("#follow").is_hidden()


def test_a_clip_that_does_not_play_is_said(chromium, address):
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.route("**/proxy.mp4*", lambda route: route.abort())
    page.goto(SLUG)
    page.get_by_text("This clip does not play").wait_for()
    context.close()


def test_a_hit_in_a_translation_opens_in_it_and_the_other_language_at_the_same_moment(page):
    page.goto("/search?q=français")
    page.get_by_role("link", name=re.compile("^Open at")).click()
    page.wait_for_url("**/interviews/sound-alone?language=fr#t=*")
    until(page, "document.querySelector('#media')?.readyState > 0")
    assert page.locator(".said").inner_text() == "Ce qui est dit ici en français"
    assert page.get_by_text("Corrected by Tom").first.is_visible()
    assert page.locator(".inside .count").inner_text() == ""
    moment = until(page, TIME)
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/interviews/sound-alone#t=*")
    until(page, "document.querySelector('#media')?.readyState > 0")
    assert page.evaluate(TIME) >= moment
    assert "français" not in page.locator(".said").inner_text()
