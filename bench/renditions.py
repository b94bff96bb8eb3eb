"""What it costs to make everything of a clip, against its proxy alone.

Claim: sound, proxy, poster, thumbnails and waveform together take at most 1.1 times the wall time of one
ffmpeg call that writes the same proxy, for 1080p H.264 and ProRes. Prints the ratio of each pair of runs, one
right after the other, and that of the fastest runs.

    python bench/renditions.py [--seconds 30] [--pairs 3]
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg as graphs

sys.path.insert(0, str(Path(__file__).parents[1]))

from media import ffmpeg, renditions, sound
from media.probe import probe
from media.renditions import proxy

MOST = 1.1
PROFILE = renditions.Profile()
CODECS: dict[str, dict[str, Any]] = {
    "h264.mp4": {"vcodec": "libx264", "preset": "fast", "b:v": "24M", "pix_fmt": "yuv420p", "acodec": "aac"},
    "prores.mov": {"vcodec": "prores_ks", "profile:v": 2, "pix_fmt": "yuv422p10le", "acodec": "pcm_s24le"},
}


def footage(tool: ffmpeg.Ffmpeg, path: Path, seconds: int) -> Path:
    """A moving picture with the noise of a sensor, and two channels of sound; five seconds, again and again."""
    part = path.with_name(f"part-{path.name}")
    picture = graphs.input("testsrc2=size=1920x1080:rate=25:duration=5", f="lavfi")
    picture = picture.filter("noise", alls=4, allf="t")
    noise = graphs.input("anoisesrc=color=pink:amplitude=0.1:duration=5", f="lavfi")
    stereo = noise.filter("aformat", channel_layouts="stereo", sample_rates=48000)
    ffmpeg.run(tool, graphs.output(picture, stereo, ffmpeg.address(part), **CODECS[path.name]))
    ffmpeg.run(tool, ffmpeg.read(part, stream_loop=seconds // 5 - 1).output(ffmpeg.address(path), c="copy"))
    return path


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, and seconds of all cores together, which other work on the machine disturbs less."""

    wall: float
    cores: float


def cores() -> float:
    """Seconds that all cores have worked for this process and its children that ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def cost(work: Callable[[Path], object]) -> Cost:
    """What `work` costs in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        started, before = time.perf_counter(), cores()
        work(Path(folder))
        return Cost(time.perf_counter() - started, cores() - before)


def compare(tool: ffmpeg.Ffmpeg, source: Path, pairs: int) -> float:
    """The ratio of everything to the proxy alone, the fastest run of each."""
    found = probe(source)

    def everything(folder: Path) -> None:
        heard = sound.extract(source, found, folder, tool)
        renditions.make(source, found, heard, folder, PROFILE, tool)

    with tempfile.TemporaryDirectory() as folder:
        heard = sound.extract(source, found, Path(folder), tool)  # also loads the voice detector

    def alone(folder: Path) -> None:
        target = folder / "proxy.mp4"
        ffmpeg.run(tool, proxy.graph(ffmpeg.read(source), found, heard, target, PROFILE))

    runs = []
    for number in range(pairs):
        # Each goes first in turn, as the second finds the file in memory.
        first = cost(alone) if number % 2 else None
        whole = cost(everything)
        only = first or cost(alone)
        runs.append((whole, only))
        print(
            f"{source.name}: everything {whole.wall:.2f} s, proxy alone {only.wall:.2f} s: "
            f"{whole.wall / only.wall:.2f} on the clock, {whole.cores / only.cores:.2f} of the cores' time",
            flush=True,
        )
    return min(whole.wall for whole, _ in runs) / min(only.wall for _, only in runs)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=30)
    arguments.add_argument("--pairs", type=int, default=3)
    asked = arguments.parse_args()
    tool, worst = ffmpeg.locate(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name in CODECS:
            ratio = compare(tool, footage(tool, Path(folder) / name, asked.seconds), asked.pairs)
            print(f"{name}: fastest runs {ratio:.2f} (goal {MOST})", flush=True)
            worst = max(worst, ratio)
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
