"""Which backups stay: 7 days, 4 weeks, 12 months, whatever a clock says."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.care.manifest import CONTENT, NAME, Backup, Manifest
from archive.care.thinning import superseded

BEGAN = datetime(2025, 1, 1, 12, tzinfo=UTC)


def _made(number: int, when: datetime) -> Backup:
    return Backup(Path(f"{number}"), Manifest(1, "1", "a", "A", number, when, ()))


def _kept(moments: list[datetime]) -> list[datetime]:
    """Backups made one after another at these moments, each of which removes what it supersedes."""
    there: list[Backup] = []
    for number, when in enumerate(moments):
        there.append(_made(number, when))
        gone = superseded(there)
        assert there[-1] not in gone
        there = [backup for backup in there if backup not in gone]
    return [backup.manifest.made for backup in there]


def test_of_a_backup_a_day_seven_days_four_weeks_and_twelve_months_stay():
    days = [found.date() for found in _kept([BEGAN + timedelta(days=day) for day in range(730)])]
    last = date(2026, 12, 31)
    assert days[-7:] == [last - timedelta(days=day) for day in range(6, -1, -1)]
    sundays = [last - timedelta(days=4 + 7 * week) for week in range(3)]
    assert set(sundays) <= set(days)
    ends = [date(2026, month + 1, 1) - timedelta(days=1) for month in range(1, 12)]
    assert set(ends) <= set(days)
    assert set(days) == {*days[-7:], *sundays, *ends}


def test_of_one_day_the_last_backup_stays():
    assert _kept([BEGAN + timedelta(hours=hour) for hour in range(5)]) == [BEGAN + timedelta(hours=4)]


def test_time_without_a_backup_pushes_none_out():
    moments = [BEGAN + timedelta(days=day) for day in range(7)]
    assert _kept([*moments, BEGAN + timedelta(days=3000)])[-7:] == [
        *moments[1:],
        BEGAN + timedelta(days=3000),
    ]


@pytest.mark.fault(
    "clock",
    "a backup made while the clock stood years ahead",
    "it pushes no other out but as one day of seven",
)
def test_a_clock_that_ran_ahead_once_costs_no_more_than_a_day():
    moments = [BEGAN + timedelta(days=day) for day in range(5)]
    assert _kept([*moments, BEGAN + timedelta(days=9000), BEGAN + timedelta(days=5)]) == [
        *moments,
        BEGAN + timedelta(days=9000),
        BEGAN + timedelta(days=5),
    ]


@pytest.mark.fault(
    "clock", "backups after the clock was set back", "none that is newer by its date is removed"
)
def test_a_clock_that_was_set_back_removes_nothing_that_is_newer():
    moments = [BEGAN + timedelta(days=day) for day in range(7)]
    back = [BEGAN - timedelta(days=400) + timedelta(minutes=minute) for minute in range(3)]
    assert _kept([*moments, *back]) == [*moments, back[-1]]


@pytest.mark.fault(
    "clock", "backups under a clock that jumps about", "the last seven that differ in their day stay"
)
@given(st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2106, 1, 1)), min_size=1, max_size=40))
def test_whatever_the_clock_says_the_last_backups_stay(moments):
    moments = [moment.replace(tzinfo=UTC) for moment in moments]
    kept = _kept(moments)
    assert kept[-1] == moments[-1]
    latest: dict[date, datetime] = {}
    for moment in reversed(moments):
        latest.setdefault(moment.date(), moment)
    assert set(list(latest.values())[:7]) <= set(kept)


@pytest.fixture
def backups(kept) -> Path:
    """A folder with 20 backups of one archive, one a day, the latest of today."""
    place = kept.folder.parent / f"{kept.folder.name}-backups"
    first = Path(json.loads(kept.run("backup", place, "--json"))["path"])
    for age in range(1, 20):
        _copied(first, _name(kept, age), number=-age, made=_of(first) - timedelta(days=age))
    return place


def _name(kept, age: int) -> Path:
    """Where the backup of so many days ago lies."""
    place = kept.folder.parent / f"{kept.folder.name}-backups"
    return place / f"{kept.folder.name}-2020-01-01T{age:06}Z"


def _of(folder: Path) -> datetime:
    return datetime.fromisoformat(json.loads((folder / NAME).read_text())["made"])


def _copied(source: Path, target: Path, *, made: datetime, **other: object) -> Path:
    shutil.copytree(source, target)
    said = json.loads((target / NAME).read_text()) | other | {"made": made.isoformat()}
    (target / NAME).write_text(json.dumps(said))
    return target


def test_a_backup_removes_what_is_superseded_and_says_so(kept, backups):
    removed = json.loads(kept.run("backup", backups, "--json"))["removed"]
    assert removed
    assert not any(Path(folder).exists() for folder in removed)
    assert {str(_name(kept, age)) for age in range(1, 7)}.isdisjoint(removed)
    assert [path.name for path in backups.iterdir() if path.name.startswith(".")] == []


@pytest.mark.fault(
    "looking after",
    "other archives' backups, broken ones, renamed ones and other files beside an archive's backups",
    "removed by no backup",
)
def test_what_is_no_whole_backup_of_this_archive_is_never_removed(kept, backups):
    old = _of(_name(kept, 19))
    another = _copied(_name(kept, 1), _name(kept, 101), made=old, number=-50, archive="f" * 32)
    cut = _copied(_name(kept, 1), _name(kept, 102), made=old, number=-50)
    (cut / CONTENT / "archive.db").write_bytes(b"short")
    _copied(_name(kept, 1), backups / "to keep", made=old, number=-50)
    (backups / "notes.txt").write_text("mine")
    (backups / "photos").mkdir()
    (backups / ".mine.part").mkdir()
    kept.run("backup", backups)
    for name in (another.name, cut.name, "to keep", "notes.txt", "photos", ".mine.part"):
        assert (backups / name).exists(), name


@pytest.mark.fault(
    "looking after",
    "a backup that would be superseded by one that has rotted",
    "it is read first, found damaged, and the older one stays",
)
def test_nothing_is_removed_in_favour_of_a_backup_that_has_rotted(kept, backups):
    kept.run("backup", backups)
    later, older = _name(kept, 3), _name(kept, 103)
    _copied(later, older, made=_of(later) - timedelta(minutes=5), number=-4)
    database = later / CONTENT / "archive.db"
    for stays in (True, False):
        content = bytearray(database.read_bytes())
        content[-100] ^= 1
        database.write_bytes(content)
        kept.run("backup", backups)
        assert older.exists() == stays
