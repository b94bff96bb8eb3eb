"""BagIt 1.0 (RFC 8493): what the lists of a bag say, written and read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.catalogue.paths import named, stored
from archive.display import shown
from archive.errors import DamageFound, UserError
from media import disk
from media.fingerprint import digests
from media.mhl.names import inside

PAYLOAD = "data"
DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
ALGORITHMS = ("sha256", "sha512")

_READ = ("sha512", "sha256", "sha1", "md5")  # who keeps bags may have listed their files anew
_LARGEST = 256 << 20  # bytes; a list of half a million files
_VERSIONS = re.compile(r"BagIt-Version: ?(\d+\.\d+)\s+Tag-File-Character-Encoding: ?UTF-8\s*", re.IGNORECASE)
_LINE = re.compile(r"([0-9a-fA-F]+)[ \t]+\*?(?:\./)?(.+)")
_ENCODED = re.compile("%(0A|0D|25)", re.IGNORECASE)
_MARK = "\N{REPLACEMENT CHARACTER}"
_SPELT = re.compile(f"{_MARK}(0A|0D|25)")

Digests = Mapping[str, str]  # by algorithm, lower-case hex digits


@dataclass(frozen=True, slots=True)
class Bag:
    """What the lists of a bag say.

    Attributes:
        folder: where it is.
        info: what bag-info.txt says, in its order.
        payload: the digests of every file of the payload, by its path below the bag.
        tags: the same of the files beside it that are listed.
    """

    folder: Path
    info: tuple[tuple[str, str], ...]
    payload: Mapping[str, Digests]
    tags: Mapping[str, Digests]

    def said(self, label: str) -> list[str]:
        """What bag-info.txt says under a label, once for each time."""
        return [value for name, value in self.info if name.lower() == label.lower()]


def spelt(path: Path) -> Path:
    """How a file of the archive is called in a bag: in UTF-8, and without what its lists would have to encode.

    RFC 8493 wants line breaks and per cent signs written as %0A, %0D and %25 in the lists. Few programs read all of
    that, so names in the bag have none of these, but U+FFFD and two hex digits, as bytes that are no UTF-8 have.
    """
    text = stored(str(path))
    return Path(re.sub("[\n\r%]", lambda found: f"{_MARK}{ord(found[0]):02X}", text))


def unspelt(path: str) -> Path:
    """The name that `spelt` was given."""
    return Path(named(_SPELT.sub(lambda found: chr(int(found[1], 16)), path)))


def write(folder: Path, payload: Mapping[str, tuple[int, Digests]], info: Sequence[tuple[str, str]]) -> None:
    """Make a folder with a payload a bag: write its lists, flushed.

    Args:
        folder: holds `data/`, and files beside it that belong to the bag.
        payload: bytes and digests of every file in `data/`, by its path below the folder.
        info: for bag-info.txt, besides the sizes.
    """
    size = sum(each for each, _ in payload.values())
    said = (*info, ("Payload-Oxum", f"{size}.{len(payload)}"))
    _write(folder / INFO, (f"{label}: {' '.join(value.split())}" for label, value in said))
    _write(folder / DECLARATION, ("BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"))
    for algorithm in ALGORITHMS:
        lines = (f"{found[algorithm]}  {path}" for path, (_, found) in sorted(payload.items()))
        _write(folder / f"manifest-{algorithm}.txt", lines)
    beside = {path.name: digests(path, ALGORITHMS) for path in sorted(folder.iterdir()) if _is_tag(path)}
    for algorithm in ALGORITHMS:
        lines = (f"{found[algorithm]}  {name}" for name, found in beside.items())
        _write(folder / f"tagmanifest-{algorithm}.txt", lines)


def _is_tag(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "tagmanifest-"))


def _write(path: Path, lines: Iterable[str]) -> None:
    disk.write(path, "".join(f"{line}\n" for line in lines).encode())


def read(folder: Path) -> Bag:
    """The bag in a folder, from its lists; what lies in it is not looked at.

    Raises:
        UserError: there is no bag.
        DamageFound: its lists are damaged, or incomplete.
    """
    declared = _text(folder / DECLARATION)
    if not (version := _VERSIONS.fullmatch(declared.removeprefix("\ufeff"))):
        raise damaged(folder, f"its {DECLARATION} is none")
    if version[1] not in {"1.0", "0.97"}:
        raise UserError(
            f"{folder} is a bag of version {version[1]}, which nothing here reads.", "Name another bag."
        )
    payload = _lists(folder, "manifest")
    if not payload:
        raise damaged(folder, f"it has no manifest of {', '.join(_READ)}")
    for path in payload:
        if not path.startswith(f"{PAYLOAD}/"):
            raise damaged(folder, f"its manifest names {path!r}, which is no file of its payload")
    info = _info(_text(folder / INFO)) if (folder / INFO).exists() else ()
    return Bag(folder, info, payload, _lists(folder, "tagmanifest"))


def damaged(folder: Path, what: str, remedy: str = "Take another copy of the bag.") -> DamageFound:
    """The error that says what is wrong with a bag."""
    return DamageFound(
        f"The bag {folder} is not whole: {shown(what)}. Nothing was put in place.",
        remedy,
    )


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise damaged(path.parent, f"{path.name} is too large")
        return content.decode("utf-8")
    except FileNotFoundError:
        raise UserError(f"{path.parent} is no whole bag: {path.name} is not there.", "Name a bag.") from None
    except UnicodeDecodeError:
        raise damaged(path.parent, f"{path.name} is not UTF-8") from None


def _lists(folder: Path, kind: str) -> dict[str, dict[str, str]]:
    """What the manifests of one kind say of each file; each of them has to name the same files."""
    found: dict[str, dict[str, str]] = {}
    algorithms = [each for each in _READ if (folder / f"{kind}-{each}.txt").exists()]
    for algorithm in algorithms:
        name = f"{kind}-{algorithm}.txt"
        for number, line in enumerate(re.split("\r\n|\n|\r", _text(folder / name)), 1):
            if line.strip():
                path, digest = _entry(folder, f"line {number} of {name}", line)
                found.setdefault(path, {})[algorithm] = digest
    for path, said in found.items():
        if kind == "manifest" and (lacking := [each for each in algorithms if each not in said]):
            raise damaged(folder, f"manifest-{lacking[0]}.txt does not name {path}")
    return found


def _entry(folder: Path, which: str, line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    path = _ENCODED.sub(lambda found: chr(int(found[1], 16)), match[2]) if match else ""
    if not match or "\0" in path or inside(path) != path:
        raise damaged(folder, f"{which} names no file: {line[:200]!r}")
    return path, match[1].lower()


def _info(text: str) -> tuple[tuple[str, str], ...]:
    """The labels and values of a bag-info.txt; a line that begins with a space goes on with the one before."""
    unfolded = re.sub(r"(\r\n|\n|\r)[ \t]+", " ", text)
    pairs = (line.partition(":") for line in unfolded.splitlines() if ":" in line)
    return tuple((label.strip(), value.strip()) for label, _, value in pairs)
