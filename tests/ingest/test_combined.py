"""New words of a recogniser take the place only of what nobody corrected or looked at."""

from ingest.combined import combined
from ingest.revised import Line, revised
from ingest.transcript import Segment, Word


def said(*texts, shift=0, speaker="Amina"):
    """A segment each, of a word every 400 ms."""
    found, at = [], 0
    for text in texts:
        words = tuple(
            Word(word, 400 * place + shift, 400 * place + 300 + shift)
            for place, word in enumerate(text.split(), at)
        )
        at += len(words)
        found.append(Segment(words, speaker=speaker))
    return tuple(found)


def texts(found):
    return [segment.text for segment in found]


def corrected(before, *lines):
    return revised(before, [Line(tuple(line.split()), "Amina") for line in lines])


BEFORE = said("we chair the fools.", "Nobody owns it.", "That is gut.")
NEW = said("we share the tools.", "Nobody knows it.", "That is good.", shift=30)


def test_a_corrected_line_stays_and_the_others_are_heard_anew():
    person = corrected(BEFORE, "we chair the fools.", "Nobody owned it.", "That is gut.")
    found = combined(BEFORE, person, NEW, 0)
    assert texts(found.segments) == ["we share the tools.", "Nobody owned it.", "That is good."]
    assert [(each.before, each.after) for each in found.changed] == [
        ("chair", "share"),
        ("fools.", "tools."),
        ("gut.", "good."),
    ]
    assert [(each.before, each.after) for each in found.stays] == [("owned", "knows")]
    assert found.segments[1] == person[1]


def test_what_people_have_looked_at_stays_although_they_changed_nothing():
    person = corrected(BEFORE, "we chair the fools.", "Nobody owned it.", "That is gut.")
    found = combined(BEFORE, person, NEW, 2000)
    assert texts(found.segments) == ["we chair the fools.", "Nobody owned it.", "That is good."]
    assert combined(BEFORE, person, NEW, None).segments == person


def test_words_that_are_new_at_the_edge_of_a_corrected_line_are_not_said_twice():
    person = corrected(BEFORE, "we chair the fools.", "Nobody owned it, I tell you.", "That is gut.")
    new = said("we share the tools.", "Nobody owned it I tell you well.", "That is good.")
    found = combined(BEFORE, person, new, 0)
    assert texts(found.segments)[:2] == ["we share the tools.", "Nobody owned it, I tell you."]
    assert " ".join(texts(found.segments)).count("tell") == 1


def test_a_line_that_a_person_took_out_of_what_was_heard_between_corrected_ones_stays_out():
    person = corrected(BEFORE, "We share the tools!", "That is good!")
    found = combined(BEFORE, person, NEW, None)
    assert texts(found.segments) == ["We share the tools!", "That is good!"]


def test_a_model_that_hears_the_same_changes_nothing():
    person = corrected(BEFORE, "we chair the fools.", "Nobody owned it.", "That is gut.")
    found = combined(BEFORE, person, BEFORE, 0)
    assert (found.segments, found.changed) == (person, ())
