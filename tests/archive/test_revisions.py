"""Revisions: what a person made of a transcript is kept, and never replaced by a machine."""

import random
import sqlite3
from dataclasses import replace
from fractions import Fraction

import pytest

from archive.catalogue import interviews, revisions, transcripts
from archive.catalogue.composing import TRANSCRIPT, compose
from archive.catalogue.folding import fold
from archive.errors import UserError
from ingest.plain import lines
from ingest.revised import revised
from ingest.transcript import Transcript


def said(saved):
    return None if saved is None else [segment.text for segment in saved.segments]


def own(spoken, slug):
    return said(transcripts.current(spoken.db, slug))


def correct(spoken, slug, text, **about):
    """Keep what somebody wrote instead of the current words, as the command does."""
    before = transcripts.current(spoken.db, slug, about.get("language"))
    segments = revised(transcripts.as_segments(before), list(lines(text)))
    return revisions.keep(spoken.db, slug, segments, kind="corrected", author="Nora", **about)


def found(spoken, word):
    """The revisions that search finds a word in."""
    rows = spoken.db.execute(
        "SELECT revision FROM folded_fts JOIN transcripts ON transcripts.id = folded_fts.rowid"
        " WHERE folded_fts MATCH ? ORDER BY revision",
        [f'"{" ".join(fold(word))}"'],
    )
    return [revision for (revision,) in rows]


def test_a_correction_is_a_revision_and_what_it_was_made_from_is_kept(spoken):
    slug = spoken.interview("Bread", ["Who bones it?", "Nobody does."])
    assert correct(spoken, slug, "Who owns it?\nNobody does.", reason="a name") == 2
    assert own(spoken, slug) == ["Who owns it?", "Nobody does."]
    first, second = revisions.of_interview(spoken.db, slug)
    assert (first.number, first.current, first.kind, first.state, first.model) == (
        1,
        False,
        "machine",
        "machine",
        "test",
    )
    assert (second.number, second.current, second.kind, second.state) == (2, True, "corrected", "corrected")
    assert (second.author, second.reason, second.parent, second.language) == ("Nora", "a name", 1, "en")
    assert (first.words, second.words, second.created > "2026") == (5, 5, True)
    assert said(revisions.load(spoken.db, slug, 1)) == ["Who bones it?", "Nobody does."]
    assert (found(spoken, "bones"), found(spoken, "owns")) == ([], [2])


def test_speakers_and_times_come_back_as_they_were(spoken):
    lines = [spoken.segment("Who?", 0, channel=1), spoken.segment("Nobody.", 5000, channel=0)]
    slug = spoken.interview("Bread", lines, speakers=["Ada Low"])
    before = transcripts.current(spoken.db, slug)
    revisions.keep(spoken.db, slug, transcripts.as_segments(before), kind="corrected")
    assert transcripts.current(spoken.db, slug).segments == before.segments
    assert interviews.find(spoken.db, slug).speakers == ("Ada Low", "Speaker 2")


def test_words_without_spaces_stay_without(spoken):
    slug = spoken.interview("Tea", [spoken.segment("北京的茶", spaced=False)])
    before = transcripts.current(spoken.db, slug)
    revisions.keep(spoken.db, slug, transcripts.as_segments(before), kind="corrected")
    assert own(spoken, slug) == ["北京的茶"]


def test_a_translation_is_current_beside_what_was_said(spoken):
    slug = spoken.interview("Pain", ["Personne ne le possède."], language="fr")
    english = (spoken.segment("Nobody owns it.", 0),)
    number = revisions.keep(
        spoken.db, slug, english, kind="imported", author="Tom", language="en", translation=True
    )
    assert own(spoken, slug) == ["Personne ne le possède."]
    there = transcripts.current(spoken.db, slug, "en")
    assert (said(there), there.translation, there.revision) == (["Nobody owns it."], True, number)
    assert transcripts.languages(spoken.db, slug) == ("fr", "en")
    assert (found(spoken, "possède"), found(spoken, "nobody owns")) == ([1], [2])
    correct(spoken, slug, "Nobody has it.", language="en", translation=True)
    correct(spoken, slug, "Personne ne l'a.")
    assert own(spoken, slug) == ["Personne ne l'a."]
    assert said(transcripts.current(spoken.db, slug, "en")) == ["Nobody has it."]
    assert [each.number for each in revisions.of_interview(spoken.db, slug, "fr")] == [1, 4]
    assert interviews.find(spoken.db, slug).language == "fr"


@pytest.mark.fault("names", "a language in which an interview has no transcript", "said, with those it has")
def test_a_language_that_is_not_there(spoken):
    slug = spoken.interview("Pain", ["Personne."], language="fr")
    revisions.keep(
        spoken.db, slug, (spoken.segment("Nobody."),), kind="imported", language="en", translation=True
    )
    with pytest.raises(UserError, match="no transcript in 'it'") as raised:
        transcripts.current(spoken.db, slug, "it")
    assert raised.value.remedy == "There is one in fr and en."


def test_a_revision_that_is_not_there(spoken):
    slug = spoken.interview("Bread", ["Who?"])
    with pytest.raises(UserError, match="has no revision 7"):
        revisions.restore(spoken.db, slug, 7)


def test_restoring_is_a_revision_of_its_own(spoken):
    slug = spoken.interview("Bread", ["Who bones it?"])
    correct(spoken, slug, "Who owns it?")
    assert revisions.restore(spoken.db, slug, 1, author="Nora", reason="it was right") == 3
    assert own(spoken, slug) == ["Who bones it?"]
    last = revisions.of_interview(spoken.db, slug)[-1]
    assert (last.parent, last.author, last.reason, last.kind, last.model) == (
        1,
        "Nora",
        "it was right",
        "machine",
        "test",
    )
    assert said(revisions.load(spoken.db, slug, 2)) == ["Who owns it?"]
    assert (found(spoken, "bones"), found(spoken, "owns")) == ([3], [])


@pytest.mark.parametrize(("up_to", "kept"), [(700, 700), (None, None), (10_000, None)])
def test_a_review_says_how_far_it_went_and_changes_no_word(spoken, up_to, kept):
    slug = spoken.interview("Bread", ["Who owns it?"])
    assert revisions.review(spoken.db, slug, "checked", author="Nora", up_to_ms=up_to) == 2
    now = transcripts.current(spoken.db, slug)
    assert (now.state, now.reviewed_ms, now.author, now.kind) == ("checked", kept, "Nora", "machine")
    assert said(now) == ["Who owns it?"]


def heard_again(spoken, slug, text, model):
    return transcripts.save(
        spoken.db, slug, Transcript("en", (spoken.segment(text, 0, 0),), model=model), version="1"
    )


def keep(spoken, slug):
    correct(spoken, slug, "Who owns it?")


def check(spoken, slug):
    revisions.review(spoken.db, slug, "checked", author="Nora")


def restore(spoken, slug):
    revisions.restore(spoken.db, slug, 1)


@pytest.mark.parametrize("done", [keep, check, restore])
@pytest.mark.fault("looking after", "a machine hears again what a person corrected", "the correction stays")
def test_machine_words_never_replace_a_persons(spoken, done):
    slug = spoken.interview("Bread", ["Who owns it"])
    done(spoken, slug)
    before = transcripts.current(spoken.db, slug)
    assert heard_again(spoken, slug, "Who bones it", "large-v3") == 3
    assert heard_again(spoken, slug, "Who bones it", "large-v3") == 3
    assert transcripts.current(spoken.db, slug) == before
    assert said(revisions.load(spoken.db, slug, 3)) == ["Who bones it"]
    assert (found(spoken, "bones"), found(spoken, "who")) == ([], [2])
    assert [each.current for each in revisions.of_interview(spoken.db, slug)] == [False, True, False]


def test_a_machine_translation_never_replaces_a_persons(spoken):
    slug = spoken.interview("Pain", ["Personne."], language="fr")
    english = Transcript("en", (spoken.segment("Person."),), model="small")
    assert transcripts.save(spoken.db, slug, english, version="1", translation=True) == 2
    correct(spoken, slug, "Nobody.", language="en", translation=True)
    transcripts.save(spoken.db, slug, replace(english, model="large-v3"), version="1", translation=True)
    assert said(transcripts.current(spoken.db, slug, "en")) == ["Nobody."]
    assert own(spoken, slug) == ["Personne."]


def transcribed(spoken, clip, text, model="small"):
    """A clip's transcription is done: the ledger has it, and the interview is put together."""
    segments = (spoken.segment(text, 500, 0),) if text else ()
    result = TRANSCRIPT.dump_json(Transcript("en", segments, model=model if text else None)).decode()
    spoken.db.execute(
        "INSERT OR REPLACE INTO steps (clip, step, settings, state, result, finished)"
        " VALUES (?, 'transcribe', '{}', 'done', ?, '')",
        [clip, result],
    )
    compose(spoken.db, clip)


@pytest.fixture
def three(spoken):
    """An interview of three clips of ten seconds, of which the second is transcribed and corrected."""
    clips = [spoken.clip(f"A00{number}.mov") for number in (1, 2, 3)]
    placed = [(clip, Fraction(10 * place)) for place, clip in enumerate(clips)]
    slug = interviews.create(spoken.db, title="Bread", clips=placed)
    transcribed(spoken, clips[1], "Who bones it")
    correct(spoken, slug, "Who owns it?")
    return slug, clips


def test_clips_that_come_later_are_added_to_a_correction(spoken, three):
    slug, clips = three
    transcribed(spoken, clips[2], "Nobody.")
    transcribed(spoken, clips[0], "Hello.")
    assert own(spoken, slug) == ["Hello.", "Who owns it?", "Nobody."]
    now = transcripts.current(spoken.db, slug)
    assert (now.author, now.state, now.kind) == ("Nora", "corrected", "corrected")
    assert now.reviewed_ms == 500  # nobody has looked at what was added
    assert now.reason == "What is said in A001.mov was added."
    assert [segment.start_ms for segment in now.segments] == [500, 10_500, 20_500]
    assert found(spoken, "nobody") == [now.revision]
    transcribed(spoken, clips[2], "Nobody.")
    assert transcripts.current(spoken.db, slug) == now


def test_clips_of_another_model_are_added_too(spoken, three):
    slug, clips = three
    transcribed(spoken, clips[2], "Nobody.", model="large-v3")
    assert own(spoken, slug) == ["Who owns it?", "Nobody."]


def test_what_a_person_took_out_does_not_come_back(spoken, three):
    slug, clips = three
    transcribed(spoken, clips[2], "Thanks for watching.")
    correct(spoken, slug, "Who owns it?")
    transcribed(spoken, clips[2], "Thank you for watching.", model="large-v3")
    transcribed(spoken, clips[1], "Who phones it?", model="large-v3")
    assert own(spoken, slug) == ["Who owns it?"]


def test_a_clip_in_which_nobody_was_heard_is_spoken_for(spoken, three):
    slug, clips = three
    transcribed(spoken, clips[2], "")
    correct(spoken, slug, "Who owns it, then?")
    transcribed(spoken, clips[2], "Thanks for watching.", model="large-v3")
    assert own(spoken, slug) == ["Who owns it, then?"]


def test_a_file_that_was_brought_speaks_for_the_clips_it_has_words_of(spoken, three):
    slug, clips = three
    brought = tuple(spoken.segment(text, start) for text, start in (("Hello.", 900), ("Who?", 10_900)))
    revisions.keep(spoken.db, slug, brought, kind="imported", author="Nora")
    transcribed(spoken, clips[0], "Hollow.")
    transcribed(spoken, clips[2], "Nobody.")
    assert own(spoken, slug) == ["Hello.", "Who?", "Nobody."]


def test_of_a_recorder_that_ran_beside_only_what_no_clip_heard_is_added(spoken, three):
    slug, _ = three
    recorder = spoken.clip("ZOOM.wav", seconds="40")
    interviews.append_clip(spoken.db, slug, recorder, Fraction(0))
    words = [spoken.segment(text, start, 0) for text, start in (("So.", 500), ("Who bones it", 10_500))]
    heard = Transcript("en", tuple(words), model="large-v3")
    transcripts.save(spoken.db, slug, heard, version="1")
    assert own(spoken, slug) == ["So.", "Who owns it?"]


def test_what_is_restored_does_not_hide_clips_that_came_since(spoken, three):
    slug, clips = three
    transcribed(spoken, clips[2], "Nobody.")
    assert revisions.restore(spoken.db, slug, 2) == transcripts.current(spoken.db, slug).revision
    assert own(spoken, slug) == ["Who owns it?", "Nobody."]


def changed(word, fate):
    """The word changed, doubled or left out where fate is below 0.05; else as it is."""
    ways = ([], [word, word], [f"{word}x"])
    return ways[int(fate * 60)] if fate < 0.05 else [word]


def test_quotes_that_were_made_before_a_correction_still_play_the_same_words(spoken):
    """Of 10,000 words 5 % are changed, inserted and deleted; quotes of the others are where they were."""
    chance = random.Random(20261121)
    often = [1 / rank for rank in range(1, 3000)]
    words = [f"w{rank}" for rank in chance.choices(range(1, 3000), often, k=10_000)]
    slug = spoken.interview("Bread", [" ".join(words[at : at + 12]) for at in range(0, len(words), 12)])
    quotes, written = [], []
    for segment in transcripts.current(spoken.db, slug).segments:
        fates = [chance.random() for _ in segment.words]
        parts = [changed(word.text, fate) for word, fate in zip(segment.words, fates, strict=True)]
        written.append(" ".join(text for part in parts for text in part))
        quotes += [segment.words] if min(fates) >= 0.05 else []
    correct(spoken, slug, "\n".join(written))
    now = transcripts.current(spoken.db, slug)
    said = {word.start_ms: word for segment in now.segments for word in segment.words}
    assert len(quotes) > 300
    assert [quote for quote in quotes if any(said.get(word.start_ms) != word for word in quote)] == []


@pytest.mark.fault(
    "disk", "the disk is full while a correction is saved", "nothing of it is there; all else is"
)
def test_a_failure_halfway_leaves_what_was_there(spoken):
    slug = spoken.interview("Bread", ["Who owns it?"])
    before = transcripts.current(spoken.db, slug)
    spoken.db.execute(
        "CREATE TEMP TRIGGER fails AFTER INSERT ON folded BEGIN SELECT RAISE(ABORT, 'full disk'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="full disk"):
        correct(spoken, slug, "Amina: Somebody else?")
    assert transcripts.current(spoken.db, slug) == before
    assert len(revisions.of_interview(spoken.db, slug)) == 1
    assert interviews.find(spoken.db, slug).speakers == ("Speaker 1",)
    assert found(spoken, "owns") == [1]
