"""Renditions over HTTP: ranges, types, caches, and nothing but renditions."""

from pathlib import Path

import pytest

FIRST = f"{1:032x}"
CLIP = f"/media/{FIRST}/proxy.mp4"
CONTENT = bytes(range(256)) * 40


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
