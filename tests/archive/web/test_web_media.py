"""Renditions over HTTP: ranges, types, caches, and nothing but renditions."""

import shutil
from pathlib import Path

import pytest

from archive import config
from archive.catalogue import releases
from archive.web import media

FIRST = f"{1:032x}"
CLIP = f"/media/{FIRST}/proxy.mp4"
CONTENT = bytes(range(256)) * 40
BOTH, ALONE = "b" * 32, "c" * 32


def test_a_range_is_answered_with_its_bytes_alone(site):
    response = site.get(CLIP, headers={"range": "bytes=1000-1999"})
    assert response.status_code == 206
    assert response.headers["content-range"] == f"bytes 1000-1999/{len(CONTENT)}"
    assert response.content == CONTENT[1000:2000]


def test_the_end_of_a_file_can_be_asked_for(site):
    assert site.get(CLIP, headers={"range": "bytes=-5"}).content == CONTENT[-5:]


def test_a_range_behind_the_end_is_refused_with_the_size(site):
    response = site.get(CLIP, headers={"range": "bytes=999999-"})
    assert (response.status_code, response.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")


def test_head_says_the_size_and_sends_nothing(site):
    response = site.get(CLIP, method="HEAD")
    assert (response.headers["content-length"], response.content) == (str(len(CONTENT)), b"")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("proxy.mp4", "video/mp4"),
        ("audio.m4a", "audio/mp4"),
        ("poster.jpg", "image/jpeg"),
        ("thumbnails-1.jpg", "image/jpeg"),
        ("thumbnails.vtt", "text/vtt; charset=utf-8"),
        ("peaks.json", "application/json"),
    ],
)
def test_each_rendition_has_its_type(site, name, kind):
    response = site.get(f"/media/{FIRST}/{name}")
    assert (response.status_code, response.headers["content-type"]) == (200, kind)
    assert response.headers["x-content-type-options"] == "nosniff"


def test_an_address_with_a_version_may_be_kept_for_ever_and_one_without_is_asked_again(site):
    assert "immutable" in site.get(f"{CLIP}?v=1").headers["cache-control"]
    assert site.get(CLIP).headers["cache-control"] == "no-cache"


def test_a_browser_that_has_it_already_gets_no_second_copy(site):
    known = site.get(CLIP).headers["etag"]
    response = site.get(CLIP, headers={"if-none-match": known})
    assert (response.status_code, response.content) == (304, b"")


def test_a_range_of_a_file_that_has_changed_is_answered_with_the_whole_file(site):
    response = site.get(CLIP, headers={"range": "bytes=0-9", "if-range": '"another"'})
    assert (response.status_code, len(response.content)) == (200, len(CONTENT))


def test_nobody_can_write(site):
    assert site.get(CLIP, method="POST").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        f"/media/{FIRST}/sound.wav",
        f"/media/{FIRST}/nothing.mp4",
        f"/media/{FIRST}/",
        f"/media/{FIRST}/..%2f{FIRST}/proxy.mp4",
        f"/media/{FIRST}/..%2f..%2farchive.toml",
        f"/media/{FIRST}/%2e%2e/%2e%2e/archive.db",
        f"/media/{FIRST}/proxy.mp4%00.jpg",
        f"/media/{'0' * 32}/proxy.mp4",
        "/media/%2e%2e/archive.toml",
        "/media//etc/passwd",
        f"/media/{2:032x}/thumbnails-1.jpg",
    ],
)
def test_nothing_but_a_rendition_for_the_browser_leaves(site, path):
    assert site.get(path).status_code == 404


def test_a_link_out_of_the_renditions_folder_leads_nowhere(empty, tmp_path: Path):
    from archive import catalogue

    (tmp_path / "secret.mp4").write_bytes(b"secret")
    clip = "a" * 32
    folder = empty.archive.renditions / clip
    folder.mkdir(parents=True)
    (folder / "proxy.mp4").symlink_to(tmp_path / "secret.mp4")
    db = catalogue.open_catalogue(empty.archive.database, write=True)
    db.execute("INSERT INTO clips (hash, name, path, size) VALUES (?, 'a.mp4', 'a.mp4', 1)", [clip])
    db.execute(
        "INSERT INTO renditions (clip, kind, path, size) VALUES (?, 'proxy', ?, 6)",
        [clip, f"renditions/{clip}/proxy.mp4"],
    )
    db.conn.commit()
    db.close()
    assert empty.get(f"/media/{clip}/proxy.mp4").status_code == 404


@pytest.fixture
def shared(empty, filling):
    """A site with a clip of two interviews and one of the second alone, and the catalogue."""
    everything = ("proxy.mp4", "audio.m4a", "poster.jpg", "thumbnails.vtt", "peaks.json")
    for clip in (BOTH, ALONE):
        filling.clip(clip, f"{clip[-2:]}.mov", 10, *everything)
        (empty.archive.renditions / clip / "thumbnails-1.jpg").write_bytes(b"\xff\xd8 a sheet")
    filling.interview("Open", (BOTH, 0))
    filling.interview("Shut", (BOTH, 0), (ALONE, 10))
    filling.db.conn.commit()
    return empty, filling.db


@pytest.mark.fault("media", "an interview is withdrawn", "its pictures and sound are served no more either")
@pytest.mark.parametrize(
    "name", ["proxy.mp4", "audio.m4a", "poster.jpg", "thumbnails.vtt", "thumbnails-1.jpg", "peaks.json"]
)
def test_a_rendition_is_gone_when_no_interview_with_its_clip_may_be_seen(shared, name):
    """The one of a clip that another interview has stays; and all of them are back when it may be seen again."""
    site, db = shared
    alone, both = f"/media/{ALONE}/{name}", f"/media/{BOTH}/{name}"
    known = {"if-none-match": site.get(alone).headers["etag"]}
    decide(site, db, "withdrawn")
    assert site.get(both).status_code == 200
    for options in ({}, {"headers": {"range": "bytes=0-9"}}, {"headers": known}, {"method": "HEAD"}):
        response = site.get(f"{alone}?v=1", **options)
        assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")
    decide(site, db, "desk")
    assert site.get(alone).status_code == 200


def test_without_a_form_no_rendition_is_served_where_the_settings_want_one_first(shared, tmp_path):
    site, db = shared
    releases.record(db, "open", releases.Release(frozenset({"film"})))
    db.conn.commit()
    copy = Path(shutil.copytree(site.archive.folder, tmp_path / "careful"))
    (copy / "archive.toml").write_text("[releases]\nform_first = true\n")
    careful = type(site)(config.find(copy))
    assert careful.get(f"/media/{BOTH}/proxy.mp4").status_code == 200
    assert careful.get(f"/media/{ALONE}/proxy.mp4").status_code == 404
    careful.close()


def test_a_range_is_answered_by_a_few_looks_into_the_database_however_many_interviews_there_are(shared):
    """What every interview allows is not read for it."""
    _, db = shared
    asked = []
    db.conn.set_trace_callback(asked.append)
    assert not media.shut(db.conn, BOTH, form_first=False)
    db.conn.set_trace_callback(None)
    assert len(asked) == 4
    plans = [row[-1] for sql in asked for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert [plan for plan in plans if "SCAN interviews" in plan or "SCAN interview_clips" in plan] == []


def decide(site, db, status: str):
    releases.decide(db, "shut", status)
    db.conn.commit()
