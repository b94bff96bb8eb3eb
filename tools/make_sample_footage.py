"""Write archive/demo/footage: four short interviews that never took place, and an index.json.

    .venv/bin/python tools/make_sample_footage.py

Needs espeak-ng on the machine. What is said stands in sample_interviews.json, the rooms in scenes.py.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import sample_sound
import scenes
from drawing import HEIGHT, WIDTH
from espeak import RATE, Voice
from train.sentences import known

HERE = Path(__file__).parent
FOLDER = HERE.parent / "archive" / "demo" / "footage"
sys.path.insert(0, str(HERE.parent))

from media.timecode import Timecode  # noqa: E402

NOTE = "Synthetic: espeak-ng voices and drawn pictures. People and organisations are invented."


@dataclass(frozen=True, slots=True)
class Clip:
    """One file to be: the pictures from `first` to before `last`, and what the camera writes beside them."""

    name: str
    reel: str
    first: int
    last: int
    timecode: str
    recorded: datetime


def main() -> None:
    """Make every interview and the index of what is said."""
    stories = json.loads((HERE / "sample_interviews.json").read_text(encoding="utf-8"))
    FOLDER.mkdir(exist_ok=True)
    index = {"note": NOTE, "interviews": [made(story) for story in stories]}
    text = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
    (FOLDER / "index.json").write_text(text, encoding="utf-8")


def made(story: dict[str, Any]) -> dict[str, Any]:
    """Write an interview's clips and return its entry in the index."""
    said = [(channel, text) for channel, text in story["said"]]
    if strange := [text for _, text in said if not known(text, story["language"])]:
        raise ValueError(f"the tiny model does not know: {strange}")
    voices = [Voice(*voice) if voice else None for voice in story["voices"]]
    sound, lines = sample_sound.recorded(said, voices, story["pauses"])
    rate = Fraction(story["rate"])
    frames = int(len(sound) * rate / RATE)
    clips = _clips(story, lines, rate, frames)
    moving = sample_sound.loudness(sound, float(rate), frames)
    for clip in clips:
        first, last = round(clip.first / rate * RATE), round(clip.last / rate * RATE)
        pictures = _pictures(story["room"], rate, moving, range(clip.first, clip.last))
        write(clip, rate, sound[first:last], pictures)
    return _entry(story, clips, lines, rate)


def write(clip: Clip, rate: Fraction, sound: np.ndarray, pictures: Iterator[bytes]) -> None:
    """Write one clip: H.264 and AAC, small enough to ship."""
    with tempfile.NamedTemporaryFile(suffix=".samples") as samples:
        Path(samples.name).write_bytes((sound * 32767).astype("<i2").tobytes())
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"]
        command += [
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-s",
            f"{WIDTH}x{HEIGHT}",
            "-r",
            str(rate),
            "-i",
            "pipe:0",
        ]
        command += ["-f", "s16le", "-ar", str(RATE), "-ac", str(sound.shape[1]), "-i", samples.name]
        command += ["-map", "0:v", "-map", "1:a", *_codecs(), *_tags(clip), str(FOLDER / clip.name)]
        ffmpeg = subprocess.Popen(command, stdin=subprocess.PIPE)
        assert ffmpeg.stdin
        for picture in pictures:
            ffmpeg.stdin.write(picture)
        ffmpeg.stdin.close()
        if ffmpeg.wait():
            raise RuntimeError(f"ffmpeg could not write {clip.name}")


def _codecs() -> list[str]:
    # One thread, so that the same script writes the same bytes on any machine.
    picture = ["-c:v", "libx264", "-preset", "veryslow", "-crf", "27", "-threads", "1", "-g", "250"]
    colours = ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-colorspace", "bt709"]
    colours += ["-color_primaries", "bt709", "-color_trc", "bt709"]
    sound = ["-c:a", "aac", "-b:a", "64k", "-ar", "48000"]
    return [*picture, *colours, *sound, "-fflags", "+bitexact", "-flags", "+bitexact"]


def _tags(clip: Clip) -> list[str]:
    options = ["-timecode", clip.timecode, "-metadata", f"comment={NOTE}"]
    options += ["-metadata", f"creation_time={clip.recorded:%Y-%m-%dT%H:%M:%SZ}"]
    if clip.name.endswith(".MP4"):  # an MP4's timecode track has no room for a reel
        return [*options, "-movflags", "use_metadata_tags", "-metadata", f"reel_name={clip.reel}"]
    return [*options, "-metadata:s:v:0", f"reel_name={clip.reel}"]


def _clips(story: dict[str, Any], lines: list[sample_sound.Line], rate: Fraction, frames: int) -> list[Clip]:
    """Return the interview's clips; one that begins "from" a sentence is cut in the pause before it."""
    cuts = [0, *(_pause(lines, clip["from"], rate) for clip in story["clips"] if "from" in clip), frames]
    start = Timecode.parse(story["timecode"], rate)
    recorded = datetime.fromisoformat(story["recorded"])
    clips = []
    for clip, first, last in zip(story["clips"], cuts, cuts[1:], strict=False):
        later = first / rate
        at = recorded + timedelta(seconds=float(later))
        clips.append(Clip(clip["name"], clip["reel"], first, last, str(start.after(later)), at))
    return clips


def _pause(lines: list[sample_sound.Line], place: int, rate: Fraction) -> int:
    return round((lines[place - 1].end + lines[place].start) * rate / (2 * RATE))


def _pictures(room: str, rate: Fraction, moving: np.ndarray, frames: range) -> Iterator[bytes]:
    still = scenes.wall(scenes.ROOMS[room])
    for place in frames:
        asking, answering = moving[place]
        yield scenes.frame(scenes.ROOMS[room], still, float(place / rate), asking, answering).tobytes()


def _entry(
    story: dict[str, Any], clips: list[Clip], lines: list[sample_sound.Line], rate: Fraction
) -> dict[str, Any]:
    kept = ("title", "language", "place", "organisation", "people", "themes", "rate")
    speakers = [person["name"] for person in story["people"]]
    worn = [place for place, voice in enumerate(story["voices"]) if voice]
    said = []
    for line in lines:
        clip = next(clip for clip in clips if line.start < clip.last / rate * RATE)
        times = {"start_ms": line.start * 1000 // RATE, "end_ms": line.end * 1000 // RATE}
        speaker = speakers[worn.index(line.channel)]
        said.append(
            {"text": line.text, **times, "speaker": speaker, "channel": line.channel, "clip": clip.name}
        )
    return {
        **{key: story[key] for key in kept},
        "date": story["recorded"][:10],
        "speakers": speakers,
        "clips": [_clip_entry(clip, rate) for clip in clips],
        "said": said,
    }


def _clip_entry(clip: Clip, rate: Fraction) -> dict[str, Any]:
    return {
        "name": clip.name,
        "reel": clip.reel,
        "start_timecode": clip.timecode,
        "recorded": f"{clip.recorded:%Y-%m-%dT%H:%M:%SZ}",
        "duration_ms": round((clip.last - clip.first) / rate * 1000),
    }


if __name__ == "__main__":
    main()
