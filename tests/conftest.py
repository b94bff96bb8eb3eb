"""Footage for tests: clips with known sentences in them, put together by the carried FFmpeg.

The fixture `footage` makes a clip and answers what is said in it and when; `sentences` are the recordings in
tests/speech, each with its text. Nothing here needs a voice on the machine.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

SPEECH = Path(__file__).parent / "speech"
HEARD_AT = 16_000
SEED = os.environ.setdefault("SWEEP_SEED", "2026-11-21")  # of what tests/sweep draws by chance


def pytest_report_header() -> str:
    """Say what the sweeps draw by, so that it can be drawn again or otherwise."""
    return f"SWEEP_SEED={SEED}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One recording of tests/speech: who says what (familiar: with a voice that the tiny model knows)."""

    file: str
    text: str
    language: str
    voice: str
    familiar: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it lies in a clip; times in milliseconds from the first picture, channel from 0."""

    text: str
    start_ms: int
    end_ms: int
    channel: int
    language: str


@cache
def all_sentences() -> dict[str, Sentence]:
    """Return the recordings of tests/speech by their id ("en-01")."""
    index = json.loads((SPEECH / "index.json").read_text(encoding="utf-8"))
    return {entry["file"].partition(".")[0]: Sentence(**entry) for entry in index}


@cache
def samples(sentence: str) -> np.ndarray:
    """Return a recording as float32 between -1 and 1 at 16 kHz."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-i",
        str(SPEECH / all_sentences()[sentence].file),
    ]
    command += ["-f", "f32le", "-ac", "1", "-ar", str(HEARD_AT), "pipe:1"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)


class Footage:
    """Makes clips; each method is a fact about what the clip holds."""

    sentences = property(lambda self: all_sentences())

    def samples(self, sentence: str) -> np.ndarray:
        """Return a recording as float32 between -1 and 1 at 16 kHz."""
        return samples(sentence)

    def sound(
        self,
        said: Sequence[tuple[str, float, int]],
        *,
        channels: int = 1,
        length: float | None = None,
        bleed_db: float | None = None,
        noise_db: float | None = -84,
    ) -> tuple[np.ndarray, list[Said]]:
        """Return (samples, channels) float32 at 16 kHz and what is said in them.

        Args:
            said: sentence id, where it begins in seconds, its channel from 0.
            channels: how many there are.
            length: in seconds; by default half a second longer than the last sentence.
            bleed_db: how loud each channel hears the others, such as -24.
            noise_db: level of the room on every channel; None is digital silence. From -72 on the tiny model,
                which never heard noise, makes mistakes.
        """
        spoken = [_placed(*one) for one in said]
        end = max((one.end_ms for one in spoken), default=1500) / 1000 + 0.5
        mix = np.zeros((round((length or end) * HEARD_AT), channels), np.float32)
        for (sentence, _, channel), one in zip(said, spoken, strict=True):
            start = one.start_ms * HEARD_AT // 1000
            words = samples(sentence)[: len(mix) - start]
            mix[start : start + len(words), channel] += words
        if bleed_db is not None:
            mix += (mix.sum(axis=1, keepdims=True) - mix) * 10 ** (bleed_db / 20)
        if noise_db is not None:
            room = np.random.default_rng(len(mix)).standard_normal(mix.shape, np.float32)
            mix += room * 10 ** (noise_db / 20)
        return mix.clip(-1, 1), spoken

    def clip(
        self,
        path: Path,
        said: Sequence[tuple[str, float, int]] = (),
        *,
        channels: int = 1,
        length: float | None = None,
        bleed_db: float | None = None,
        noise_db: float | None = -84,
        picture: str | None = "h264",
        size: tuple[int, int] = (192, 108),
        rate: str = "25",
        timecode: str | None = None,
        reel: str | None = None,
        recorded: str | None = None,
        sound_delay: float = 0,
        sound_codec: str | None = None,
        mono_streams: bool = False,
        silent_film: bool = False,
        options: Sequence[str] = (),
    ) -> list[Said]:
        """Write a clip and return what is said in it, in the order given.

        Args:
            path: its ending chooses the container (.mp4, .mov, .mkv, .mxf, .wav ...).
            said: sentence id, where it begins in seconds of the clip, its channel from 0.
            channels: how many the sound has.
            length: in seconds; by default half a second longer than the last sentence.
            bleed_db: how loud each channel hears the others, such as -24.
            noise_db: level of the room on every channel; None is digital silence.
            picture: "h264", "prores" or None for sound alone.
            size: width and height.
            rate: frames a second, "25" or "30000/1001".
            timecode: start timecode, "01:00:00:00", or with ";" for drop-frame.
            reel: the tape's name.
            recorded: when the camera began, "2024-03-14T10:00:00Z".
            sound_delay: the sound stream begins that many seconds after the picture.
            sound_codec: by default AAC in an .mp4 of two channels at most, PCM everywhere else.
            mono_streams: each channel becomes a stream of its own.
            silent_film: no sound stream at all.
            options: more ffmpeg output options.
        """
        heard = [(sentence, start - sound_delay, channel) for sentence, start, channel in said]
        length = length or max((_placed(*one).end_ms for one in said), default=1500) / 1000 + 0.5
        mix, _ = self.sound(
            heard, channels=channels, length=length - sound_delay, bleed_db=bleed_db, noise_db=noise_db
        )
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y"]
        sound_file = path.with_name(path.name + ".samples")
        if not silent_film:
            (mix * 32767).astype("<i2").tofile(sound_file)
            command += ["-f", "s16le", "-ar", str(HEARD_AT), "-ac", str(channels), "-i", f"file:{sound_file}"]
        if picture:
            shown = f"testsrc2=size={size[0]}x{size[1]}:rate={rate}:duration={length}"
            command += ["-f", "lavfi", "-i", shown]
            command += ["-map", "0:v" if silent_film else "1:v", *PICTURES[picture]]
        if not silent_film:
            command += _sound_options(path, channels, sound_codec, mono_streams, sound_delay)
        command += _tags(path, timecode, reel, recorded)
        subprocess.run([*command, *options, f"file:{path}"], check=True, capture_output=True)
        sound_file.unlink(missing_ok=True)
        return [_placed(*one) for one in said]


PICTURES = {
    "h264": ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "38", "-pix_fmt", "yuv420p", "-g", "50"],
    "prores": ["-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le"],
}


def _placed(sentence: str, start: float, channel: int) -> Said:
    recording = all_sentences()[sentence]
    start_ms = round(start * 1000)
    end_ms = start_ms + round(Fraction(len(samples(sentence)) * 1000, HEARD_AT))
    return Said(recording.text, start_ms, end_ms, channel, recording.language)


def _sound_options(path: Path, channels: int, codec: str | None, split: bool, delay: float) -> list[str]:
    fits = path.suffix.lower() in {".mp4", ".m4a"} and channels <= 2
    options = ["-c:a", codec or ("aac" if fits else "pcm_s16le"), "-ar", "48000"]
    late = f"asetpts=PTS+{delay}/TB"  # -itsoffset is lost where sound is encoded
    if not split:
        return ["-filter_complex", f"[0:a]{late}[sound]", "-map", "[sound]", *options]
    places = "".join(f"[s{place}]" for place in range(channels))
    pans = ";".join(f"[s{place}]pan=mono|c0=c{place}[m{place}]" for place in range(channels))
    maps = [word for place in range(channels) for word in ("-map", f"[m{place}]")]
    return ["-filter_complex", f"[0:a]{late},asplit={channels}{places};{pans}", *maps, *options]


def _tags(path: Path, timecode: str | None, reel: str | None, recorded: str | None) -> list[str]:
    options = ["-timecode", timecode] if timecode else []
    if reel and path.suffix.lower() == ".mp4":  # an MP4's timecode track has no room for a reel
        options += ["-movflags", "use_metadata_tags", "-metadata", f"reel_name={reel}"]
    elif reel:
        options += ["-metadata:s:v:0", f"reel_name={reel}"]
    return options + (["-metadata", f"creation_time={recorded}"] if recorded else [])


@pytest.fixture(scope="session")
def footage() -> Footage:
    """Makes clips with known sentences in them."""
    return Footage()
