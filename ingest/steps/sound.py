"""Step `sound`: which channels hold the voices, and 16 kHz mono for the recogniser."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.clip import Clip
from ingest.damage import Damage
from ingest.step import Context, StepFunction
from ingest.steps.place import aside
from media import sound
from media.ffmpeg import Ffmpeg

RECIPE = 1  # raised when the same clip would sound different


def settings() -> dict[str, object]:
    """What the step's outcome depends on besides the clip."""
    return {"recipe": RECIPE}


def step(ffmpeg: Callable[[], Ffmpeg], renditions: Path) -> StepFunction:
    """The step, writing into a folder of the clip below `renditions`."""

    def run(clip: Clip, context: Context) -> Clip:
        assert clip.probe
        folder = renditions / clip.hash
        damage = Damage(context.settings)
        with aside(folder, clip.name) as made:
            found = sound.extract(
                clip.path,
                clip.probe,
                made,
                ffmpeg(),
                progress=context.progress,
                stop=context.stop,
                on_damage=damage.on_damage,
            )
        return replace(clip, sound=moved(found, folder), damage=damage.message)

    return run


def moved(found: sound.Sound, folder: Path) -> sound.Sound:
    """The same sound, its files in another folder."""
    return replace(
        found,
        path=folder / found.path.name if found.path else None,
        levels=folder / found.levels.name if found.levels else None,
    )
