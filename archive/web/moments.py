"""The quote on the front page."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from archive.catalogue.texts import places
from archive.search.gate import Gate
from archive.search.quotes import address
from archive.web.cards import ASKS, THERE, Card, named
from archive.web.records import Passage

ENDS = (".", "!", "?", "…", "。", "؟")
GOOD_LENGTH = 70  # characters of a quote on the front page
SAID_LATELY = f"""
SELECT latest.id, slug, time_line, segments.text, segments.start_ms, segments.end_ms, segments.words,
    transcript_id, segments.position, speakers.name AS speaker, transcripts.language,
    EXISTS (SELECT 1 FROM interview_clips JOIN renditions USING (clip)
        WHERE interview_id = latest.id AND kind = 'poster') AS seen
FROM (SELECT id, slug, time_line FROM interviews WHERE {THERE}
    ORDER BY coalesce(date, created) DESC, id DESC LIMIT 12) AS latest
JOIN transcripts ON transcripts.interview_id = latest.id AND current = 1 AND NOT translation
JOIN segments ON segments.transcript_id = transcripts.id
LEFT JOIN speakers ON speakers.id = segments.speaker_id
WHERE NOT {ASKS} AND length(segments.text) >= 25
ORDER BY latest.id DESC, segments.position LIMIT 400
"""  # noqa: S608 - nothing in it comes from outside


@dataclass(frozen=True, slots=True)
class Moment:
    """Something said that can stand for the whole: the words, who says them, where."""

    card: Card
    text: str
    speaker: str | None
    start_ms: int
    language: str | None
    time_line: int = 0

    @property
    def url(self) -> str:
        """Its path on the site."""
        return address(self.card.slug, self.start_ms, time_line=self.time_line)


def moment(db: sqlite3.Connection, *, form_first: bool = False) -> Moment | None:
    """A quote for the front page: a whole sentence, no question, of a good length, from the latest interviews."""
    gate = Gate(db, form_first=form_first)
    rows = [row for row in db.execute(SAID_LATELY) if _is_open(db, row, gate)]
    sentences = [(row, first, text) for row in rows for first, text in _sentences(row)]
    if not sentences:
        return None
    spoken = Counter({row["slug"]: row["language"] for row in rows}.values())
    usual = max(spoken, key=lambda language: (spoken[language], language == "en"))  # as the page itself
    row, start, text = min(sentences, key=lambda one: _rank(one[0], one[2], usual))
    card = named(db, [row["slug"]])[row["slug"]]
    return Moment(card, text, row["speaker"], start, row["language"], row["time_line"])


def _is_open(db: sqlite3.Connection, row: sqlite3.Row, gate: Gate) -> bool:
    place = range(row["position"], row["position"] + 1)
    return gate.lets_segments(db, row["id"], row["transcript_id"], place)


def _rank(row: sqlite3.Row, text: str, language: str | None) -> tuple[bool, bool, int]:
    """The lower, the better: with a picture, in the language of most, of a good length."""
    return not row["seen"], row["language"] != language, abs(len(text) - GOOD_LENGTH)


def _sentences(row: sqlite3.Row) -> Iterator[tuple[int, str]]:
    """The sentences of a segment that are no questions, each with when it begins."""
    passage = Passage(
        row["start_ms"], row["end_ms"], row["speaker"], False, row["text"], places(row["words"])
    )
    start, text = passage.start_ms, ""
    for word, begin, _ in passage.spoken:
        start = start if text else begin
        text += word
        if word.rstrip().endswith(ENDS):
            if not text.rstrip().endswith(("?", "؟")):
                yield start, text.strip()
            text = ""
    if text:
        yield start, text.strip()
