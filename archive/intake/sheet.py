"""What may stand in a shoot.toml: the crew's words about footage, each in its key."""

import datetime
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from archive import config
from archive.catalogue import people
from archive.catalogue.by_name import is_address
from archive.catalogue.people import name_and_role
from archive.catalogue.releases import Status, Use
from archive.errors import UserError
from media.amounts import bytes_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LARGEST = 1_000_000  # bytes; a page about each of three hundred interviews

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MEND = "Mend that and run the same command again; what may stand there is told in docs/shoot.md."


def _day(value: Any) -> Any:  # noqa: ANN401 - whatever TOML has
    """TOML has days; people write them in quotation marks as well."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Day = Annotated[datetime.date, BeforeValidator(_day)]
Names = list[Text]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class About(_Table):
    """What can be said of all clips, and of those of one table."""

    date: Day | None = None
    place: Text | None = None
    organisation: Text | None = None
    initiative: Text | None = None
    shoot: Text | None = None
    series: Text | None = None
    language: Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")] | None = None
    people: Names = []
    themes: Names = []
    speakers: Names = []
    release: Text | None = None
    uses: list[Use] | None = None
    licence: Text | None = None
    signed_by: Text | None = None
    signed: Day | None = None
    note: Text | None = None
    status: Status | None = None
    until: Day | None = None


class Interview(About):
    """What is said of the clips that fit one of some patterns."""

    clips: Annotated[Names, Field(min_length=1)] = ["*"]
    title: Text | None = None
    episode: Annotated[int, Field(ge=0, lt=1 << 31)] | None = None
    identifier: Text | None = None
    abstract: Text | None = None

    def takes(self, name: str) -> bool:
        """Whether a clip is one of its own, by its path below the folder of shoot.toml; case is no matter."""
        patterns = (PurePosixPath(pattern.lower()) for pattern in self.clips)
        return any(PurePosixPath(name.lower()).match(str(each)) for each in patterns if each.parts)


class Person(_Table):
    """What is said of a person."""

    public_name: Text | None = None
    biography: Text | None = None
    links: Names = []


class Sheet(About):
    """The whole of a shoot.toml."""

    interview: list[Interview] = []
    person: dict[Text, Person] = {}

    def of(self, interview: Interview | None) -> Interview:
        """All that is said of the clips of one table; None: of those that none takes.

        Its people and themes come before those of all; everything else of its own takes the place of theirs.
        """
        said = {name: getattr(self, name) for name in About.model_fields}
        own = {name: getattr(interview, name) for name in interview.model_fields_set} if interview else {}
        if "status" in own:
            said["until"] = None
        for name in ("people", "themes"):
            said[name] = list(dict.fromkeys([*own.pop(name, ()), *said[name]]))
        return Interview.model_construct(**(said | own))


def read(path: Path) -> str:
    """The text of a shoot.toml.

    Raises:
        UserError: it cannot be read, is too large or no UTF-8.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}).", "Look at its permissions, or move it away."
        ) from error
    if len(raw) > LARGEST:
        raise UserError(f"{path} is larger than {bytes_of(LARGEST)}, too large for what a crew knows.", _MEND)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}, line {line}, is not UTF-8.", "Save it as UTF-8.") from None


def parse(path: Path, text: str) -> Sheet:
    """What a shoot.toml says.

    Raises:
        UserError: naming the file, the key and what is wrong with it.
    """
    try:
        sheet = Sheet.model_validate(config.parsed(path, text, _MEND))
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{path}: {_key(first['loc'])}: {_wrong(first)}.", _MEND) from None
    _must_agree(path, sheet)
    return sheet


def _must_agree(path: Path, sheet: Sheet) -> None:
    for number, table in enumerate(sheet.interview, 1):
        _must_fit(f"{path}: interview {number}", table, sheet.of(table))
    _must_fit(str(path), sheet, sheet.of(None))
    tables = [sheet, *sheet.interview]
    named = {name_and_role(each)[0] for table in tables for each in table.people}
    named |= {each for table in tables for each in table.speakers}
    for name, person in sheet.person.items():
        if name not in named:
            raise UserError(
                f"{path}: person: {name} is nobody among the people or speakers of it.{_near(name, named)}",
                _MEND,
            )
        _must_be_of(f"{path}: person: {name}", name, person, named)


def _must_be_of(where: str, name: str, person: Person, named: Iterable[str]) -> None:
    """See that a person's public name is nobody else's, and that the links are addresses."""
    for other in sorted({*named} - {name}):
        if person.public_name and people.key(other) == people.key(person.public_name):
            raise UserError(f"{where}: public_name: it is {other}'s real name.", _MEND)
    for link in person.links:
        if not is_address(link):
            raise UserError(
                f"{where}: links: {link} is no address.", "One that begins with https://, http:// or mailto:"
            )


def _must_fit(where: str, own: About, whole: Interview) -> None:
    """See that what one table says, and what it has of all, go together."""
    if (whole.status == "embargoed") != (whole.until is not None):
        raise UserError(
            f"{where}: until: an embargo has a last day, and nothing else has.",
            'status = "embargoed" and until = YYYY-MM-DD go together.',
        )
    if whole.initiative and not whole.organisation:
        raise UserError(f"{where}: initiative: whose is it?", "Say its organisation, too.")
    for key in ("uses", "licence", "signed_by", "signed", "note"):
        if isinstance(own, Interview) and key in own.model_fields_set and not whole.release:
            raise UserError(
                f"{where}: {key}: it belongs to a signed form, and there is none.",
                'Add release = "FORM.pdf".',
            )


def _key(location: tuple[int | str, ...]) -> str:
    """Where something stands, as people count: `interview 2: people 1`."""
    words: list[str] = []
    for part in location:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        elif part != "[key]":
            words.append(str(part))
    return ": ".join(words) or "the file"


def _wrong(error: "ErrorDetails") -> str:
    """What is wrong with a key, in the words of TOML, not of Python."""
    match error["type"]:
        case "extra_forbidden":
            known = _known(error["loc"])
            return f"there is no such key.{_near(str(error['loc'][-1]), known)} There are {', '.join(known)}"
        case "string_pattern_mismatch":
            return "no language code; two letters, as in en, fr, it, fi"
        case "literal_error":
            return f"'{error['input']}' is not known; one of {error['ctx']['expected']}"
        case "string_type":
            return "should be text in quotation marks"
        case "list_type":
            return 'should be a list in square brackets, such as ["Anna Rossi (baker)"]'
        case "string_too_short" | "too_short":
            return "nothing stands there; leave it out"
        case "int_type":
            return "should be a whole number, without quotation marks"
        case "date_type" | "date_from_datetime_inexact" | "value_error" | "date_from_datetime_parsing":
            return f"'{error['input']}' is no day; write it as 2026-12-31"
        case _:
            return error["msg"].lower()


def _known(location: tuple[int | str, ...]) -> list[str]:
    tables: dict[str, type[BaseModel]] = {"interview": Interview, "person": Person}
    return list(tables.get(str(location[0]) if len(location) > 1 else "", Sheet).model_fields)


def _near(name: str, known: Any) -> str:  # noqa: ANN401 - any collection of names
    near = get_close_matches(name, list(known), n=1)
    return f" Is {near[0]} meant?" if near else ""
