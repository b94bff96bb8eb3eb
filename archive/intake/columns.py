"""What is said of an interview, as the cells of a spreadsheet: how each is written, and what may stand in it."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from archive.catalogue.interviews import Interview
from archive.catalogue.people import name_and_role
from archive.catalogue.releases import STATUSES, USES, Consent, Release

COLUMNS = (
    "interview",
    "title",
    "date",
    "place",
    "people",
    "organisation",
    "themes",
    "series",
    "episode",
    "status",
    "uses",
    "licence",
)
# Behind those that every table has; they came later, and a script counts on the order of the others.
FURTHER = ("identifier", "abstract", "initiative", "shoot")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ELSEWHERE = re.compile(r"(\d{1,4})[./ -](\d{1,2})[./ -](\d{1,4})")
# Spreadsheets put a time behind a day that they took for a moment, and decimals behind a number.
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?\Z")
_EPISODE = re.compile(r"([1-9][0-9]{0,8})(?:[.,]0{1,2})?")
# A semicolon that belongs to an item has a backslash before it, and so has a backslash that stands before either.
_ITEM = re.compile(r"(?:\\[\\;]|[^;])+")
_ESCAPED = re.compile(r"\\([\\;])")


def cells(interview: Interview, consent: Consent) -> dict[str, str]:
    """The cells of an interview; nothing stands where nothing is known."""
    release = consent.release or Release()
    found = {
        "interview": interview.slug,
        "title": interview.title,
        "date": interview.date,
        "place": interview.place,
        "people": tuple((person.name, person.role) for person in interview.people),
        "organisation": interview.organisation,
        "themes": interview.themes,
        "series": interview.series,
        "episode": interview.episode,
        "status": consent.status,
        "uses": release.uses,
        "licence": release.licence,
        "identifier": interview.identifier,
        "abstract": interview.abstract,
        "initiative": interview.initiative,
        "shoot": interview.shoot,
    }
    return {column: written(column, value) for column, value in found.items()}


def value(column: str, text: str) -> Any:  # noqa: ANN401 - what the column holds
    """What a cell means; None, or nothing, where it is empty.

    Returns:
        A text; a day as `YYYY-MM-DD`; a number; themes, people (name and role) or uses.

    Raises:
        ValueError: it means nothing; says what to write.
    """
    return _READ.get(column, _text)(text)


def written(column: str, value: Any) -> str:  # noqa: ANN401 - what the column holds
    """A cell that means a value."""
    if column == "people":
        return _joined(f"{name} ({role})" for name, role in value)
    if column == "uses":
        return _joined(use for use in USES if use in value)
    if column == "themes":
        return _joined(value)
    return "" if value is None else str(value)


def days(text: str) -> dict[str, str]:
    """The days that a date may be as spreadsheets write it (31/12/2026, 12/31/2026, 31.12.26), by their order."""
    if not (found := _ELSEWHERE.fullmatch(_MIDNIGHT.sub("", text))):
        return {}
    one, two, three = found.groups()
    orders = (
        {"ymd": (one, two, three)} if len(one) == 4 else {"dmy": (three, two, one), "mdy": (three, one, two)}
    )
    possible = {
        order: f"{year if len(year) > 2 else f'20{year:>02}'}-{month:>02}-{day:>02}"
        for order, (year, month, day) in orders.items()
    }
    return {order: day for order, day in possible.items() if _DAY.fullmatch(day) and _is_day(day)}


def order_of_days(cells: Iterable[tuple[str, str]]) -> str | None:
    """In which order a spreadsheet wrote days and months; None where nothing proves it.

    Args:
        cells: what stands in each, and the day that it went out with. Only one that can be read in one way, and is
            still that day, proves anything.
    """
    read = [(days(text), old) for text, old in cells]
    alone = {order for found, _ in read if len(found) == 1 for order in found}
    proven = {order for found, old in read if len(found) == 1 for order, day in found.items() if day == old}
    return proven.pop() if len(proven) == 1 and alone <= {*proven, "ymd"} else None


def _joined(items: Iterable[str]) -> str:
    return "; ".join(re.sub(r"\\(?=[\\;]|\Z)|;", r"\\\g<0>", item) for item in items)


def _items(text: str) -> tuple[str, ...]:
    found = (_ESCAPED.sub(r"\1", item.strip()) for item in _ITEM.findall(text))
    return tuple(dict.fromkeys(item for item in found if item))


def _text(text: str) -> str | None:
    return text or None


def _title(text: str) -> str:
    if not text:
        raise ValueError("an interview has a title; write one")
    return text


def _people(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(name_and_role(item) for item in _items(text))


def _episode(text: str) -> int | None:
    if not text:
        return None
    if not (found := _EPISODE.fullmatch(text)):
        raise ValueError(f"'{text}' is no number of an episode; write 1, 2, 3 and so on")
    return int(found[1])


def _status(text: str) -> str:
    if text.casefold() not in STATUSES:
        raise ValueError(f"'{text}' is no status; write one of {', '.join(STATUSES)}")
    return text.casefold()


def _uses(text: str) -> frozenset[str]:
    named = {item.casefold() for item in _items(text.replace(",", ";"))}
    for use in sorted(named - {*USES}):
        raise ValueError(f"'{use}' is no use; write some of {'; '.join(USES)}")
    return frozenset(named)


def _date(text: str) -> str | None:
    if not text:
        return None
    day = _MIDNIGHT.sub("", text)
    if _DAY.fullmatch(day) and _is_day(day):
        return day
    meant = " or ".join(dict.fromkeys(days(text).values()))
    raise ValueError(f"'{text}' is no day; write {meant or 'YYYY-MM-DD, such as 2026-12-31'}")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_READ: dict[str, Callable[[str], Any]] = {
    "title": _title,
    "date": _date,
    "people": _people,
    "themes": _items,
    "episode": _episode,
    "status": _status,
    "uses": _uses,
}
