"""What is gone from the database without a rotten page: `archive verify` says it, `archive repair` brings it back."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version

import pytest

from archive import config
from archive.catalogue import agreement, schema
from archive.catalogue.composing import TRANSCRIPT
from archive.errors import DamageFound
from archive.web import server
from ingest.transcript import Transcript
from media.fingerprint import content_hash

TABLES = ("clips", "files", "copies", "interviews", "interview_clips", "transcripts", "segments", "folded")


def verify(kept, code=3):
    return json.loads(kept.run("verify", "--json", code=code))["database"]


def repair(kept, *options, code=0):
    return json.loads(kept.run("repair", "--yes", "--json", *options, code=code))


def content(kept):
    return {table: sorted(kept.sql(f"SELECT * FROM {table}")) for table in TABLES}  # noqa: S608


def without_ids(kept):
    return [row[1:] for row in kept.sql("SELECT * FROM segments ORDER BY transcript_id, position")]


@pytest.fixture
def backup(kept, tmp_path):
    """A folder with a backup of the database."""
    folder = tmp_path / "backup"
    folder.mkdir()
    shutil.copy(kept.database, folder / "archive.db")
    return folder


def to_the_ledger(kept, spoken):
    """Let the ledger hold the transcripts of both clips, as after an ingest."""
    said = {0: ["nobody owns this garden", "we all do"], 1: ["the theatre is ours"]}
    for number, lines in said.items():
        segments, start = [], 0
        for line in lines:
            segments.append(spoken.segment(line, start, channel=0))
            start = segments[-1].end_ms + 100
        kept.sql(
            "INSERT INTO steps (clip, step, settings, state, result, finished)"
            " VALUES (?, 'transcribe', '{}', 'done', ?, '2026')",
            f"{number:032x}",
            TRANSCRIPT.dump_json(Transcript("en", tuple(segments), model="test")).decode(),
        )
    kept.sql("UPDATE transcripts SET version = ?", version("faster-whisper"))


@pytest.mark.fault(
    "SQLite",
    "segments of a transcript are deleted from the database",
    "verify says so; repair puts them together again from the ledger",
)
@pytest.mark.parametrize("which", ["id = 1", "id = 2", "transcript_id = 1"])
def test_segments_that_are_gone_come_back_from_the_ledger(kept, spoken, which):
    to_the_ledger(kept, spoken)
    before = content(kept)
    kept.sql(f"DELETE FROM segments WHERE {which}")  # noqa: S608
    assert verify(kept) == ["Segments of 1 transcript are gone."]
    assert [each["what"] for each in repair(kept)["done"]] == ["database"]
    assert without_ids(kept) == [row[1:] for row in before["segments"]]
    assert verify(kept, 0) == []


@pytest.mark.fault(
    "SQLite",
    "segments of a transcript are deleted, and only a backup has them",
    "left, with what to do; --from that backup brings them back",
)
@pytest.mark.parametrize("searched", [True, False])
def test_segments_that_are_gone_come_back_from_a_backup(kept, backup, searched):
    before = content(kept)
    kept.sql("DELETE FROM segments WHERE transcript_id = 1")
    if not searched:
        kept.sql("DELETE FROM folded WHERE transcript_id = 1")
    assert "Segments of 1 transcript are gone." in verify(kept)
    plain = repair(kept, code=3)
    assert (plain["plan"], plain["left"][0]["path"]) == ([], "archive.db")
    assert "archive repair --from FOLDER" in plain["left"][0]["try"]
    assert "Segments of 1 transcript are gone." in verify(kept)
    assert repair(kept, "--from", backup)["done"][0]["from"] == str(backup / "archive.db")
    assert content(kept) == before
    assert verify(kept, 0) == []


@pytest.mark.fault(
    "SQLite",
    "rows of `files`, `interview_clips` or `transcripts` are deleted",
    "verify names what is gone; repair brings it back from a backup",
)
@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["DELETE FROM copies", "DELETE FROM files WHERE name LIKE '%1.MP4'"], "where 1 clip should lie"),
        (["DELETE FROM interview_clips WHERE interview_id = 1"], "The clips of 1 interview are gone"),
        (["DELETE FROM interview_clips"], "The clips of 2 interviews are gone"),
        (
            [
                f"DELETE FROM {table} WHERE {key} = 1"  # noqa: S608
                for table, key in (
                    ("folded", "transcript_id"),
                    ("segments", "transcript_id"),
                    ("transcripts", "id"),
                )
            ],
            "The transcripts of 1 interview are gone",
        ),
    ],
)
def test_rows_that_are_gone_come_back(kept, spoken, backup, statements, said):
    to_the_ledger(kept, spoken)
    before = content(kept)
    for statement in statements:
        kept.sql(statement)
    assert said in verify(kept)[0]
    repair(kept, "--from", backup)
    after = content(kept)
    assert (len(after["files"]), after["interview_clips"]) == (3, before["interview_clips"])
    assert {text for _, text in after["folded"]} == {text for _, text in before["folded"]}
    assert verify(kept, 0) == []


@pytest.mark.fault(
    "SQLite",
    "rows of `interviews` are deleted from the database",
    "list, search, ingest, serve: damaged (3); repair takes them from a backup, else makes them again from clips",
)
@pytest.mark.parametrize("which", ["id = 1", "1"])
def test_interviews_that_are_gone_come_back(kept, backup, which):
    before = content(kept)
    kept.sql(f"DELETE FROM interviews WHERE {which}")  # noqa: S608
    for command in (["list"], ["search", "garden"], ["ingest"]):
        kept.run(*command, code=3)
        assert "archive repair" in kept.said
    with pytest.raises(DamageFound):
        server.build(config.find(kept.folder))
    assert "Rows of interview_clips belong to rows of interviews that are gone." in verify(kept)
    repair(kept, "--from", backup)
    assert content(kept) == before
    assert verify(kept, 0) == []


@pytest.mark.parametrize("which", ["id = 1", "1"])
def test_an_interview_that_nobody_has_is_made_again_from_its_clips(kept, which):
    before = content(kept)
    kept.sql("UPDATE clips SET recorded = '2025-05-04T10:00:00'")
    kept.sql(f"DELETE FROM interviews WHERE {which}")  # noqa: S608
    assert "called after" in repair(kept, code=3)["left"][0]["why"]
    after = content(kept)
    assert [row[:4] for row in after["interviews"]] == [row[:4] for row in before["interviews"]]
    assert kept.sql("SELECT date, duration_ms FROM interviews WHERE id = 1") == [("2025-05-04", 10000)]
    for table in ("interview_clips", "transcripts", "segments", "folded"):
        assert after[table] == before[table]
    assert verify(kept, 0) == []
    assert len(json.loads(kept.run("search", "garden", "--json"))) == 1


def test_rows_that_belong_to_two_that_are_gone_are_left_out(kept):
    """Segments whose transcript and whose speaker both went with their interview."""
    kept.sql("DELETE FROM interviews WHERE id = 1")
    kept.sql("DELETE FROM interview_clips WHERE interview_id = 1")
    assert repair(kept, code=3)["done"]
    assert [row[0] for row in content(kept)["interviews"]] == [2]


@pytest.mark.fault(
    "SQLite",
    "the row that says where a clip lies is deleted; there is no backup",
    "made again from what the clip says",
)
def test_a_clip_says_itself_where_it_lies(kept):
    before = content(kept)["files"]
    kept.sql("DELETE FROM copies")
    kept.sql("UPDATE files SET generation = NULL")
    kept.sql("DELETE FROM files WHERE name LIKE '%1.MP4'")
    repair(kept, code=3)
    assert [row[:3] for row in content(kept)["files"]] == [row[:3] for row in before]


@pytest.mark.fault(
    "SQLite",
    "an index, a trigger, a view or a full-text index of the database is dropped",
    "verify names it; repair makes it again",
)
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("index", "files_hash"),
        ("trigger", "segments_ai"),
        ("view", "words"),
        ("table", "folded_fts"),
        ("table", "segments_fts"),
        ("table", "folded"),
    ],
)
def test_what_can_be_made_again_of_a_schema_is(kept, kind, name):
    before = content(kept)
    kept.sql(f"DROP {kind} {name}")
    assert f"The {kind} {name} is gone." in verify(kept)
    assert [each["what"] for each in repair(kept)["done"]] == ["database"]
    assert content(kept) == before
    assert verify(kept, 0) == []
    assert len(json.loads(kept.run("search", "garden", "--json"))) == 1


@pytest.mark.fault(
    "SQLite",
    "a table of the database is dropped, or a column",
    "verify names it; what needs it says damaged (3) and no traceback; repair takes it from a backup",
)
@pytest.mark.parametrize(
    ("statement", "said", "command"),
    [
        ("DROP TABLE files", "The table files is gone.", ["backup", "{}-second/backups"]),
        ("DROP TABLE segments", "The table segments is gone.", ["transcript", "show", "garden"]),
        ("DROP TABLE segments", "The table segments is gone.", ["ingest"]),
        ("DROP TABLE transcripts", "The table transcripts is gone.", ["ingest", "{}/originals/A001"]),
        ("DROP TABLE steps", "The table steps is gone.", ["ingest", "{}/originals/A001"]),
        ("DROP TABLE interviews", "The table interviews is gone.", ["search", "garden"]),
        ("DROP TABLE themes", "The table themes is gone.", ["list"]),
        (
            "ALTER TABLE clips DROP COLUMN name",
            "The column name of the table clips is gone.",
            ["search", "garden"],
        ),
    ],
)
def test_tables_that_are_gone_come_from_a_backup(kept, backup, statement, said, command):
    before = content(kept)
    kept.sql(statement)
    assert said in verify(kept)
    kept.run(*(each.format(kept.folder) for each in command), code=3)
    assert "damaged" in kept.said
    assert "archive repair" in kept.said
    plain = repair(kept, code=3)
    assert plain["plan"] == []
    (remedy,) = {left["try"] for left in plain["left"] if left["why"] == said}
    assert "archive repair --from FOLDER" in remedy
    assert f"archive ingest {kept.originals}/* --archive OTHER" in remedy
    repair(kept, "--from", backup, code=3)
    assert content(kept) == before
    assert verify(kept, 0) == []


@pytest.fixture
def filmed(kept, footage, tmp_path):
    """The archive with a clip of a second card, which went through all steps."""
    card = tmp_path / "cards" / "B002"
    card.mkdir(parents=True)
    footage.clip(card / "C0001.MP4", [("en-02", 0.5, 0)])
    kept.run("ingest", card, "--model", "demo")
    return kept


@pytest.mark.fault(
    "SQLite",
    "rows of `renditions` are deleted from the database",
    "verify says so; repair, or the next ingest, makes the renditions again; transcripts stay",
)
@pytest.mark.parametrize(
    ("which", "made"), [("1", 7), ("kind IN ('sound', 'levels')", 2), ("kind NOT IN ('sound', 'levels')", 5)]
)
@pytest.mark.parametrize("command", [("repair", "--yes"), ("ingest", "--model", "demo")])
def test_renditions_that_are_not_known_any_more_are_made_again(filmed, which, made, command):
    before = filmed.sql("SELECT clip, kind, path FROM renditions ORDER BY 1, 2")
    said = content(filmed)["segments"]
    gone = filmed.sql(
        "DELETE FROM renditions WHERE clip = (SELECT max(hash) FROM clips)"  # noqa: S608
        f" AND {which} RETURNING kind"
    )
    assert len(gone) == made
    assert verify(filmed) == ["Renditions of 1 clip are not known any more."]
    filmed.run(*command)
    assert filmed.sql("SELECT clip, kind, path FROM renditions ORDER BY 1, 2") == before
    assert content(filmed)["segments"] == said
    assert verify(filmed, 0) == []


@pytest.mark.fault(
    "SQLite",
    "rows of `steps` are deleted from the database",
    "verify and ingest say damaged (3); repair takes them from a backup, else the next ingest does them again",
)
@pytest.mark.parametrize("backed_up", [True, False])
def test_steps_that_are_not_known_any_more_are_done_again(filmed, tmp_path, backed_up):
    (tmp_path / "backup").mkdir()
    if backed_up:
        shutil.copy(filmed.database, tmp_path / "backup" / "archive.db")
    before = content(filmed)
    filmed.sql("DELETE FROM steps WHERE clip = (SELECT max(hash) FROM clips)")
    assert verify(filmed) == ["The steps of 1 clip are gone."]
    filmed.run("ingest", code=3)
    left = repair(filmed, "--from", tmp_path / "backup", code=0 if backed_up else 3)["left"]
    assert ["archive ingest does them again" in each["why"] for each in left] == [True] * (not backed_up)
    if not backed_up:
        filmed.run("ingest", tmp_path / "cards" / "B002", "--model", "demo")
    assert content(filmed) == before
    assert verify(filmed, 0) == []


def test_what_a_person_added_to_a_database_is_no_fault(kept):
    kept.sql("CREATE TABLE theirs (id)")
    kept.sql("CREATE INDEX their_index ON clips (camera)")
    kept.sql("ALTER TABLE clips ADD COLUMN their_column")
    assert verify(kept, 0) == []


def test_an_older_schema_lacks_nothing():
    """What verify looks at is held against the schema of its own version."""
    for number in range(1, schema.USER_VERSION + 1):
        with closing(sqlite3.connect(":memory:")) as db:
            schema.lay_out(db, number)
            assert agreement.lacking(db) == ([], [])


@pytest.mark.fault(
    "SQLite",
    "archive.db was deleted, and originals/ still holds cards",
    "no command makes an empty one in its place; exit 3, says how to bring it back",
)
@pytest.mark.parametrize("command", [("ingest",), ("list",), ("search", "garden")])
def test_no_empty_database_takes_the_place_of_one_that_is_gone(kept, backup, command):
    for path in kept.folder.glob("archive.db*"):
        path.unlink()
    kept.run(*command, code=3)
    assert "archive.db is gone; what it knew is still there." in kept.said
    assert "archive repair" in kept.said
    assert not kept.database.exists()
    assert f"{kept.originals}/* --archive OTHER" in repair(kept, code=3)["left"][0]["try"]
    repair(kept, "--from", str(backup))
    assert len(json.loads(kept.run("list", "--json"))) == 2


@pytest.mark.fault(
    "SQLite",
    "archive.db was deleted, and there is no backup",
    "repair names the way into another archive, which takes the cards as they are",
)
def test_the_cards_of_an_archive_that_lost_its_database_go_into_another(kept, tmp_path_factory):
    kept.database.unlink()
    other = replace(kept, folder=tmp_path_factory.mktemp("other"))
    (other.folder / "archive.toml").write_text('title = "Other"')
    other.run("ingest", *sorted(kept.originals.glob("*")), "--only", "copy")
    for name, digest in kept.files.items():
        assert content_hash(other.originals / name) == digest
    assert verify(other, 0) == []
