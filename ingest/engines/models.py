"""Which speech model, how big, and where: named ones from the model hub, folders, "auto" and "demo"."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.errors import ModelMissing, ModelUnfit
from media.errors import Stopped

# Name, repository on the hub, megabytes to fetch. Systran's are the conversions that faster-whisper names.
MODELS = {
    "tiny": ("Systran/faster-whisper-tiny", 78),
    "tiny.en": ("Systran/faster-whisper-tiny.en", 78),
    "base": ("Systran/faster-whisper-base", 148),
    "base.en": ("Systran/faster-whisper-base.en", 148),
    "small": ("Systran/faster-whisper-small", 487),
    "small.en": ("Systran/faster-whisper-small.en", 487),
    "medium": ("Systran/faster-whisper-medium", 1531),
    "medium.en": ("Systran/faster-whisper-medium.en", 1531),
    "large-v1": ("Systran/faster-whisper-large-v1", 3090),
    "large-v2": ("Systran/faster-whisper-large-v2", 3090),
    "large-v3": ("Systran/faster-whisper-large-v3", 3092),
    "large": ("Systran/faster-whisper-large-v3", 3092),
    "large-v3-turbo": ("mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1623),
    "turbo": ("mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1623),
    "distil-small.en": ("Systran/faster-distil-whisper-small.en", 336),
    "distil-medium.en": ("Systran/faster-distil-whisper-medium.en", 792),
    "distil-large-v2": ("Systran/faster-distil-whisper-large-v2", 1516),
    "distil-large-v3": ("Systran/faster-distil-whisper-large-v3", 1516),
    "distil-large-v3.5": ("distil-whisper/distil-large-v3.5-ct2", 1516),
}
# Those that give the original back where a translation is asked for, without a word: they were trained on none.
UNTRANSLATING = re.compile(r"turbo|distil|\.en\b|^demo$", re.IGNORECASE)
TRANSLATING = "large-v3, medium or small"
ON_GPU = "large-v3-turbo"
ON_CPU = "small"
NEEDED = ("config.json", "model.bin", "tokenizer.json")
WANTED = [*NEEDED, "preprocessor_config.json", "vocabulary.*"]
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True, slots=True)
class Model:
    """A speech model, here or to be fetched.

    Attributes:
        name: as it is recorded with transcripts: never "auto", but what auto chose.
        folder: where it is, or would be.
        present: whether it is there, whole.
        megabytes: what it takes on disk; None where it is to be fetched and its size is not known.
        repository: its name on the hub; None for a folder.
    """

    name: str
    folder: Path
    present: bool
    megabytes: int | None
    repository: str | None = None


def resolve(name: str, *, demo: Path | None = None) -> Model:
    """Find the model that a name or folder means, without any network.

    Args:
        name: "auto", "demo", a faster-whisper model name, a repository on the hub, or a folder.
        demo: the folder of the tiny model that comes with the program.

    Raises:
        ModelMissing: a folder that is not there or lacks a file, or a name that nobody knows.
    """
    if name == "auto":
        name = _automatic()
    if name == "demo" and demo:
        return _in_folder(demo, name)
    if name in MODELS:
        repository, megabytes = MODELS[name]
        return _on_hub(name, repository, megabytes)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _in_folder(folder.resolve(), folder.resolve().name)
    if REPOSITORY.fullmatch(name):
        return _on_hub(name, name, None)
    known = ", ".join(MODELS)
    raise ModelMissing(
        f"{name}: there is no such folder, and no model of that name",
        f"Name a folder that holds {', '.join(NEEDED)}, or one of: auto, demo, {known}.",
    )


def must_translate(name: str) -> None:
    """Refuse, by its name alone, a model that cannot translate; a folder may have any name.

    Args:
        name: as for `resolve`.

    Raises:
        ModelUnfit: naming the model, and others that can.
    """
    chosen = _automatic() if name == "auto" else name
    if UNTRANSLATING.search(Path(chosen).name if Path(chosen).is_dir() else chosen):
        which = f"{chosen}, which `auto` means here," if name == "auto" else chosen
        raise ModelUnfit(
            f"The speech model {which} cannot translate: it would give the original back.",
            f'Choose {TRANSLATING} with --model or in archive.toml; or take "en" out of `translate` there.',
        )


def _automatic() -> str:
    return ON_GPU if has_gpu() else ON_CPU


def fetch(
    model: Model,
    progress: Callable[[float], None] | None = None,
    stop: threading.Event | None = None,
) -> Model:
    """Fetch the model from the hub unless it is here.

    Args:
        model: from `resolve`.
        progress: called with 0 to 1, from other threads.
        stop: set by somebody else to end early; what was fetched is kept for the next time.

    Returns:
        The same model, present.

    Raises:
        ModelMissing: the hub cannot be reached or does not give it.
        Stopped: `stop` was set.
    """
    if model.present or model.repository is None:
        return model
    from huggingface_hub import snapshot_download

    bar = _bar((model.megabytes or 0) * 1_000_000, progress, stop)
    try:
        folder = snapshot_download(model.repository, allow_patterns=WANTED, tqdm_class=bar)
    except Stopped:
        raise
    except Exception as error:  # the hub's client raises its own, httpx's, OSError and ValueError
        raise unreachable(model, error) from error
    if lacking := missing_files(Path(folder)):
        raise ModelMissing(
            f"{model.repository} on the hub is no faster-whisper model: it has no {lacking[0]}",
            "Choose another model with --model.",
        )
    return replace(model, folder=Path(folder), present=True, megabytes=_size(Path(folder)))


def unreachable(model: Model, error: Exception) -> ModelMissing:
    """The error for a model that is not here and cannot be fetched, with the three ways on."""
    why = str(error).splitlines()[0].removeprefix("Got: ") if str(error) else type(error).__name__
    return ModelMissing(
        f"The speech model {model.name} is not here (it would be in {model.folder}) "
        f"and the model hub does not give it: {why}",
        f"Fetch {model.repository} on another machine and give its folder with --model FOLDER; "
        "or put a caption file of the same name (.srt, .vtt) beside the clip; "
        "or try the program out with --model demo.",
    )


def missing_files(folder: Path) -> list[str]:
    """What a model folder lacks; without tokenizer.json faster-whisper would ask the hub for one."""
    return [file for file in NEEDED if not (folder / file).is_file()]


def has_gpu() -> bool:
    """Whether the recogniser can compute on a GPU here (CUDA only)."""
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count() > 0)


def _in_folder(folder: Path, name: str) -> Model:
    if not folder.is_dir():
        raise ModelMissing(f"{folder}: there is no such folder", "Install the program again.")
    if lacking := missing_files(folder):
        raise ModelMissing(
            f"{folder}: the speech model has no {' and no '.join(lacking)}",
            "Copy the whole model folder, or convert it again with --copy_files tokenizer.json "
            "preprocessor_config.json (ct2-transformers-converter).",
        )
    return Model(name, folder, True, _size(folder))


def _on_hub(name: str, repository: str, megabytes: int | None) -> Model:
    from huggingface_hub import constants, snapshot_download

    try:
        folder = Path(snapshot_download(repository, allow_patterns=WANTED, local_files_only=True))
    except (OSError, ValueError):
        folder = Path(constants.HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}"
    present = not missing_files(folder)
    return Model(name, folder, present, _size(folder) if present else megabytes, repository)


def _size(folder: Path) -> int:
    return round(sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 1_000_000)


def _bar(size: int, progress: Callable[[float], None] | None, stop: threading.Event | None) -> type[Any]:
    """A progress bar as the hub's client wants one, that draws nothing and tells us."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
            self.counts_bytes = options.get("unit") == "B"
            self.done = 0
            super().__init__(*args, **{**options, "disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            if stop and stop.is_set():
                raise Stopped("The model was not fetched to its end.", "Start again; it goes on from there.")
            self.done += int(n or 0)
            if progress and size and self.counts_bytes:
                progress(min(self.done / size, 1.0))
            return None

    return Bar
