"""Files that are made, cut or rotten to do harm: one `archive ingest` of them all, and what it says of each."""

import json
import os
import random
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import imageio_ffmpeg
import pytest

COMMAND = [sys.executable, "-m", "archive"]
MB = 1 << 20


def run(*arguments, code=0, **options):
    """Run the command; its exit code is part of what is tested, and nobody ever sees a traceback."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=240, **options
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert done.returncode == code, f"exit {done.returncode}: {done.stdout[-800:]}{done.stderr[-2000:]}"
    return done


def ingest(archive, *arguments, code=0):
    """Ingest with the tiny model and return the summary."""
    said = run("ingest", *arguments, "--archive", archive, "--model", "demo", "--json", code=code).stdout
    return json.loads(said.splitlines()[-1])


def ffmpeg(*arguments):
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", *map(str, arguments)], check=True
    )


def made(folder):
    archive = folder / "archive"
    run("new", archive)
    return archive


def wave(samples: int, *, rate: int = 16_000) -> bytes:
    """The header of a mono WAV of 16 bits that claims so many samples."""
    said = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return (
        struct.pack("<4sI4s", b"RIFF", 36 + samples * 2, b"WAVE")
        + said
        + struct.pack("<4sI", b"data", samples * 2)
    )


def long_wave(samples: int, rate: int = 48_000) -> bytes:
    """The same with lengths of 64 bits (EBU Tech 3306)."""
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, 72 + samples * 2, samples * 2, samples, 0)
    said = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    head = struct.pack("<4sI4s", b"RF64", 0xFFFFFFFF, b"WAVE")
    return head + sizes + said + struct.pack("<4sI", b"data", 0xFFFFFFFF)


def sparse(path: Path, head: bytes, size: int) -> None:
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def film(pictures: int, ticks: int) -> bytes:
    """A QuickTime film of so many pictures of nothing, each so many 25ths of a second (ISO/IEC 14496-12)."""
    start = box(b"ftyp", b"isom", numbers(512), b"isommp41")
    matrix = numbers(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    length = pictures * ticks & 0xFFFFFFFF
    head = box(
        b"mvhd", numbers(0, 0, 0, 25, length, 0x10000, 0x01000000, 0, 0), matrix, bytes(24), numbers(2)
    )
    track = box(b"tkhd", numbers(3, 0, 0, 1, 0, length, 0, 0, 0, 0), matrix, numbers(64 << 16, 64 << 16))
    clock = box(b"mdhd", numbers(0, 0, 0, 25, length), b"\x55\xc4\0\0")
    kind = box(b"hdlr", numbers(0, 0), b"vide", bytes(13))
    looks = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HH", 64, 64) + numbers(0x480000, 0x480000, 0)
    codec = box(b"mjpg", looks, b"\0\1", bytes(32), b"\0\x18\xff\xff")
    table = box(
        b"stbl",
        box(b"stsd", numbers(0, 1), codec),
        box(b"stts", numbers(0, 1, pictures, ticks)),
        box(b"stsc", numbers(0, 1, 1, pictures, 1)),
        box(b"stsz", numbers(0, 1, pictures)),
        box(b"stco", numbers(0, 1, len(start) + 8)),
    )
    places = box(b"dinf", box(b"dref", numbers(0, 1), box(b"url ", numbers(1))))
    content = box(b"minf", box(b"vmhd", numbers(1, 0, 0)), places, table)
    inner = box(b"trak", track, box(b"mdia", clock, kind, content))
    return start + box(b"mdat", bytes(4096)) + box(b"moov", head, inner)


def rotten(data: bytes, bytes_: int, seed: int = 7) -> bytes:
    """The same with so many bytes changed, behind its head and before its end."""
    changed = bytearray(data)
    places = random.Random(seed)
    for _ in range(bytes_):
        changed[places.randrange(len(data) // 10, len(data) * 9 // 10)] = places.randrange(256)
    return bytes(changed)


PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=8"]
SOUND = ["-f", "lavfi", "-i", "anoisesrc=duration=8:amplitude=0.1"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"]


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    """A card of hostile and broken files, and beside it a file that is nobody's business."""
    folder = tmp_path_factory.mktemp("hostile") / "card"
    folder.mkdir()
    secret = folder.parent / "secret.ts"
    ffmpeg(*PICTURE, *H264, secret)
    ffmpeg(*PICTURE, *SOUND, *H264, "-movflags", "+faststart", folder.parent / "whole.mp4")
    ffmpeg(*PICTURE, *SOUND, *H264, folder.parent / "last.mp4")
    ffmpeg(*SOUND, "-c:a", "aac", folder.parent / "sound.m4a")
    whole = (folder.parent / "whole.mp4").read_bytes()
    written = {
        "concat.mp4": f"ffconcat version 1.0\nfile '{secret}'\n".encode(),
        "hls.mp4": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{secret}\n#EXT-X-ENDLIST\n".encode(),
        "dash.mp4": b"<?xml version='1.0'?><MPD><BaseURL>secret.ts</BaseURL></MPD>",
        "empty.mp4": b"",
        "text.mp4": b"no film at all\n" * 100,
        "noise.mov": random.Random(1).randbytes(100_000),
        "unclosed.mp4": (folder.parent / "last.mp4").read_bytes()[: len(whole) // 2],
        "cut.mp4": whole[: len(whole) // 2],
        "rotten.mp4": rotten(whole, 300),
        "rotten.m4a": rotten((folder.parent / "sound.m4a").read_bytes(), 300),
        "hiccup.mp4": rotten(whole, 3),
        "lying.wav": wave(1_000_000_000) + bytes(64_000),
        "nothing.wav": wave(0),
        "days.mov": film(2, 25 * 86_400),
        "index.mov": film(150_000_000, 1),
        "once.mov": film(1, 1),
    }
    for name, content in written.items():
        (folder / name).write_bytes(content)
    sparse(folder / "day.wav", wave(34 * 3600 * 16_000), 44 + 34 * 3600 * 32_000)
    sparse(folder / "large.wav", long_wave(6_000_000_000), 80 + 12_000_000_000)
    sparse(folder / "chunks.wav", b"RIFF\xff\xff\xff\xffWAVE", 12_000_000_000)
    ffmpeg(*SOUND, "-t", 1, "-c:a", "mp2", folder.parent / "sound.mpg")
    sparse(folder / "hole.mpg", (folder.parent / "sound.mpg").read_bytes(), 12_000_000_000)
    ffmpeg(
        "-f", "lavfi", "-i", "color=size=16000x16000:rate=1:duration=1", "-c:v", "mjpeg", folder / "huge.avi"
    )
    ffmpeg(*PICTURE, "-t", 1, "-c:v", "zmbv", folder / "game.avi")
    ffmpeg(*PICTURE, *H264, folder / "mute.mp4")
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=duration=0.2",
        *["-map", "0"] * 200,
        "-c:a",
        "pcm_s16le",
        folder / "many.mkv",
    )
    return folder


@pytest.fixture(scope="module")
def ingested(card):
    """The archive after one ingest of the whole card, by name what failed, what is done, and the seconds it took."""
    archive = made(card.parent)
    begun = time.monotonic()
    summary = ingest(archive, card, code=1)
    took = time.monotonic() - begun
    failed = {Path(one["path"]).name: one for one in summary["failed"]}
    return archive, failed, {Path(path).name for path in summary["done"]}, took


KEPT = "it fails by name, with what to do; its original is kept; every other clip goes on"
UNOPENED = "refused; what it names is not opened"
COUNTED = "damaged: what is not whole is counted; its original is kept"
LENGTHS = "damaged: both lengths are named; its original is kept"
TOLD = "told as what it is; nothing is decoded"

FAILED = {
    "concat.mp4": ("list that names other files", "a list of films (ffconcat) named .mp4", UNOPENED),
    "hls.mp4": ("list that names other files", "an HLS playlist named .mp4", UNOPENED),
    "dash.mp4": ("list that names other files", "a DASH playlist named .mp4", UNOPENED),
    "empty.mp4": (r"empty \(0 bytes\)", "a clip of 0 bytes", KEPT),
    "text.mp4": ("no film or sound that ffmpeg knows", "a text named .mp4", KEPT),
    "noise.mov": ("no film or sound that ffmpeg knows", "100 KB of noise named .mov", KEPT),
    "unclosed.mp4": (r"no index \(moov\)", "a film that the camera never closed", KEPT),
    "cut.mp4": ("ends early", "a film cut short whose index comes first", LENGTHS),
    "rotten.mp4": ("rotten in places", "a film with 300 rotten bytes in 8 seconds", COUNTED),
    "rotten.m4a": ("rotten in places", "sound with 300 rotten bytes", COUNTED),
    "lying.wav": ("ends early", "a WAV of 2 seconds whose header claims 17 hours", LENGTHS),
    "day.wav": (r"holds \d+ kB of the 3\.9 GB", "4 KB on the disk that claim 34 hours of sound", TOLD),
    "large.wav": (r"holds \d+ kB of the 12\.0 GB", "a hole of 12 GB behind a header of 80 bytes", TOLD),
    "hole.mpg": (
        r"holds \d+ kB of the 12\.0 GB",
        "a clip before a hole of 12 GB",
        "it is not looked through",
    ),
    "chunks.wav": ("the rest was never written", "a WAV whose chunks are a hole of 12 GB", TOLD),
    "days.mov": ("claims 48:00:00 and holds", "two pictures that lie two days apart", TOLD),
    "index.mov": (
        "",
        "4 KB with an index of 150 million pictures",
        "it fails within seconds, in little memory",
    ),
    "once.mov": ("ffmpeg ended with code", "a film whose one picture is none", KEPT),
    "huge.avi": ("16000 x 16000", "a picture of 16000 x 16000", "refused before it is decoded"),
    "many.mkv": ("holds 200 streams", "200 streams of sound in one file", "refused before it is decoded"),
    "game.avi": ("neither picture nor sound", "a codec of games and screens", "its decoder is never opened"),
}
DONE = {
    "hiccup.mp4": (
        "a film with three rotten bytes",
        "done: less than half a second, or a hundredth, is lost",
    ),
    "mute.mp4": ("a film without a stream of sound", "done, with an empty transcript"),
    "nothing.wav": ("a WAV without a sample", "done, with an empty transcript"),
}


def rows(table):
    return [
        pytest.param(name, marks=pytest.mark.fault("media", given, then))
        for name, (*_, given, then) in table.items()
    ]


@pytest.mark.parametrize("name", rows(FAILED))
def test_what_is_no_whole_clip_fails_by_name_and_is_kept(ingested, card, name):
    archive, failed, _, _ = ingested
    assert failed[name]["error"].startswith(name)
    assert re.search(FAILED[name][0], failed[name]["error"])
    assert failed[name]["try"]
    (kept,) = archive.glob(f"originals/**/{name}")
    assert kept.stat().st_size == (card / name).stat().st_size


@pytest.mark.parametrize("name", rows(DONE))
def test_what_is_nearly_whole_is_done(ingested, name):
    assert name in ingested[2]


@pytest.mark.fault(
    "media", "24 hostile files on one card", "they cost seconds and megabytes, not what they claim"
)
def test_hostile_files_cost_little(ingested):
    archive, _, _, took = ingested
    assert took < 240  # on a machine with much other work; 15 s without
    assert sum(path.lstat().st_blocks * 512 for path in archive.rglob("*")) < 100 * MB


@pytest.mark.fault(
    "media",
    "a damaged clip, and `--accept-damaged`",
    "what could be read is used and named as damaged, from then on",
)
def test_what_can_be_read_is_used_when_that_is_asked_for_and_stays_so(footage, tmp_path):
    """Without a PATH the clips that failed as damaged go on; a later run without the option leaves them."""
    archive, card = made(tmp_path), tmp_path / "card"
    card.mkdir()
    footage.clip(
        tmp_path / "whole.mp4", [("en-02", 0.6, 0), ("en-05", 9, 0)], options=["-movflags", "+faststart"]
    )
    whole = (tmp_path / "whole.mp4").read_bytes()
    (card / "cut.mp4").write_bytes(whole[: len(whole) * 6 // 10])
    (failed,) = ingest(archive, card, code=1)["failed"]
    assert "--accept-damaged" in failed["try"]
    assert [Path(path).name for path in ingest(archive, "--accept-damaged")["done"]] == ["cut.mp4"]
    ends_early = re.compile(r"cut\.mp4: ends early \(the container says \d+\.\d s, \d+\.\d s decoded\)")
    (listed,) = json.loads(run("list", "--json", "--archive", archive).stdout)
    assert ends_early.fullmatch(listed["clips"][0]["damaged"])
    shown = json.loads(run("transcript", "show", "cut", "--json", "--archive", archive).stdout)
    assert len(shown["segments"]) == 1  # of two
    assert ends_early.fullmatch(shown["damaged"][0]["why"])
    assert "what could be read" in run("transcript", "show", "cut", "--archive", archive).stderr
    assert "1 damaged" in run("list", "--archive", archive).stdout
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute(
            "DELETE FROM steps WHERE step = 'renditions'"
        )  # as a kill before they were recorded leaves it
    again = run("ingest", card, "--archive", archive, "--model", "demo")
    assert "other settings" not in again.stderr
    (listed,) = json.loads(run("list", "--json", "--archive", archive).stdout)
    assert ends_early.fullmatch(listed["clips"][0]["damaged"])


def test_whole_clips_are_not_called_damaged_and_not_made_again_for_the_question(footage, tmp_path):
    archive, clip = made(tmp_path), tmp_path / "talk.wav"
    footage.clip(clip, [("en-02", 0.5, 0)], picture=None)
    ingest(archive, clip)
    assert ingest(archive, clip, "--accept-damaged")["done"] == []
    again = run("ingest", clip, "--archive", archive, "--model", "demo", "--accept-damaged")
    assert "other settings" not in again.stderr
    assert json.loads(run("list", "--json", "--archive", archive).stdout)[0]["clips"][0]["damaged"] is None


@pytest.mark.fault("media", "an ffmpeg that never answers, and Ctrl-C", "it is ended with us, within seconds")
def test_an_ffmpeg_that_hangs_is_ended_with_the_run(footage, tmp_path):
    archive, clip, hanging = made(tmp_path), tmp_path / "talk.wav", tmp_path / "ffmpeg"
    footage.clip(clip, [("en-02", 0.5, 0)], picture=None)
    note = tmp_path / "hangs"
    hanging.write_text(
        f"#!/bin/sh\n[ \"$1\" = -version ] && exec echo ffmpeg version 9\necho $$ > '{note}'\nexec sleep 600\n"
    )
    hanging.chmod(0o755)
    settings = archive / "archive.toml"
    settings.write_text(
        settings.read_text().replace('# program = "/usr/local/bin/ffmpeg"', f'program = "{hanging}"')
    )
    with subprocess.Popen(
        [*COMMAND, "ingest", clip, "--archive", archive, "--model", "demo"], stderr=subprocess.PIPE, text=True
    ) as process:
        hanging_as = waited_for(lambda: note.exists() and note.read_text().strip())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(hanging_as), 0)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found in /proc")
@pytest.mark.fault(
    "recogniser",
    "the recogniser dies (SIGKILL, as of lack of memory) in the middle",
    "its clip fails, the others go on; the next run goes on with it",
)
def test_a_recogniser_that_dies_fails_one_clip_and_no_run(footage, tmp_path):
    archive, card = made(tmp_path), tmp_path / "card"
    card.mkdir()
    for name, sentence in (("A.wav", "en-02"), ("B.wav", "en-05")):
        footage.clip(card / name, [(sentence, 0.5, 0)], picture=None)
    with subprocess.Popen(
        [*COMMAND, "ingest", card, "--archive", archive, "--model", "demo", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        victim = waited_for(lambda: recogniser_of(process.pid))
        os.kill(victim, signal.SIGKILL)
        said, _ = process.communicate(timeout=120)
    summary = json.loads(said.splitlines()[-1])
    (failed,) = summary["failed"]
    assert "speech recogniser was ended by signal 9" in failed["error"]
    assert len(summary["done"]) == 1
    assert process.returncode == 1
    assert len(ingest(archive)["done"]) == 1


def recogniser_of(pid):
    """The process that recognises for an ingest, if there is one."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            if b"ingest.executors.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    return None


def waited_for(found, seconds=60):
    until = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return answer
