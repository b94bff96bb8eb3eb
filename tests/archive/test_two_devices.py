"""A card with a camera, a recorder that ran beside it, and another conversation, through the command."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

COMMAND = [sys.executable, "-m", "archive"]
TALK = [
    ("en-01", 0.6),
    ("en-02", 4.1),
    ("en-05", 8.9),
    ("en-07", 13.0),
    ("en-08", 17.7),
    ("en-10", 21.2),
    ("en-04", 25.9),
]
OTHER = [("en-08", 1.6), ("en-04", 5.4), ("en-10", 11.3), ("en-02", 15.9), ("en-07", 20.2), ("en-05", 24.1)]


@pytest.fixture(scope="module")
def card(tmp_path_factory, footage):
    """A camera and a recorder that began two seconds earlier; a camera that heard something else."""
    card = tmp_path_factory.mktemp("card")
    footage.clip(card / "A001.mp4", [(one, at, 0) for one, at in TALK], length=31, noise_db=-60)
    footage.clip(card / "REC.wav", [(one, at + 2, 0) for one, at in TALK], length=34, picture=None)
    footage.clip(card / "C001.mp4", [(one, at, 0) for one, at in OTHER], length=32)
    return card


def ingest(archive, *arguments):
    done = subprocess.run(
        [*COMMAND, "ingest", *map(str, arguments), "--archive", str(archive), "--model", "demo", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def rows(archive, sql):
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        return db.execute(sql).fetchall()


@pytest.mark.fault(
    "kill",
    "kill -9 while it is heard what belongs to one conversation",
    "the next run hears the rest and makes the interviews of it that an uninterrupted one makes",
)
@pytest.mark.timeout(600)
def test_a_recorder_is_laid_beside_its_camera_also_after_a_kill(tmp_path, card):
    archive = tmp_path / "archive"
    subprocess.run([*COMMAND, "new", str(archive)], check=True, capture_output=True)
    command = [*COMMAND, "ingest", str(card), "--archive", str(archive), "--model", "demo", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        for line in run.stdout:
            if json.loads(line).get("step") == "sound" and json.loads(line)["state"] == "done":
                run.kill()
    assert rows(archive, "SELECT count(*) FROM interviews") == [(0,)]
    assert not ingest(archive)["failed"]
    placed = rows(
        archive,
        "SELECT slug, name, track, heard, why FROM interview_clips JOIN clips ON hash = clip"
        " JOIN interviews ON interviews.id = interview_id ORDER BY slug, track",
    )
    assert [row[:4] for row in placed] == [
        ("a001", "A001.mp4", 0, 0),
        ("a001", "REC.wav", 1, 1),
        ("c001", "C001.mp4", 0, 1),
    ]
    assert [row[4] is None for row in placed] == [True, False, True]
    said = "SELECT slug, min(start_ms) / 1000, count(*) FROM segments"
    said += " JOIN transcripts ON transcripts.id = transcript_id"
    said += " JOIN interviews ON interviews.id = interview_id WHERE current AND segments.text LIKE"
    assert rows(archive, f"{said} 'How did you build%'") == [("a001", 2, 1)]
    assert rows(archive, f"{said} 'Now there are two%'") == [("c001", 1, 1)]
    assert ingest(archive, card)["done"] == []
