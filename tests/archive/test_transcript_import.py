"""`archive transcript import`: transcripts from elsewhere, and those that went out and come back."""

import json
import random

import docx
import pytest

from archive.catalogue import interviews, releases, transcripts
from archive.catalogue.releases import Withheld
from ingest.transcript import Segment, Word


@pytest.fixture
def garden(spoken):
    """An interview by two people, of 10 seconds."""
    said = [
        spoken.segment("Nobody owns this garden.", 0, 0),
        spoken.segment(
            "Note: we all do, since the house was pulled down and nobody came back for years.", 2000, 1
        ),
    ]
    return spoken.interview("Garden", said, speakers=["Amina", "Ben"])


@pytest.fixture
def brought(archive, garden, tmp_path):
    """Import what a file says; returns how the command ended."""

    def brought(content, name="brought.txt", *options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return archive("transcript", "import", garden, str(path), *options)

    return brought


@pytest.fixture
def now(spoken, garden):
    """The current transcript."""
    return lambda language=None: transcripts.current(spoken.db, garden, language)


def told(found):
    return [(each.speaker, each.text, each.start_ms) for each in found.segments]


FORMS = ("srt", "vtt", "json", "txt")

HARD = {
    "markup": ["R&D is < 5 & > 3", "<b> and </v> and {\\an8} --> here", "&amp; stays so"],
    "colons": ["Note: well: at 10:30", "We said Note: no", ": so"],
    "right to left": ["هذا شارعنا، ولا أحد يملكه.", "زה הרחוב שלנו"],
    "numbers": ["1", "42", "00:00:01,000"],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("texts", HARD.values(), ids=HARD)
def test_what_went_out_comes_back_as_it_was(archive, spoken, tmp_path, form, texts):
    said = [spoken.segment(text, 3000 * place, place % 2) for place, text in enumerate(texts)]
    said.append(spoken.segment("nobody knows who says this", 9000))
    slug = spoken.interview(
        "Hard", said, speakers=["Dr: A & <B>", "ben"], clips=[(spoken.clip("x", seconds="20"), 0)]
    )
    before = transcripts.current(spoken.db, slug)
    out = str(tmp_path / f"out.{form}")
    assert archive("transcript", "export", slug, "--to", form, "--out", out).code == 0
    ended = archive("transcript", "import", slug, out, "--json")
    assert (ended.code, json.loads(ended.out)["revision"]) == (0, None), ended
    ended = archive("transcript", "import", slug, out, "--state", "checked", "--json")
    found = transcripts.current(spoken.db, slug)
    assert (found.revision, found.state, found.segments) == (2, "checked", before.segments)


@pytest.mark.parametrize("form", FORMS)
def test_a_language_without_spaces_comes_back_as_it_was(archive, spoken, tmp_path, form):
    words = ["我们", "分享", "这", "条", "街。"] * 12
    said = Segment(
        tuple(Word(text, 300 * at, 300 * at + 250, 0.9) for at, text in enumerate(words)), 0, spaced=False
    )
    slug = spoken.interview("街", [said], language="zh", clips=[(spoken.clip("x", seconds="20"), 0)])
    out = str(tmp_path / f"out.{form}")
    archive("transcript", "export", slug, "--to", form, "--out", out)
    archive("transcript", "import", slug, out, "--state", "checked")
    assert transcripts.current(spoken.db, slug).segments[0].words == said.words


@pytest.mark.parametrize("form", FORMS)
def test_what_was_withheld_is_not_lost_by_what_comes_back(archive, garden, spoken, now, tmp_path, form):
    releases.withhold(spoken.db, garden, Withheld(3000, 4000))
    before, out = now(), tmp_path / f"out.{form}"
    archive("transcript", "export", garden, "--to", form, "--out", str(out))
    assert json.loads(archive("transcript", "import", garden, str(out), "--json").out)["revision"] is None
    out.write_text(out.read_text().replace("Nobody", "Everybody"))
    assert archive("transcript", "import", garden, str(out)).code == 0
    found = [word for each in now().segments for word in each.words]
    assert [word.text for word in found] == [
        "Everybody",
        *(word.text for each in before.segments for word in each.words),
    ][:1] + [word.text for each in before.segments for word in each.words][1:]


def test_captions_that_were_corrected_keep_the_times_of_words(brought, now):
    captions = "1\n00:00:00,000 --> 00:00:01,500\nAmina: Nobody owned\nthis garden.\n"
    assert brought(captions, "a.srt", "--author", "Jo", "--reason", "verbs").out == (
        "garden: revision 2, en, corrected by Jo\n"
    )
    assert [(word.text, word.start_ms) for word in now().segments[0].words] == [
        ("Nobody", 0),
        ("owned", 400),
        ("this", 800),
        ("garden.", 1200),
    ]
    assert (now().kind, now().parent, now().reason) == ("imported", 1, "verbs")


def test_times_of_words_in_a_file_are_kept(brought, now):
    whisper = {
        "language": "en",
        "segments": [
            {
                "start": 0.1,
                "end": 1.2,
                "text": " Nobody co-owns",
                "words": [
                    {"word": " Nobody", "start": 0.1, "end": 0.42, "probability": 0.5},
                    {"word": " co", "start": 0.5, "end": 0.7, "probability": 0.9},
                    {"word": "-owns", "start": 0.7, "end": 1.2, "probability": 0.8},
                ],
            }
        ],
    }
    assert brought(json.dumps(whisper), "a.json").code == 0
    assert [(word.text, word.start_ms, word.end_ms) for word in now().segments[0].words] == [
        ("Nobody", 100, 420),
        ("co-owns", 500, 1200),
    ]
    assert (now().state, now().kind) == ("machine", "imported")


def test_a_recognisers_file_without_times_of_words_is_laid_on_what_was_heard(brought, now):
    whisper = {"segments": [{"start": 0, "end": 1.5, "text": " Nobody owns that garden."}]}
    assert brought(json.dumps(whisper), "a.json").code == 0
    assert [word.start_ms for word in now().segments[0].words] == [0, 400, 800, 1200]


TYPED = """\
Interview with Amina, March

AMINA: Nobody owns this garden.

Ben: Note: we all do, since the house was pulled down

and nobody came back for years.
"""


def document(tmp_path, *, tracked=False):
    made = docx.Document()
    for line in TYPED.splitlines()[2:]:
        made.add_paragraph(line)
    if tracked:
        run = made.paragraphs[0].add_run(" Really.")._r
        inserted = docx.oxml.OxmlElement("w:ins")
        run.addprevious(inserted)
        inserted.append(run)
    path = tmp_path / "typed.docx"
    made.save(path)
    return path.read_bytes()


def test_a_typed_transcript_is_laid_on_what_was_heard_and_a_name_before_a_colon_speaks(brought, now):
    ended = brought(TYPED.partition("\n")[2])
    assert ended.code == 0
    assert told(now()) == [
        ("AMINA", "Nobody owns this garden.", 0),
        ("Ben", "Note: we all do, since the house was pulled down and nobody came back for years.", 2000),
    ]


def test_a_word_document_is_read_with_what_was_inserted_in_it(brought, now, tmp_path):
    assert brought(document(tmp_path), "a.docx").code == 0
    assert told(now())[0][1] == "Nobody owns this garden."
    assert brought(document(tmp_path, tracked=True), "a.docx").code == 0
    assert told(now())[0][1] == "Nobody owns this garden. Really."


def test_a_table_names_who_speaks_in_its_first_column(brought, now, tmp_path):
    made = docx.Document()
    table = made.add_table(rows=0, cols=3)
    for cells in (("0:00", "Amina", "Nobody owns this garden."), ("0:02", "Ben:", "Note: we all did.")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    path = tmp_path / "t.docx"
    made.save(path)
    assert brought(path.read_bytes(), "t.docx").code == 0
    assert told(now()) == [("Amina", "Nobody owns this garden.", 0), ("Ben", "Note: we all did.", 2000)]


def test_stretches_that_do_not_fit_are_listed(brought, garden):
    typed = "Amina: Nobody owns this garden.\nBen: Note: we all do, and then my aunt told him about it.\n"
    ended = brought(typed)
    heard = "since the house was pulled down and nobody came back for years."
    assert ended.out.splitlines()[1:] == [
        f"0:03 to 0:08: heard: {heard}; written: and then my aunt told him about it."
    ]
    assert "1 stretch does not fit what was heard" in ended.err
    found = json.loads(brought(typed.replace("garden", "land"), "b.txt", "--json").out)
    assert (found["revision"], found["unfit"]) == (3, [])
    found = json.loads(
        brought("Amina: Nobody.\nBen: So what I was going to say is this.", "c.txt", "--json").out
    )
    assert [each["written"] for each in found["unfit"]] == ["So what I was going to say is this."]


def test_another_language_is_a_translation_of_its_own(brought, now, archive, garden):
    french = "1\n00:00:00,000 --> 00:00:01,500\nPersonne ne possède ce jardin.\n"
    assert brought(french, "a.srt", "--language", "fr").code == 0
    assert (now("fr").translation, now("fr").language, now().revision) == (True, "fr", 1)
    assert [(word.text, word.start_ms) for word in now("fr").segments[0].words][:2] == [
        ("Personne", 0),
        ("ne", 428),
    ]
    again = "1\n00:00:00,000 --> 00:00:01,500\nPersonne ne possède le jardin.\n"
    assert brought(again, "a.srt", "--language", "fr").code == 0
    assert (now("fr").revision, now("fr").parent) == (3, 2)
    shown = json.loads(archive("transcript", "show", garden, "--language", "fr", "--json").out)
    assert (shown["language"], shown["translation"]) == ("fr", True)


def test_text_that_was_translated_line_by_line_has_the_times_of_its_lines(brought, now):
    french = "# Garden\n[0:00] Amina: Personne ne possède ce jardin.\n[0:02] Ben: Nous tous.\n"
    assert brought(french, "a.txt", "--language", "fr").code == 0
    assert told(now("fr")) == [("Amina", "Personne ne possède ce jardin.", 0), ("Ben", "Nous tous.", 2000)]
    assert [each.end_ms for each in now("fr").segments] == [each.end_ms for each in now().segments]


def test_what_people_said_of_a_file_of_ours_holds_where_it_is_the_first(brought, now):
    ours = {
        "language": "fr",
        "state": "approved",
        "author": "Amina",
        "segments": [{"text": "Oui.", "words": [{"text": "Oui.", "start_ms": 5, "end_ms": 9}]}],
    }
    brought(json.dumps(ours), "a.json", "--language", "fr")
    assert (now("fr").state, now("fr").author) == ("approved", "Amina")
    ours["segments"][0]["text"] = ours["segments"][0]["words"][0]["text"] = "Non."
    brought(json.dumps(ours), "a.json", "--language", "fr", "--author", "Jo")
    assert (now("fr").state, now("fr").author) == ("corrected", "Jo")


def test_how_far_it_was_looked_at_is_kept(brought, now):
    assert (
        "checked up to 0:02 by Jo"
        in brought(
            "Amina: Nobody owned it.\n", "a.txt", "--state", "checked", "--reviewed-to", "2", "--author", "Jo"
        ).out
    )
    assert (now().state, now().reviewed_ms) == ("checked", 2000)


def test_text_is_read_without_an_ending_and_with_a_dot_in_its_name(brought, now):
    names = {"owned": "typed", "had": "a.text", "sold": "a.md", "bought": "2024.04.02", "left": "Dr. Rossi"}
    for verb, name in names.items():
        assert brought(f"Amina: Nobody {verb} this garden.\f", name).code == 0
        assert told(now())[0][:2] == ("Amina", f"Nobody {verb} this garden.")


def test_what_was_said_in_angle_brackets_is_no_xml(brought, now):
    assert brought("<laughs> Nobody owns it.").code == 0
    assert told(now())[0][1] == "<laughs> Nobody owns it."


def test_ohms_is_known_whatever_its_name(brought, now):
    ohms = "<ROOT><record><transcript>Nobody owned this garden.</transcript></record></ROOT>"
    assert brought(f'<?xml version="1.0"?>{ohms}', "a.txt").code == 0
    assert told(now())[0][1] == "Nobody owned this garden."


BAD_WORD = (
    '{"segments": [{"start": 0, "end": 1, "text": "a", "words": [{"word": "a", "start": -1, "end": 2}]}]}'
)


BACKWARDS = '{"segments": [{"start": 2, "end": 1, "text": "Nobody owns it."}]}'
OURS_BACKWARDS = (
    '{"segments": [{"text": "a", "start_ms": 9, "end_ms": 5,'
    ' "words": [{"text": "a", "start_ms": 9, "end_ms": 9}]}]}'
)
NOISE = random.Random(7).randbytes(3000)


@pytest.mark.fault(
    "media", "a transcript that somebody brings and that is none", "what is wrong with it; nothing is written"
)
@pytest.mark.parametrize(
    ("content", "name", "options", "said"),
    [
        ("", "a.txt", (), "a.txt: nothing is said in it."),
        ("# only\n", "a.txt", (), "nothing is said in it"),
        ("no captions", "a.srt", (), "a.srt: nothing is said in it."),
        ("1\n00:00:02,000 --> 00:00:01,000\nHello\n", "a.srt", (), "a.srt, line 2: the caption ends before"),
        (
            "1\n00:01:02,000 --> 00:01:03,000\nHello\n",
            "a.srt",
            (),
            "a.srt goes on at 1:02, and garden lasts 0:10.",
        ),
        ("{", "a.json", (), "a.json is no transcript in JSON"),
        ("[]", "a.json", (), "a.json is no transcript in JSON"),
        (
            "[" * 100_000,
            "a.json",
            (),
            "a.json is no transcript in JSON (its brackets lie in each other too deep)",
        ),
        (BACKWARDS, "a.json", (), "a.json, segments.0: the segment ends before it begins."),
        (OURS_BACKWARDS, "a.json", (), "a.json, segments.0: the segment ends before it begins."),
        (NOISE, "a.txt", (), "a.txt: is no text; it has characters that cannot be read."),
        (NOISE, "a", (), "a: is no text"),
        ("Nobody\x00 owns\x07 it.", "a.txt", (), "a.txt: is no text"),
        ("Nobody\x1fowns it.", "a.txt", (), "a.txt: is no text"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHel\x00lo\n", "a.srt", (), "a.srt: is no text"),
        ('{"segments": [{"start": 0, "end": 1, "text": "a\\u0000b"}]}', "a.json", (), "a.json: is no text"),
        (b"Nobody owns \x9d it.", "a.txt", (), "a.txt: is no text"),
        ("1 2 3\n--- 4\n", "a.txt", (), "a.txt: there is no letter in it."),
        ("Hello", "a.ohms", (), "a.ohms: a transcript is not read from .ohms files."),
        ("Hello", "a.DOC", (), "Files that are read: .srt, .vtt, .json, .txt, .text, .md, .docx, .xml."),
        ("<?xml version='1.0'?><a>Hello</a>", "a.txt", (), "a.txt: holds no records of OHMS"),
        ("\n<record>Nobody</record>", "a", (), "a: nothing is said in it"),
        (
            "<ROOT xmlns='https://www.weareavp.com/nunncenter/ohms'><rec",
            "a",
            (),
            "a, line 1: is no whole XML",
        ),
        (BAD_WORD, "a.json", (), "segments.0.words.0.start"),
        ('{"segments": [{"text": "a", "words": []}]}', "a.json", (), "segments.0.words"),
        (b"PK\x03\x04 broken", "a.docx", (), "a.docx: is no Word document that can be read."),
        ("Hello", "a.rtf", (), "a.rtf: a transcript is not read from .rtf files."),
        ("Bonjour", "a.txt", ("--language", "fr"), "a.txt says nowhere when it is said"),
        ("Hello", "a.txt", ("--language", "french"), "--language french: no language code."),
        ("Hello", "a.txt", ("--state", "good"), "--state good: there is no such state."),
        ("Hello", "a.txt", ("--reviewed-to", "1:00"), "1:00 is behind the end: it lasts 0:10."),
        (
            "WEBVTT\nLanguage: fr\n\n00:00.000 --> 00:01.000\nBonjour\n",
            "a.vtt",
            (),
            "a.vtt says that it is in 'fr', and in garden they speak 'en'.",
        ),
    ],
)
def test_what_is_no_transcript_is_refused(brought, spoken, content, name, options, said):
    ended = brought(content, name, *options)
    assert (ended.code, said in ended.err) == (2, True), ended.err
    assert "Traceback" not in ended.err
    assert spoken.db.execute("SELECT count(*) FROM transcripts").fetchone() == (1,)


@pytest.mark.fault("names", "a transcript that is not there, or of an interview that is not", "named; exit 2")
def test_what_is_not_there_is_named(archive, garden, tmp_path):
    ended = archive("transcript", "import", garden, str(tmp_path / "no.srt"))
    assert (ended.code, "no.srt: cannot be read" in ended.err) == (2, True)
    ended = archive("transcript", "import", "gardem", str(tmp_path / "no.srt"))
    assert (ended.code, "There is garden." in ended.err) == (2, True)


def test_french_and_its_translation_are_found_by_search_and_play_the_same_moment(archive, spoken, tmp_path):
    said = [
        spoken.segment("Bonjour à tous.", 0, 0),
        spoken.segment("Personne ne possède ce jardin.", 4000, 0),
    ]
    slug = spoken.interview("Jardin", said, language="fr")
    translated = tmp_path / "en.srt"
    translated.write_text(
        "1\n00:00:00,000 --> 00:00:01,100\nHello everybody.\n\n"
        "2\n00:00:04,000 --> 00:00:05,900\nNobody owns this garden.\n"
    )
    assert archive("transcript", "import", slug, str(translated), "--language", "en").code == 0
    (french,) = json.loads(archive("search", "personne ne possède", "--json").out)
    (english,) = json.loads(archive("search", "nobody owns", "--json").out)
    assert (french["start_ms"], english["start_ms"]) == (4000, 4000)
    assert french["url"] == f"/interviews/{slug}#t=4"
    assert english["url"].endswith("#t=4")


def test_captions_are_the_first_transcript_of_an_interview_that_nobody_transcribed(archive, spoken, tmp_path):
    slug = interviews.create(spoken.db, title="Later", clips=[(spoken.clip("later.mov"), 0)])
    brought = tmp_path / "a.srt"
    brought.write_text(
        "1\n00:00:01,000 --> 00:00:02,000\nAmina: Nobody.\n\n2\n00:00:03,000 --> 00:00:04,000\nReally.\n"
    )
    assert archive("transcript", "import", slug, str(brought), "--language", "en").code == 0
    found = transcripts.current(spoken.db, slug)
    assert told(found) == [("Amina", "Nobody.", 1000), ("Amina", "Really.", 3000)]
    assert (found.language, found.translation, found.revision) == ("en", False, 1)


@pytest.mark.fault(
    "media", "a Word document that unpacks to far more than a transcript", "named and not unpacked"
)
def test_a_document_too_large_is_not_unpacked(brought, tmp_path, monkeypatch, spoken):
    monkeypatch.setattr("ingest.given.document.LARGEST", 1000)
    ended = brought(document(tmp_path), "a.docx")
    assert (ended.code, "a.docx: is larger than 1 kB unpacked" in ended.err) == (2, True), ended.err
    assert spoken.db.execute("SELECT count(*) FROM transcripts").fetchone() == (1,)
