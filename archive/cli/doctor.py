"""`archive doctor`: what is there, and what to do about what is missing."""

import json
import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from archive.cli.options import ArchiveOption, JsonOption
from archive.errors import NoArchiveHere
from media.amounts import bytes_of
from media.errors import Problem

if TYPE_CHECKING:
    from archive.config import Archive

LIBRARIES = ("interview-archive", "faster-whisper", "ctranslate2", "av", "datasette", "sqlite-utils", "typer")
LITTLE_ROOM = 20_000_000_000  # bytes; less than one card


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that was looked at.

    Attributes:
        what: its name.
        state: "ok", "note" where something could be better, "missing" where work will fail.
        found: what is there.
        remedy: what to do, where something is not as it should be.
        code: the exit code that it leads to.
    """

    what: str
    state: Literal["ok", "note", "missing"]
    found: str
    remedy: str = ""
    code: int = 0


def command(as_json: JsonOption = False, archive: ArchiveOption = None) -> None:
    """Look whether everything is there that an ingest needs, and say what to do about what is not."""
    from archive.intake.summary import exit_code

    answers = _answers(archive)
    if as_json:
        typer.echo(json.dumps([asdict(answer) for answer in answers], indent=2))
    else:
        for answer in answers:
            typer.echo(f"{answer.state:9}{answer.what:10}{answer.found}")
            if answer.remedy:
                typer.echo(f"{'':19}Try: {answer.remedy}")
    raise typer.Exit(exit_code(answer.code for answer in answers))


def _answers(option: Path | None) -> list[Answer]:
    """Everything, of the archive that is meant or, where there is none, with the settings of a new one."""
    from archive import config

    try:
        archive = config.find(option)
        place = Answer("archive", "ok", str(archive.folder.resolve()))
        if catalogue := _catalogue(archive):
            place = catalogue
    except Problem as error:
        archive = config.Archive(Path.cwd(), config.Config())
        is_none = isinstance(error, NoArchiveHere)
        place = (
            Answer("archive", "note", error.message, error.remedy) if is_none else _missing("archive", error)
        )
    return [place, _ffmpeg(archive), _model(archive), _gpu(), _disk(archive.folder), *_machine()]


def _missing(what: str, error: Problem) -> Answer:
    from archive.cli.failing import code_of

    return Answer(what, "missing", error.message, error.remedy, code_of(error))


def _catalogue(archive: "Archive") -> Answer | None:
    """What is wrong with the archive's catalogue, if anything is; one that is not there is made by the next ingest."""
    from archive.catalogue import open_catalogue
    from archive.catalogue.troubles import explained

    try:
        if archive.database.exists():
            with explained(archive.database), open_catalogue(archive.database, write=False) as db:
                db.execute("SELECT count(*) FROM interviews").fetchone()
    except Problem as error:
        return _missing("archive", error)
    return None


def _ffmpeg(archive: "Archive") -> Answer:
    from media import ffmpeg

    try:
        tool = ffmpeg.locate(archive.ffmpeg)
        return Answer("ffmpeg", "ok", f"{tool.version()} ({tool.program})")
    except Problem as error:
        return _missing("ffmpeg", error)


def _model(archive: "Archive") -> Answer:
    from archive.demo import MODEL
    from ingest.engines import models

    asked = archive.config.transcribe.model
    try:
        model = models.resolve(asked, demo=MODEL)
    except Problem as error:
        return _missing("model", error)
    size = f"{model.megabytes} MB" if model.megabytes else "of unknown size"
    name = model.name if asked == model.name else f"{asked}, here {model.name}"
    if model.present:
        return Answer("model", "ok", f"{name}: {size} in {model.folder}")
    return Answer(
        "model",
        "note",
        f"{name}: to be downloaded, {size}, into {model.folder}",
        "the first ingest fetches it; without a network give a folder with --model or in archive.toml.",
    )


def _gpu() -> Answer:
    from ingest.engines import models

    if models.has_gpu():
        return Answer("gpu", "ok", "CUDA; the recogniser uses it")
    return Answer("gpu", "ok", "none that the recogniser can use (CUDA); it works on the CPU")


def _disk(folder: Path) -> Answer:
    free = shutil.disk_usage(folder).free
    found = f"{bytes_of(free)} free in {folder.resolve()}"
    if free < LITTLE_ROOM:
        return Answer("disk", "note", found, "free some space; a card of footage may not fit.")
    return Answer("disk", "ok", found)


def _machine() -> list[Answer]:
    from importlib.metadata import version

    python = f"{platform.python_version()} ({sys.executable})"
    system = f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores"
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        Answer("system", "ok", system),
        Answer("python", "ok", python),
        Answer("versions", "ok", libraries),
    ]
