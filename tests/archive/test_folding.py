"""What counts as the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue.folding import fold, fold_word


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("L’économie", "l'economie"),
        ("Straße", "STRASSE"),
        ("Đỗ", "do"),
        ("ﬁlm", "film"),
        ("don’t", "dont"),
        ("København", "kobenhavn"),
        ("Łódź", "lodz"),
        ("cœur", "coeur"),
        ("co-operative", "co operative"),
        ("İstanbul", "istanbul"),
        ("Ёлка", "елка"),
        ("co\N{SOFT HYPHEN}operative", "cooperative"),
        ("Nobody…", "nobody"),
        ("x_y", "x y"),
        ("ﷺ", "صلى الله عليه وسلم"),
    ],
)
def test_is_the_same(said: str, typed: str):
    assert fold(said) == fold(typed)


@pytest.mark.parametrize(
    ("said", "typed"), [("l'économie", "economie"), ("Detroit's", "detroit"), ("20-year", "20")]
)
def test_a_word_is_found_inside_a_compound(said: str, typed: str):
    assert set(fold(typed)) < set(fold(said))


def test_scripts_without_spaces_have_a_token_a_character():
    assert fold("北京市") == ["北", "京", "市"]
    assert fold("がっこう") == ["が", "っ", "こ", "う"]


def test_vowel_signs_are_letters_and_not_accents():
    assert fold("किताब") == ["किताब"]
    assert fold("が") != fold("か")


def test_no_character_folds_to_what_folds_again():
    """Everything up to the East Asian scripts; beyond them nothing has compatibility forms of its own."""
    characters = map(chr, range(0x3400))
    changed = [token for one in characters for token in fold(f"a{one}b {one}") if fold(token) != [token]]
    assert changed == []


@given(st.text())
def test_tokens_are_letters_marks_and_digits_that_fold_to_themselves(text: str):
    for token in fold(text):
        assert fold(token) == [token]
        assert not set(token) & set(" \n\"'*-()^:\0")


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1)))
def test_words_fold_to_the_same_tokens_alone_and_in_a_sentence(words: list[str]):
    alone = [token for word in words for token in fold_word(word)]
    assert fold(" ".join(words)) == alone
