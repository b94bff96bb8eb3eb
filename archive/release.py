"""The one gate: may this passage go to this use today? Everything that leaves the archive asks here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from archive.catalogue.releases import USES, Consent, Use
from archive.catalogue.stretches import without

# Where something may go; the desk is the house itself.
Where = Use | Literal["desk"]

# What stays with those who work on the material.
_INSIDE = frozenset({"desk", "film"})

Span = tuple[int, int]
"""A start and an end, in milliseconds on the interview's time line."""

_EVER = 1 << 62  # milliseconds; behind the end of every interview


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a passage may go.

    Attributes:
        may: it may.
        why: why not, as a sentence; empty where it may.
        warnings: sentences that a person should read all the same.
    """

    may: bool
    why: str = ""
    warnings: tuple[str, ...] = field(default=())


def may_go(
    consent: Consent,
    use: Where,
    today: date,
    passage: tuple[int, int] | None = None,
    *,
    form_first: bool = False,
) -> Answer:
    """Whether a passage may go to a use today.

    Withdrawal outranks everything, then what is withheld. Inside the house an interview without a release passes
    with a warning. Outside nothing does: it has to be public, and the release has to name the use and to be signed.
    An embargo never opens by itself: when its date has passed that is said, and somebody has to decide.

    Args:
        consent: of the interview.
        use: where it is to go.
        today: the day for which this is asked.
        passage: (start, end) in milliseconds on the interview's time line; None for the interview as such.
        form_first: nothing passes without a release, inside the house either (archive.toml).
    """
    if consent.status == "withdrawn":
        return Answer(False, "It was withdrawn.")
    if passage and not is_open(consent, *passage):
        return Answer(False, "The passage is withheld.")
    warnings = tuple(_warnings(consent, today))
    if why := _inside(consent, use, form_first) if use in _INSIDE else _outside(consent, use, today):
        return Answer(False, why, warnings)
    return Answer(True, "", warnings)


def open_parts(consent: Consent, start: int, end: int) -> Sequence[tuple[int, int]]:
    """What is left of a passage without what is withheld, in order; milliseconds."""
    return without((start, end), _held(consent))


def is_open(consent: Consent, start: int, end: int) -> bool:
    """Whether nothing of a passage is withheld; milliseconds."""
    return not any(_overlap((start, end), each) for each in _held(consent))


def open_words(
    consent: Consent, segments: Sequence[Sequence[Span]], *, exact: bool
) -> Sequence[Sequence[range]]:
    """The stretches of words of each segment of which nothing is withheld, in order, as places in its words.

    Args:
        consent: of the interview.
        segments: of a transcript, in the order of their starts: the (start, end) of each word in milliseconds; one
            that lasts no time lies where it begins.
        exact: the words were heard at these times. Where they were not a segment goes whole or not at all, and it
            may have been said anywhere between those beside it.
    """
    if exact:
        return [_open_runs(consent, words) for words in segments]
    far = reaches([(words[0][0], max(end for _, end in words)) for words in segments])
    return [
        [range(len(words))] if is_open(consent, *reach) else []
        for words, reach in zip(segments, far, strict=True)
    ]


def reaches(segments: Sequence[Span]) -> Sequence[Span]:
    """From when to when segments may have been said of which no word was heard where it stands; milliseconds.

    Each reaches from the end of the one before it to the start of the one behind it: nobody knows where in there, or
    in its own time, its words are.
    """
    ends = [0, *(end for _, end in segments)]
    starts = [*(start for start, _ in segments[1:]), _EVER]
    return [
        (min(before, start), max(behind, end))
        for (start, end), before, behind in zip(segments, ends, starts, strict=False)
    ]


def _open_runs(consent: Consent, words: Sequence[Span]) -> Sequence[range]:
    found: list[range] = []
    for place, (start, end) in enumerate(words):
        if not is_open(consent, start, max(end, start + 1)):
            continue
        goes_on = found and found[-1].stop == place
        found.append(range(found.pop().start if goes_on else place, place + 1))
    return found


def _held(consent: Consent) -> list[tuple[int, int]]:
    return [(each.start_ms, each.end_ms) for each in consent.withheld]


def _inside(consent: Consent, use: Where, form_first: bool) -> str:
    if form_first and (consent.release is None or consent.release.partial):
        of = " of all of it" if consent.release else ""
        return f"There is no release{of} yet, and archive.toml wants one first."
    if consent.release is None:
        return ""
    if use in USES and use not in consent.release.uses:
        return f"The release does not allow {use}."
    return ""


def _outside(consent: Consent, use: Where, today: date) -> str:
    if consent.release is None:
        return "There is no release."
    if use not in consent.release.uses:
        return f"The release does not allow {use}."
    if not consent.release.is_signed:
        return "Nobody is said to have signed the release: it needs who and when, or the form."
    if consent.status == "embargoed":
        return f"It is under embargo{_until(consent, today)}."
    return "" if consent.status == "public" else f"Its status is {consent.status}."


def _until(consent: Consent, today: date) -> str:
    if consent.until is None:
        return ""
    if consent.until < today:
        return f", though its date ({consent.until}) has passed: set its status to public if that is meant"
    return f" until {consent.until}"


def _warnings(consent: Consent, today: date) -> Sequence[str]:
    found = []
    if consent.release is None:
        found.append("The release is still missing.")
    elif consent.release.partial:
        found.append("The release of a part of it is still missing.")
    if consent.status == "embargoed" and consent.until and consent.until < today:
        found.append(f"The embargo ended on {consent.until}; it does not open by itself.")
    return found


def _overlap(one: tuple[int, int], two: tuple[int, int]) -> bool:
    return one[0] < two[1] and two[0] < one[1]
