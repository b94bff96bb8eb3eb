"""What earlier generations know of files, and what a new digest is when held against that."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from media.mhl.entry import Entry, Hash

Known = dict[str, dict[str, Hash]]


def known(entries: Iterable[Entry]) -> Known:
    """What a history's entries, oldest first, come to: path, then algorithm, then the digest as last confirmed.

    A digest that failed against an earlier one is left out: the earlier one counts, as in the reference tool. A file
    that was renamed is known by its last path.
    """
    found: Known = {}
    for entry in entries:
        before = found.pop(entry.previous, {}) if entry.previous else {}
        of_file = found.setdefault(entry.path, before)
        for each in entry.hashes:
            held = of_file.get(each.algorithm)
            if each.action != "failed" and (held is None or held.value == each.value):
                of_file[each.algorithm] = each
    return found


def compared(entry: Entry, found: Mapping[str, Mapping[str, Hash]], when: datetime) -> Entry:
    """The entry as a new generation says it: with an action and a date at each digest, as the reference tool does.

    A digest by a new algorithm is "verified" where those that were known agree, and is not said where one does not.

    Args:
        entry: with the digests that were computed.
        found: from `known`.
        when: the date of digests that carry none.

    Raises:
        ValueError: the file is known, and by none of the algorithms that were computed.
    """
    earlier = found.get(entry.previous or entry.path, {})
    agree = {
        each.algorithm: each.value == earlier[each.algorithm].value
        for each in entry.hashes
        if each.algorithm in earlier
    }
    if earlier and not agree:
        raise ValueError(f"{entry.path} is known by {', '.join(sorted(earlier))}, none of which was computed")
    hashes = sorted(entry.hashes, key=lambda each: each.algorithm)
    said = (_said(each, agree, when) for each in hashes)
    return replace(entry, hashes=tuple(each for each in said if each))


def _said(computed: Hash, agree: Mapping[str, bool], when: datetime) -> Hash | None:
    date = computed.date or when
    if not agree:
        return replace(computed, action="original", date=date)
    if agree.get(computed.algorithm, all(agree.values())):
        return replace(computed, action="verified", date=date)
    return replace(computed, action="failed", date=date) if computed.algorithm in agree else None
