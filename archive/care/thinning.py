"""Which backups are kept when there are many: of 7 days, 4 weeks and 12 months the last one each."""

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime

from archive.care.manifest import Backup

# How many of each, and what tells one from the next, in UTC.
KEPT: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
    (7, lambda made: made.date()),
    (4, lambda made: made.isocalendar()[:2]),
    (12, lambda made: (made.year, made.month)),
)


def superseded(backups: Sequence[Backup]) -> list[Backup]:
    """The backups of one archive that later ones have taken the place of.

    Days, weeks and months count that hold a backup; time that went by without one pushes nothing out. The order
    is that of their numbers. A clock that was wrong may have dated some among much older or newer ones: so one is
    kept, too, that the order of dates would keep.
    """
    by_number = sorted(backups, key=lambda backup: backup.order, reverse=True)
    by_date = sorted(backups, key=lambda backup: backup.manifest.made, reverse=True)
    kept = _kept(by_number) | _kept(by_date)
    return [backup for backup in by_number if backup.folder not in kept]


def _kept(latest_first: Sequence[Backup]) -> set[object]:
    kept: set[object] = set()
    for count, period in KEPT:
        seen: set[Hashable] = set()
        for backup in latest_first:
            key = period(backup.manifest.made.astimezone(UTC))
            if key not in seen and len(seen) < count:
                seen.add(key)
                kept.add(backup.folder)
    return kept
