"""`archive transcript export`: what is said, as a file."""

import json

import pytest


@pytest.fixture
def garden(spoken):
    """An interview of ten seconds by two people."""
    said = [spoken.segment("Nobody owns this garden.", 0, 0), spoken.segment("Note: we all do.", 2000, 1)]
    return spoken.interview("Garden", said, speakers=["Amina", "Ben"])


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
