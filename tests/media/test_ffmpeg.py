import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path

import ffmpeg as graphs
import imageio_ffmpeg
import pytest

from media import ffmpeg, process
from media.errors import NoRoom, Stopped, ToolFailed, ToolMissing
from media.ffmpeg import Ffmpeg
from media.limits import Limits, following
from media.watch import KEPT

ENDLESS = "testsrc2=size=640x360:rate=25"


@pytest.fixture(scope="module")
def tool() -> Ffmpeg:
    return ffmpeg.locate()


@pytest.fixture(scope="module")
def clip(tool, tmp_path_factory) -> Path:
    """Ten seconds of H.264 and AAC."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    picture = graphs.input(f"{ENDLESS}:duration=10", f="lavfi")
    sound = graphs.input("sine=duration=10", f="lavfi")
    ffmpeg.run(tool, graphs.output(picture, sound, str(path), preset="ultrafast"))
    return path


def copied(source: Path, target: Path, **options):
    return ffmpeg.read(source, **options).output(ffmpeg.address(target), c="copy")


def slow(source: Path, target: Path):
    """Would take for ever: the clip again and again."""
    looped = ffmpeg.read(source, stream_loop=-1)
    return looped.video.output(ffmpeg.address(target), vcodec="libx264", preset="veryslow")


def test_the_carried_ffmpeg_is_used_whatever_else_is_there(monkeypatch, tmp_path):
    other = tmp_path / "ffmpeg"
    other.write_text("#!/bin/sh\necho ffmpeg version other\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(other))
    found = ffmpeg.locate()
    assert found.program.is_relative_to(Path(imageio_ffmpeg.__file__).parent)
    assert found.version() != "other"


def test_another_ffmpeg_is_used_when_it_is_named(tmp_path):
    other = tmp_path / "my ffmpeg"
    other.symlink_to(ffmpeg.locate().program)
    assert ffmpeg.locate(str(other)).program == other


@pytest.mark.parametrize("named", ["/nowhere/ffmpeg", "no-such-ffmpeg"])
def test_a_named_program_that_is_not_there_is_an_error_with_a_remedy(named):
    with pytest.raises(ToolMissing, match=f"{named}: there is no such program") as caught:
        ffmpeg.locate(named)
    assert "archive.toml" in caught.value.remedy


@pytest.mark.parametrize("script", ["#!/bin/sh\necho hello\n", "#!/bin/sh\nexit 1\n", "no program"])
def test_a_named_program_that_is_no_ffmpeg_is_an_error(tmp_path, script):
    other = tmp_path / "ffmpeg"
    other.write_text(script)
    other.chmod(0o755)
    with pytest.raises(ToolMissing, match="ffmpeg: "):
        ffmpeg.locate(str(other))


def test_the_command_line_holds_what_keeps_a_run_safe(tool):
    line = ffmpeg.command(tool, ffmpeg.read(Path("-a:b.mov")).output("x.mp4"))
    assert line[0] == str(tool.program)
    assert {"-nostdin", "-hide_banner", "-nostats", "-n"} < set(line)
    before = line[: line.index("-i")]
    assert before[before.index("-protocol_whitelist") + 1] == "file,pipe"
    assert "hls" not in before[before.index("-format_whitelist") + 1].split(",")
    assert line[line.index("-i") + 1] == "file:-a:b.mov"


@pytest.mark.parametrize("name", ["-y.mp4", "a:b.mp4", "100%d [x],'y'.mp4", os.fsdecode(b"caf\xe9.mp4")])
def test_any_name_is_only_a_name(tool, clip, tmp_path, name):
    odd = tmp_path / name
    odd.write_bytes(clip.read_bytes())
    folder = tmp_path / os.fsdecode(b"out %d:\xff")
    folder.mkdir()
    ffmpeg.run(tool, copied(odd, folder / name))
    assert (folder / name).stat().st_size > 1000


@contextlib.contextmanager
def noticing_readers(pipe: Path):
    """A list that holds an entry once somebody has opened the named pipe to read it."""
    os.mkfifo(pipe)
    opened: list[bool] = []
    done = threading.Event()

    def wait() -> None:
        with pipe.open("wb"):
            if not done.is_set():
                opened.append(True)

    waiting = threading.Thread(target=wait)
    waiting.start()
    yield opened
    done.set()
    with contextlib.closing(os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))):
        waiting.join()


# This ffmpeg knows HLS by the ending only; older ones, and ffconcat, under any name.
PLAYLISTS = {
    "holiday.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n",
    "holiday.mp4": "ffconcat version 1.0\nfile '{}'\n",
}


@pytest.mark.fault(
    "media", "a playlist (HLS, ffconcat) under a clip's name", "ffmpeg opens none of the files that it names"
)
@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_cannot_make_ffmpeg_open_another_file(tool, tmp_path, name):
    secret, playlist = tmp_path / "secret.ts", tmp_path / name
    playlist.write_text(PLAYLISTS[name].format(secret.name))
    with noticing_readers(secret) as opened:
        with pytest.raises(ToolFailed, match="holiday"):
            ffmpeg.run(tool, copied(playlist, tmp_path / "out.mp4"), limits=Limits(stall=5))
        assert not opened


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_protocol_whitelist_alone_does_not_stop_a_playlist(tool, tmp_path, clip, name):
    """The control of the test above: without a format whitelist ffmpeg does read the other file."""
    secret, playlist, out = tmp_path / "secret.ts", tmp_path / name, tmp_path / "out.mp4"
    ffmpeg.run(tool, copied(clip, secret))
    playlist.write_text(PLAYLISTS[name].format(secret.name))
    plain = graphs.input(str(playlist), protocol_whitelist="file").output(str(out), c="copy")
    ffmpeg.run(tool, plain)
    assert out.stat().st_size > 1000


def test_progress_rises_to_one(tool, clip, tmp_path):
    told: list[float] = []
    work = ffmpeg.read(clip).output(str(tmp_path / "out.mp4"), vcodec="libx264", preset="slower")
    ffmpeg.run(tool, work, length=Fraction(10), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert any(0 < part < 1 for part in told)


def test_a_set_event_ends_ffmpeg_at_once(tool, clip, tmp_path, monkeypatch):
    started: list[process.Guarded] = []
    start = process.start

    def noted(*arguments) -> process.Guarded:
        started.append(start(*arguments))
        return started[-1]

    monkeypatch.setattr(process, "start", noted)
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        ffmpeg.run(tool, slow(clip, tmp_path / "out.mp4"), stop=stop)
    assert time.monotonic() - begun < 10
    assert started[0].program.returncode == -9
    assert started[0].guard.returncode == -9


def test_an_error_in_what_is_told_of_progress_ends_ffmpeg(tool, clip, tmp_path):
    def fail(done: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ffmpeg.run(tool, slow(clip, tmp_path / "out.mp4"), length=Fraction(10), progress=fail)


@pytest.mark.fault("media", "ffmpeg works on and on", "it is ended, and the limit is named")
def test_a_run_that_takes_too_long_is_ended(tool, clip, tmp_path):
    with pytest.raises(ToolFailed, match=r"clip\.mp4: ffmpeg was ended: not finished after 1 s"):
        ffmpeg.run(tool, slow(clip, tmp_path / "out.mp4"), limits=Limits(wall=1))


@pytest.mark.fault(
    "media",
    "ffmpeg stands still (an endless input, a disk that hangs)",
    "it is ended by a watchdog after five minutes",
)
def test_a_run_that_stands_still_is_ended(tool, tmp_path):
    still = tmp_path / "still.mp4"
    os.mkfifo(still)
    with pytest.raises(ToolFailed, match=r"still\.mp4: ffmpeg was ended: no progress for 1 s"):
        ffmpeg.run(tool, copied(still, tmp_path / "out.mp4"), limits=Limits(stall=1))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux refuses memory")
@pytest.mark.fault(
    "media", "a clip that takes more memory than any clip does", "it gets no more; the limit is named"
)
def test_a_run_that_wants_too_much_memory_fails(tool, tmp_path):
    large = graphs.input("testsrc2=size=7680x4320:rate=25:duration=2", f="lavfi")
    with pytest.raises(ToolFailed, match="ffmpeg was ended: more than 419 MB of memory wanted"):
        ffmpeg.run(
            tool,
            large.output(str(tmp_path / "out.mp4"), vcodec="libx264"),
            limits=Limits(memory=400 << 20, wall=60),
        )


def test_a_rotten_clip_that_still_plays_leaves_the_end_of_many_complaints(tool, clip, tmp_path):
    data = bytearray(clip.read_bytes())
    places = random.Random(7)
    for _ in range(1000):
        data[places.randrange(1000, len(data) // 2)] = places.randrange(256)
    rotten = tmp_path / "rotten.mp4"
    rotten.write_bytes(data)
    work = [
        ffmpeg.read(rotten).video.output(str(tmp_path / f"{number}.mp4"), preset="ultrafast")
        for number in range(4)
    ]
    outcome = ffmpeg.run(tool, work)
    assert 1000 < len(outcome.said) <= KEPT


def test_a_failure_names_the_clip_and_what_ffmpeg_said_last(tool, tmp_path):
    text = tmp_path / "notes.mp4"
    text.write_text("no clip at all\n" * 100)
    with pytest.raises(ToolFailed, match=r"notes\.mp4: ffmpeg ended with code \d+: .*Invalid data") as caught:
        ffmpeg.run(tool, copied(text, tmp_path / "out.mp4"))
    assert "copy it again" in caught.value.remedy


@pytest.mark.fault(
    "disk", "a file in the place of what is to be made", "left as it is; ffmpeg's failure is told"
)
def test_a_file_that_is_there_is_never_overwritten(tool, clip, tmp_path):
    there = tmp_path / "out.mp4"
    there.write_text("precious")
    with pytest.raises(ToolFailed, match="already exists"):
        ffmpeg.run(tool, copied(clip, there))
    assert there.read_text() == "precious"


@pytest.mark.fault(
    "disk", "the disk fills up while ffmpeg writes", "told as that, not as a fault of the clip"
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told_from_other_failures(tool, clip):
    work = ffmpeg.read(clip).video.output("[f=mpegts]file:/dev/full", f="tee", c="copy")
    with pytest.raises(NoRoom, match=r"clip\.mp4: .*No space left on device"):
        ffmpeg.run(tool, work)


@pytest.mark.fault("disk", "a folder that ffmpeg may not write", "told as that, not as a fault of the clip")
def test_a_folder_that_may_not_be_written_is_told_from_other_failures(tool, clip, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(NoRoom, match=r"clip\.mp4: .*Permission denied"):
        ffmpeg.run(tool, copied(clip, tmp_path / "out.mp4"))


@pytest.mark.fault("media", "an ffmpeg that was uninstalled since", "named, with how to get one")
def test_a_program_that_has_gone_is_an_error_with_a_remedy(clip, tmp_path):
    with pytest.raises(ToolMissing, match="/nowhere/ffmpeg"):
        ffmpeg.run(Ffmpeg(Path("/nowhere/ffmpeg")), copied(clip, tmp_path / "out.mp4"))


def test_a_second_run_in_another_thread_does_not_disturb_the_first(tool, clip, tmp_path):
    failed: list[BaseException] = []

    def encode(number: int) -> None:
        try:
            work = ffmpeg.read(clip).video.output(str(tmp_path / f"{number}.mp4"), preset="ultrafast")
            ffmpeg.run(tool, work)
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=encode, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(list(tmp_path.iterdir())) == 3


def test_ffmpeg_ends_with_the_process_that_runs_it(tool, clip, tmp_path):
    code = (
        "import sys; from pathlib import Path; from media import ffmpeg\n"
        "looped = ffmpeg.read(Path(sys.argv[1]), stream_loop=-1)\n"
        "ffmpeg.run(ffmpeg.locate(), looped.video.output(sys.argv[2], preset='veryslow'))"
    )
    out = tmp_path / "out.mp4"
    with subprocess.Popen(
        [sys.executable, "-c", code, clip, out], cwd=Path(ffmpeg.__file__).parents[1]
    ) as parent:
        while not out.exists():
            time.sleep(0.05)
        parent.kill()
    time.sleep(1)
    size = out.stat().st_size
    time.sleep(1)
    assert out.stat().st_size == size


@pytest.mark.fault(
    "media", "ffmpeg writes without end", "it is ended at so many bytes of a file, by the clip's length"
)
def test_a_run_that_writes_too_much_is_ended(tool, clip, tmp_path):
    raw = ffmpeg.read(clip).video.output(ffmpeg.address(tmp_path / "out.avi"), vcodec="rawvideo")
    with pytest.raises(ToolFailed, match=r"clip\.mp4: ffmpeg was ended: more than 2 MB written") as caught:
        ffmpeg.run(tool, raw, limits=Limits(written=2 << 20))
    assert "The original is safe" in caught.value.remedy
    assert (tmp_path / "out.avi").stat().st_size in (2 << 20, 4 << 20)


@pytest.mark.fault(
    "media", "a clip takes more computing than any clip does", "ffmpeg is ended, and the limit is named"
)
def test_a_run_that_computes_too_much_is_ended(tool, clip, tmp_path):
    with pytest.raises(ToolFailed, match=r"clip\.mp4: ffmpeg was ended: more than 2 s of computing"):
        ffmpeg.run(tool, slow(clip, tmp_path / "out.mp4"), limits=Limits(computing=2))


@pytest.mark.fault(
    "media", "more footage comes out than the clip promises", "ffmpeg is ended, and the limit is named"
)
def test_a_run_out_of_which_too_much_comes_is_ended(tool, clip, tmp_path):
    """The clip again and again, as it comes out of a file that points back into itself."""
    endless = ffmpeg.read(clip, stream_loop=-1).output(ffmpeg.address(tmp_path / "out.mp4"), c="copy")
    with pytest.raises(ToolFailed, match=r"clip\.mp4: ffmpeg was ended: more than 80 s of footage came out"):
        ffmpeg.run(tool, endless, length=Fraction(10))


@pytest.mark.fault(
    "media",
    "ffmpeg reports once more than there is, as on a busy machine",
    "a length counts once it is told twice",
)
def test_one_report_that_is_wild_ends_nothing(tmp_path):
    script = tmp_path / "ffmpeg"
    reports = "".join(
        f"echo out_time_us={seconds}000000; echo frame={seconds}; sleep 0.4\n" for seconds in (1, 9_000, 2)
    )
    script.write_text(f"#!/bin/sh\n{reports}")
    script.chmod(0o755)
    told: list[float] = []
    work = ffmpeg.read(tmp_path / "clip.mp4").output(str(tmp_path / "out.mp4"))
    ffmpeg.run(Ffmpeg(script), work, length=Fraction(10), progress=told.append)
    assert told[:-1] == sorted(told[:-1])
    assert max(told[:-1]) <= 0.2


def test_the_limits_follow_from_the_length_of_the_clip():
    short, long = following(Fraction(10)), following(Fraction(3600))
    assert short.computing < long.computing < Limits().computing
    assert short.written < long.written < Limits().written
    assert (short.length, long.length) == (80, 7260)


@pytest.mark.fault(
    "media", "a clip in a codec that no camera writes", "its decoder is not loaded; the clip fails"
)
def test_a_decoder_that_no_camera_needs_is_not_used(tool, tmp_path):
    game = tmp_path / "game.avi"
    picture = graphs.input("testsrc2=size=64x64:rate=5:duration=1", f="lavfi")
    ffmpeg.run(tool, picture.output(str(game), vcodec="zmbv"))
    with pytest.raises(ToolFailed, match=r"game\.avi: ffmpeg was ended: a format or a codec that no camera"):
        ffmpeg.run(tool, ffmpeg.read(game).output(str(tmp_path / "out.mp4")))


@pytest.mark.fault("media", "a picture of 16000 x 16000 pixels", "it is not decoded, and the clip fails")
def test_a_picture_beyond_the_limit_is_not_decoded(tool, huge, tmp_path):
    with pytest.raises(
        ToolFailed, match=r"huge\.avi: ffmpeg was ended: a picture of more than 80 million pixels"
    ):
        ffmpeg.run(tool, ffmpeg.read(huge).output(str(tmp_path / "out.mp4")))
    assert not (tmp_path / "out.mp4").exists() or not (tmp_path / "out.mp4").stat().st_size


@pytest.fixture(scope="module")
def huge(tool, tmp_path_factory) -> Path:
    """One picture of 256 million pixels."""
    path = tmp_path_factory.mktemp("huge") / "huge.avi"
    picture = graphs.input("color=size=16000x16000:rate=1:duration=1", f="lavfi")
    ffmpeg.run(tool, picture.output(str(path), vcodec="mjpeg"))
    return path
