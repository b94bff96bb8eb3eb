"""The pipeline's steps as this archive wants them: their settings, and the functions that do them."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from archive.config import Archive
from archive.intake.report import Reporter
from archive.intake.speech import Speech
from ingest.clip import Clip
from ingest.ledger import canonical
from ingest.step import StepFunction
from ingest.steps import Step, probe, renditions, sound, transcribe
from media import ffmpeg
from media.probing import Prober
from media.renditions import Profile


def settings(archive: Archive, step: Step, clip: Clip, model: str) -> str:
    """What the outcome of a step depends on besides the clip, in the form that the ledger compares.

    Args:
        archive: whose settings are meant.
        step: which step.
        clip: with the language that the crew gave, if it gave one.
        model: the speech model that was asked for.
    """
    match step:
        case "copy":
            return canonical({})
        case "probe":
            return canonical(probe.settings())
        case "sound":
            return canonical(sound.settings())
        case "renditions":
            return canonical(profile(archive).settings())
        case "transcribe":
            if clip.captions:
                return canonical({"captions": clip.captions.name})
            return canonical(transcribe.settings(model, clip.language, archive.config.transcribe.vocabulary))


def profile(archive: Archive) -> Profile:
    """How renditions are made."""
    return Profile(proxy_height=archive.config.renditions.proxy_height)


@contextmanager
def functions(
    archive: Archive, model: str, reporter: Reporter, stop: threading.Event
) -> Iterator[Mapping[Step, StepFunction]]:
    """The steps; what they need is loaded when the first of them asks for it, and ends with the block."""

    @cache
    def tool() -> ffmpeg.Ffmpeg:
        return ffmpeg.locate(archive.ffmpeg)

    with Speech(model, reporter, stop) as speech, Prober() as prober:
        yield {
            "probe": probe.step(prober),
            "sound": sound.step(tool, archive.renditions),
            "renditions": renditions.step(tool, archive.renditions, profile(archive)),
            "transcribe": transcribe.step(
                speech.recogniser, speech.model, archive.config.transcribe.vocabulary
            ),
        }
