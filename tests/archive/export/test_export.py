"""`archive transcript export`: what is said, as a file."""

import json

import pytest

from archive.catalogue import chapters, interviews
from archive.catalogue.chapters import Chapter
from archive.catalogue.description import Description


@pytest.fixture
def garden(spoken):
    """An interview of ten seconds by two people."""
    said = [spoken.segment("Nobody owns this garden.", 0, 0), spoken.segment("Note: we all do.", 2000, 1)]
    return spoken.interview("Garden", said, speakers=["Amina", "Ben"])


@pytest.fixture
def indexed(spoken, garden):
    """Three chapters of it, of which one begins within a segment and one behind all that is said."""
    begun = Chapter(0, 3000, "Whose it is", "Nobody's.", ("housing", "work"), ("Lima",), ("Union",))
    for chapter in (begun, Chapter(1000, 4000, "A & B"), Chapter(4000, 5000, "Silence")):
        chapters.add(spoken.db, garden, chapter)


@pytest.fixture
def export(archive, garden, tmp_path):
    """Export it and return what stands in the file."""

    def export(to, *options):
        ended = archive("transcript", "export", garden, "--to", to, "--out", str(tmp_path / "out"), *options)
        assert ended.code == 0, ended.err
        return (tmp_path / "out").read_text(encoding="utf-8")

    return export


def test_subrip_names_whoever_begins_and_says_behind_the_first_times_what_it_is(export):
    assert export("srt") == (
        "1\n00:00:00,000 --> 00:00:01,500 language:en review:machine\nAmina: Nobody owns this garden.\n\n"
        "2\n00:00:02,000 --> 00:00:03,500\nBen: Note: we all do.\n\n"
    )


def test_webvtt_has_a_note_that_no_player_shows(export):
    assert export("vtt") == (
        "WEBVTT\nLanguage: en\n\nNOTE\nInterview: Garden\nReview: machine\n\n"
        "00:00:00.000 --> 00:00:01.500\n<v Amina>Nobody owns this garden.\n\n"
        "00:00:02.000 --> 00:00:03.500\n<v Ben>Note: we all do.\n"
    )


def test_plain_text_says_in_its_first_line_what_it_is(export):
    assert export("txt") == (
        "# Garden, en, machine\n[0:00] Amina: Nobody owns this garden.\n[0:02] Ben: Note: we all do.\n"
    )


@pytest.mark.usefixtures("indexed")
def test_in_plain_text_a_heading_stands_where_a_chapter_begins(export):
    assert export("txt").splitlines()[1:] == [
        "## 0:00 Whose it is (housing, work)",
        "[0:00] Amina: Nobody owns this garden.",
        "## 0:01 A & B",
        "[0:02] Ben: Note: we all do.",
        "## 0:04 Silence",
    ]


@pytest.mark.usefixtures("indexed")
def test_in_webvtt_a_note_stands_before_the_first_cue_of_a_chapter(export):
    assert export("vtt").rstrip().split("\n\n")[2:] == [
        "NOTE Chapter: 0:00 Whose it is (housing, work)",
        "00:00:00.000 --> 00:00:01.500\n<v Amina>Nobody owns this garden.",
        "NOTE Chapter: 0:01 A &amp; B",
        "00:00:02.000 --> 00:00:03.500\n<v Ben>Note: we all do.",
        "NOTE Chapter: 0:04 Silence",
    ]


@pytest.mark.usefixtures("indexed")
def test_json_says_what_is_known_of_an_interview_and_of_its_passages(export, spoken):
    about = {
        "themes": ["streets"],
        "place": "Lima",
        "organisation": "Union",
        "identifier": "A-1",
        "abstract": "Of a garden.",
        "series": "Streets",
        "episode": 3,
    }
    interviews.amend(spoken.db, "garden", Description(**{**about, "themes": ("streets",)}))
    found = json.loads(export("json"))
    assert found["chapters"][0] == {
        "start_ms": 0,
        "end_ms": 3000,
        "title": "Whose it is",
        "synopsis": "Nobody's.",
        "themes": ["housing", "work"],
        "places": ["Lima"],
        "organisations": ["Union"],
    }
    assert [each["title"] for each in found["chapters"]] == ["Whose it is", "A & B", "Silence"]
    assert {name: found[name] for name in about} == about


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("form", ["txt", "vtt", "json", "srt"])
def test_chapters_in_a_file_say_nothing_when_it_comes_back(archive, export, garden, tmp_path, form):
    (tmp_path / f"back.{form}").write_text(export(form))
    ended = archive("transcript", "import", garden, str(tmp_path / f"back.{form}"), "--json")
    assert json.loads(ended.out)["revision"] is None


def test_json_is_what_show_prints_and_of_what_it_is(archive, export, garden):
    shown = json.loads(archive("transcript", "show", garden, "--json").out)
    found = json.loads(export("json"))
    assert {name: found[name] for name in shown if name != "damaged"} == {
        name: shown[name] for name in shown if name != "damaged"
    }
    assert (found["title"], found["use"], found["state"]) == ("Garden", "desk", "machine")


def test_the_gate_warns_on_stderr(archive, garden, tmp_path):
    ended = archive("transcript", "export", garden, "--to", "srt", "--out", str(tmp_path / "a.srt"))
    assert (ended.out, ended.err) == ("", "garden: The release is still missing.\n")


@pytest.mark.fault(
    "looking after", "an export to where its people did not agree to", "refused, and why; no file is written"
)
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--use", "web"), "garden may not go to web: There is no release."),
        (("--use", "tv"), "--use tv: there is no such use."),
        (("--to", "pdf"), "--to pdf: there is no such format."),
        (("--language", "fr"), "garden has no transcript in 'fr'."),
    ],
)
def test_what_may_not_go_is_refused_and_no_file_is_written(archive, garden, tmp_path, options, said):
    out = tmp_path / "a.srt"
    ended = archive("transcript", "export", garden, "--to", "srt", "--out", str(out), *options)
    assert (ended.code, said in ended.err) == (2, True), ended.err
    assert not out.exists()


def test_archive_toml_may_want_a_release_before_anything_is_exported(archive, spoken, garden, tmp_path):
    (spoken.folder / "archive.toml").write_text("[releases]\nform_first = true\n")
    ended = archive("transcript", "export", garden, "--to", "srt", "--out", str(tmp_path / "a.srt"))
    assert (ended.code, "There is no release yet" in ended.err) == (2, True)


def test_an_interview_that_is_not_transcribed_yet_is_said_to_be(archive, spoken, tmp_path):
    from archive.catalogue import interviews

    slug = interviews.create(spoken.db, title="Later", clips=[])
    ended = archive("transcript", "export", slug, "--to", "srt", "--out", str(tmp_path / "a.srt"))
    assert (ended.code, "'later' has no transcript yet." in ended.err) == (2, True)


@pytest.mark.fault("disk", "an export into a folder that is not there", "named; nothing else is touched")
def test_a_folder_that_is_not_there_is_named(archive, garden, tmp_path):
    ended = archive("transcript", "export", garden, "--to", "srt", "--out", str(tmp_path / "no" / "a.srt"))
    assert (ended.code, "No such file or directory" in ended.err) == (2, True), ended.err


@pytest.mark.fault("disk", "an export over a file while it cannot be written", "the file stays what it was")
def test_a_file_is_replaced_whole_or_not_at_all(archive, garden, tmp_path, monkeypatch):
    out = tmp_path / "a.srt"
    out.write_text("before")

    def full(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("media.disk.flush", full)
    ended = archive("transcript", "export", garden, "--to", "srt", "--out", str(out))
    assert ended.code == 4
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
    assert out.read_text() == "before"
