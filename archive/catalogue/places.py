"""Places, and where on the globe they lie."""

from sqlite_utils import Database

from archive.catalogue import Reader, gazetteer
from archive.catalogue.folding import fold

CLOSE = 5  # a town so many times smaller is hardly the one that is meant


def find_or_add(db: Database, name: str) -> int:
    """The row of a place by name, made where there is none; without coordinates where no gazetteer knows it."""
    if is_new(db, name):
        town = next(iter(gazetteer.towns(name)), None)
        where = (town.latitude, town.longitude, town.country) if town else (None, None, None)
        db.execute(
            "INSERT INTO places (name, latitude, longitude, country) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [name, *where],
        )
    (place,) = db.execute("SELECT id FROM places WHERE name = ?", [name]).fetchone()
    return int(place)


def is_new(db: Reader, name: str) -> bool:
    """Whether no place of this name is there yet."""
    return db.execute("SELECT 1 FROM places WHERE name = ?", [name]).fetchone() is None


def remark(name: str) -> str | None:
    """What a person should know of a new place: that it lies nowhere we know, or might be another town."""
    towns = gazetteer.towns(name)
    if not towns:
        return f"{name}: no town that the gazetteer knows is called so; it is kept without coordinates."
    first, *others = towns
    near = [
        town
        for town in others
        if town.people * CLOSE >= first.people
        and town.country != first.country
        and fold(town.name) == fold(first.name)
    ]
    if not near:
        return None
    return (
        f"{name} is taken to be {_said(first)}. Should {_said(near[0])} be meant, say that as the place:"
        f" {_said(near[0])}."
    )


def _said(town: gazetteer.Town) -> str:
    return f"{town.name}, {town.country}"
