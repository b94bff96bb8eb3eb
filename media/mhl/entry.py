"""One file of a list, as ASC MHL 2.0 and as MHL 1.x write it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast, get_args

from media.mhl import digests, xml
from media.mhl.names import inside
from media.mhl.xml import Node, node

Action = Literal["original", "verified", "failed"]

_LARGEST = 1 << 63


@dataclass(frozen=True, slots=True)
class Hash:
    """A digest that somebody computed.

    Attributes:
        algorithm: one of `media.mhl.digests.ALGORITHMS`.
        value: as `Digests.hexdigests` gives it.
        action: "original" for the first of a file, "verified" where it agrees with an earlier one, "failed" where it
            does not; None where the list does not say, as MHL 1.x, and for digests that are yet to be compared.
        date: when it was computed, None where the list does not say.
    """

    algorithm: str
    value: str
    action: Action | None = None
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A file and its digests.

    Attributes:
        path: relative to the folder that the list is about, with "/" between its parts.
        size: bytes, None where the list does not say.
        modified: when its content changed, None where the list does not say.
        hashes: at most one of each algorithm, in the order of `digests.ALGORITHMS`.
        previous: the path that it had in earlier generations, None where it has the same.
    """

    path: str
    size: int | None
    modified: datetime | None
    hashes: tuple[Hash, ...]
    previous: str | None = None


def of_two(path: Path, found: Node) -> Entry:
    """The entry that a <hash> of ASC MHL 2.0 stands for.

    Digests by algorithms that the format does not know are left out: some programs write SHA-256 all the same.

    Args:
        path: of the list, for the error.
        found: the element.

    Raises:
        Unreadable: it leads out of the list's folder, or its size or a digest is none.
    """
    where = found.child("path") or found
    previous = found.child("previousPath")
    hashes = (
        Hash(each.tag, _digest(path, each, each.tag), _action(each), moment(each.attributes.get("hashdate")))
        for each in found.children
        if each.tag in digests.ALGORITHMS
    )
    return Entry(
        _inside(path, where),
        _size(path, where, where.attributes.get("size")),
        moment(where.attributes.get("lastmodificationdate")),
        _in_order(hashes),
        _inside(path, previous) if previous else None,
    )


def of_one(path: Path, found: Node) -> Entry:
    """The entry that a <hash> of MHL 1.0 or 1.1 stands for; its 32-bit xxHash, which proves little, is left out.

    "xxhash64be" is xxHash64 as everybody else writes it, "xxhash64" the same with its bytes the other way round.
    Source: the MHL 1.1 schema and Pomfort's mhl-tool.
    """
    where = found.child("file") or found
    size, modified, date = map(found.child, ("size", "lastmodificationdate", "hashdate"))
    hashes = []
    for each in found.children:
        if algorithm := {"xxhash64": "xxh64", "xxhash64be": "xxh64", "md5": "md5", "sha1": "sha1"}.get(
            each.tag
        ):
            value = _digest(path, each, algorithm)
            value = bytes.fromhex(value)[::-1].hex() if each.tag == "xxhash64" else value
            hashes.append(Hash(algorithm, value, None, moment(date.text if date else None)))
    return Entry(
        _inside(path, where),
        _size(path, size or found, size.text if size else None),
        moment(modified.text if modified else None),
        _in_order(hashes),
    )


def element(entry: Entry) -> Node:
    """The <hash> of ASC MHL 2.0 for `entry`."""
    about = {"size": entry.size, "lastmodificationdate": entry.modified and stamp(entry.modified)}
    hashes = (
        node(
            each.algorithm,
            each.value,
            **_said({"action": each.action, "hashdate": each.date and stamp(each.date)}),
        )
        for each in entry.hashes
    )
    previous = [node("previousPath", entry.previous)] if entry.previous else []
    return node("hash", "", node("path", entry.path, **_said(about)), *hashes, *previous)


def stamp(moment: datetime) -> str:
    """A moment as MHL writes it: in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def moment(text: str | None) -> datetime | None:
    """What a list gives as a date, in UTC where that names no zone; None for none, as dates prove nothing."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _said(attributes: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in attributes.items() if value is not None}


def _in_order(hashes: Iterable[Hash]) -> tuple[Hash, ...]:
    one_each = {each.algorithm: each for each in hashes}
    return tuple(one_each[each] for each in sorted(one_each))


def _inside(path: Path, found: Node) -> str:
    if (below := inside(found.text)) is None:
        raise xml.refused(
            path, f"{found.text!r} is no path inside the folder that the list is about", found.line
        )
    return below


def _size(path: Path, found: Node, text: str | None) -> int | None:
    if text is None:
        return None
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < _LARGEST):
        raise xml.refused(path, f"{text[:40]!r} is no size of a file", found.line)
    return int(text)


def _digest(path: Path, found: Node, algorithm: str) -> str:
    if (value := digests.canonical(algorithm, found.text.strip())) is None:
        raise xml.refused(path, f"{found.text[:100]!r} is no {found.tag} digest", found.line)
    return value


def _action(found: Node) -> Action | None:
    said = found.attributes.get("action")
    return cast(Action, said) if said in get_args(Action) else None
