"""What a crew says in shoot.toml files beside the footage, and which of its clips each part of that is about."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.catalogue.description import NOTHING, Description
from archive.catalogue.people import name_and_role
from archive.config import Archive
from archive.errors import UserError
from archive.intake import forms, sheet
from archive.intake.request import Request
from archive.intake.sheet import Interview, Person, Sheet
from media import card

FILE = "shoot.toml"

Clips = Sequence[tuple[str, str]]  # the path of each, and its hash


@dataclass(frozen=True, slots=True)
class Part:
    """Clips of a request of which the same is said.

    Attributes:
        clips: the path of each, and its hash.
        request: with the title and the description that these clips get: what the command says, else shoot.toml.
        options: what the command says.
        said: what shoot.toml says; it is followed where it says something new.
        persons: what it says of people, by name.
        form: the path of the signed one.
    """

    clips: Clips
    request: Request
    options: Description
    said: Interview
    persons: Mapping[str, Person]
    form: str | None


def prepared(archive: Archive, request: Request) -> Request:
    """A request with what lies beside its footage: every shoot.toml checked, every form looked at.

    Of a card that is away what was read of it before is taken, and of one that is copied already.

    Raises:
        UserError: a form cannot be read, or a shoot.toml says what cannot be; names the file and the key.
    """
    if request.clips:
        return request
    texts = dict(_texts(request))
    sheets = {folder: sheet.parse(Path(folder) / FILE, text) for folder, text in texts.items()}
    for folder, said in sheets.items():
        if said.interview and request.interview:
            raise UserError(
                f"--interview makes one interview of all, and {Path(folder) / FILE} names several.",
                "Leave out --interview, or the tables [[interview]].",
            )
        if os.path.isdir(folder):  # noqa: PTH112 - as the sheets name it
            _must_take(archive, folder, sheets)
    found = (
        {}
        if request.release is None
        else {_whole(request.release): _look(request, "--release", request.release)}
    )
    for folder, said in sheets.items():
        for where, path in _forms(folder, said):
            _must_lie_in(folder, where, path)
            found[path] = _look(request, where, path)
    return replace(request, sheets=tuple(texts.items()), forms=tuple(found.items()))


def parts(request: Request, clips: Clips) -> list[Part]:
    """The clips of a request that was prepared, by what is said of them."""
    sheets = {folder: sheet.parse(Path(folder) / FILE, text) for folder, text in request.sheets}
    groups: dict[tuple[str | None, int | None], list[tuple[str, str]]] = {}
    for path, digest in clips:
        folder = _folder(path, sheets)
        table = _table(path, folder, sheets[folder]) if folder else None
        groups.setdefault((folder, table), []).append((path, digest))
    return [
        _part(request, folder, sheets[folder] if folder else Sheet(), table, group)
        for (folder, table), group in groups.items()
    ]


def keep_forms(archive: Archive, request: Request) -> dict[str, tuple[str, str]]:
    """Keep a copy of every form of a request that was prepared.

    Returns:
        By the path of each: where it lies below the archive's folder, and its xxh3-128. One whose card is away and
        that was not kept before is missing.
    """
    name = Path(_whole(request.paths[0])).name if request.paths else "footage"
    found = {}
    for path, digest in request.forms:
        if Path(path).is_file():
            found[path] = forms.keep(archive, name or "footage", Path(path))
        elif place := forms.kept(archive, name or "footage", Path(path), digest):
            found[path] = place, digest
    return found


def _texts(request: Request) -> Iterator[tuple[str, str]]:
    """Each folder that a request names, or in which a file lies that it names, and the shoot.toml there."""
    before = dict(request.sheets)
    for path in map(Path, request.paths):
        if not path.exists():
            yield from ((folder, text) for folder, text in before.items() if _is_at(path, folder))
            continue
        folder = Path(_whole(path if path.is_dir() else path.parent))
        if os.path.lexists(folder / FILE):
            yield str(folder), sheet.read(folder / FILE)


def _is_at(path: Path, folder: str) -> bool:
    return folder in {_whole(path), _whole(path.parent)}


def _whole(path: Path | str) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - a link keeps the name that the crew gave it


def _must_take(archive: Archive, folder: str, sheets: Mapping[str, Sheet]) -> None:
    """See that every clip is taken by one table at most, and that every pattern takes one.

    Raises:
        UserError: naming the clip, or the pattern.
    """
    tables = sheets[folder].interview
    if not tables:
        return
    found = card.scan([Path(folder)], own=archive.folder).clips
    names = [os.path.relpath(path, folder) for path in found if _folder(str(path), sheets) == folder]
    for number, table in enumerate(tables, 1):
        for pattern in table.clips:
            if not any(Interview(clips=[pattern]).takes(name) for name in names):
                raise UserError(
                    f"{Path(folder) / FILE}: interview {number}: clips: no clip in {folder} is called {pattern}.",
                    f"There are {len(names)}, such as {names[0]}." if names else "There is no clip at all.",
                )
    for name in names:
        takers = [str(number) for number, table in enumerate(tables, 1) if table.takes(name)]
        if len(takers) > 1:
            raise UserError(
                f"{Path(folder) / FILE}: interview {' and '.join(takers)}: clips: {name} is in both.",
                "A clip belongs to one interview; write patterns that keep them apart.",
            )


def _folder(path: str, sheets: Mapping[str, Sheet]) -> str | None:
    """The nearest folder around a clip that has a shoot.toml."""
    return next((str(each) for each in Path(_whole(path)).parents if str(each) in sheets), None)


def _table(path: str, folder: str, said: Sheet) -> int | None:
    name = os.path.relpath(_whole(path), folder)
    return next((number for number, table in enumerate(said.interview) if table.takes(name)), None)


def _forms(folder: str, said: Sheet) -> Iterator[tuple[str, str]]:
    """Every form that a shoot.toml names: the key that does, and the path."""
    where = Path(folder) / FILE
    if said.release:
        yield f"{where}: release", _whole(Path(folder) / said.release)
    for number, table in enumerate(said.interview, 1):
        if table.release:
            yield f"{where}: interview {number}: release", _whole(Path(folder) / table.release)


def _must_lie_in(folder: str, where: str, path: str) -> None:
    """See that a form is a file of the footage's own: a card from elsewhere may name any file of this machine.

    Raises:
        UserError: it lies elsewhere, by its name or by a link.
    """
    try:
        inside = Path(path).is_relative_to(folder) and Path(path).resolve().is_relative_to(
            Path(folder).resolve()
        )
    except (
        OSError,
        RuntimeError,
        ValueError,
    ):  # a loop of links, or no path at all: told when it is looked at
        return
    if not inside:
        raise UserError(
            f"{where}: {path} lies outside {folder}.",
            f"Put the form beside {FILE}, or give it with --release FORM.",
        )


def _look(request: Request, where: str, path: str) -> str:
    """The digest of a form; of one that is not there any more the one that it had."""
    before = dict(request.forms).get(_whole(path))
    if before and not os.path.lexists(path):
        return before
    try:
        return forms.look(Path(path))
    except UserError as error:
        raise UserError(f"{where}: {error.message}", error.remedy) from error


def _part(request: Request, folder: str | None, all_of_it: Sheet, table: int | None, clips: Clips) -> Part:
    said = all_of_it.of(None if table is None else all_of_it.interview[table])
    about = description(said)
    form = request.release or (said.release and folder and str(Path(folder) / said.release)) or None
    return Part(
        clips,
        replace(
            request,
            description=overlaid(about, request.description),
            interview=request.interview or said.title,
        ),
        request.description,
        said,
        all_of_it.person,
        _whole(form) if form else None,
    )


def description(said: Interview) -> Description:
    """What a shoot.toml says of an interview, as the catalogue takes it."""
    return Description(
        place=said.place,
        people=tuple(map(name_and_role, said.people)),
        organisation=said.organisation,
        themes=tuple(said.themes),
        date=said.date.isoformat() if said.date else None,
        language=said.language,
        speakers=tuple(said.speakers),
        series=said.series,
        episode=said.episode,
        identifier=said.identifier,
        abstract=said.abstract,
        shoot=said.shoot,
        initiative=said.initiative,
        title=said.title,
    )


def overlaid(about: Description, given: Description) -> Description:
    """A description, with what another one gives in place of its own."""
    fields = {name: getattr(given, name) for name in Description.__dataclass_fields__}
    return replace(
        about, **{name: value for name, value in fields.items() if value != getattr(NOTHING, name)}
    )
