"""Public names stand in the place of real ones, however those are written."""

import unicodedata

import pytest

from archive.catalogue.texts import SpokenSegment
from archive.export.naming import Naming
from ingest.transcript import Word

NAMES = {"Zoë Müller": "Z. M.", "Jo Bell": "Jo B.", "王小明": "W.", "Rose": "R."}
SAID = "thank you Zoë Müller, dear"


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("Zoë Müller said", "Z. M. said"),
        ("ZOË MÜLLER", "Z. M."),
        ("Müller, Zoë", "Z. M."),
        ("zoe-muller-at-home", "Z. M.-at-home"),
        ("zoe_muller_01.mov", "Z. M._01.mov"),
        (unicodedata.normalize("NFD", "with Zoë Müller here"), "with Z. M. here"),
        ("Zoë's and Müller’s", "Z. M.'s and Z. M.’s"),
        (unicodedata.normalize("NFD", "Zoë, come"), "Z. M., come"),
        ("muller-2.mov", "Z. M.-2.mov"),
        ("Jo and Bell", "Jo and Jo B."),
        ("a bell rings", "a bell rings"),
        ("我是王小明。", "我是W.。"),
        ("a rose for Rose", "a rose for R."),
        ("Rosemary", "Rosemary"),
        ("", ""),
    ],
)
def test_a_name_is_replaced_however_it_is_written(text, public):
    assert Naming(NAMES, NAMES).of(text) == public


def test_of_somebody_who_is_not_there_only_the_whole_name_is_replaced():
    assert Naming(NAMES).of("Zoë met Zoë Müller") == "Zoë met Z. M."


def test_without_public_names_everything_stays():
    assert Naming({}).of(("Zoë Müller", 3)) == ("Zoë Müller", 3)


def test_words_that_become_a_public_name_share_the_time_of_the_real_one():
    words = tuple(Word(text, 400 * at, 400 * at + 300) for at, text in enumerate(SAID.split()))
    found = Naming(NAMES, NAMES).of(SpokenSegment("Zoë Müller", SAID, 0, 1900, words))
    assert (found.speaker, found.text) == ("Z. M.", "thank you Z. M., dear")
    assert [(word.text, word.start_ms, word.end_ms) for word in found.words] == [
        ("thank", 0, 300),
        ("you", 400, 700),
        ("Z.", 800, 1150),
        ("M.,", 1150, 1500),
        ("dear", 1600, 1900),
    ]
