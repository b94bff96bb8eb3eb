"""Interviews arranged by chance, again and again: no word is lost, and every link ever made leads to its word."""

import os
from contextlib import suppress
from fractions import Fraction
from random import Random

import pytest

from archive.catalogue import arranging, interviews, releases, transcripts
from archive.catalogue.former import leads
from archive.catalogue.joint_release import STRICTEST
from archive.catalogue.releases import Release, Withheld
from archive.errors import UserError
from ingest.transcript import Segment, Word

LENGTHS = ("10", "2002/200", "37/3")  # of clips, in seconds; not all of them whole milliseconds
AGREED = {
    "Amina": ("public", ("film", "web", "data")),
    "Ben": ("withdrawn", ()),
    "Carl": ("public", ("film", "education")),
    "Dora": ("desk", ("web", "data")),
}
ROUNDING = 6  # milliseconds that many moves may be off


def spoken_in(number, clip_start_ms):
    """Return words of a clip that nobody else says, two segments of them."""
    words = [
        Word(f"w{number}x{at}", clip_start_ms + 300 + at * 900, clip_start_ms + 300 + at * 900 + 700, 0.9)
        for at in range(10)
    ]
    return [Segment(tuple(words[:6]), channel=0), Segment(tuple(words[6:]), channel=1)]


def fill(spoken):
    """Make four interviews of one, two or three clips; a few words of each are withheld."""
    number = 0
    for title, count in (("Amina", 3), ("Ben", 1), ("Carl", 2), ("Dora", 2)):
        clips, said, offset = [], [], Fraction(0)
        for _ in range(count):
            length = LENGTHS[number % len(LENGTHS)]
            clips.append((spoken.clip(f"c{number}.mov", seconds=length), offset))
            said += spoken_in(number, round(offset * 1000))
            offset += Fraction(length)
            number += 1
        slug = spoken.interview(title, said, clips=clips, speakers=("Asks", title))
        releases.withhold(spoken.db, slug, Withheld(1100, 3000))
        status, uses = AGREED[title]
        releases.decide(spoken.db, slug, status)
        if uses:
            releases.record(spoken.db, slug, Release(frozenset(uses), signed_by=title))


def words(db):
    """Return where each word is: its interview, the number of its time line, and when it begins."""
    found = {}
    for interview in interviews.listing(db):
        (line,) = db.execute("SELECT time_line FROM interviews WHERE id = ?", [interview.id]).fetchone()
        for segment in transcripts.current(db, interview.slug).segments:
            for word in segment.words:
                assert word.text not in found
                found[word.text] = (interview.slug, line, word.start_ms)
    return found


def led(db, slug, line, ms):
    """Return where a link leads as the page's script has it."""
    for stretch in leads(db, slug, line):
        if stretch.start_ms <= ms < stretch.end_ms:
            return stretch.slug, ms + stretch.shift_ms
    return slug, ms


def withheld(db):
    """Return the words that go nowhere."""
    found = set()
    for interview in interviews.listing(db):
        passages = releases.of_interview(db, interview.slug).withheld
        for segment in transcripts.current(db, interview.slug).segments:
            found |= {
                word.text
                for word in segment.words
                if any(
                    word.start_ms + ROUNDING < each.end_ms and each.start_ms < word.end_ms - ROUNDING
                    for each in passages
                )
            }
    return found


def arrange(db, chance):
    """Do one thing to one interview, or to two."""
    every = interviews.listing(db)
    one = chance.choice(every)
    what = chance.choice(["merge", "split", "split", "reorder", "align"])
    if what == "merge" and len(every) > 1:
        others = [each.slug for each in every if each is not one]
        arranging.merge(db, one.slug, chance.sample(others, chance.randint(1, min(2, len(others)))))
    elif what == "split":
        # between words, so that none is cut
        starts = [
            word.start_ms
            for segment in transcripts.current(db, one.slug).segments
            for word in segment.words
            if 200 < word.start_ms < one.duration_ms - 200
        ]
        if starts:
            arranging.split(db, one.slug, [chance.choice(starts) - 100])
    elif what == "reorder":
        arranging.reorder(db, one.slug, chance.sample([clip.hash for clip in one.clips], len(one.clips)))
    elif what == "align":
        last = max(one.clips, key=lambda clip: clip.begin)
        arranging.align(db, one.slug, last.hash, round(last.begin * 1000) + chance.randint(0, 3000))


@pytest.mark.parametrize("seed", range(int(os.environ.get("ARRANGED_SEEDS", "4"))))
def test_no_word_is_lost_and_every_link_leads_to_its_word(spoken, seed):
    """Words, links of every age and withheld passages after twelve changes by chance."""
    chance, db = Random(seed), spoken.db
    fill(spoken)
    links = [(word, *where) for word, where in words(db).items()]
    kept_back, names = withheld(db), {each[0] for each in links}
    for _ in range(12):
        try:
            arrange(db, chance)
        except UserError as refused:
            # the parts of a clip apart from each other; nothing before the first clip
            assert "hold a part of" in refused.message or "There is no part of" in refused.message  # noqa: PT017
        now = words(db)
        assert now.keys() == names
        assert withheld(db) >= kept_back
        for word, slug, line, start in links:
            where, moment = led(db, slug, line, start + 50)
            assert where == now[word][0], (word, slug, line, start)
            assert abs(moment - 50 - now[word][2]) <= ROUNDING, (word, slug, line, start)
        links += [(word, *where) for word, where in now.items()]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def given(db, origins):
    """Return of each interview whose clips it has, its status, and its release."""
    found = []
    for interview in interviews.listing(db):
        consent = releases.of_interview(db, interview.slug)
        whose = {origins[clip.hash] for clip in interview.clips}
        found.append((whose, consent.status, consent.release))
    return found


@pytest.mark.parametrize("seed", range(int(os.environ.get("ARRANGED_SEEDS", "4"))))
def test_nothing_is_released_that_its_own_people_did_not(spoken, seed):
    """Whatever was merged and split: what all allow counts of many, and what its people allowed of one."""
    chance, db = Random(seed), spoken.db
    fill(spoken)
    origins = {clip.hash: each.title for each in interviews.listing(db) for clip in each.clips}
    for _ in range(16):
        with suppress(UserError):
            arrange(db, chance)
        for whose, status, release in given(db, origins):
            for title in whose:
                decided, uses = AGREED[title]
                assert STRICTEST.index(status) <= STRICTEST.index(decided)
                assert release is None or release.uses <= ({*uses} or {"film"})
                assert uses or release is None or release.partial
            if len(whose) == 1 and not uses:
                assert release is None
            if len(whose) == 1 and uses:
                assert (release.uses, release.signed_by, release.partial) == ({*uses}, title, False)
