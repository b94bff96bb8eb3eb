"""Step `renditions`: what a browser plays and shows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.clip import Clip
from ingest.damage import Damage
from ingest.step import Context, StepFunction
from ingest.steps.place import aside
from media import renditions
from media.ffmpeg import Ffmpeg


def step(ffmpeg: Callable[[], Ffmpeg], below: Path, profile: renditions.Profile) -> StepFunction:
    """The step, writing into a folder of the clip below `below`."""

    def run(clip: Clip, context: Context) -> Clip:
        assert clip.probe
        folder = below / clip.hash
        damage = Damage(context.settings)
        with aside(folder, clip.name) as made:
            files = renditions.make(
                clip.path,
                clip.probe,
                clip.sound,
                made,
                profile,
                ffmpeg(),
                progress=context.progress,
                stop=context.stop,
                on_damage=damage.on_damage,
            )
        placed = tuple(replace(file, path=folder / file.path.name) for file in files)
        return replace(clip, renditions=placed, damage=damage.message)

    return run
