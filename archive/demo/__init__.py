"""The sample footage and the tiny model: what `archive demo` shows, as package data.

Loading this module costs nothing; it says where things lie, and on request what they are.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

MODEL: Final = Path(__file__).parent / "model"
"""A folder that faster-whisper loads: the recogniser that knows the sample footage and nothing else."""

FOOTAGE: Final = Path(__file__).parent / "footage"
"""The folder of the sample interviews; its index.json says what each one is and what is said in it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a crew would know of a sample interview.

    Attributes:
        people: names and roles.
        speakers: names in the order of the voice channels.
        clips: file names in `FOOTAGE`, in order.
    """

    title: str
    place: str
    organisation: str
    people: tuple[tuple[str, str], ...]
    themes: tuple[str, ...]
    date: str
    speakers: tuple[str, ...]
    clips: tuple[str, ...]


def samples() -> tuple[Sample, ...]:
    """The four sample interviews."""
    import json

    index = json.loads((FOOTAGE / "index.json").read_text(encoding="utf-8"))
    return tuple(
        Sample(
            title=one["title"],
            place=one["place"],
            organisation=one["organisation"],
            people=tuple((person["name"], person["role"]) for person in one["people"]),
            themes=tuple(one["themes"]),
            date=one["date"],
            speakers=tuple(one["speakers"]),
            clips=tuple(clip["name"] for clip in one["clips"]),
        )
        for one in index["interviews"]
    )
