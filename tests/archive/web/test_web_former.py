"""Addresses of interviews that were merged, split or put in another order since."""

import json
import re
from fractions import Fraction

import pytest

from archive import catalogue, config
from archive.catalogue import arranging, interviews, transcripts
from ingest.transcript import Segment, Transcript, Word

ONE, TWO, THREE = (f"{number:032x}" for number in range(1, 4))


def said(text, start_ms):
    words = [
        Word(word, start_ms + 400 * at, start_ms + 400 * at + 300) for at, word in enumerate(text.split())
    ]
    return Segment(tuple(words), channel=0)


@pytest.fixture
def arranged(tmp_path):
    """The pages of an archive after something was done to its catalogue: an interview of two clips, one of one."""
    archive = config.create(tmp_path / "archive", "Arranged")
    pages = []

    def after(change):
        with catalogue.open_catalogue(archive.database, write=True) as db:
            for number, clip in enumerate((ONE, TWO, THREE), 1):
                db.execute(
                    "INSERT INTO clips (hash, name, path, size, kind, duration, rate)"
                    " VALUES (?, ?, ?, 1, 'video', '10', '25')",
                    [clip, f"A{number}.mov", f"originals/A{number}.mov"],
                )
                (archive.renditions / clip).mkdir(parents=True)
                (archive.renditions / clip / "proxy.mp4").write_bytes(b"x")
                db.execute(
                    "INSERT INTO renditions (clip, kind, path, size) VALUES (?, 'poster', ?, 1)",
                    [clip, f"renditions/{clip}/poster.jpg"],
                )
                db.execute(
                    "INSERT INTO renditions (clip, kind, path, size) VALUES (?, 'proxy', ?, 1)",
                    [clip, f"renditions/{clip}/proxy.mp4"],
                )
            for title, clips, lines in (
                ("Amina", (ONE, TWO), [("we sold bread", 1000), ("then the war came", 12000)]),
                ("Carl", (THREE,), [("the mill burnt down", 2000)]),
            ):
                placed = [(clip, Fraction(10 * at)) for at, clip in enumerate(clips)]
                slug = interviews.create(db, title=title, clips=placed)
                words = tuple(said(*line) for line in lines)
                transcripts.save(db, slug, Transcript("en", words, model="demo"))
            change(db)
        from archive.web import server

        datasette = server.build(archive)
        pages.append(datasette)

        def get(path):
            import asyncio

            return asyncio.run(datasette.client.get(path, follow_redirects=False))

        return get

    yield after
    for datasette in pages:
        for database in datasette.databases.values():
            database.close()
        datasette.executor.shutdown()


def parts(response):
    """Return what the page's script is given."""
    assert response.status_code == 200, response.text
    return json.loads(
        re.search(r'<script type="application/json" id="parts">(.*?)</script>', response.text)[1]
    )


def test_a_former_slug_leads_to_the_page_that_knows_where_its_moments_are(arranged):
    get = arranged(lambda db: arranging.merge(db, "amina", ["carl"]))
    answer = get("/interviews/carl?q=mill")
    assert (answer.status_code, answer.headers["location"]) == (301, "/interviews/amina?q=mill&from=carl")
    assert answer.headers["cache-control"] == "no-cache"
    found = parts(get(answer.headers["location"]))
    assert found["address"] == "/interviews/amina"
    (led,) = found["moved"]
    assert (led["start"], led["address"], led["shift"]) == (0, "/interviews/amina", 20000)


def test_the_captions_of_a_former_slug_lead_to_those_of_today(arranged):
    get = arranged(lambda db: arranging.merge(db, "amina", ["carl"]))
    answer = get("/interviews/carl/captions.vtt")
    assert (answer.status_code, answer.headers["location"]) == (301, "/interviews/amina/captions.vtt")
    assert "the mill burnt down" in get(answer.headers["location"]).text


def test_an_interview_that_was_split_knows_where_the_rest_of_it_is(arranged):
    get = arranged(lambda db: arranging.split(db, "amina", [10000]))
    (led,) = parts(get("/interviews/amina"))["moved"]
    assert (led["start"], led["address"], led["shift"]) == (10000, "/interviews/amina-2", -10000)


def test_a_link_of_before_an_interview_was_reordered_is_known_by_its_line(arranged):
    get = arranged(lambda db: arranging.reorder(db, "amina", ["A2.mov", "A1.mov"]))
    before, today = parts(get("/interviews/amina")), parts(get("/interviews/amina?line=1"))
    assert [(led["start"], led["shift"]) for led in before["moved"]] == [(0, 10000), (10000, -10000)]
    assert (before["address"], today["moved"]) == ("/interviews/amina?line=1", [])


def test_a_part_of_a_clip_plays_from_where_it_begins_to_where_it_ends(arranged):
    get = arranged(lambda db: arranging.split(db, "amina", [4000, 7000]))
    (part,) = parts(get("/interviews/amina-2"))["parts"]
    assert (part["start"], part["end"], part["from"], part["cut"]) == (0, 3000, 4000, True)
    assert f'/media/{ONE}/proxy.mp4?v=00000000#t=4,7"' in get("/interviews/amina-2").text
    last = get("/interviews/amina-3")
    assert [(each["start"], each["end"], each["from"], each["cut"]) for each in parts(last)["parts"]] == [
        (0, 3000, 7000, False),
        (3000, 13000, 0, False),
    ]


def test_a_part_of_a_long_clip_plays_from_where_it_begins_to_the_millisecond(arranged):
    def change(db):
        db.execute("UPDATE clips SET duration = '9000'")
        interviews.measure(db, interviews.find(db, "carl").id)
        arranging.split(db, "carl", [1_234_567, 7_654_321])

    shown = arranged(change)("/interviews/carl-2").text
    assert f'/media/{THREE}/proxy.mp4?v=00000000#t=1234.567,7654.321"' in shown


def test_a_part_of_a_clip_does_not_show_who_sat_there_before(arranged):
    get = arranged(lambda db: arranging.split(db, "amina", [4000, 7000]))
    assert f"/media/{ONE}/poster.jpg" in get("/interviews/amina").text
    assert "poster" not in get("/interviews/amina-2").text
    shown = get("/interviews").text
    assert shown.count(f"/media/{ONE}/poster.jpg") == 1
    assert f"/media/{TWO}/poster.jpg" in shown  # of the third part, which goes on in the next clip


def test_the_captions_of_a_part_of_a_clip_count_from_the_start_of_the_clip(arranged):
    get = arranged(lambda db: arranging.split(db, "amina", [4000, 11000]))
    text = get("/interviews/amina-3/captions.vtt?clip=1").text
    assert "00:00:02.000 --> 00:00:03.500\nthen the war came" in text.replace("<v Speaker 1>", "")


def test_a_slug_that_none_ever_had_is_no_page(arranged):
    assert arranged(lambda db: None)("/interviews/nobody").status_code == 404
