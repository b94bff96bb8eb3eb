"""Facts about cards and folders: what on them is a clip, and why everything else is none."""

import errno
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from media.card import scan


def make(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def below(folder, paths):
    return [str(path.relative_to(folder)) for path in paths]


def reasons(folder, found):
    return {str(each.path.relative_to(folder)): each.why for each in (*found.companions, *found.skipped)}


def test_clips_are_found_in_every_folder_in_the_order_of_their_names(tmp_path):
    make(
        tmp_path,
        "b.MOV",
        "PRIVATE/M4ROOT/CLIP/C0002.MP4",
        "PRIVATE/M4ROOT/CLIP/C0001.MP4",
        "a.wav",
        "a/z.mxf",
    )
    found = scan([tmp_path])
    assert below(tmp_path, found.clips) == [
        "PRIVATE/M4ROOT/CLIP/C0001.MP4",
        "PRIVATE/M4ROOT/CLIP/C0002.MP4",
        "a/z.mxf",
        "a.wav",
        "b.MOV",
    ]
    assert found.skipped == ()
    assert found.missing == ()


def test_every_file_that_is_no_clip_says_why(tmp_path):
    names = {
        "._C0001.MP4": "macOS",
        ".DS_Store": "the system",
        "Thumbs.db": "the system",
        "C0001M01.XML": "sidecar",
        "GX010042.THM": "thumbnail",
        "GX010042.LRV": "small copy",
        "DJI_0001.LRF": "small copy",
        "A001.braw": "RAW",
        "IMG_0001.JPG": "still picture",
        "notes.txt": r"no clip (.txt)",
        "README": "no ending",
        "lost.srt": "without a clip",
    }
    make(tmp_path, *names)
    found = scan([tmp_path])
    assert found.clips == ()
    assert reasons(tmp_path, found).keys() == names.keys()
    assert all(names[name] in why for name, why in reasons(tmp_path, found).items())


def test_folders_of_the_system_are_one_entry_each(tmp_path):
    folders = [".Spotlight-V100", ".Trashes", "System Volume Information", "$RECYCLE.BIN", "@eaDir"]
    make(tmp_path, *(f"{folder}/deep/C0001.MP4" for folder in folders))
    found = scan([tmp_path])
    assert found.clips == ()
    assert sorted(reasons(tmp_path, found)) == sorted(folders)


def test_fifos_sockets_and_devices_are_never_opened(tmp_path):
    os.mkfifo(tmp_path / "fifo.mp4")
    here = Path.cwd()
    os.chdir(tmp_path)  # a socket's path has room for a hundred bytes only
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket.mp4")
    finally:
        os.chdir(here)
    found = scan([tmp_path, Path("/dev/null"), tmp_path / "fifo.mp4"])
    assert found.clips == ()
    why = {each.path.name: each.why for each in found.skipped}
    assert why == {"fifo.mp4": "is a FIFO", "socket.mp4": "is a socket", "null": "is a device"}


def test_links_are_not_followed_and_say_where_they_lead(tmp_path):
    make(tmp_path, "card/clips/C0001.MP4", "elsewhere/secret.mp4")
    card = tmp_path / "card"
    (card / "out.mp4").symlink_to(tmp_path / "elsewhere" / "secret.mp4")
    (card / "outside").symlink_to(tmp_path / "elsewhere")
    (card / "clips" / "up").symlink_to("..")
    (card / "clips" / "same.mp4").symlink_to("C0001.MP4")
    (card / "self.mp4").symlink_to("self.mp4")
    (card / "broken.mp4").symlink_to("gone.mp4")
    found = scan([card])
    assert below(card, found.clips) == ["clips/C0001.MP4"]
    why = reasons(card, found)
    assert "out of the folder" in why["out.mp4"]
    assert "out of the folder" in why["outside"]
    assert "loop" in why["clips/up"]
    assert "same folder" in why["clips/same.mp4"]
    assert "nowhere" in why["self.mp4"]
    assert "nowhere" in why["broken.mp4"]


def test_a_link_that_was_given_is_followed_and_keeps_its_name(tmp_path):
    make(tmp_path, "card/C0001.MP4")
    (tmp_path / "link").symlink_to("card")
    assert scan([tmp_path / "link"]).clips == (tmp_path / "link" / "C0001.MP4",)


def test_a_path_with_nothing_there_is_missing(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    paths = [tmp_path / "gone.mp4", tmp_path / "loop"]
    assert scan(paths).missing == tuple(paths)


def test_a_file_that_is_given_twice_is_found_once(tmp_path):
    make(tmp_path, "card/a/C0001.MP4", "card/a/C0002.MP4")
    card = tmp_path / "card"
    file = card / "a" / "C0001.MP4"
    assert len(scan([file, card, card / "a", card / ".." / "card", file]).clips) == 2
    assert scan([file, card]).clips[0] == file


def test_paths_begin_as_they_were_given(tmp_path, monkeypatch):
    make(tmp_path, "card/C0001.MP4")
    monkeypatch.chdir(tmp_path)
    assert scan([Path("card")]).clips == (Path("card/C0001.MP4"),)
    assert scan([Path("card/C0001.MP4")]).clips == (Path("card/C0001.MP4"),)
    monkeypatch.chdir("card")
    assert scan([Path()]).clips == (Path("C0001.MP4"),)
    assert scan([Path("C0001.MP4")]).clips == (Path("C0001.MP4"),)


def test_names_that_are_no_utf8_survive(tmp_path):
    name = os.fsdecode(b"caf\xe9.mp4")
    make(tmp_path, name, "a\nb.mp4", "-y.mp4", "a:b.mp4", "100%d.mp4")
    assert {clip.name for clip in scan([tmp_path]).clips} == {
        name,
        "a\nb.mp4",
        "-y.mp4",
        "a:b.mp4",
        "100%d.mp4",
    }


def test_the_archive_itself_is_left_out(tmp_path):
    make(tmp_path, "archive/originals/x/C0001.MP4", "C0002.MP4")
    found = scan([tmp_path], own=tmp_path / "archive")
    assert below(tmp_path, found.clips) == ["C0002.MP4"]
    assert reasons(tmp_path, found) == {"archive": "is the archive itself"}


def test_a_folder_that_may_not_be_opened_is_told_apart(tmp_path, monkeypatch):
    make(tmp_path, "shut/C0001.MP4", "C0002.MP4")
    look = os.scandir

    def shut(folder):
        if str(folder).endswith("shut"):  # permissions alone do not keep root out
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return look(folder)

    monkeypatch.setattr(os, "scandir", shut)
    found = scan([tmp_path])
    assert below(tmp_path, found.clips) == ["C0002.MP4"]
    assert [(each.path.name, each.why) for each in found.unreadable] == [
        ("shut", "cannot be opened (Permission denied)")
    ]


def test_small_copies_beside_their_clips_are_left_out_and_others_are_not(tmp_path):
    make(
        tmp_path,
        "M4ROOT/CLIP/C0001.MP4",
        "M4ROOT/SUB/C0001S03.MP4",
        "M4ROOT/SUB/C0009S03.MP4",
        "A001.mov",
        "Proxy/A001.mp4",
    )
    found = scan([tmp_path])
    assert below(tmp_path, found.clips) == ["A001.mov", "M4ROOT/CLIP/C0001.MP4", "M4ROOT/SUB/C0009S03.MP4"]
    assert sorted(reasons(tmp_path, found)) == ["M4ROOT/SUB/C0001S03.MP4", "Proxy/A001.mp4"]


def test_captions_beside_a_clip_are_its_own_and_webvtt_comes_first(tmp_path):
    make(tmp_path, "a.mp4", "a.srt", "a.vtt", "b.wav", "b.SRT", "c.mp4")
    found = scan([tmp_path])
    assert found.captions == {tmp_path / "a.mp4": tmp_path / "a.vtt", tmp_path / "b.wav": tmp_path / "b.SRT"}
    why = reasons(tmp_path, found)
    assert why["a.vtt"] == "holds the captions of a.mp4"
    assert why["b.SRT"] == "holds the captions of b.wav"
    assert why["a.srt"] == "a.vtt is taken in its place"


def test_captions_beside_a_single_file_are_found_too(tmp_path):
    make(tmp_path, "a.mp4", "a.srt")
    found = scan([tmp_path / "a.mp4"])
    assert found.captions == {tmp_path / "a.mp4": tmp_path / "a.srt"}
    assert found.skipped == ()
    both = scan([tmp_path / "a.mp4", tmp_path / "a.srt"])
    assert both.captions == found.captions
    assert [each.why for each in both.skipped] == ["holds the captions of a.mp4"]


def test_a_link_out_of_the_folder_gives_no_captions(tmp_path):
    make(tmp_path, "card/a.mp4", "secret.srt")
    (tmp_path / "card" / "a.srt").symlink_to(tmp_path / "secret.srt")
    assert scan([tmp_path / "card"]).captions == {}


def test_the_flight_of_a_drone_is_no_transcript(tmp_path):
    make(tmp_path, "DJI_0001.MP4")
    (tmp_path / "DJI_0001.SRT").write_text(
        "1\n00:00:00,000 --> 00:00:00,033\nFrameCnt: 1, DiffTime: 33ms\n[iso: 100] [shutter: 1/60.0]\n"
    )
    found = scan([tmp_path])
    assert found.captions == {}
    assert reasons(tmp_path, found) == {"DJI_0001.SRT": "holds a drone's flight, no captions"}


def test_a_thousand_files_take_less_than_a_third_of_a_second(tmp_path):
    make(tmp_path, *(f"CLIP/C{number:04}{rest}" for number in range(500) for rest in (".MP4", "M01.XML")))
    began = time.process_time()
    found = scan([tmp_path])
    assert time.process_time() - began < 0.3
    assert (len(found.clips), len(found.companions)) == (500, 500)


def test_looking_at_a_card_loads_nothing_heavy():
    program = (
        "import sys, media.card; print([m for m in ('av', 'numpy', 'xxhash', 'ffmpeg') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
