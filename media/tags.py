"""What cameras write beside picture and sound: timecode, reel, camera and date, under the names they use."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from media.timecode import Timecode

Tags = Mapping[str, str]

_REEL = ("reel_name", "reelname", "reel", "tape")
_MAKE = ("make", "manufacturer")
_MODEL = ("model", "modelname")
_DATE = ("creationdate", "creation_time", "date", "date_digitized")

# A clock that was never set starts at its maker's epoch: 1904, 1970 or 1980.
_FIRST_YEAR = 1990


def first(tags: Iterable[Tags], names: Iterable[str]) -> str | None:
    """The first of `names` that any of `tags` has with something in it.

    Capitals do not matter, nor does whose name it is: `com.apple.quicktime.make`, `com.android.manufacturer`
    and `com.apple.proapps.reel` are known by their last parts.
    """
    known = [
        {key.lower().rpartition(".")[2]: _readable(value) for key, value in each.items()} for each in tags
    ]
    return next((each[name] for name in names for each in known if each.get(name)), None)


def _readable(text: str) -> str:
    """The text with a replacement character for each byte that was no UTF-8."""
    return text.encode(errors="surrogateescape").decode(errors="replace").strip()


def start_timecode(tags: Iterable[Tags], rate: Fraction) -> Timecode | None:
    """The timecode of the first frame, from the first of `tags` that holds one valid at `rate`."""
    for each in tags:
        text = first([each], ["timecode"])
        if text:
            try:
                return Timecode.parse(text, rate)
            except ValueError:
                continue
    return None


def samples_since_midnight(tags: Iterable[Tags]) -> int | None:
    """The time reference of a `bext` chunk (EBU Tech 3285); 0 stands in files whose recorder had no timecode."""
    text = first(tags, ["time_reference"])
    return int(text) if text and text.isdecimal() and int(text) else None


def reel(tags: Iterable[Tags]) -> str | None:
    """The tape or card name; a UMID (SMPTE ST 330), which some programs put in its place, is none."""
    name = first(tags, _REEL)
    return None if name is None or name.lower().startswith("0x060a2b34") else name


def camera(tags: Iterable[Tags]) -> str | None:
    """Maker and model as far as they are known ("Sony FX6"), or the originator that a BWF names."""
    tags = list(tags)
    make, model = first(tags, _MAKE), first(tags, _MODEL)
    if make and model and model.lower().startswith(make.lower()):
        return model
    return " ".join(part for part in (make, model) if part) or first(tags, ["encoded_by"])


def recorded(tags: Iterable[Tags]) -> datetime | None:
    """When it was recorded as the camera's clock had it: with a time zone where the file names one.

    A `bext` chunk (EBU Tech 3285) keeps date and time apart; ffmpeg gives them as `date` and `creation_time`.
    """
    tags = list(tags)
    for each in tags:
        day, time = first([each], ["date"]), first([each], ["creation_time"])
        if day and time and (when := _moment(f"{day}T{time}")):
            return when
    moments = (_moment(text) for name in _DATE if (text := first(tags, [name])))
    return next((when for when in moments if when), None)


def _moment(text: str) -> datetime | None:
    # A file that gives it in its header and among its tags: FFmpeg 8 joins the two.
    text = text.partition(";")[0]
    try:
        # EXIF and some recorders part the date with colons or slashes.
        day, time = text[:10].replace(":", "-").replace("/", "-"), text[10:]
        when = datetime.fromisoformat(day + time)
    except ValueError:
        return None
    return when if when.year >= _FIRST_YEAR else None
