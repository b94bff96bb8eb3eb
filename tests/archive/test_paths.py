"""File names in the database."""

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.catalogue.paths import named, stored


@given(st.binary().map(os.fsdecode))
@example(os.fsdecode("\N{REPLACEMENT CHARACTER}E9".encode()))
@example(os.fsdecode("\N{REPLACEMENT CHARACTER}".encode() + b"\xe9"))
def test_every_name_comes_back_as_it_was(name: str):
    assert named(stored(name)) == name


@given(st.binary().map(os.fsdecode))
def test_what_is_stored_is_unicode(name: str):
    stored(name).encode("utf-8")


@pytest.mark.parametrize("name", ["A003C012.mov", "100% café.mov", "北京.mp4"])
def test_an_ordinary_name_stands_as_it_is(name: str):
    assert stored(name) == name


def test_a_byte_that_is_no_utf8_can_be_read():
    assert stored(os.fsdecode(b"caf\xe9.mov")) == "caf\N{REPLACEMENT CHARACTER}E9.mov"
