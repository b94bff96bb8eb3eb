"""What is withheld is passed over where it would play, in a real browser."""

import shutil

import pytest

from archive import catalogue, config
from archive.catalogue import releases
from archive.catalogue.releases import Withheld

TIME = "document.querySelector('#media').currentTime"


@pytest.fixture(scope="module")
def address(archive, serve, tmp_path_factory):
    """Where a copy of the archive is served, of which two seconds are withheld."""
    folder = tmp_path_factory.mktemp("withheld") / "archive"
    shutil.copytree(archive.folder, folder)
    copy = config.find(folder)
    db = catalogue.open_catalogue(copy.database, write=True)
    releases.withhold(db, "two-clips", Withheld(1_500, 3_500))
    db.conn.commit()
    db.close()
    with serve(copy) as address:
        yield address


def test_playing_goes_on_behind_what_is_withheld(page):
    """Neither played into, but for a moment on a busy machine, nor jumped into."""
    page.goto("/interviews/two-clips#t=1.2")
    page.wait_for_function(f"{TIME} > 1.1")
    page.locator(".controls .toggle").click()
    seen = []
    while not seen or seen[-1] < 3.7:
        seen.append(page.evaluate(TIME))
        page.wait_for_timeout(20)
    assert not [time for time in seen if 2.5 < time < 3.5], seen
    page.evaluate("location.hash = '#t=2'")
    page.wait_for_function(f"{TIME} >= 3.5")
