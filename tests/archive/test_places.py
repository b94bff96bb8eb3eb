"""Where places lie: the gazetteer, by any name of a town, and what it does not know."""

import tracemalloc

import pytest

from archive.catalogue import gazetteer, places


@pytest.mark.parametrize(
    ("name", "town", "country"),
    [
        ("NEW YORK", "New York City", "US"),
        ("Roma", "Rome", "IT"),
        ("quebec", "Québec", "CA"),
        ("Saint Etienne", "Saint-Étienne", "FR"),
        ("Evry", "Évry", "FR"),
        ("Cologne", "Köln", "DE"),
        ("L’Aquila", "L'Aquila", "IT"),
        ("Москва", "Moscow", "RU"),
        ("北京", "Beijing", "CN"),
        ("Plouguerneau", "Plouguerneau", "FR"),
    ],
)
def test_a_town_is_found_by_any_of_its_names_without_accents_and_capitals(name, town, country):
    found = gazetteer.towns(name)[0]
    assert (found.name, found.country) == (town, country)


@pytest.mark.parametrize(
    ("name", "country", "region"),
    [
        ("Paris", "FR", "11"),
        ("Paris, US", "US", "TX"),
        ("Paris, Texas", "US", "TX"),
        ("Paris, KY", "US", "KY"),
        ("San Francisco, CA", "US", "CA"),
        ("Toronto, CA", "CA", "08"),
        ("London, uk", "GB", "ENG"),
        ("Turin, Italy", "IT", "12"),
        ("Brest", "FR", "53"),
        ("Brest, Belarus", "BY", "01"),
    ],
)
def test_of_towns_with_one_name_it_is_the_largest_or_the_one_in_the_country_that_is_said(
    name, country, region
):
    found = gazetteer.towns(name)[0]
    assert (found.country, found.region) == (country, region)


@pytest.mark.parametrize("name", ["Anna's kitchen", "Paris, Atlantis", ".*", "", ", US", '"', "Ka\u0301"])
def test_what_is_no_town_is_found_nowhere(name):
    assert gazetteer.towns(name) == ()


def test_the_cities_of_the_documentary_lie_where_they_lay_before(spoken):
    known = {
        "New York": (40.71, -74.01),
        "Detroit": (42.33, -83.05),
        "Pittsburgh": (40.44, -80.00),
        "Toronto": (43.71, -79.40),
        "San Francisco": (37.77, -122.42),
        "Paris": (48.85, 2.35),
        "London": (51.51, -0.13),
        "Helsinki": (60.17, 24.94),
        "Berlin": (52.52, 13.41),
        "Rome": (41.89, 12.51),
        "Milan": (45.46, 9.19),
        "Barcelona": (41.39, 2.16),
        "Brest": (48.39, -4.49),
    }
    for name in known:
        places.find_or_add(spoken.db, name)
    rows = spoken.db.execute("SELECT name, round(latitude, 2), round(longitude, 2) FROM places").fetchall()
    assert {name: (latitude, longitude) for name, latitude, longitude in rows} == known


@pytest.mark.fault(
    "names",
    "a place that no gazetteer knows, or that might be either of two towns",
    "it is kept, and said: without coordinates, or as which town it was taken",
)
def test_a_place_that_nobody_knows_is_kept_and_said(archive, spoken):
    slug = spoken.interview("Bread", ["a night at the oven"])
    said = archive("chapter", "add", slug, "0", "1", "Dough", "--place", "Anna's kitchen", "--place", "Rome")
    assert (
        said.err
        == "Anna's kitchen: no town that the gazetteer knows is called so; it is kept without coordinates.\n"
    )
    assert (
        "Should Brest, BY be meant"
        in archive("chapter", "add", slug, "1", "2", "West", "--place", "Brest").err
    )
    assert archive("chapter", "add", slug, "0", "1", "Salt", "--place", "Brest").err == ""
    rows = spoken.db.execute("SELECT name, country FROM places ORDER BY id").fetchall()
    assert rows == [("Anna's kitchen", None), ("Rome", "IT"), ("Brest", "FR")]


def test_a_place_that_is_there_stays_where_it_is(spoken):
    spoken.db.execute("INSERT INTO places (name, latitude, longitude) VALUES ('Rome', 1, 2)")
    places.find_or_add(spoken.db, "Rome")
    assert spoken.db.execute("SELECT latitude, longitude FROM places").fetchall() == [(1, 2)]


def test_a_look_into_the_gazetteer_does_not_load_it():
    """All of its towns would take 400 MB; those of one name take less than one."""
    gazetteer.towns.cache_clear()
    tracemalloc.start()
    gazetteer.towns("Lannion")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
