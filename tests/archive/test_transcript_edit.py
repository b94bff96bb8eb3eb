"""`archive transcript edit`, `review`, `revisions`, `diff` and `restore`: correcting, and what was said before."""

import json
import shlex
import sys

import pytest

from archive.catalogue import transcripts


@pytest.fixture
def garden(spoken):
    """An interview by two people, of ten seconds."""
    said = [
        spoken.segment("nobody owns this garden", 0, 0),
        spoken.segment("we all chair the tools", 2000, 1),
        spoken.segment("really", 5000, 0),
    ]
    return spoken.interview("Garden", said, speakers=["Amina", "Ben"])


@pytest.fixture
def editor(monkeypatch, tmp_path):
    """An editor that does to the text what a line of Python says."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("USER", "jo")
    monkeypatch.setenv("LOGNAME", "jo")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def editor(doing):
        script = tmp_path / "editor.py"
        script.write_text(
            "import pathlib, sys, subprocess\npath = pathlib.Path(sys.argv[1])\n"
            f"text = path.read_text(encoding='utf-8')\n{doing}\npath.write_text(text, encoding='utf-8')\n"
        )
        monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(script)]))

    return editor


@pytest.fixture
def now(spoken, garden):
    """The current transcript."""
    return lambda: transcripts.current(spoken.db, garden)


def left(tmp_path):
    return sorted(path.name for path in tmp_path.glob("archive-edit-*/*"))


def test_a_corrected_word_is_a_revision_in_which_all_others_keep_their_times(
    archive, garden, editor, now, tmp_path
):
    before = now()
    editor("text = text.replace('chair', 'share')")
    ended = archive("transcript", "edit", garden, "--reason", "heard wrongly")
    assert (ended.code, ended.out) == (0, "garden: revision 2, en, corrected up to 0:03 by jo\n"), ended.err
    after = now()
    assert [segment.text for segment in after.segments] == [
        "nobody owns this garden",
        "we all share the tools",
        "really",
    ]
    times = [
        [(word.start_ms, word.end_ms) for word in each.words] for each in (*before.segments, *after.segments)
    ]
    assert times[:3] == times[3:]
    assert (after.author, after.reason, after.parent, after.kind) == ("jo", "heard wrongly", 1, "corrected")
    assert left(tmp_path) == []


def test_how_far_it_was_looked_at_is_shown_with_it(archive, garden):
    assert archive("transcript", "show", garden).err == ""
    archive("transcript", "review", garden, "--state", "checked", "--up-to", "5", "--by", "Jo")
    assert archive("transcript", "show", garden).err == "checked up to 0:05 by Jo\n"


def test_nothing_changed_is_nothing_saved(archive, garden, editor, now, tmp_path):
    editor("import time; time.sleep(1.1)")
    ended = archive("transcript", "edit", garden)
    assert (ended.code, ended.out, now().revision) == (0, "", 1)
    assert ended.err == "Nothing was changed, so nothing was saved.\n"
    assert left(tmp_path) == []


def test_an_editor_that_comes_back_at_once_may_go_on_in_a_window(archive, garden, editor, tmp_path):
    editor("pass")
    ended = archive("transcript", "edit", garden)
    assert "EDITOR='code --wait'" in ended.err
    assert left(tmp_path) == ["garden.txt"]


def test_looked_at_up_to_the_end_is_looked_at_in_full(archive, garden, editor, now):
    editor("text = text.replace('nobody', 'Nobody')")
    archive("transcript", "edit", garden, "--reviewed-to", "10")
    assert (now().state, now().reviewed_ms) == ("corrected", None)


def test_lines_are_cut_put_together_and_given_to_somebody_else(archive, garden, editor, now):
    editor("text = text.replace('this garden', '\\nCleo: this garden').replace('\\n[0:05] Amina: ', ' ')")
    assert archive("transcript", "edit", garden, "--author", "Jo Bell").code == 0
    assert [(each.speaker, each.text, each.start_ms) for each in now().segments] == [
        ("Amina", "nobody owns", 0),
        ("Cleo", "this garden", 800),
        ("Ben", "we all chair the tools really", 2000),
    ]


def test_how_far_it_was_looked_at_is_as_far_as_before_or_as_was_said(archive, garden, editor, now):
    editor("text = text.replace('really', 'Really?')")
    archive("transcript", "edit", garden)
    assert (now().state, now().reviewed_ms) == ("corrected", 5300)
    editor("text = text.replace('nobody', 'Nobody')")
    archive("transcript", "edit", garden)
    assert now().reviewed_ms == 5300
    archive("transcript", "edit", garden, "--reviewed-to", "6", "--state", "checked")
    assert (now().state, now().reviewed_ms) == ("checked", 6000)
    assert archive("transcript", "review", garden, "--state", "approved", "--by", "Amina").out == (
        "garden: revision 5, en, approved by Amina\n"
    )
    editor("text = text.replace('Nobody', 'No one')")
    archive("transcript", "edit", garden)
    assert (now().state, now().reviewed_ms, now().author) == ("corrected", None, "jo")


@pytest.mark.fault(
    "two at once",
    "a transcript that somebody else saves while it is edited",
    "nothing is saved over theirs; what was typed is kept, and the command that saves it",
)
def test_what_somebody_else_saved_meanwhile_is_not_lost(archive, garden, editor, tmp_path):
    other = shlex.join(
        [sys.executable, "-m", "archive", "transcript", "review", garden, "--state", "checked"]
    )
    editor(f"text = text.replace('chair', 'share'); subprocess.run({other!r}, shell=True, check=True)")
    ended = archive("transcript", "edit", garden)
    # What another process wrote is read by a connection of its own: this one's locks are gone with each command here.
    shown = json.loads(archive("transcript", "show", garden, "--json").out)
    assert (ended.code, shown["revision"], shown["state"]) == (2, 2, "checked")
    assert "While it was edited somebody else changed the transcript of garden." in ended.err
    (kept,) = tmp_path.glob("archive-edit-*/garden.txt")
    assert f"archive transcript import garden {kept}" in ended.err
    assert archive("transcript", "import", garden, str(kept)).code == 0
    assert json.loads(archive("transcript", "show", garden, "--json").out)["segments"][1]["text"] == (
        "we all share the tools"
    )


@pytest.mark.fault("disk", "a correction that cannot be saved", "what was typed is kept, and where is said")
def test_what_was_typed_is_kept_where_it_cannot_be_saved(archive, garden, editor, now, monkeypatch, tmp_path):
    def full(*_, **__):
        raise OSError(28, "No space left on device", "archive.db")

    monkeypatch.setattr("archive.catalogue.revisions.keep", full)
    editor("text = text.replace('chair', 'share')")
    ended = archive("transcript", "edit", garden)
    assert (ended.code, "What was typed is kept in" in ended.err, now().revision) == (4, True, 1)
    assert "share" in next(tmp_path.glob("archive-edit-*/garden.txt")).read_text()


def test_a_translation_is_corrected_beside_what_it_translates(archive, garden, editor, now, spoken, tmp_path):
    french = tmp_path / "fr.srt"
    french.write_text("1\n00:00:00,000 --> 00:00:01,500\nPersonne ne possède ce jardin\n")
    archive("transcript", "import", garden, str(french), "--language", "fr")
    editor("text = text.replace('ce jardin', 'le jardin')")
    ended = archive("transcript", "edit", garden, "--language", "fr")
    assert (ended.code, ended.out) == (0, "garden: revision 3, fr, corrected by jo\n")
    assert transcripts.current(spoken.db, garden, "fr").segments[0].text == "Personne ne possède le jardin"
    assert now().revision == 1
    editor("sys.exit(1)")
    assert "--language fr" in archive("transcript", "edit", garden, "--language", "fr").err


@pytest.mark.fault("looking after", "an editor that ends with an error", "nothing is saved; the file is kept")
def test_an_editor_that_fails_saves_nothing(archive, garden, editor, now, tmp_path):
    editor("path.write_text('Amina: other'); sys.exit(3)")
    ended = archive("transcript", "edit", garden)
    assert (ended.code, "The editor ended with 3" in ended.err, now().revision) == (2, True, 1)
    assert left(tmp_path) == ["garden.txt"]


@pytest.mark.fault("looking after", "an editor that is not there, or none", "said; nothing is written")
@pytest.mark.parametrize("named", ["no-such-editor -x", "'", ""])
def test_an_editor_that_is_not_there_is_named(archive, garden, editor, now, tmp_path, monkeypatch, named):
    monkeypatch.setenv("EDITOR", named)
    ended = archive("transcript", "edit", garden)
    assert (ended.code, "EDITOR" in ended.err, now().revision) == (2, True, 1)
    assert left(tmp_path) == []


@pytest.mark.fault(
    "looking after", "a transcript of which all lines were taken out", "nothing is saved; kept"
)
def test_no_line_left_is_a_mistake(archive, garden, editor, now):
    editor("text = ''")
    ended = archive("transcript", "edit", garden)
    assert (ended.code, "No line is left" in ended.err, now().revision) == (2, True, 1)


def test_every_revision_is_listed(archive, garden, editor):
    editor("text = text.replace('chair', 'share')")
    archive("transcript", "edit", garden, "--reason", "heard wrongly")
    found = json.loads(archive("transcript", "revisions", garden, "--json").out)
    assert [(each["revision"], each["state"], each["current"], each["words"]) for each in found] == [
        (1, "machine", False, 10),
        (2, "corrected", True, 10),
    ]
    assert (found[1]["author"], found[1]["reason"], found[1]["parent"]) == ("jo", "heard wrongly", 1)
    lines = archive("transcript", "revisions", garden).out.splitlines()
    assert lines[0].startswith("    1  en, machine test, 10 words, ")
    assert lines[1].startswith("*   2  en, corrected, corrected up to 0:03 by jo, 10 words, ")


def test_a_diff_shows_the_words_that_changed_and_who_says_them(archive, garden, editor):
    editor("text = text.replace('chair', 'share').replace('Amina: really', 'Ben: really')")
    archive("transcript", "edit", garden)
    assert archive("transcript", "diff", garden).out == (
        "    0:02  garden Ben: we all [-chair-] {+share+} the tools really\n"
        "    0:05  all share the tools [-Amina:-] really\n"
    )
    found = json.loads(archive("transcript", "diff", garden, "2", "1", "--json").out)
    assert [(each["before"], each["after"], each["start_ms"]) for each in found] == [
        ("share", "chair", 2800),
        ("", "Amina:", 5000),
    ]


def test_an_earlier_revision_counts_again_and_none_is_lost(archive, garden, editor, now):
    editor("text = text.replace('chair', 'share')")
    archive("transcript", "edit", garden)
    assert archive("transcript", "restore", garden, "1").out.startswith("garden: revision 3, en")
    assert (now().segments[1].text, now().reason) == ("we all chair the tools", "as in revision 1")
    assert len(json.loads(archive("transcript", "revisions", garden, "--json").out)) == 3


@pytest.mark.fault("looking after", "a revision that is not there", "named; exit 2; nothing is written")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("diff", "garden"), "Revision 1 of garden is the first."),
        (("diff", "garden", "7"), "garden has no revision 7."),
        (("restore", "garden", "7"), "garden has no revision 7."),
        (("review", "garden", "--state", "fine"), "--state fine: there is no such state."),
        (
            ("review", "garden", "--state", "checked", "--up-to", "99"),
            "1:39 is behind the end: it lasts 0:10.",
        ),
        (("revisions", "gardem"), "There is garden."),
    ],
)
def test_what_is_not_there_is_named(archive, garden, now, command, said):
    ended = archive("transcript", *command)
    assert (ended.code, said in ended.err, now().revision) == (2, True, 1), ended.err
