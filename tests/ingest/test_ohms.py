"""OHMS XML from elsewhere: every version, its quirks, and what XML can be misused for."""

import pytest

from ingest import ohms
from ingest.errors import NoTranscript
from ingest.ohms_text import Names, segments_of_text, segments_of_webvtt
from media.errors import Problem

RECORD = (
    '<ROOT xmlns="https://www.weareavp.com/nunncenter/ohms"><record id="7" dt="2020-01-01">{}</record></ROOT>'
)


@pytest.fixture
def read(tmp_path):
    """Read a record that holds these elements."""

    def read(elements, form=RECORD):
        path = tmp_path / "interview.xml"
        path.write_bytes(form.format(elements).encode() if isinstance(elements, str) else elements)
        return ohms.read(path)

    return read


def said(segments):
    return [(each.speaker, each.start_ms, each.end_ms, each.text) for each in segments]


def test_a_point_lasts_until_the_next_and_its_keywords_are_themes(read):
    found = read(
        "<index><point><time>302</time><title>Family</title><partial_transcript>BELL: So.</partial_transcript>"
        "<synopsis></synopsis><keywords>Asbestos;Smith, Ann; Asbestos</keywords><subjects>Families</subjects>"
        "<gpspoints><gps>1,2</gps><gps_zoom>17</gps_zoom><gps_text>Azores</gps_text></gpspoints></point>"
        "<point><time>0:00:03</time><title> </title>"
        "<partial_transcript>Over\nthere.</partial_transcript></point></index>"
    )
    assert found.points == (
        ohms.Point(3000, None, "Over there.", None, (), (), ()),
        ohms.Point(302_000, None, "Family", None, ("Families", "Asbestos", "Smith, Ann"), ("Azores",), ()),
    )


def test_an_older_namespace_and_none_at_all_are_read_as_well(read):
    for form in (RECORD.replace("weareavp", "avpreserve"), "<record>{}</record>"):
        assert [
            point.start_ms for point in read("<index><point><time>4</time></point></index>", form).points
        ] == [4000]


def test_words_lie_evenly_between_the_marks():
    text = "BELL: One two three\nfour five six.\n\nROSSI: Seven\neight nine"
    found = segments_of_text(text, "1:|1(3)|2(2)|4(2)", Names(("Anna Rossi", "Jo Bell")))
    assert [each.speaker for each in found] == ["Jo Bell", "Anna Rossi"]
    times = {word.text: (word.start_ms, word.end_ms) for each in found for word in each.words}
    assert times["two"][1] == 60_000  # the third word of line 1, with the name
    assert (times["three"][0], times["five"][1]) == (60_000, 120_000)
    assert (times["six."][0], times["Seven"][1]) == (120_000, 180_000)
    assert times["nine"][1] > 180_000


def test_text_without_marks_has_a_pace_and_footnotes_are_no_speech():
    text = "One [[footnote]]1[[/footnote]] {00:01:00} two\n[[footnotes]]\n[[note]]A book[[/note]]\n[[/footnotes]]"
    assert said(segments_of_text(text, "", Names())) == [(None, 0, 800, "One two")]
    assert segments_of_text("No transcript.", "", Names()) == ()


def test_a_colon_in_what_is_said_names_nobody():
    found = segments_of_text("SMITH: He said: go.\nAnd then:\nNote: this.", "", Names())
    assert [(each.speaker, each.text) for each in found] == [("SMITH", "He said: go. And then: Note: this.")]


def test_marks_that_lead_nowhere_are_passed_over():
    found = segments_of_text("One two\nthree", "1:|9(1)||x|2(40)", Names())
    assert found[0].words[-1].end_ms == 240_000


def test_webvtt_of_ohms_is_read_with_what_it_leaves_out():
    text = (
        "NOTE\nTRANSCRIPTION BEGIN\n\n00:00:03.000 --> 00:00:03.000\n<v BELL>  One day.<br><br>Two &amp; three\n\n"
        "00:00:09.000 --> 00:00:12.000\ngoes on\n\n00:00:12.000 --> 00:00:00.000\n<v ROSSI>No end"
    )
    assert said(segments_of_webvtt(text, "a.xml", Names(("Jo Bell",)), each_says_who=False)) == [
        ("Jo Bell", 3000, 9000, "One day. Two & three"),
        ("Jo Bell", 9000, 12_000, "goes on"),
        ("ROSSI", 12_000, 12_000, "No end"),
    ]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "billion laughs": f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><record><title>&l9;</title></record>',
    "laughs in an attribute": f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><record id="&l9;"/>',
    "a file of ours": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><record><title>&x;</title></record>',
    "a DTD elsewhere": '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/evil.dtd"><record/>',
    "a parameter entity": '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/evil">%x;]><record/>',
    "depth without end": "<record>" + "<a>" * 100_000,
}


@pytest.mark.fault(
    "names",
    "OHMS XML with entities that grow, or that reach for files or the network",
    "refused; nothing is read",
)
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(5)
def test_what_xml_can_be_misused_for_is_refused(read, content):
    with pytest.raises(NoTranscript, match=r"interview\.xml.*(document type|no whole XML)") as caught:
        read(content.encode())
    assert "root:" not in str(caught.value)


@pytest.mark.fault(
    "media",
    "a file that is no OHMS XML, or holds two interviews, or a time that is none",
    "named with its line",
)
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", r"interview\.xml, line \d+: is no whole XML"),
        (b"{\\rtf1", r"interview\.xml, line 1: is no whole XML"),
        (b"<ROOT><record/><record/></ROOT>", r"interview\.xml: holds 2 records"),
        (b"<html/>", r"interview\.xml: holds no records of OHMS"),
        (
            b"<record>\n<index>\n<point><time>soon</time></point></index></record>",
            r"interview\.xml, line 3: 'soon' is no time of a point, in seconds",
        ),
        (b"<record><index><point><time>-4</time></point></index></record>", "'-4' is no time"),
        (
            b"<record><vtt_transcript>\nnow --&gt; then\nHi</vtt_transcript></record>",
            "not two times: now --> then",
        ),
    ],
)
def test_what_cannot_be_read_is_named(read, content, why):
    with pytest.raises(Problem, match=why):
        read(content)
