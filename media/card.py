"""A card or folder: its clips, its companions that are kept with them, and what belongs to the system."""
# Names stay plain strings until they are handed out: Path objects take three times as long.
# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH116, PTH118, PTH119, PTH120, PTH122, PTH206

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PICTURE = """
mp4 mov qt mxf mts m2ts m2t ts m4v avi mkv webm mpg mpeg mod tod vob 3gp 3g2 wmv asf dv flv f4v gxf ogv
"""
_SOUND = "wav bwf rf64 w64 aif aiff aifc flac mp3 m4a aac ac3 ogg oga opus wma caf amr mka au wv"
CLIP_ENDINGS = frozenset(f"{_PICTURE} {_SOUND}".split())
CAPTION_ENDINGS = ("vtt", "srt")  # the first wins: WebVTT can say who speaks

_SIDECARS = """
xml xmp json cpi mpl bdm bdmv clpi mpls bnp cif ppn smi bim bup ifo moi pgi idx sav edl ale csv
mhl md5 sha1 sha256 xxh
"""
RAW = "is camera RAW, which only its maker's program decodes"
_REASONS = {
    RAW: "braw r3d crm rmf ari arx",
    "is the camera's small copy of a clip": "lrv lrf",
    "is a thumbnail": "thm",
    "is a still picture": "jpg jpeg png heic heif tif tiff bmp gif webp dng arw cr2 cr3 nef orf raf rw2 gpr",
    "is a sidecar": _SIDECARS,
}
_WHY = {ending: why for why, endings in _REASONS.items() for ending in endings.split()}

_SYSTEM_FILES = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", ".ds_store", ".apdisk", ".volumeicon.icns"}
    | {".metadata_never_index", ".nomedia", ".localized"}
)
_SYSTEM_FOLDERS = frozenset(
    {"system volume information", "$recycle.bin", "lost+found", "@eadir", "#recycle", ".trashes", ".trash"}
    | {".spotlight-v100", ".fseventsd", ".temporaryitems", ".documentrevisions-v100"}
)
_APPLE_DOUBLE = b"\x00\x05\x16\x07"  # how macOS begins what it keeps beside a file (RFC 1740)

# Words that stand in the subtitles in which drones keep their flight, and in nobody's captions.
_FLIGHT = (b"[iso", b"FrameCnt", b"SrtCnt", b"GPS(", b"GPS (", b"[latitude")

Identity = tuple[int, int]  # volume and inode

_KINDS = (
    (stat.S_ISFIFO, "is a FIFO"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is no clip, and why, as a sentence about it: "is a sidecar"."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at and below some paths; each path is one that was given, joined with what lies below it.

    Attributes:
        clips: by their endings, in the order of the paths given, then by name.
        companions: every other ordinary file below a folder with footage: what the camera and the crew put
            beside the clips. They are copied with their card and not looked into.
        skipped: what is not taken at all, in the same order.
        missing: paths given at which there is nothing.
        captions: the caption file of each clip that has one beside it.
        unreadable: folders that could not be looked into, and why: there may be clips in them.
    """

    clips: tuple[Path, ...]
    companions: tuple[Skipped, ...]
    skipped: tuple[Skipped, ...]
    missing: tuple[Path, ...]
    captions: dict[Path, Path]
    unreadable: tuple[Skipped, ...] = ()


@dataclass(slots=True)
class _Finds:
    """What was found so far, as plain strings: a thousand files should cost no thousand objects each time."""

    own: Identity | None
    clips: list[str] = field(default_factory=list)
    companions: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    captions: set[str] = field(default_factory=set)
    folders: set[Identity] = field(default_factory=set)
    files: set[tuple[Identity, str]] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    met: bool = False  # something below this path was found below an earlier one


def scan(paths: Sequence[Path], own: Path | None = None) -> Found:
    """Find the clips at and below `paths` by their names; only captions are opened, and no link is followed.

    A path that was itself given may be a link.

    Args:
        paths: files and folders.
        own: the archive's folder, which is left out when it lies below one of `paths`.
    """
    finds, missing = _Finds(_identity(own) if own else None), list[Path]()
    clips, companions, skipped = list[str](), dict[str, str](), dict[str, str]()
    roots = list[str]()  # with footage
    for path in paths:
        if not os.path.exists(path):
            missing.append(path)
            continue
        finds.clips, finds.companions, finds.skipped, finds.met = [], {}, {}, False
        _look(str(path), finds)
        clips += sorted(finds.clips, key=_in_order)
        if finds.clips or RAW in finds.companions.values() or (clips and finds.met):
            roots.append(os.path.abspath(path))
        else:
            finds.skipped |= finds.companions  # a folder without footage is no card: nothing of it is taken
            finds.companions = {}
        companions |= {each: finds.companions[each] for each in sorted(finds.companions, key=_in_order)}
        skipped |= {each: finds.skipped[each] for each in sorted(finds.skipped, key=_in_order)}
    for each in [each for each in finds.beside if each in skipped and _is_below(each, roots)]:
        companions[each] = skipped.pop(each)  # named by itself, and it lies on a card all the same
    clips = _without_small_copies(clips, companions)
    captions = _captions(clips, finds.captions, companions, skipped)
    return Found(
        clips=tuple(map(Path, clips)),
        companions=_listed(companions),
        skipped=_listed(skipped),
        missing=tuple(missing),
        captions={Path(clip): Path(caption) for clip, caption in captions.items()},
        unreadable=_listed(finds.unreadable),
    )


def _listed(whys: Mapping[str, str]) -> tuple[Skipped, ...]:
    return tuple(Skipped(Path(path), why) for path, why in whys.items())


def is_footage(name: str) -> bool:
    """Whether a file of this name is a clip, or camera RAW."""
    ending = os.path.splitext(name)[1][1:].lower()
    return ending in CLIP_ENDINGS or _WHY.get(ending) == RAW


def _in_order(path: str) -> list[str]:
    return path.split(os.sep)


def _identity(path: Path | str) -> Identity:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _look(path: str, finds: _Finds) -> None:
    if os.path.isdir(path):
        _walk(path, finds)
        return
    folder, name = os.path.split(path)
    identity = _identity(folder or os.curdir)
    if identity not in finds.folders and (identity, name) not in finds.files:
        finds.files.add((identity, name))
        _classify(path, name, os.stat(path).st_mode, finds)
    else:
        finds.met = True


def _walk(root: str, finds: _Finds) -> None:
    folders, inside = [root], os.path.realpath(root)
    while folders:
        folder = folders.pop()
        try:
            identity = _identity(folder)
            if identity in finds.folders:
                finds.met = True
                continue
            finds.folders.add(identity)
            if identity == finds.own:
                finds.skipped[folder] = "is the archive itself"
                continue
            with os.scandir(folder) as entries:
                everything = list(entries)
            new = [entry for entry in everything if (identity, entry.name) not in finds.files]
            finds.met = finds.met or len(new) < len(everything)
            folders += [below for entry in new if (below := _entry(entry, inside, finds))]
        except OSError as error:
            finds.unreadable[folder] = f"cannot be opened ({error.strerror})"


def _entry(entry: os.DirEntry[str], root: str, finds: _Finds) -> str | None:
    """Sort one name in; returns the path of a folder that is to be walked."""
    if entry.is_symlink():
        finds.skipped[entry.path] = _why_no_link(entry.path, root)
    elif entry.is_dir(follow_symlinks=False):
        if entry.name.lower() in _SYSTEM_FOLDERS or entry.name.startswith(".Trash-"):
            finds.skipped[entry.path] = "is a folder that the system keeps for itself"
        else:
            return entry.path
    else:
        is_file = entry.is_file(follow_symlinks=False)
        mode = stat.S_IFREG if is_file else entry.stat().st_mode
        _classify(entry.path, entry.name, mode, finds)
    return None


def _why_no_link(path: str, root: str) -> str:
    try:
        target = os.path.realpath(path, strict=True)
    except OSError:
        return "is a link that leads nowhere or to itself"
    if os.path.commonpath([target, root]) != root:
        return "is a link that leads out of the folder"
    folder = os.path.realpath(os.path.dirname(path))
    if os.path.commonpath([target, folder]) == target:
        return "is a link to a folder that it lies in: a loop"
    return "is a link to something in the same folder, which is looked at in its own place"


def _classify(path: str, name: str, mode: int, finds: _Finds) -> None:
    ending = os.path.splitext(name)[1][1:].lower()
    if why := _why_no_file(mode) or _why_clutter(path, name):
        finds.skipped[path] = why
    elif ending in CLIP_ENDINGS:
        finds.clips.append(path)
    elif ending in CAPTION_ENDINGS:
        finds.captions.add(path)
        finds.beside.add(path)
        finds.companions[path] = "is a caption file without a clip of its name"
    else:
        other = f"is no clip (.{ending})" if ending else "is no clip (its name has no ending)"
        finds.beside.add(path)
        finds.companions[path] = _WHY.get(ending, other)


def _why_no_file(mode: int) -> str | None:
    if stat.S_ISREG(mode):
        return None
    return next((why for is_kind, why in _KINDS if is_kind(mode)), "is no ordinary file")


def _why_clutter(path: str, name: str) -> str | None:
    if name.startswith("._") and _is_apple_double(path):
        return "is what macOS keeps beside a file"
    if name.lower() in _SYSTEM_FILES:
        return "is a file that the system keeps for itself"
    return None


def _is_apple_double(path: str) -> bool:
    """Whether a file begins as macOS's do; one that cannot be read, or is empty, holds no footage either way."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(len(_APPLE_DOUBLE))
    except OSError:
        return False
    return head in {_APPLE_DOUBLE, b""}


def _is_below(path: str, roots: Sequence[str]) -> bool:
    whole = os.path.abspath(path)
    return any(whole.startswith(os.path.join(root, "")) for root in roots)


def _without_small_copies(clips: list[str], companions: dict[str, str]) -> list[str]:
    """Move what lies in a camera's folder of proxies to `companions`, where the clip itself was found, too.

    Sony: M4ROOT/SUB/C0001S03.MP4 for M4ROOT/CLIP/C0001.MP4; Blackmagic: Proxy/A001.mp4 for A001.mov.
    """
    stems = {os.path.splitext(clip)[0].lower() for clip in clips}
    small = [clip for clip in clips if not stems.isdisjoint(_wholes(clip.lower()))]
    companions |= dict.fromkeys(small, "is the camera's small copy of a clip")
    return [clip for clip in clips if clip not in companions]


def _wholes(clip: str) -> Iterator[str]:
    folder, name = os.path.split(clip)
    parent, last = os.path.split(folder)
    if last in {"sub", "proxy"}:
        stem = os.path.splitext(name)[0]
        yield os.path.join(parent, stem)
        yield os.path.join(parent, "clip", stem[:-3])


def _captions(
    clips: Iterable[str], found: set[str], companions: dict[str, str], skipped: dict[str, str]
) -> dict[str, str]:
    """The caption file of each clip; those that were found say in their list whose they are."""
    captions: dict[str, str] = {}
    for clip in clips:
        for path in _beside(clip, found, skipped):
            if _is_flight(path):
                why = "holds a drone's flight, no captions"
            elif clip in captions:
                why = f"{os.path.basename(captions[clip])} is taken in its place"
            else:
                captions[clip] = path
                why = f"holds the captions of {os.path.basename(clip)}"
            for told in (companions, skipped):
                if path in told:
                    told[path] = why
    return captions


def _beside(clip: str, found: set[str], skipped: Mapping[str, str]) -> list[str]:
    """The caption files of a clip's name, those first that were found; the rest may lie beside a given file."""
    stem = os.path.splitext(clip)[0]
    paths = [f"{stem}.{each}" for ending in CAPTION_ENDINGS for each in (ending, ending.upper())]
    there = [path for path in paths if path in found]
    return there or [path for path in paths if path not in skipped and os.path.isfile(path)]


def _is_flight(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            head = file.read(1024)
    except OSError:
        return False
    return any(word in head for word in _FLIGHT)
