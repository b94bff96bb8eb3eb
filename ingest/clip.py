"""Clip: the record of one camera or recorder file as it travels through the steps."""

from dataclasses import dataclass
from pathlib import Path

from ingest.transcript import Transcript
from media.probe import Probe
from media.renditions import Rendition
from media.sound import Sound


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip and what is known of it so far; each step returns a new one that knows more.

    Attributes:
        hash: xxh3-128 of its content, 32 hex digits.
        name: the file's name as the camera gave it.
        path: where its content lies.
        size: bytes.
        language: ISO 639-1 where the crew gave it.
        earlier: the language of an earlier clip of its interview.
        heard: whether its sound is what is transcribed; not that of a camera where a recorder ran beside it.
        captions: a caption file to be taken in place of recognising anything.
        probe: what the file is.
        sound: where the voices are.
        renditions: files made from it, below a folder of the caller's.
        transcript: its words, in milliseconds from its own start.
        translation: the same in English, where that was asked for.
        damage: what the step that made this clip found damaged, and took as far as it can be read.
    """

    hash: str
    name: str
    path: Path
    size: int
    language: str | None = None
    earlier: str | None = None
    heard: bool = True
    captions: Path | None = None
    probe: Probe | None = None
    sound: Sound | None = None
    renditions: tuple[Rendition, ...] = ()
    transcript: Transcript | None = None
    translation: Transcript | None = None
    damage: str = ""
