"""The pipeline's steps as this archive wants them: their settings, and the functions that do them."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from archive.config import Archive
from archive.intake import captions
from archive.intake.report import Reporter
from archive.intake.speech import Speech
from ingest import damage, diarizers
from ingest.clip import Clip
from ingest.diarizers import Diarizer
from ingest.engines import models
from ingest.ledger import Ledger, canonical
from ingest.step import StepFunction
from ingest.steps import STEPS, Step, probe, renditions, sound, transcribe, translate
from media import ffmpeg
from media.probing import Prober
from media.renditions import Profile

UNHEARD = canonical({"heard": False})  # of the transcript of a clip whose sound does not count


def settings(archive: Archive, step: Step, clip: Clip, model: str, *, accept_damaged: bool = False) -> str:
    """What the outcome of a step depends on besides the clip, in the form that the ledger compares.

    Args:
        archive: whose settings are meant.
        step: which step.
        clip: with the language that the crew gave, if it gave one.
        model: the speech model that was asked for.
        accept_damaged: whether what can be read of a damaged clip is used.
    """
    match step:
        case "copy":
            return canonical({})
        case "probe":
            return canonical(probe.settings())
        case "sound":
            return canonical(damage.settings(sound.settings(), accept=accept_damaged))
        case "renditions":
            return canonical(damage.settings(profile(archive).settings(), accept=accept_damaged))
        case "transcribe":
            if not clip.heard:
                return UNHEARD
            if clip.captions:
                return captions.settings(clip.captions)
            asked = archive.config.transcribe
            return canonical(
                transcribe.settings(model, clip.language, asked.vocabulary, asked.languages, asked.diarize)
            )
        case "translate":
            return canonical(translate.settings(model)) if clip.heard else UNHEARD


def of_each_clip(archive: Archive) -> tuple[Step, ...]:
    """The steps that every clip of this archive goes through, in their order."""
    return (*STEPS, "translate") if archive.config.transcribe.translate else STEPS


def must_be_able(archive: Archive, model: str) -> None:
    """Refuse to begin where what the settings ask for cannot be done.

    Raises:
        ModelUnfit: naming the model and others.
        DiarizerMissing: what tells voices apart is not there.
    """
    if archive.config.transcribe.translate:
        models.must_translate(model)
    diarizer(archive)


def diarizer(archive: Archive) -> Diarizer | None:
    """What tells voices apart, if the settings ask for it; its models are looked for from the archive's folder.

    Raises:
        DiarizerMissing: it is not there.
    """
    asked = archive.config.transcribe
    if asked.diarize is None:
        return None
    models_at = archive.folder / Path(asked.diarize_model).expanduser() if asked.diarize_model else None
    return diarizers.find(asked.diarize, models_at)


def accepts_damage(ledger: Ledger, clip: str, step: Step, asked: bool) -> bool:
    """Whether damage of a clip is accepted at a step: as it was done, else by this run or an earlier one.

    Args:
        ledger: what earlier runs did.
        clip: its hash.
        step: which step.
        asked: whether this run accepts damage.
    """
    record = ledger.record(clip, step)
    if record is not None and record.state == "done":
        return damage.is_accepted(record.settings)
    decoding: tuple[Step, ...] = ("sound", "renditions")
    earlier = (ledger.record(clip, each) for each in decoding)
    return asked or any(each is not None and damage.is_accepted(each.settings) for each in earlier)


def profile(archive: Archive) -> Profile:
    """How renditions are made."""
    return Profile(proxy_height=archive.config.renditions.proxy_height)


@contextmanager
def functions(
    archive: Archive, model: str, names: Sequence[str], reporter: Reporter, stop: threading.Event
) -> Iterator[Mapping[Step, StepFunction]]:
    """The steps; what they need is loaded when the first of them asks for it, and ends with the block.

    The names that the catalogue knows are told to the recogniser behind those of archive.toml. They are no setting of
    the step: else every name that somebody adds would make all transcripts stale, and a run would hear them again.
    """

    @cache
    def tool() -> ffmpeg.Ffmpeg:
        return ffmpeg.locate(archive.ffmpeg)

    asked = archive.config.transcribe
    vocabulary = tuple(dict.fromkeys((*asked.vocabulary, *names)))
    with Speech(model, reporter, stop) as speech, Prober() as prober:
        yield {
            "probe": probe.step(prober),
            "sound": sound.step(tool, archive.renditions),
            "renditions": renditions.step(tool, archive.renditions, profile(archive)),
            "transcribe": transcribe.step(
                speech.recogniser, speech.model, vocabulary, asked.languages, diarizer(archive)
            ),
            "translate": translate.step(speech.recogniser, speech.model, asked.languages),
        }
