"""Several languages in one interview, and its translation: through the command, into search."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.demo import MODEL
from archive.intake.speech import Speech
from ingest.engines.faster_whisper import FasterWhisper
from ingest.transcript import Block, Word

SAID = [("en-01", 0.5, 0), ("fr-05", 3.0, 1), ("en-09", 6.0, 0), ("fr-13", 9.1, 1)]
# A recording, written by hand, of what a model that can translate would say; the tiny model cannot.
RECORDED = {"fr-05": "Now there are forty gardens.", "fr-13": "We have learned a lot from our neighbours."}


@pytest.fixture
def card(tmp_path, footage):
    """A clip in which an English interviewer talks with a French guest, and what they say."""
    folder = tmp_path / "card"
    folder.mkdir()
    return folder, footage.clip(folder / "talk.mov", SAID, channels=2, bleed_db=-24)


def settings(folder: Path, *lines: str) -> None:
    text = "\n".join(['title = "Test"', "[transcribe]", 'model = "demo"', *lines])
    (folder / "archive.toml").write_text(text + "\n", encoding="utf-8")


def rows(folder: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def counts(folder: Path) -> dict[str, int]:
    tables = rows(folder, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%'")
    return {name: rows(folder, f"SELECT count(*) FROM {name}")[0][0] for (name,) in tables}  # noqa: S608


def test_a_question_and_an_answer_keep_their_languages_up_to_search(archive, spoken, card):
    settings(spoken.folder, 'languages = ["en", "fr"]')
    folder, said = card
    assert archive("ingest", str(folder)).code == 0
    assert rows(spoken.folder, "SELECT language FROM transcripts") == [("fr",)]
    found = rows(spoken.folder, "SELECT coalesce(language, 'fr') FROM segments ORDER BY position")
    assert [language for (language,) in found] == [one.language for one in said]
    for language, word, others in (("en", "kitchen", "fr"), ("fr", "jardins", "en")):
        (hit,) = json.loads(archive("search", word, "--language", language, "--json").out)
        assert hit["language"] == language
        assert json.loads(archive("search", word, "--language", others, "--json").out) == []


@pytest.mark.fault(
    "recogniser",
    "archive.toml asks for a translation by a model that gives the original back",
    "refused by name, with others to choose, before anything is copied; exit code 2",
)
def test_a_model_that_cannot_translate_is_refused_before_any_work(archive, spoken, card):
    settings(spoken.folder, 'translate = ["en"]')
    before = counts(spoken.folder)
    for model, named in (("demo", "demo"), ("large-v3-turbo", "large-v3-turbo")):
        ended = archive("ingest", str(card[0]), "--model", model)
        assert ended.code == 2
        assert f"The speech model {named} cannot translate" in ended.err
        assert "large-v3, medium or small" in ended.err
    assert counts(spoken.folder) == before
    assert not list((spoken.folder / "originals").rglob("*.mov"))


def test_a_copy_needs_no_model_that_translates(archive, spoken, card):
    settings(spoken.folder, 'translate = ["en"]')
    assert archive("ingest", str(card[0]), "--only", "copy").code == 0


@pytest.mark.fault(
    "recogniser", "archive.toml names a language that is no code", "refused; the setting is named"
)
@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('languages = ["english"]', "transcribe.languages.0: a language is a code of two letters"),
        ('translate = ["fr"]', "transcribe.translate.0: input should be 'en'"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(archive, spoken, card, line, named):
    settings(spoken.folder, line)
    before = counts(spoken.folder)
    ended = archive("ingest", str(card[0]))
    assert (ended.code, named in ended.err) == (2, True)
    assert counts(spoken.folder) == before


class Recorded:
    """The tiny model, with a recording instead of the translations that it cannot make."""

    def __init__(self, said) -> None:
        self.tiny = FasterWhisper(MODEL, device="cpu")
        self.detect, self.recognise = self.tiny.detect, self.tiny.recognise
        self.said = [
            (one, RECORDED[name]) for one, (name, _, _) in zip(said, SAID, strict=True) if name in RECORDED
        ]
        self.translated = 0

    def translate(self, sound, stretch, language, stop=None):
        self.translated += 1
        words: list[Word] = []
        for one, text in self.said:
            if stretch[0] <= one.start_ms < stretch[1]:
                parts = text.split()
                step = (one.end_ms - one.start_ms) // len(parts)
                words += [
                    Word(part, one.start_ms + place * step, one.start_ms + (place + 1) * step)
                    for place, part in enumerate(parts)
                ]
        return Block(*stretch, language, tuple(words))


@pytest.fixture
def recorded(card, monkeypatch):
    recorded = Recorded(card[1])
    monkeypatch.setattr(Speech, "recogniser", lambda self: recorded)
    monkeypatch.setattr(Speech, "model", lambda self: "small")
    return recorded


def test_a_translation_that_nobody_asked_for_is_not_made_again(archive, spoken, card):
    settings(spoken.folder)
    ended = archive("ingest", str(card[0]), "--redo", "translate")
    assert ended.code == 2
    assert 'translate = ["en"]' in ended.err
    told = archive("ingest", str(card[0]), "--redo", "transcribe", "--dry-run").out
    assert "would be made again: transcribe." in told


def test_a_translation_is_a_transcript_beside_the_original_and_found_in_either_language(
    archive, spoken, card, recorded
):
    settings(spoken.folder, 'translate = ["en"]')
    folder, said = card
    assert archive("ingest", str(folder), "--model", "small").code == 0
    assert rows(
        spoken.folder,
        "SELECT language, translation, kind, model, state, current FROM transcripts ORDER BY translation",
    ) == [
        ("fr", 0, "machine", "small", "machine", 1),
        ("en", 1, "machine", "small", "machine", 1),
    ]
    shown = json.loads(archive("transcript", "show", "talk", "--language", "en", "--json").out)
    assert [segment["text"] for segment in shown["segments"]] == [
        RECORDED.get(name, one.text) for one, (name, _, _) in zip(said, SAID, strict=True)
    ]
    (french,) = json.loads(archive("search", "jardins", "--json").out)
    (english,) = json.loads(archive("search", "gardens", "--json").out)
    assert abs(french["start_ms"] - english["start_ms"]) < 400
    assert (english["language"], english["translation"]) == ("en", True)


def test_a_translation_that_is_asked_for_later_is_made_of_what_is_there_and_only_once(
    archive, spoken, card, recorded
):
    folder, _ = card
    settings(spoken.folder)
    assert archive("ingest", str(folder), "--model", "small").code == 0
    assert recorded.translated == 0
    settings(spoken.folder, 'translate = ["en"]')
    (unfinished,) = rows(spoken.folder, "SELECT count(*) FROM steps WHERE step = 'translate'")
    assert unfinished == (0,)
    assert archive("ingest", str(folder), "--model", "small").code == 0
    once = recorded.translated
    assert once > 0
    assert archive("ingest", str(folder), "--model", "small").code == 0
    assert recorded.translated == once
    original = next((spoken.folder / "originals").rglob("talk.mov"))
    assert archive("ingest", str(original), "--model", "small", "--redo", "translate").code == 0
    assert recorded.translated == 2 * once
    assert len(rows(spoken.folder, "SELECT 1 FROM transcripts WHERE translation")) == 1
