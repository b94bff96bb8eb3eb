"""The ledger in the catalogue: what a step found, recorded with it or not at all."""

import sqlite3
from fractions import Fraction
from pathlib import Path

import pytest

from archive.catalogue import interviews, transcripts
from archive.catalogue.ledger import CatalogueLedger
from ingest.clip import Clip
from ingest.transcript import Transcript


@pytest.fixture
def ledger(spoken, tmp_path: Path) -> CatalogueLedger:
    return CatalogueLedger(spoken.db, tmp_path)


def _transcribed(spoken, ledger: CatalogueLedger, *parts: Transcript) -> transcripts.SavedTranscript | None:
    hashes = [spoken.clip(f"{number}.mov") for number in range(len(parts))]
    clips = [(digest, Fraction(10 * number)) for number, digest in enumerate(hashes)]
    slug = interviews.create(spoken.db, title="Bread", clips=clips)
    for digest, transcript in zip(hashes, parts, strict=True):
        ledger.done(Clip(digest, "a.mov", Path("a.mov"), 1, transcript=transcript), "transcribe", "{}")
    return transcripts.current(spoken.db, slug)


def test_a_clip_in_which_nobody_speaks_keeps_no_words_of_the_others_back(spoken, ledger):
    found = _transcribed(
        spoken, ledger, Transcript(None), Transcript("en", (spoken.segment("Who owns it?"),), model="small")
    )
    assert found is not None
    assert [(segment.text, segment.start_ms) for segment in found.segments] == [("Who owns it?", 10_000)]


def test_captions_beside_a_silent_clip_stay_captions(spoken, ledger):
    said = Transcript("en", (spoken.segment("Who owns it?"),), kind="captions")
    found = _transcribed(spoken, ledger, said, Transcript(None))
    assert found is not None
    assert found.kind == "captions"


def test_words_of_two_models_are_not_mixed(spoken, ledger):
    said = (spoken.segment("Who owns it?"),)
    found = _transcribed(
        spoken, ledger, Transcript("en", said, model="small"), Transcript("en", said, model="large-v3")
    )
    assert found is not None
    assert (found.model, len(found.segments)) == ("small", 1)


def test_a_step_whose_transaction_failed_is_not_remembered(spoken, ledger):
    spoken.db.execute(
        "CREATE TEMP TRIGGER fails AFTER INSERT ON folded BEGIN SELECT RAISE(ABORT, 'full disk'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="full disk"):
        _transcribed(spoken, ledger, Transcript("en", (spoken.segment("Who owns it?"),), model="small"))
    (digest,) = spoken.db.execute("SELECT hash FROM clips").fetchone()
    assert ledger.record(digest, "transcribe") is None
