"""The command as a person meets it: help, finding the archive, errors, the doctor."""

import errno
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive.catalogue.description import Description
from archive.cli import outcome
from archive.cli.failing import tell
from archive.cli.ingest import _description
from archive.intake.summary import Summary
from ingest.errors import StepFailed

COMMAND = [sys.executable, "-m", "archive"]
HEAVY = ("av", "numpy", "faster_whisper", "ctranslate2", "datasette", "ffmpeg", "sqlite_utils", "pydantic")


def run(*arguments, **options):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        **options,
    )


@pytest.fixture
def archive(tmp_path):
    assert run("new", tmp_path / "a", "--title", "Cities").returncode == 0
    return tmp_path / "a"


def test_help_loads_nothing_heavy():
    """Somebody who asks for help does not wait for a speech recogniser to load."""
    code = f"import sys, archive.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command", ["new", "ingest", "list", "search", "serve", "doctor", "demo", "transcript"]
)
def test_every_command_explains_itself(command):
    done = run(command, "--help")
    assert done.returncode == 0
    assert "Usage: archive" in done.stdout


def test_new_makes_an_archive_that_explains_itself(archive):
    assert {path.name for path in archive.iterdir()} >= {
        "archive.toml",
        "archive.db",
        "originals",
        "renditions",
        "logs",
    }
    assert 'title = "Cities"' in (archive / "archive.toml").read_text()


def test_new_says_where_it_cannot_make_one(tmp_path):
    (tmp_path / "film.mov").touch()
    done = run("new", tmp_path / "film.mov")
    assert done.returncode == 4
    assert "film.mov cannot be made an archive (" in done.stderr


def test_new_leaves_an_archive_that_is_there_alone(archive):
    before = (archive / "archive.toml").read_text()
    done = run("new", archive)
    assert done.returncode == 2
    assert "is an archive already" in done.stderr
    assert (archive / "archive.toml").read_text() == before


@pytest.mark.parametrize("way", ["after", "before", "variable", "inside", "below"])
def test_the_archive_is_found_five_ways(archive, tmp_path, way):
    below = archive / "originals"
    options = {
        "after": {"arguments": ["list", "--json", "--archive", archive]},
        "before": {"arguments": ["--archive", archive, "list", "--json"]},
        "variable": {"env": {"ARCHIVE_DIR": str(archive), "PATH": ""}},
        "inside": {"cwd": archive},
        "below": {"cwd": below},
    }[way]
    arguments = options.pop("arguments", ["list", "--json"])
    done = run(*arguments, **({"cwd": tmp_path} | options))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_no_archive_is_a_usage_error_that_says_how_to_make_one():
    # The root has nothing above it; above a folder for temporary files somebody may keep an archive.
    done = run("list", cwd="/", env={"PATH": ""})
    assert done.returncode == 2
    assert "archive new" in done.stderr


def test_a_wrong_setting_is_named_with_those_that_are_known(archive):
    (archive / "archive.toml").write_text('[transcribe]\nmodle = "small"\n')
    done = run("list", "--archive", archive)
    assert done.returncode == 2
    assert "transcribe.modle" in done.stderr
    assert "transcribe.model" in done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('titel = "x"', "there is no such setting"),
        ("title = 5", "text in quotation marks"),
        ('transcribe = { vocabulary = "Anna" }', "list in square brackets"),
        ('transcribe = { model = "" }', "transcribe.model"),
    ],
)
def test_a_wrong_setting_is_told_in_the_words_of_its_file(archive, line, said):
    (archive / "archive.toml").write_text(line)
    done = run("list", "--archive", archive)
    assert done.returncode == 2
    assert said in done.stderr


def deep(path):
    path.write_text("title = " + "[" * 100_000)


def large(path):
    with path.open("ab") as file:
        file.truncate(10**9)


def latin(path):
    path.write_bytes(b'title = "x"\n[transcribe]\nvocabulary = ["Caf\xe9"]\n')


def torn(path):
    path.write_text('title = "x"\n[transcribe\n')


def endless(path):
    path.write_text(f"title = {'9' * 5000}\n")


@pytest.mark.fault(
    "looking after", "an archive.toml of 100,000 open brackets", "refused; nothing is half read"
)
@pytest.mark.fault("looking after", "an archive.toml of 1 GB", "refused; it is not read")
@pytest.mark.fault("looking after", "an archive.toml in another encoding", "refused with the line")
@pytest.mark.fault("looking after", "an archive.toml whose section is never closed", "refused with the line")
@pytest.mark.fault(
    "looking after", "an archive.toml with a number of thousands of digits", "refused; it is said"
)
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (deep, "brackets within brackets"),
        (large, "larger than 1 MB"),
        (latin, "line 3 is not UTF-8"),
        (torn, "line 2"),
        (endless, "a number of thousands of digits"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_settings_that_cannot_be_read_are_refused_with_the_line(archive, spoil, said):
    spoil(archive / "archive.toml")
    done = run("list", "--archive", archive)
    assert done.returncode == 2
    assert said in done.stderr
    assert str(archive / "archive.toml") in done.stderr


def test_a_newer_database_is_left_alone_with_exit_code_6(archive):
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("PRAGMA user_version = 999")
    done = run("list", "--archive", archive)
    assert done.returncode == 6
    assert "newer" in done.stderr


def test_the_doctor_says_what_is_there(archive):
    done = run("doctor", "--json", "--archive", archive)
    found = {one["what"]: one for one in json.loads(done.stdout)}
    assert set(found) == {"archive", "ffmpeg", "model", "gpu", "disk", "system", "python", "versions"}
    assert found["ffmpeg"]["state"] == "ok"
    assert done.returncode == 0


def test_the_doctor_names_a_missing_ffmpeg_and_the_remedy(archive, monkeypatch):
    monkeypatch.setenv("ARCHIVE_FFMPEG", "/nowhere/ffmpeg")
    done = run("doctor", "--json", "--archive", archive)
    (ffmpeg,) = [one for one in json.loads(done.stdout) if one["what"] == "ffmpeg"]
    assert ffmpeg["state"] == "missing"
    assert "ARCHIVE_FFMPEG" in ffmpeg["remedy"]
    assert done.returncode == 1


def test_the_doctor_calls_an_archive_that_no_ingest_could_use_missing(archive, tmp_path):
    """A catalogue that is no database, settings that cannot be read, a folder that is none; none named is a note."""
    (tmp_path / "broken").mkdir()
    (archive / "archive.db").write_text("no database")
    assert _archive_state("--archive", archive) == "missing"
    (archive / "archive.toml").write_text("title =")
    assert _archive_state("--archive", archive) == "missing"
    assert _archive_state("--archive", tmp_path / "broken") == "missing"
    assert _archive_state(cwd=tmp_path / "broken") == "note"


def _archive_state(*arguments, **options):
    done = run("doctor", "--json", *arguments, **options)
    return next(one["state"] for one in json.loads(done.stdout) if one["what"] == "archive")


def test_an_ffmpeg_on_the_path_is_never_used_by_itself(archive, tmp_path, monkeypatch):
    """A program of that name that only fails lies first on the PATH; the carried one is found all the same."""
    decoy = tmp_path / "bin" / "ffmpeg"
    decoy.parent.mkdir()
    decoy.write_text("#!/bin/sh\nexit 9\n")
    decoy.chmod(0o755)
    monkeypatch.setenv("PATH", str(decoy.parent), prepend=":")
    done = run("doctor", "--json", "--archive", archive)
    (ffmpeg,) = [one for one in json.loads(done.stdout) if one["what"] == "ffmpeg"]
    assert ffmpeg["state"] == "ok"
    assert str(tmp_path) not in ffmpeg["found"]


def test_a_wrong_option_is_a_usage_error(archive):
    assert run("ingest", "--no-such-option", "--archive", archive).returncode == 2
    assert run("ingest", "--redo", "everything", "--archive", archive).returncode == 2
    assert run("ingest", ".", "--language", "English", "--archive", archive).returncode == 2


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        (("--redo", "sound"), "--redo sound"),
        ((".", "--redo", "sound", "--only", "copy"), "Leave out --only copy"),
        ((".", "--redo", "translate"), 'translate = ["en"]'),
    ],
)
def test_a_redo_that_can_do_nothing_says_what_is_lacking(archive, asked, remedy):
    done = run("ingest", *asked, "--archive", archive)
    assert (done.returncode, remedy in done.stderr.partition("Try: ")[2]) == (2, True), done.stderr


def test_a_folder_that_may_not_be_written_ends_with_4():
    said = tell(PermissionError(errno.EACCES, "Permission denied", "/card/a"))
    assert said == 4


def test_a_folder_whose_name_is_no_utf8_can_be_an_archive(tmp_path):
    folder = tmp_path / "caf\udce9"
    assert run("new", folder).returncode == 0
    assert run("list", "--archive", folder).returncode == 0


def test_an_empty_word_about_the_footage_is_nothing_said():
    about = _description("", " ", None, None, [" ", "Jo (guest)"], ["", "food "], " , ")
    assert about == Description(people=(("Jo", "guest"),), themes=("food",))


def test_what_fails_many_clips_for_one_reason_is_told_once(capsys):
    summary = Summary()
    for name in ("a.mov", "b.mov"):
        summary.fail(name, StepFailed("transcribe", "There is no model.", "Fetch it."))
    outcome.show(summary)
    said = capsys.readouterr().err
    assert said.count("There is no model.") == said.count("Fetch it.") == 1
    assert "a.mov" in said
    assert "b.mov" in said
    assert "The footage is safe" in said


def test_a_step_of_other_settings_is_told_by_what_it_makes(capsys):
    outcome.show(Summary(stale={"transcribe": [Path("/a/originals/A001/C 1.MP4")]}))
    said = capsys.readouterr().err
    assert "the transcripts of 1 clip." in said
    assert "archive ingest '/a/originals/A001/C 1.MP4' --redo transcribe" in said


def test_the_demo_is_done_and_stays_so(tmp_path):
    """Four interviews, a search with quotes, how to open it; a plain ingest then finds nothing to do."""
    first = run("demo", tmp_path / "demo")
    assert first.returncode == 0, first.stderr
    assert "The sharing economy began in" in first.stdout
    assert "serve --archive" in first.stdout
    listed = json.loads(run("list", "--json", "--archive", tmp_path / "demo").stdout)
    assert len(listed) == 4
    again = run("ingest", "--archive", tmp_path / "demo")
    assert again.returncode == 0
    assert "--redo" not in again.stderr
    assert "already there   5" in again.stderr
