"""`archive transcript again`: a better model hears an interview again, and corrections stay."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from archive.catalogue import open_catalogue
from archive.catalogue.composing import compose
from archive.demo import MODEL


def run(*arguments, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "archive", *map(str, arguments)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def heard(tmp_path_factory, footage):
    """An archive with one clip, of which a bad model heard two words as "teh"; and a better model."""
    folder = tmp_path_factory.mktemp("again")
    (folder / "card").mkdir()
    footage.clip(folder / "card" / "film.mp4", [("en-02", 0.5, 0), ("en-05", 4.5, 0), ("en-08", 8.5, 0)])
    archive = folder / "archive"
    run("new", archive)
    run("ingest", folder / "card", "--archive", archive, "--model", "demo")
    shutil.copytree(MODEL, folder / "better")
    with open_catalogue(archive / "archive.db", write=True) as db, db.atomic():
        for one, other in (("families", "teh"), ("library", "teh"), ("demo", "bad")):
            db.execute(
                "UPDATE steps SET result = replace(result, ?, ?) WHERE step = 'transcribe'",
                [f'"{one}"', f'"{other}"'],
            )
        compose(db, db.execute("SELECT clip FROM steps WHERE step = 'transcribe'").fetchone()[0])
    return archive, folder / "better"


@pytest.fixture
def again(heard, tmp_path):
    """The archive as a copy, and the command."""
    archive = tmp_path / "archive"
    shutil.copytree(heard[0], archive)

    def again(*options):
        said = run(
            "transcript", "again", "film", "--model", heard[1], "--json", "--archive", archive, *options
        )
        return json.loads(said)

    again.archive = archive
    return again


def told(archive):
    shown = json.loads(run("transcript", "show", "film", "--json", "--archive", archive))
    return shown["revision"], [segment["text"] for segment in shown["segments"]]


def rows(archive):
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        tables = ("transcripts", "segments", "steps", "folded")
        return {
            table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608
            for table in tables
        }


def test_it_shows_what_would_change_and_changes_it_with_yes_only(again):
    before = rows(again.archive)
    number, texts = told(again.archive)
    assert " ".join(texts).count("teh") == 2
    found = again()
    assert [(each["before"], each["after"]) for each in found["changes"]] == [
        ("teh", "families"),
        ("teh", "library"),
    ]
    assert (found["revision"], rows(again.archive)) == (None, before)
    found = again("--yes")
    revision, texts = told(again.archive)
    assert (found["revision"], revision) == (revision, number + 1)
    assert "teh" not in " ".join(texts)


def test_a_corrected_line_is_never_overwritten(again, tmp_path):
    _, texts = told(again.archive)
    first = texts[0].split()
    out = tmp_path / "out.txt"
    run("transcript", "export", "film", "--to", "txt", "--out", out, "--archive", again.archive)
    out.write_text(out.read_text().replace(first[-1], "Mine."))
    run("transcript", "import", "film", out, "--reviewed-to", "1", "--archive", again.archive)
    found = again("--yes")
    _, after = told(again.archive)
    assert after[0] == " ".join([*first[:-1], "Mine."])
    assert "teh" not in " ".join(after[1:])
    assert any(each["before"].endswith("Mine.") for each in found["stays"])
    kept = json.loads(run("transcript", "revisions", "film", "--json", "--archive", again.archive))
    assert (kept[-1]["state"], kept[-1]["reviewed_ms"]) == ("corrected", 1000)


@pytest.mark.fault("looking after", "a model that is not there, to hear an interview again", "named; exit 7")
def test_a_model_that_is_not_there_changes_nothing(again, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    before = rows(again.archive)
    run("transcript", "again", "film", "--model", "no-such-model", "--archive", again.archive, code=7)
    assert rows(again.archive) == before
