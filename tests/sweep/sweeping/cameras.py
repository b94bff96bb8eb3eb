"""A shoot of two cameras and a recorder, and whether the archive lays it on one time line as it was.

The first camera counts 25 frames a second and splits what it takes in two files, the second counts 29.97 in drop-frame
and hears its own noise. The recorder has a microphone for each of two people, each hears the other, and its clock runs
fast. A clap is seen and heard near either end.
"""

import json
import sqlite3
import subprocess
import sys
import wave
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from sweeping.drawing import by
from sweeping.running import ROOT

from media.timecode import Timecode

HEARD_AT = 16_000
FAST = Fraction(40, 1_000_000)
BLEED_DB = -12.0  # of the other voice on each microphone
ROOM_DB = -84.0  # of the recorder; the tiny model never heard more noise
SIZE = "96x54"
NAMES = ("Ada", "Ben")
SAID_BY_TINY = ("en-01", "en-02", "en-04", "en-05", "en-07", "en-08", "en-10")
TEN = 36_000  # seconds since midnight when the clock of the shoot stands at 0


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera: when it begins on the clock of the shoot, and how it counts."""

    name: str
    begins: Fraction
    rate: Fraction
    drop: bool = False


FIRST = Camera("A001C001", Fraction(3), Fraction(25))
SECOND = Camera("B001C001", Fraction(11, 2), Fraction(30000, 1001), drop=True)
RECORDER_BEGINS = Fraction(1)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of so many words, in seconds on the clock of the shoot, and who says it, from 0."""

    start: float
    end: float
    who: int
    words: int


@dataclass(frozen=True, slots=True)
class Shoot:
    """What was made.

    Attributes:
        folder: a card of each device in a folder of its own.
        said: every sentence, in order.
        claps: when there is a clap, in seconds on the clock of the shoot.
    """

    folder: Path
    said: tuple[Said, ...]
    claps: tuple[float, float]


def make(footage: Any, folder: Path, minutes: float, *, timecode: bool = True) -> Shoot:
    """Shoot a conversation of so many minutes.

    Args:
        footage: what knows the sentences, of tests/conftest.py.
        folder: is made.
        minutes: how long the cameras run.
        timecode: whether the recorder has it, too.
    """
    length = 60 * minutes
    claps = (8.0, length - 8.0)
    said, voices = _conversation(footage, length, claps)
    for number, clap in enumerate(claps):
        noise = np.random.default_rng(number).standard_normal(80).astype(np.float32)
        voices[round(clap * HEARD_AT) :][:80] += 0.5 * noise[:, None]
    for camera, seed in ((FIRST, 1), (SECOND, 2)):
        card = folder / camera.name[:4]
        card.mkdir(parents=True)
        heard = _far_away(voices, seed)
        ends = Fraction(round(length)) - camera.begins
        cut = (
            [Fraction(0), Fraction(round(ends * Fraction(3, 5))), ends]
            if camera is FIRST
            else [Fraction(0), ends]
        )
        for number, (start, end) in enumerate(pairwise(cut), 1):
            _film(card / f"{camera.name[:-1]}{number}.MOV", camera, start, end, claps, heard)
    card = folder / "ZOOM"
    card.mkdir()
    _record(card / "REC0001.WAV", voices, timecode=timecode)
    return Shoot(folder, said, claps)


def _conversation(footage: Any, length: float, claps: Sequence[float]) -> tuple[tuple[Said, ...], np.ndarray]:
    """Who says what and when, and the sound of both voices, one on each channel."""
    chance = by("cameras", f"{length}")
    voices, said, now, who = np.zeros((round(length * HEARD_AT), 2), np.float32), [], 10.0, 0
    while True:
        sentence = chance.choice(SAID_BY_TINY)
        spoken, words = footage.samples(sentence), len(footage.sentences[sentence].text.split())
        end = now + len(spoken) / HEARD_AT
        if end > claps[1] - 1:
            return tuple(said), voices
        voices[round(now * HEARD_AT) :][: len(spoken), who] += spoken
        said.append(Said(now, end, who, words))
        who = chance.choice((who, 1 - who, 1 - who))
        now = end + chance.uniform(0.3, 1.2)


def _noise(shape: tuple[int, ...], seed: int, db: float) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, np.float32) * np.float32(10 ** (db / 20))


def _far_away(voices: np.ndarray, seed: int) -> np.ndarray:
    """What a camera's own microphone hears of it: both, faintly, with an echo, in its own noise."""
    both = voices.sum(axis=1) * np.float32(0.15)
    for delay, part in ((700 + 90 * seed, 0.4), (1900 - 210 * seed, 0.25)):
        both[delay:] += both[:-delay] * np.float32(part)
    return both + _noise(both.shape, seed, -52)


def _film(
    path: Path, camera: Camera, start: Fraction, end: Fraction, claps: Sequence[float], heard: np.ndarray
) -> None:
    """A file of a camera, from a moment of its take to another; both lie between two frames."""
    first = round(start * camera.rate)
    frames = round(end * camera.rate) - first
    begins = camera.begins + first / camera.rate
    sound = heard[round(begins * HEARD_AT) :][: round(frames / camera.rate * HEARD_AT)]
    white = "+".join(f"eq(n,{int((Fraction(clap) - begins) * camera.rate)})" for clap in claps)
    shown = f"color=gray:size={SIZE}:rate={camera.rate},drawbox=color=white:t=fill:enable='{white}'"
    _ffmpeg(
        sound,
        HEARD_AT,
        ["-f", "lavfi", "-i", shown, "-frames:v", str(frames), "-map", "1:v", "-map", "0:a"],
        ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50"],
        ["-c:a", "pcm_s16le", "-ar", "48000", "-timecode", _timecode(camera, begins)],
        ["-metadata:s:v:0", f"reel_name={path.stem[:4]}", "-metadata", f"creation_time={_date(begins)}"],
        path=path,
    )


def _timecode(camera: Camera, moment: Fraction) -> str:
    return str(Timecode(int((TEN + moment) * camera.rate), camera.rate, camera.drop))


def _date(moment: Fraction) -> str:
    return f"2026-05-01T10:{int(moment) // 60:02}:{int(moment) % 60:02}Z"


def _record(path: Path, voices: np.ndarray, *, timecode: bool) -> None:
    """What the recorder writes: more samples than there should be, since its clock runs fast."""
    mixed = voices + voices[:, ::-1] * np.float32(10 ** (BLEED_DB / 20))
    heard = (mixed + _noise(mixed.shape, 9, ROOM_DB))[round(RECORDER_BEGINS * HEARD_AT) :]
    said = ["-write_bext", "1", "-metadata", "origination_date=2026-05-01"]
    said += ["-metadata", f"origination_time=10:00:{int(RECORDER_BEGINS):02}"]
    if timecode:
        said += ["-metadata", f"time_reference={int((TEN + RECORDER_BEGINS) * 48_000)}"]
    # 25001 samples for every 25000 are 40 parts in a million more.
    _ffmpeg(
        heard,
        25_000,
        ["-af", f"aresample=25001,asetrate={HEARD_AT},aresample=48000", "-c:a", "pcm_s16le"],
        said if timecode else [],
        path=path,
    )


def _ffmpeg(sound: np.ndarray, rate: int, *options: Sequence[str], path: Path) -> None:
    channels = 1 if sound.ndim == 1 else sound.shape[1]
    raw = path.with_name(path.name + ".samples")
    (sound.clip(-1, 1) * 32767).astype("<i2").tofile(raw)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y"]
    command += ["-f", "s16le", "-ar", str(rate), "-ac", str(channels), "-i", f"file:{raw}"]
    command += [word for part in options for word in part]
    subprocess.run([*command, f"file:{path}"], check=True, capture_output=True)
    raw.unlink()


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a shoot.

    Attributes:
        apart_ms: how far picture and sound lie apart, at most.
        speakers: share of the words that are given to whom said them.
        words: how many were heard, of how many.
        wrong: what is not as it has to be.
    """

    apart_ms: float
    speakers: float
    words: tuple[int, int]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lies:
    """A clip as the catalogue lays it: its original, and its place."""

    path: Path
    offset: Fraction
    pace: Fraction
    heard: bool

    def at(self, inside: float) -> float:
        """The moment of the interview at a moment of the clip."""
        return float(self.offset) + inside * float(self.pace)


def ingested(shoot: Shoot, scratch: Path) -> Judged:
    """Make an archive of a shoot in an empty folder, and look at what it became, also when it comes again."""
    archive = scratch / "archive"
    cards = sorted(map(str, shoot.folder.iterdir()))
    tiny = ["--model", "demo", "--speakers", ",".join(NAMES), "--archive", str(archive)]
    _archive("new", str(archive))
    _archive("ingest", *cards, *tiny)
    again = json.loads(_archive("ingest", *cards, *tiny, "--json").splitlines()[-1])
    shown = _archive("transcript", "show", "a001c001", "--json", "--archive", str(archive))
    came = _judged(archive, shoot, json.loads(shown))
    return replace(came, wrong=(*came.wrong, *(f"{path} was worked on again" for path in again["done"])))


def _archive(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "archive", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"archive {' '.join(arguments)}: {done.stdout[-500:]}{done.stderr[-1500:]}")
    return done.stdout


def _judged(archive: Path, shoot: Shoot, transcript: Any) -> Judged:
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        slugs = {slug for (slug,) in db.execute("SELECT slug FROM interviews")}
        rows = db.execute(
            "SELECT name, path, offset, pace, heard, why FROM interview_clips"
            " JOIN clips ON hash = clip ORDER BY position"
        ).fetchall()
        lies: dict[str, Lies] = {
            name: Lies(archive / path, Fraction(offset), Fraction(pace), bool(heard))
            for name, path, offset, pace, heard, _ in rows
        }
    wrong = [f"nobody says why {name} lies where it does" for name, *_, why in rows[1:] if not why]
    wrong += [] if len(slugs) == 1 else [f"it is {len(slugs)} interviews: {slugs}"]
    if [name for name, one in lies.items() if one.heard] != ["REC0001.WAV"]:
        wrong.append(f"these are heard: {[name for name, one in lies.items() if one.heard]}")
    recorder = lies["REC0001.WAV"]
    claps = [recorder.at(moment) for moment in _claps(recorder.path)]
    apart = []
    for camera in (FIRST, SECOND):
        shown = [
            one.at(moment)
            for name, one in lies.items()
            if name[:4] == camera.name[:4]
            for moment in _white(one.path, camera)
        ]
        late = [float((Fraction(clap) - camera.begins) % (1 / camera.rate)) for clap in shoot.claps]
        found = [heard - seen - part for heard, seen, part in zip(claps, sorted(shown), late, strict=True)]
        wrong += [f"{camera.name}: {one * 1000:.1f} ms apart" for one in found if abs(one) >= 1 / camera.rate]
        apart += [one * 1000 for one in found]
    right, words = _speakers(shoot, transcript, recorder.at(0) - float(RECORDER_BEGINS))
    said = sum(one.words for one in shoot.said)
    if right < 0.98:
        wrong.append(f"speakers are right for {right:.1%} of words")
    if abs(words - said) > 0.05 * said:
        wrong.append(f"{words} words were heard of {said}")
    return Judged(max(map(abs, apart)), right, (words, said), tuple(wrong))


def _claps(path: Path) -> list[float]:
    """The first and the last moment in a recording that is as loud as nothing but a clap."""
    with wave.open(str(path)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), "<i2")
    loud = np.flatnonzero(np.abs(samples.reshape(-1, 2).astype(np.int32)).max(axis=1) > 0.8 * 32768)
    return [loud[0] / rate, loud[loud > loud[-1] - rate // 10][0] / rate]


def _white(path: Path, camera: Camera) -> list[float]:
    """The moments at which white frames begin in a film."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", f"file:{path}"]
    command += ["-vf", "scale=2:2,format=gray", "-f", "rawvideo", "pipe:1"]
    shown = subprocess.run(command, check=True, capture_output=True).stdout
    bright = np.frombuffer(shown, np.uint8).reshape(-1, 4).mean(axis=1)
    return [float(frame / camera.rate) for frame in np.flatnonzero(bright > 200)]


def _speakers(shoot: Shoot, transcript: Any, later: float) -> tuple[float, int]:
    """The share of words that are given to whom said them, and how many words there are."""
    right = words = 0
    for segment in transcript["segments"]:
        for word in segment["words"]:
            moment = (word["start_ms"] + word["end_ms"]) / 2000
            nearest = min(shoot.said, key=lambda said: _away(said, moment - later))
            words += 1
            right += segment["speaker"] == NAMES[nearest.who]
    return right / max(words, 1), words


def _away(said: Said, moment: float) -> float:
    return max(said.start - moment, moment - said.end, 0.0)
