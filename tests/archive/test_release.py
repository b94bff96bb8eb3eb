"""The gate: every combination of status, release, use, embargo and withheld passage."""

from datetime import date, timedelta
from itertools import product

import pytest

from archive.catalogue.releases import STATUSES, USES, Consent, Release, Withheld
from archive.release import may_go, open_parts

TODAY = date(2026, 11, 21)
DATES = (None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1))
SIGNED = {"signed_by": "Amina", "signed": TODAY}
SIGNATURES = (
    {},
    {"signed_by": "Amina"},
    {"signed": TODAY},
    SIGNED,
    {"form": "releases/garden/form.pdf"},
)
RELEASES = (
    None,
    *(
        Release(frozenset(uses), partial=partial, **signature)
        for uses in ((), *((use,) for use in USES), USES)
        for partial in (False, True)
        for signature in SIGNATURES
    ),
)
PASSAGES = {
    "whole": None,
    "beside": (10_000, 20_000),
    "inside": (6_000, 7_000),
    "over the edge": (4_000, 5_001),
}
WITHHELD = (Withheld(5_000, 10_000),)


@pytest.mark.parametrize("use", ["desk", *USES])
@pytest.mark.parametrize("status", STATUSES)
def test_every_combination(status, use):
    """Said in the other direction: all that may go, and nothing else may."""
    for until, release, (name, passage), form_first in product(
        DATES, RELEASES, PASSAGES.items(), (False, True)
    ):
        consent = Consent(status, until, release, WITHHELD)
        allowed = release is not None and (use == "desk" or use in release.uses)
        if use in {"desk", "film"}:
            whole = release is not None and not release.partial
            expected = (allowed and (whole or not form_first)) or (release is None and not form_first)
        else:
            by_somebody = release and (release.form or (release.signed_by and release.signed))
            expected = allowed and status == "public" and bool(by_somebody)
        expected = expected and status != "withdrawn" and name not in {"inside", "over the edge"}
        answer = may_go(consent, use, TODAY, passage, form_first=form_first)
        assert answer.may == expected, (consent, name, form_first, answer)
        assert bool(answer.why) != answer.may


def test_a_missing_form_warns_inside_the_house_and_stops_everything_outside():
    assert may_go(Consent("desk"), "film", TODAY).warnings == ("The release is still missing.",)
    assert may_go(Consent("public"), "web", TODAY).why == "There is no release."


def test_a_release_that_nobody_signed_stops_everything_outside_and_nothing_inside():
    consent = Consent("public", None, Release(frozenset(USES), signed_by="Amina"))
    answer = may_go(consent, "web", TODAY)
    assert answer.why == "Nobody is said to have signed the release: it needs who and when, or the form."
    assert may_go(consent, "film", TODAY).may


def test_an_embargo_that_has_passed_is_said_and_opens_nothing():
    consent = Consent("embargoed", date(2026, 11, 20), Release(frozenset({"web"}), **SIGNED))
    answer = may_go(consent, "web", TODAY)
    assert not answer.may
    assert "its date (2026-11-20) has passed" in answer.why
    assert answer.warnings == ("The embargo ended on 2026-11-20; it does not open by itself.",)


def test_on_its_last_day_an_embargo_has_not_passed():
    answer = may_go(Consent("embargoed", TODAY, Release(frozenset({"web"}), **SIGNED)), "web", TODAY)
    assert answer.why == "It is under embargo until 2026-11-21."
    assert not answer.warnings


def test_withdrawal_outranks_everything():
    consent = Consent("withdrawn", None, Release(frozenset(USES)))
    assert {may_go(consent, use, TODAY).why for use in ("desk", *USES)} == {"It was withdrawn."}


@pytest.mark.parametrize(
    ("withheld", "left"),
    [
        ([], [(0, 100)]),
        ([(20, 30)], [(0, 20), (30, 100)]),
        ([(50, 200), (0, 10), (5, 20)], [(20, 50)]),
        ([(0, 100)], []),
        ([(100, 200)], [(0, 100)]),
    ],
)
def test_what_is_left_of_a_passage_without_what_is_withheld(withheld, left):
    assert open_parts(Consent(withheld=tuple(Withheld(*each) for each in withheld)), 0, 100) == left
