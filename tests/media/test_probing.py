"""Clips are probed in a process of their own."""

import contextlib
import os
import re
import signal
import struct
import threading
import time
from dataclasses import replace
from pathlib import Path

import ffmpeg as graphs
import pytest

from media import ffmpeg
from media.errors import Stopped, ToolFailed, Unreadable
from media.probe import probe
from media.probing import LIMITS, Prober


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    """A second of picture and sound, under a name that is no UTF-8."""
    path = tmp_path_factory.mktemp("clip") / os.fsdecode(b"caf\xe9.mov")
    picture = graphs.input("testsrc2=size=64x64:rate=25:duration=1", f="lavfi")
    sound = graphs.input("sine=duration=1", f="lavfi")
    made = graphs.output(picture, sound, ffmpeg.address(path), timecode="10:00:00:00", acodec="pcm_s16le")
    ffmpeg.run(ffmpeg.locate(), made)
    return path


@pytest.fixture
def prober():
    with Prober() as made:
        yield made


def process_of(prober) -> int:
    return prober._running.program.pid


def end(pid: int, how: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
        os.kill(pid, signal.SIGCONT)


def test_it_says_what_the_probe_says_and_one_process_serves_many_clips(prober, clip):
    assert prober.probe(clip) == probe(clip)
    first = process_of(prober)
    assert prober.probe(clip) == probe(clip)
    assert process_of(prober) == first


def test_what_is_no_clip_is_refused_in_the_same_words(prober, clip, tmp_path):
    (tmp_path / "text.mp4").write_text("no film\n" * 100)
    for path in (tmp_path / "text.mp4", tmp_path / "not-there.mp4", tmp_path):
        with pytest.raises(Unreadable) as here:
            probe(path)
        with pytest.raises(Unreadable) as there:
            prober.probe(path)
        assert (there.value.message, there.value.remedy) == (here.value.message, here.value.remedy)
        assert isinstance(there.value.__cause__, OSError) == isinstance(here.value.__cause__, OSError)
    assert prober.probe(clip).container == "mov"


@pytest.mark.fault(
    "media", "a file of which ffmpeg's libraries crash", "its clip fails; the next is probed by a new process"
)
@pytest.mark.parametrize("died", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_process_that_dies_fails_one_clip(prober, clip, died):
    prober.probe(clip)
    victim = process_of(prober)
    os.kill(victim, signal.SIGSTOP)
    threading.Timer(0.3, end, (victim, died)).start()
    with pytest.raises(ToolFailed, match=f"the process that read it was ended by signal {died:d}") as caught:
        prober.probe(clip)
    assert "The original is safe" in caught.value.remedy
    assert prober.probe(clip).container == "mov"


@pytest.mark.fault(
    "media",
    "a file that ffmpeg's libraries read for ever",
    "its probe is ended after two minutes; its clip fails",
)
def test_a_process_that_does_not_answer_is_ended(clip):
    with Prober(replace(LIMITS, wall=1.5)) as prober:
        prober.probe(clip)
        hanging = process_of(prober)
        os.kill(hanging, signal.SIGSTOP)
        with pytest.raises(ToolFailed, match="was ended: no answer after 2 s"):
            prober.probe(clip)
        with pytest.raises(ProcessLookupError):
            os.kill(hanging, 0)
        assert prober.probe(clip).container == "mov"


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="limits are read from /proc")
def test_its_process_is_held_to_its_limits(prober, clip):
    """As much memory as no clip takes, no file that it writes, and few that it opens."""
    prober.probe(clip)
    limits = Path(f"/proc/{process_of(prober)}/limits").read_text()
    assert re.search(rf"Max data size +{LIMITS.memory} ", limits)
    assert re.search(r"Max file size +0 ", limits)
    assert re.search(r"Max open files +64 ", limits)


@pytest.mark.fault(
    "media", "a film that claims 1001 streams", "ffmpeg's libraries refuse it; the clip fails by name"
)
def test_what_ffmpeg_refuses_the_memory_for_is_named(prober, tmp_path):
    film, many = tmp_path / "one.mov", tmp_path / "many.mov"
    tone = graphs.input("anullsrc=r=8000:duration=0.01", f="lavfi")
    ffmpeg.run(ffmpeg.locate(), tone.output(str(film), acodec="pcm_s16le"))
    data = film.read_bytes()
    index, track = data.index(b"moov") - 4, data.index(b"trak") - 4
    (size,), (length,) = struct.unpack_from(">I", data, index), struct.unpack_from(">I", data, track)
    more = data[track : track + length] * 1000
    head = struct.pack(">I", size + len(more))
    many.write_bytes(data[:index] + head + data[index + 4 : track] + more + data[track:])
    with pytest.raises(
        Unreadable, match=r"many\.mov: claims more streams, or takes more memory, than any clip"
    ):
        prober.probe(many)


def test_a_stop_is_heard_while_it_does_not_answer(prober, clip):
    prober.probe(clip)
    os.kill(process_of(prober), signal.SIGSTOP)
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        prober.probe(clip, stop)
    assert time.monotonic() - begun < 5


def test_it_ends_with_its_block(clip):
    with Prober() as prober:
        prober.probe(clip)
        pid = process_of(prober)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
