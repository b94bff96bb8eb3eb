"""Places, and where on the globe the documentary's cities lie."""

from sqlite_utils import Database

from archive.catalogue.folding import fold

# Degrees north and east of the city, rounded to a hundredth (about a kilometre), WGS 84.
CITIES = {
    "new york": (40.71, -74.01),
    "detroit": (42.33, -83.05),
    "pittsburgh": (40.44, -80.00),
    "toronto": (43.65, -79.38),
    "san francisco": (37.77, -122.42),
    "paris": (48.86, 2.35),
    "london": (51.51, -0.13),
    "helsinki": (60.17, 24.94),
    "berlin": (52.52, 13.41),
    "rome": (41.90, 12.50),
    "milan": (45.46, 9.19),
    "barcelona": (41.39, 2.17),
    "brest": (48.39, -4.49),
}


def find_or_add(db: Database, name: str) -> int:
    """The row of a place by name, made where there is none; without coordinates where we know none."""
    latitude, longitude = CITIES.get(" ".join(fold(name)), (None, None))
    db.execute(
        "INSERT INTO places (name, latitude, longitude) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [name, latitude, longitude],
    )
    (place,) = db.execute("SELECT id FROM places WHERE name = ?", [name]).fetchone()
    return int(place)
