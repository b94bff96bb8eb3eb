"""Where an archive is, and what its archive.toml says."""

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from archive.errors import NoArchiveHere, UserError
from media.amounts import bytes_of
from media.errors import NoRoom

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SETTINGS_FILE = "archive.toml"
DATABASE = "archive.db"
LARGEST = 1_000_000  # bytes; a vocabulary of a million letters
MEND = "Mend that, or take the file from a backup; toml.io shows the form."

TEMPLATE = """\
# An interview archive. Everything here may be changed; what is not said has the default that stands behind it.
title = {title}

[transcribe]
# "auto" takes large-v3-turbo on a GPU and small on a CPU; or a faster-whisper model's name, a folder, or "demo".
model = {model}
# Names the recogniser should know: people, places, initiatives.
vocabulary = {vocabulary}
# The languages that may be spoken, such as ["en", "fr"]; where none is named all are listened for.
languages = {languages}
# ["en"] has what is said in other languages translated into English, too. Not every model can.
translate = []
# Who tells the voices apart where one microphone hears several people, and where its models lie: see docs/sound.md.
# diarize = "sherpa-onnx"
# diarize_model = "/models/diarize"

[renditions]
# Height in pixels of the proxy that browsers play; footage is never enlarged.
proxy_height = 720

[releases]
# true: nothing is exported before its release is noted, for those who work on it either.
form_first = false

[ffmpeg]
# Another ffmpeg than the one that comes with the program.
# program = "/usr/local/bin/ffmpeg"
"""


class Section(BaseModel):
    """A part of archive.toml; a word it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Transcribe(Section):
    """Who recognises speech, which names and languages it should know, and what it does besides."""

    model: Annotated[str, Field(min_length=1)] = "auto"
    vocabulary: tuple[str, ...] = ()
    languages: tuple[Annotated[str, Field(pattern="^[a-z]{2,3}$")], ...] = ()
    translate: tuple[Literal["en"], ...] = ()
    diarize: str | None = None
    diarize_model: str | None = None


class Renditions(Section):
    """What is made for the browser."""

    proxy_height: Annotated[int, Field(ge=120, le=4320, multiple_of=2)] = 720


class Releases(Section):
    """What must be there before anything is exported."""

    form_first: bool = False


class Program(Section):
    """Which ffmpeg is used."""

    program: str | None = None


class Config(Section):
    """The whole of archive.toml."""

    title: Annotated[str, Field(min_length=1)] = "Interview archive"
    transcribe: Transcribe = Transcribe()
    renditions: Renditions = Renditions()
    releases: Releases = Releases()
    ffmpeg: Program = Program()


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive: its folder and its settings."""

    folder: Path
    config: Config

    @property
    def database(self) -> Path:
        """The catalogue, one SQLite file."""
        return self.folder / DATABASE

    @property
    def originals(self) -> Path:
        """Footage as the camera wrote it."""
        return self.folder / "originals"

    @property
    def renditions(self) -> Path:
        """What was made from it."""
        return self.folder / "renditions"

    @property
    def captions(self) -> Path:
        """Caption files that came with clips."""
        return self.folder / "captions"

    @property
    def releases(self) -> Path:
        """Signed forms, a folder an interview."""
        return self.folder / "releases"

    @property
    def portraits(self) -> Path:
        """Pictures of people."""
        return self.folder / "portraits"

    @property
    def logs(self) -> Path:
        """One log a day."""
        return self.folder / "logs"

    @property
    def ffmpeg(self) -> str | None:
        """The ffmpeg that somebody named, or None for the one that comes with the program."""
        return self.config.ffmpeg.program or os.environ.get("ARCHIVE_FFMPEG") or None


def find(option: Path | None) -> Archive:
    """The archive that is meant: the option, ARCHIVE_DIR, or the current folder or one above it.

    Raises:
        NoArchiveHere: none is named and none is here.
        UserError: the one that is named is none, or its archive.toml cannot be read.
    """
    named = option or (Path(value) if (value := os.environ.get("ARCHIVE_DIR")) else None)
    if named is not None:
        if (named / SETTINGS_FILE).is_file():
            return Archive(named, read(named / SETTINGS_FILE))
        _must_not_be_without_settings(named)
        raise UserError(
            f"{named} is no archive (it holds no {SETTINGS_FILE}).",
            f"Make one with: archive new {quote(str(named))}",
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).is_file():
            return Archive(folder, read(folder / SETTINGS_FILE))
    for folder in (here, *here.parents):
        _must_not_be_without_settings(folder)
    raise NoArchiveHere(
        f"There is no archive in {here} or above it.",
        "Make one with `archive new FOLDER`, or name one with --archive FOLDER or ARCHIVE_DIR.",
    )


def _must_not_be_without_settings(folder: Path) -> None:
    """Say of an archive that only its settings are gone.

    Raises:
        UserError: a catalogue and originals lie in `folder`, and no archive.toml.
    """
    if (folder / DATABASE).is_file() and (folder / "originals").is_dir():
        raise UserError(
            f"{folder} is an archive that lacks its {SETTINGS_FILE}; all else is untouched.",
            f"Copy it from a backup (BACKUP/archive/{SETTINGS_FILE}), or make one that has the defaults and leaves"
            f" all else as it is: archive new {quote(str(folder))}",
        )


def read(path: Path) -> Config:
    """The settings in an archive.toml.

    Raises:
        UserError: naming the file, the line or the setting, and what it may be.
        NoRoom: it may not be read, or its disk does not give it back.
    """
    try:
        return Config.model_validate(parsed(path, _text(path), MEND))
    except OSError as error:
        raise NoRoom(
            f"{path} cannot be read ({error.strerror}).", "Look at its permissions and at its disk."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(
            f"{path}: {_name(first['loc'])}: {_wrong(first)}.",
            f"Known settings: {', '.join(_settings())}.",
        ) from None


def parsed(path: Path, text: str, remedy: str) -> dict[str, Any]:
    """What a TOML file says.

    Args:
        path: of the file, for the message.
        text: of it.
        remedy: what to do where it is none.

    Raises:
        UserError: it is not valid TOML; says why.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why = str(error)
    except RecursionError:
        why = "brackets within brackets without end"
    except ValueError:  # Python reads no more than 4300 digits
        why = "a number of thousands of digits"
    raise UserError(f"{path} is not valid TOML: {why}.", remedy)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise UserError(f"{path} is larger than {bytes_of(LARGEST)}, too large for settings.", MEND)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path} is not valid TOML: line {line} is not UTF-8.", MEND) from None


def must_be_free(folder: Path) -> None:
    """See that a folder is no archive yet.

    Raises:
        UserError: it is.
    """
    if (folder / SETTINGS_FILE).exists():
        raise UserError(f"{folder} is an archive already.", f"Use it: archive ingest PATH --archive {folder}")


def create(
    folder: Path,
    title: str,
    model: str = "auto",
    *,
    languages: Sequence[str] = (),
    vocabulary: Sequence[str] = (),
) -> Archive:
    """A new archive: its folders and an archive.toml that explains itself.

    Args:
        folder: is made.
        title: what it is called on its pages.
        model: who recognises speech.
        languages: that may be spoken, ISO 639-1; none for all.
        vocabulary: names that the recogniser should know.

    Raises:
        UserError: there is an archive already.
        NoRoom: it cannot be made there.
    """
    must_be_free(folder)
    import tomlkit

    # A folder's name may hold bytes that are no UTF-8.
    readable = title.encode("utf-8", "replace").decode("utf-8")
    text = TEMPLATE.format(
        title=tomlkit.string(readable).as_string(),
        model=tomlkit.string(model).as_string(),
        languages=tomlkit.item(list(languages)).as_string(),
        vocabulary=tomlkit.item(list(vocabulary)).as_string(),
    )
    try:
        for part in ("originals", "renditions", "logs"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / SETTINGS_FILE).write_text(text, encoding="utf-8")
    except OSError as error:
        raise NoRoom(
            f"{folder} cannot be made an archive ({error.strerror}).",
            "Choose another folder, or look at its permissions and its disk.",
        ) from error
    return Archive(folder, read(folder / SETTINGS_FILE))


def _wrong(error: "ErrorDetails") -> str:
    """What is wrong with a setting, in the words of TOML, not of Python."""
    if error["type"] == "extra_forbidden":
        return "there is no such setting"
    if error["type"] == "string_pattern_mismatch":
        return "a language is a code of two letters, as in en, fr, it, fi"
    said = error["msg"].lower().replace("valid tuple", "list in square brackets")
    return said.replace("valid string", "text in quotation marks").replace("string", "text")


def _name(location: tuple[Any, ...]) -> str:
    return ".".join(re.sub(r"\W", "?", str(part)) for part in location) or "the file"


def _settings() -> list[str]:
    names = []
    for name, field in Config.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            names += [f"{name}.{part}" for part in inner.model_fields]
        else:
            names.append(name)
    return names
