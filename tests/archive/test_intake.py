"""A run's shortcut for unchanged files, and what a request is remembered for."""

import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from archive import config
from archive.catalogue import open_catalogue, originals
from archive.catalogue.description import Description
from archive.intake.preview import look
from archive.intake.request import Request, forget, remember, unfinished
from archive.intake.run import Run
from media import copying, fingerprint, renditions
from media.errors import NoRoom
from media.probe import probe


class Silent:
    """A reporter that nobody watches."""

    def expect(self, steps):
        pass

    def moment(self, moment):
        pass

    def card(self, verdict):
        pass

    def note(self, text):
        pass


@pytest.fixture
def archive(tmp_path):
    return config.create(tmp_path / "archive", "Test")


@pytest.fixture
def copy(archive):
    """Run the copy of a card and return the summary."""
    db = open_catalogue(archive.database, write=True)

    def run(card):
        one = Run(archive, db, Silent(), threading.Event(), model="demo")
        return one.go([Request((str(card),))], only_copy=True)

    yield run
    db.close()


@pytest.fixture
def card(tmp_path):
    folder = tmp_path / "card"
    folder.mkdir()
    for number in range(3):
        (folder / f"C{number:04}.MP4").write_bytes(bytes([number]) * 1000)
    return folder


def test_unchanged_files_are_not_read_again(copy, card, monkeypatch):
    assert len(copy(card).done) == 3

    def never(*_, **__):
        raise AssertionError("read again")

    monkeypatch.setattr(fingerprint, "digested", never)
    monkeypatch.setattr(copying, "copy", never)
    summary = copy(card)
    assert (len(summary.present), summary.failed) == (3, [])


def test_a_file_that_only_looks_unchanged_is_read_again(copy, card, archive):
    """Name, size and date are as before, the content is not: its change of inode data (ctime) gives it away."""
    copy(card)
    file = card / "C0001.MP4"
    before = file.stat()
    file.write_bytes(b"x" * 1000)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [Path(path).name for path in copy(card).done] == ["C0001.MP4"]
    with open_catalogue(archive.database, write=False) as db:
        assert len(originals.every(db)) == 4


@pytest.mark.fault(
    "disk", "a card that is larger than the room on a disk", "nothing is begun; both sizes are told"
)
def test_a_card_that_does_not_fit_is_refused_before_anything_is_copied(copy, card, archive, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**6, 10**6, 2_999))
    summary = copy(card)
    assert isinstance(summary.broken, NoRoom)
    assert "3 kB free; the 3 new files take 3 kB" in summary.broken.message
    assert not [path for path in archive.originals.iterdir() if not path.name.startswith(".")]


def test_a_request_is_remembered_until_its_run_has_come_to_its_end(archive):
    db = open_catalogue(archive.database, write=True)
    asked = Request(
        ("/card/caf\udce9", "b"),
        in_place=True,
        also=("second",),
        description=Description("Rome", (("Anna", "interviewee"),), None, ("food",), None, "it", ("A", "B")),
        interview="Title",
    )
    remember(db, asked)
    remember(db, asked)
    paths, also = ("/card/caf\udce9", str(Path("b").absolute())), (str(Path("second").absolute()),)
    assert unfinished(db) == (replace(asked, paths=paths, also=also),)
    forget(db, [asked])
    assert unfinished(db) == ()
    db.close()


def test_a_request_that_an_earlier_version_wrote_is_gone_on_with(archive):
    written = (
        '{"also": [], "description": {"date": null, "interview": "Title", "language": "it", "organisation": null,'
        ' "people": [["Anna", "baker"]], "place": "Rome", "speakers": [], "themes": []}, "in_place": false,'
        ' "paths": ["/card"]}'
    )
    db = open_catalogue(archive.database, write=True)
    db.execute("INSERT INTO runs (request) VALUES (?)", [written])
    (asked,) = unfinished(db)
    assert asked == Request(
        ("/card",),
        description=Description("Rome", (("Anna", "baker"),), language="it"),
        interview="Title",
    )
    forget(db, [asked])
    assert unfinished(db) == ()
    db.close()


def test_a_request_takes_the_place_of_the_same_one_of_the_same_card(archive):
    """Another card that lay at the same PATH is another matter: what was said of it stays."""
    db = open_catalogue(archive.database, write=True)
    one = Request(("/card",), sheets=(("/card", "place = 'Rome'"),))
    copied = replace(one, clips=(("/card/C1.MP4", "1" * 32), ("/card/C2.MP4", "2" * 32)))
    for asked in (one, copied, replace(copied, sheets=())):
        remember(db, asked)
        assert unfinished(db) == (asked,)
    other = replace(one, clips=(("/card/C1.MP4", "3" * 32),))
    remember(db, other)
    remember(db, one)
    assert unfinished(db) == (replace(copied, sheets=()), other, one)
    db.close()


def test_clips_of_a_card_that_was_unplugged_halfway_go_on_their_way(copy, card):
    """The card that is gone is named as failed; what was copied from it is known by its old paths."""
    copy(card)
    shutil.rmtree(card)
    summary = copy(card)
    assert [one.path for one in summary.failed] == [str(card)]
    assert sorted(Path(path).name for path in summary.present) == ["C0000.MP4", "C0001.MP4", "C0002.MP4"]


def test_a_clip_whose_copy_was_lost_is_copied_again_from_its_card(copy, card, archive):
    """Also from a file of another name: where it lies now is in the catalogue."""
    copy(card)
    shutil.rmtree(archive.originals / "card")
    (card / "C0001.MP4").rename(card / "C0005.MP4")
    assert len(copy(card).done) == 3
    with open_catalogue(archive.database, write=False) as db:
        held = originals.every(db).values()
    assert len(held) == 3
    assert all((archive.folder / one.path).read_bytes() for one in held)
    assert len(copy(card).present) == 3


def test_an_original_that_is_gone_is_named_and_no_step_is_tried(archive, card):
    """The clip cannot be probed without it; the message says what to bring back."""
    db = open_catalogue(archive.database, write=True)
    one = Request((str(card / "C0000.MP4"),), in_place=True)
    Run(archive, db, Silent(), threading.Event(), model="demo").go([one], only_copy=True)
    (card / "C0000.MP4").unlink()
    (failed,) = Run(archive, db, Silent(), threading.Event(), model="demo").go([]).failed
    db.close()
    assert "original of the clip, is not there" in failed.error
    assert "Bring its disk back" in failed.remedy


def test_the_speed_of_a_clip_can_be_told_in_the_run_that_first_probes_it(archive, footage, tmp_path):
    heard = []

    class Watching(Silent):
        def moment(self, moment):
            heard.append(moment)

    footage.clip(tmp_path / "talk.mp4", ())
    db = open_catalogue(archive.database, write=True)
    Run(archive, db, Watching(), threading.Event(), model="demo").go([Request((str(tmp_path / "talk.mp4"),))])
    db.close()
    assert {moment.amount > 0 for moment in heard if moment.step in ("sound", "renditions")} == {True}


def test_a_preview_counts_the_clips_that_an_earlier_run_left_unfinished(archive, copy, card):
    copy(card)
    with open_catalogue(archive.database, write=True) as db:
        assert look(archive, db, []).unfinished == 3
        db.execute(
            "INSERT INTO steps (clip, step, settings, state, permanent, finished)"
            " SELECT hash, 'probe', '{}', 'failed', 1, '' FROM clips LIMIT 1"
        )
        assert look(archive, db, []).unfinished == 2


def test_a_preview_asks_for_the_room_that_the_steps_will_ask_for(archive, footage, tmp_path):
    film = tmp_path / "film.mp4"
    footage.clip(film, length=10)
    with open_catalogue(archive.database, write=True) as db:
        found = look(archive, db, [Request((str(film),))])
    heard = int(found.length * 16_000 * 2)
    made = renditions.needed(probe(film), renditions.Profile())
    assert found.needed == film.stat().st_size + made + heard


def test_a_caption_file_that_was_mended_is_kept_in_place_of_the_first(copy, card, archive):
    (card / "C0000.srt").write_text("broken")
    copy(card)
    (card / "C0000.srt").write_text("mended, and longer")
    copy(card)
    (kept,) = archive.captions.rglob("*.srt")
    assert kept.read_text() == "mended, and longer"


def test_a_clip_that_goes_away_between_look_and_copy_is_named_with_what_to_do(copy, card, monkeypatch):
    def gone(path):
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(fingerprint.Seen, "of", gone)
    failed = copy(card).failed
    assert [one.error for one in failed][:1] == ["C0000.MP4: cannot be read (No such file or directory)"]
    assert "card still there" in failed[0].remedy
