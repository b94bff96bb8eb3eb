"""The README.txt of an archive: what it says is so, with nothing but the database and SQLite."""

import re
import sqlite3
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from archive import cli
from archive.config import find
from archive.intake import readme
from archive.intake.readme import HEADING, NAME, TEXT

QUERIES = [
    "\n".join(line.strip() for line in found.splitlines())
    for found in re.findall(r"(?ms)^    SELECT.*?;$", TEXT)
]


def _ask(path: Path, query: str, **words: str) -> list[dict[str, object]]:
    for word, said in words.items():
        query = query.replace(word, said)
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(query)]


def test_its_questions_are_answered_by_sqlite_alone(spoken, archive):
    clips = [
        (spoken.clip("A.mov", timecode="10:00:00:00"), Fraction(0)),
        (spoken.clip("B.mov"), Fraction(5, 2)),
    ]
    slug = spoken.interview(
        "Garden",
        ["nobody owns this garden"],
        clips=clips,
        date="2026-05-01",
        people=(("Ada Bell", "interviewee"),),
    )
    archive("withhold", slug, "0:01", "0:02", "--why", "asked")
    listing, said, word, files, consent = QUERIES
    (row,) = _ask(spoken.path, listing)
    assert (row["slug"], row["date"], row["people"], row["status"]) == (
        slug,
        "2026-05-01",
        "Ada Bell",
        "draft",
    )
    (row,) = _ask(spoken.path, said, SLUG=slug)
    assert (row["at"], row["text"]) == ("0:00:00", "nobody owns this garden")
    assert [row["slug"] for row in _ask(spoken.path, word, WORD="owns")] == [slug]
    assert _ask(spoken.path, word, WORD="theatre") == []
    assert [row["offset"] for row in _ask(spoken.path, files)] == ["0", "5/2"]
    assert [(row["start_ms"], row["why"]) for row in _ask(spoken.path, consent)] == [(1000, "asked")]


def test_every_table_and_column_it_names_is_there(spoken):
    tables = re.search(r"(?s)TABLES THAT MATTER(.*?)QUESTIONS", TEXT)
    assert tables
    named = set(re.findall(r"(?m)^([a-z_]+)\b", tables[1])) | {
        "places",
        "organisations",
        "themes",
        "series",
        "shoots",
    }
    there = {
        row[0] for row in spoken.db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    }
    assert named <= there, named - there


def test_every_new_archive_has_it_and_people_can_read_it(tmp_path):
    with pytest.raises(SystemExit) as ended:
        cli.main(["new", str(tmp_path / "a")])
    assert not ended.value.code
    assert (tmp_path / "a" / NAME).read_text(encoding="ascii") == TEXT
    assert max(map(len, TEXT.splitlines())) <= 120


def test_an_ingest_gives_it_to_an_archive_that_has_none_and_renews_one_of_an_earlier_version(spoken, archive):
    assert archive("ingest").code == 0
    assert (spoken.folder / NAME).read_text(encoding="utf-8") == TEXT
    (spoken.folder / NAME).write_text(f"{HEADING}\nas an earlier version had it\n", encoding="utf-8")
    archive("ingest")
    assert (spoken.folder / NAME).read_text(encoding="utf-8") == TEXT


@pytest.mark.fault(
    "looking after", "a README.txt of somebody's own in the archive's folder", "it stays as it is"
)
def test_a_readme_of_somebodys_own_stays(spoken, archive):
    (spoken.folder / NAME).write_text("ours: ask Nora for the key\n", encoding="utf-8")
    archive("ingest")
    assert (spoken.folder / NAME).read_text(encoding="utf-8") == "ours: ask Nora for the key\n"


@pytest.mark.fault("disk", "an archive whose folder takes no README.txt", "it goes without one")
def test_no_run_ends_for_a_readme(spoken, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(readme.disk, "write", full)
    readme.write(find(spoken.folder))
    assert not (spoken.folder / NAME).exists()
