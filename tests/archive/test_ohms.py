"""OHMS XML out and in by the command: index and transcript, and what comes back is what went out."""

import json
import random
import sqlite3

import pytest

from archive.catalogue import chapters, releases, revisions, transcripts
from archive.catalogue.chapters import Chapter
from ingest.transcript import Segment, Word

FIRST = Chapter(1250, 60_200, "Beginnings", "How it\nbegan.", ("food", "land"), ("Brooklyn",), ("Coop",))
INSIDE = Chapter(20_001, 30_999, "Inside")
OHMS = (
    '<ROOT xmlns="https://www.weareavp.com/nunncenter/ohms"><record id="7" dt="2020-01-01">{}</record></ROOT>'
)


@pytest.fixture
def garden(spoken):
    """Two minutes in which two people speak, with two chapters."""
    said = [
        spoken.segment("Nobody owns this garden. " * 30, 0, 0),
        spoken.segment("Note: who <i>says</i> so & why?", 62_000, 1),
        spoken.segment("we all do", 70_000),
    ]
    slug = spoken.interview(
        "Garden",
        said,
        clips=[(spoken.clip("a.mov", seconds="120"), 0)],
        speakers=["Anna Rossi", "Jo Bell"],
        people=(("Anna Rossi", "interviewee"), ("Jo Bell", "interviewer")),
    )
    for chapter in (FIRST, INSIDE):
        chapters.add(spoken.db, slug, chapter)
    return slug


@pytest.fixture
def went(spoken, archive, garden):
    """The file that went out."""
    path = spoken.folder / "garden.xml"
    ended = archive("transcript", "export", garden, "--to", "ohms", "--out", str(path))
    assert ended.code == 0, ended.err
    return path


def taken(archive, path, *options):
    ended = archive("transcript", "import", "garden", str(path), "--json", *options)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def dumped(spoken):
    with sqlite3.connect(spoken.path) as db:
        return list(db.iterdump())


def test_what_went_out_changes_nothing_when_it_comes_back(archive, spoken, went):
    before = dumped(spoken)
    found = taken(archive, went)
    assert (found["revision"], found["chapters"], found["unfit"]) == (None, 0, [])
    assert dumped(spoken) == before


def test_odd_words_come_back_as_well(archive, spoken):
    """Markup, labels and marks that are none, two scripts, two people at once, words that last no time."""
    chance = random.Random(5)
    odd = [
        "we",
        "Note:",
        "<i>x</i>",
        "&amp;",
        "-->",
        "L'été",
        "a:b",
        "]]>",
        "[[footnote]]1[[/footnote]]",
        "{00:01}",
    ]
    said, start = [], 0
    for _ in range(120):
        spaced = chance.random() < 0.8
        texts = chance.choices(odd if spaced else ["没", "有，", "花", "园。"], k=chance.randint(1, 12))
        words = [
            Word(text, start + 100 * n, start + 100 * (n + chance.randint(0, 1)), 0.9)
            for n, text in enumerate(texts)
        ]
        said.append(Segment(tuple(words), channel=chance.choice([0, 1, None]), spaced=spaced))
        start += max(0, 100 * len(texts) + chance.choice([-300, 0, 200, 20_000]))
    said.sort(key=lambda segment: segment.start_ms)
    clips = [(spoken.clip("a.mov", seconds="3600"), 0)]
    spoken.interview("Garden", said, clips=clips, speakers=["Anna <b> Rossi", "JO"])
    archive("transcript", "export", "garden", "--to", "ohms", "--out", "odd.xml")
    assert taken(archive, "odd.xml")["revision"] is None


def test_where_nothing_was_the_same_interview_comes_of_it(archive, spoken, went, garden):
    before = transcripts.current(spoken.db, garden)
    for each in (FIRST, INSIDE):
        chapters.take_away(spoken.db, garden, each)
    spoken.db.execute("DELETE FROM folded")
    spoken.db.execute("DELETE FROM segments")
    spoken.db.execute("DELETE FROM transcripts")
    found = taken(archive, went)
    assert (found["revision"], found["chapters"]) == (1, 2)
    assert chapters.of_interview(spoken.db, garden) == (FIRST, INSIDE)
    after = transcripts.current(spoken.db, garden)
    assert after.language == before.language
    assert [(each.speaker, each.text, each.start_ms, each.end_ms) for each in after.segments] == [
        (each.speaker, each.text, each.start_ms, each.end_ms) for each in before.segments
    ]


def test_a_word_that_was_corrected_in_ohms_leaves_the_others_their_exact_times(archive, spoken, went, garden):
    before = transcripts.current(spoken.db, garden)
    went.write_text(went.read_text("utf-8").replace("we all do", "we both do"), "utf-8")
    assert taken(archive, went)["revision"] == 2
    after = transcripts.current(spoken.db, garden)
    assert after.segments[-1].text == "we both do"
    words = [word for each in before.segments for word in each.words]
    found = [word for each in after.segments for word in each.words]
    assert [(one.start_ms, one.end_ms) for one in words] == [(one.start_ms, one.end_ms) for one in found]


def test_by_text_and_marks_alone_the_words_are_laid_on_what_was_heard(archive, spoken, garden):
    text = (
        "ROSSI: "
        + "Nobody owns this\ngarden. " * 30
        + "\n\nBELL: Note: who <i>says</i> so & why?\n\nwe both do\n"
    )
    content = f"<sync>1:|12(3)</sync><transcript><![CDATA[{text}]]></transcript>"
    (spoken.folder / "old.xml").write_text(OHMS.format(content), "utf-8")
    assert taken(archive, spoken.folder / "old.xml")["revision"] == 2
    before, after = revisions.load(spoken.db, garden, 1), revisions.load(spoken.db, garden, 2)
    assert [each.speaker for each in after.segments] == ["Anna Rossi", "Jo Bell", "Jo Bell"]
    words = [word for each in before.segments for word in each.words]
    found = [word for each in after.segments for word in each.words]
    assert [(one.start_ms, one.end_ms) for one in words] == [(one.start_ms, one.end_ms) for one in found]


def test_a_file_that_went_through_ohms_keeps_the_exact_times_of_chapters(archive, spoken, went, garden):
    """OHMS knows neither milliseconds nor ends; what it passes over may be gone."""
    text = went.read_text("utf-8")
    lines = [line for line in text.splitlines() if "<?archive" not in line]
    went.write_text("\n".join(lines).replace("<subjects>food;land", "<subjects>food;work"), "utf-8")
    assert taken(archive, went)["chapters"] == 1
    (first, inside) = chapters.of_interview(spoken.db, garden)
    assert (first.start_ms, first.end_ms, first.themes) == (1250, 60_200, ("food", "work", "Coop"))
    assert inside == INSIDE


def test_an_index_alone_becomes_chapters_that_last_until_the_next(archive, spoken, garden):
    points = "".join(
        f"<point><time>{time}</time><title>{title}</title></point>"
        for time, title in ((70, "Two"), (5, "One"))
    )
    (spoken.folder / "index.xml").write_text(OHMS.format(f"<index>{points}</index>"), "utf-8")
    ended = archive("transcript", "import", garden, "index.xml")
    assert (ended.code, ended.out, ended.err) == (0, "garden: 2 chapters\n", "")
    found = chapters.of_interview(spoken.db, garden)
    assert [(each.start_ms, each.end_ms) for each in found if each.title in ("One", "Two")] == [
        (5000, 70_000),
        (70_000, 120_000),
    ]
    assert len(revisions.of_interview(spoken.db, garden)) == 1


def test_what_is_withheld_stays_as_it_is_when_the_rest_comes_back(archive, spoken, garden):
    releases.withhold(spoken.db, garden, releases.Withheld(25_000, 26_000))
    before = dumped(spoken)
    archive("transcript", "export", garden, "--to", "ohms", "--out", "open.xml")
    assert "revision" in taken(archive, "open.xml")
    assert dumped(spoken) == before


@pytest.mark.fault(
    "looking after",
    "an index in OHMS XML with points behind the end of the interview",
    "how many, and the first of them; exit 2; nothing is written",
)
def test_points_behind_the_end_are_refused(archive, spoken, garden):
    points = "<index><point><time>4</time></point><point><time>121</time><title>Late</title></point></index>"
    (spoken.folder / "index.xml").write_text(OHMS.format(points), "utf-8")
    before = dumped(spoken)
    ended = archive("transcript", "import", garden, "index.xml")
    assert (ended.code, "1 of 2 points of the index lie behind the end of garden" in ended.err) == (2, True)
    assert "the first is 'Late' at 2:01" in ended.err
    assert dumped(spoken) == before


@pytest.mark.fault(
    "names", "OHMS XML whose entities reach for other files", "exit 2; nothing is read or written"
)
def test_hostile_xml_is_refused_by_the_command(archive, spoken, garden):
    (spoken.folder / "evil.xml").write_text(
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><record><transcript>&x;</transcript></record>',
        "utf-8",
    )
    before = dumped(spoken)
    ended = archive("transcript", "import", garden, "evil.xml")
    assert (ended.code, "evil.xml: has a document type" in ended.err) == (2, True)
    assert dumped(spoken) == before
