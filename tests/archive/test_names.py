"""Names: one list of spellings, and a name put right in every transcript at once, and taken back."""

import json
import os
import pty
import re
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue import fixes, names, releases, revisions, transcripts
from archive.catalogue.alike import Sought
from archive.catalogue.people import find_or_add as person
from archive.catalogue.releases import Withheld
from archive.cli.choosing import chosen
from archive.cli.progress import JsonLines
from archive.config import find
from archive.errors import UserError
from archive.intake import steps
from ingest.clip import Clip

HEARD = {
    "Garden": ["we met Amena Jallo, at the gate", "nobody owns this garden"],
    "Theatre": ["then Armina Diallo's sister came", "amena jallo was there"],
    "Market": ["and d'Amena Jallo again", "Amina Diallo said so"],
}


@pytest.fixture
def heard(spoken):
    """Three interviews in which a name was misheard."""
    for title, said in HEARD.items():
        spoken.interview(title, said)
    return spoken


def says(spoken, slug):
    return [segment.text for segment in transcripts.current(spoken.db, slug).segments]


def times(spoken, slug):
    saved = transcripts.current(spoken.db, slug)
    return {(word.text, word.start_ms, word.end_ms) for segment in saved.segments for word in segment.words}


def everything(spoken):
    """All that the database holds of transcripts and names."""
    tables = ("transcripts", "segments", "folded", "names", "spellings", "name_fixes", "name_fix_revisions")
    return {table: spoken.db.execute(f"SELECT * FROM {table}").fetchall() for table in tables}  # noqa: S608


def test_a_name_is_put_right_in_three_transcripts_and_taken_back(heard, archive):
    before = {slug: (says(heard, slug), times(heard, slug)) for slug in ("garden", "theatre", "market")}
    done = json.loads(
        archive("names", "fix", "Amena Jallo", "Amina Diallo", "--alike", "90", "--yes", "--json").out
    )
    assert {each["interview"]: each["revision"] for each in done["changed"]} == {
        "garden": 2,
        "theatre": 2,
        "market": 2,
    }
    assert says(heard, "garden") == ["we met Amina Diallo, at the gate", "nobody owns this garden"]
    assert says(heard, "theatre") == ["then Amina Diallo's sister came", "Amina Diallo was there"]
    assert says(heard, "market") == ["and d'Amina Diallo again", "Amina Diallo said so"]
    assert {hit["interview"] for hit in json.loads(archive("search", "amina diallo", "--json").out)} == set(
        before
    )
    assert json.loads(archive("search", "jallo", "--json").out) == []
    undone = json.loads(archive("names", "undo", "--json").out)
    assert {each["interview"] for each in undone["changed"]} == set(before)
    assert undone["kept"] == []
    assert {slug: (says(heard, slug), times(heard, slug)) for slug in before} == before
    assert len(json.loads(archive("search", "jallo", "--json").out)) == 3


def test_a_sentence_that_may_go_nowhere_is_marked(heard, archive):
    """Also one of which only other words than the name are withheld: all of it is shown."""
    releases.withhold(heard.db, "garden", Withheld(0, 50))
    releases.decide(heard.db, "market", "withdrawn")
    lines = archive("names", "fix", "Amena Jallo", "Amina Diallo").out.splitlines()
    marks = {line.split()[2]: re.findall(r"\((with\w+)\)", line) for line in lines if "exact" in line}
    assert marks == {"garden": ["withheld"], "theatre": [], "market": ["withdrawn"]}
    found = json.loads(archive("names", "fix", "Amena Jallo", "Amina Diallo", "--json").out)["found"]
    assert {each["interview"]: each.get("withheld") for each in found if each["exact"]} == {
        "garden": True,
        "theatre": None,
        "market": None,
    }


def test_words_that_are_not_touched_keep_their_times_and_a_revision_says_why(heard, archive):
    before = times(heard, "garden")
    archive("names", "fix", "Amena Jallo", "Amina Diallo", "--yes", "--author", "Nora")
    after = times(heard, "garden")
    assert {word for word in before if word[0] not in {"Amena", "Jallo,"}} <= after
    assert {(start, end) for _, start, end in before} == {(start, end) for _, start, end in after}
    revision = revisions.of_interview(heard.db, "garden")[-1]
    assert (revision.author, revision.kind, revision.parent) == ("Nora", "corrected", 1)
    assert revision.reason == "Amena Jallo is Amina Diallo"
    assert revision.state == "machine", "nobody has looked at the rest of it"


def test_without_a_terminal_it_is_shown_and_changed_with_yes_alone(heard, archive):
    before = everything(heard)
    shown = archive("names", "fix", "Amena Jallo", "Amina Diallo")
    assert shown.code == 0
    first, *_, last = shown.out.splitlines()
    assert "exact" in first
    assert "[Amena Jallo]" in first
    assert "%" in last, "what is only alike comes behind what is exact"
    assert "theatre 0:00  then [Armina Diallo]'s sister" in shown.out
    assert "Nothing was changed" in shown.err
    assert everything(heard) == before
    archive("names", "fix", "Amena Jallo", "Amina Diallo", "--yes")
    assert says(heard, "theatre") == ["then Armina Diallo's sister came", "Amina Diallo was there"]


def test_at_a_terminal_one_chooses(heard):
    reading, writing = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "archive", "names", "fix", "Amena Jallo", "Amina Diallo"],
        cwd=heard.folder,
        stdin=writing,
        stdout=subprocess.PIPE,
        stderr=writing,
    )
    os.write(reading, b"99\n1,4\n")
    listed, _ = process.communicate(timeout=60)
    os.close(writing)
    os.close(reading)
    assert process.returncode == 0
    lines = listed.decode().splitlines()
    slugs = {lines[number - 1].split()[2 + (lines[number - 1].split()[2] == "%")] for number in (1, 4)}
    changed = {
        slug for slug in ("garden", "theatre", "market") if len(revisions.of_interview(heard.db, slug)) > 1
    }
    assert changed == slugs


@pytest.mark.parametrize(
    ("said", "numbers"),
    [("all", [1, 2, 3, 4]), ("exact", [1, 2]), ("none", []), ("2-3", [2, 3]), ("4, 1", [1, 4])],
)
def test_what_is_said_at_the_question_is_what_is_taken(monkeypatch, said, numbers):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    answers = iter(["5", "x", "0-1", said])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    assert chosen([1, 2, 3, 4], [True, True, False, False], yes=False) == numbers


def test_a_translation_is_put_right_as_well(heard, archive):
    saved = transcripts.as_segments(transcripts.current(heard.db, "market"))
    revisions.keep(heard.db, "market", saved, kind="imported", language="fr", translation=True)
    done = json.loads(archive("names", "fix", "Amena Jallo", "Amina Diallo", "--yes", "--json").out)
    assert [(each["interview"], each["language"]) for each in done["changed"]].count(("market", "fr")) == 1


def test_the_list_learns_what_was_put_right_and_forgets_it_when_that_is_taken_back(heard, archive):
    archive("names", "add", "Amina Diallo", "--also", "Aminata")
    archive("names", "fix", "Amena Jallo", "Amina Diallo", "--yes")
    archive("names", "fix", "garden", "Garden", "--yes")
    found = json.loads(archive("names", "list", "--json").out)
    assert [each["name"] for each in found] == ["Garden", "Amina Diallo"]
    assert set(found[1]["spellings"]) == {"Aminata", "Amena Jallo", "amena jallo"}
    archive("names", "undo")
    archive("names", "undo")
    found = json.loads(archive("names", "list", "--json").out)
    assert found == [{"name": "Amina Diallo", "spellings": ["Aminata"], "source": "list"}]
    assert "nobody owns this garden" in says(heard, "garden")


def test_spellings_on_the_list_count_as_exact(heard, archive):
    archive("names", "add", "Amina Diallo", "--also", "Armina Diallo")
    archive("names", "fix", "Amena Jallo", "Amina Diallo", "--yes")
    assert says(heard, "theatre")[0] == "then Amina Diallo's sister came"


def test_people_and_organisations_count_as_names_and_all_are_told_to_the_recogniser(spoken, archive):
    person(spoken.db, "Ada Bell")
    spoken.interview("Garden", ["we all do"], organisation="Prinzessinnengarten")
    archive("names", "add", "Goutte d'Or")
    archive("names", "add", "Ada Bell")
    found = {each["name"]: each["source"] for each in json.loads(archive("names", "list", "--json").out)}
    assert found == {"Ada Bell": "list", "Goutte d'Or": "list", "Prinzessinnengarten": "organisation"}
    assert names.to_hear(spoken.db)[:2] == ("Ada Bell", "Goutte d'Or")
    archive("names", "remove", "Goutte d'Or")
    assert "Goutte d'Or" not in archive("names", "list").out


@pytest.mark.fault(
    "names",
    "a name taken off the list that is not on it, or is a person's; an empty name, or one of two lines",
    "refused with what to do; nothing is written",
)
@pytest.mark.parametrize(
    "arguments",
    [
        ("remove", "Nobody"),
        ("remove", "Ada Bell"),
        ("add", " "),
        ("add", "..."),
        ("add", "a" * 201),
        ("add", "Ada", "--also", "Ada"),
        ("fix", "Ada", "Ada", "--yes"),
        ("fix", "", "Ada", "--yes"),
        ("undo",),
    ],
)
def test_what_is_no_name_is_refused_and_nothing_is_written(heard, archive, arguments):
    person(heard.db, "Ada Bell")
    before = everything(heard)
    ended = archive("names", *arguments)
    assert ended.code == 2
    assert "Try: " in ended.err
    assert everything(heard) == before


@pytest.mark.fault(
    "looking after",
    "archive names undo after somebody corrected one of the lines",
    "that line stays, and is named; all others are as they were",
)
def test_a_line_that_somebody_corrected_since_stays(heard, archive):
    archive("names", "fix", "Amena Jallo", "Amina Diallo", "--alike", "90", "--yes")
    saved = transcripts.current(heard.db, "theatre")
    first, *rest = transcripts.as_segments(saved)
    better = replace(first, words=(*first.words[:-1], replace(first.words[-1], text="arrived")))
    revisions.keep(heard.db, "theatre", [better, *rest], kind="corrected", author="Nora")
    undone = archive("names", "undo")
    assert "Kept, since it was corrected since: theatre 0:00" in undone.err
    assert says(heard, "theatre") == ["then Amina Diallo's sister arrived", "amena jallo was there"]
    assert says(heard, "garden")[0] == "we met Amena Jallo, at the gate"


@pytest.mark.parametrize("what", [("merge", "garden", "theatre"), ("split", "garden", "0:02.75")])
def test_a_name_is_taken_back_in_interviews_that_were_merged_or_split_since(heard, archive, what):
    before = {text for slug in ("garden", "theatre", "market") for text in says(heard, slug)}
    archive("names", "fix", "Amena Jallo", "Amina Diallo", "--alike", "90", "--yes")
    assert archive("interview", *what).code == 0
    undone = json.loads(archive("names", "undo", "--json").out)
    assert undone["kept"] == []
    slugs = [each["interview"] for each in json.loads(archive("list", "--json").out)]
    assert {text for slug in slugs for text in says(heard, slug)} == before


@pytest.mark.fault(
    "two at once",
    "a transcript is corrected while somebody chooses where a name is to be put right",
    "refused; nothing is written in any transcript",
)
def test_a_transcript_that_changed_meanwhile_is_not_overwritten(heard):
    places = fixes.find(heard.db, "Amena Jallo", "Amina Diallo")
    revisions.keep(
        heard.db, "market", transcripts.as_segments(transcripts.current(heard.db, "market")), kind="corrected"
    )
    before = everything(heard)
    with pytest.raises(UserError, match="nothing was written"):
        fixes.apply(heard.db, places, "Amena Jallo", "Amina Diallo")
    assert everything(heard) == before


@pytest.mark.parametrize(
    ("name", "wrong", "said", "expected"),
    [
        ("Amina Diallo", "Amena Jallo", "with Armina Diallo, we", ["Armina Diallo"]),
        ("Amina Diallo", "Amena Jallo", "Amina Diallo said", []),
        ("Poblenou", "Pobla Nou", "in Poble Nou there", ["Poble Nou"]),
        ("Kreuzberg", "Cruiseberg", "here in Kroytsberg.", ["Kroytsberg"]),
        ("Prinzessinnengarten", "Princess in the garden", "the Princess in garden", ["Princess in garden"]),
        ("Goutte d'Or", "Gout d'or", "la Goute d'Or", ["Goute d'Or"]),
        ("Goutte d'Or", "Gout d'or", "a good door", []),
        ("Ali", "Aly", "all of it, really", []),
        ("Ostrom", "Ostrum", "from a strong", []),
        ("José Álvarez", "Jose Alvares", "said Hosé Alvarez", ["Hosé Alvarez"]),
        ("王芳", "王方", "我 和 王 方 说", ["王 方"]),
    ],
)
def test_what_sounds_or_looks_like_a_name_is_found_and_little_else(name, wrong, said, expected):
    assert [hit.said for hit in Sought(name, [wrong]).hits(said.split())] == expected


@given(st.lists(st.text(max_size=12).filter(lambda word: word.split() == [word]), max_size=12))
def test_whatever_is_said_its_words_are_found_without_overlap_and_in_their_place(words):
    hits = Sought("Amina Diallo", ["Amena Jallo", "a"]).hits(words, 60)
    ends = [0, *(hit.first + hit.count for hit in hits)]
    assert all(end <= hit.first for end, hit in zip(ends, hits, strict=False))
    for hit in hits:
        said = " ".join(words[hit.first : hit.first + hit.count])
        assert f"{hit.before}{hit.said}{hit.after}" == said


def test_names_are_told_to_the_recogniser_behind_those_of_the_settings_and_make_nothing_stale(
    spoken, archive, monkeypatch
):
    told = []
    monkeypatch.setattr(steps.transcribe, "step", lambda *given: told.append(given[2]))
    (spoken.folder / "archive.toml").write_text(
        '[transcribe]\nvocabulary = ["Ostrom", "Ada Bell"]\n', encoding="utf-8"
    )
    made = find(spoken.folder)
    clip = Clip("0" * 32, "a.mov", spoken.folder / "a.mov", 1)
    before = steps.settings(made, "transcribe", clip, "tiny")
    archive("names", "add", "Ada Bell")
    archive("names", "add", "Goutte d'Or")
    with steps.functions(made, "tiny", names.to_hear(spoken.db), JsonLines(), threading.Event()):
        pass
    assert told == [("Ostrom", "Ada Bell", "Goutte d'Or")]
    assert steps.settings(made, "transcribe", clip, "tiny") == before
