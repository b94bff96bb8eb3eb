"""The transcripts of an interview go with its clips: every revision, word by word."""

import json
import re
from collections.abc import Callable, Sequence
from itertools import groupby

from sqlite_utils import Database

from archive.catalogue import moves as moving
from archive.catalogue import texts
from archive.catalogue.moves import Move, Moves
from archive.catalogue.texts import Row
from media.timecode import clock, moment

_COLUMNS = (
    "language",
    "translation",
    "kind",
    "model",
    "version",
    "revision",
    "parent",
    "current",
    "author",
    "reason",
    "state",
    "reviewed_ms",
    "clips",
    "notes",
    "created",
)
_NOTE = re.compile(r"([\d:]+) to ([\d:]+): (.*)", re.DOTALL)

Who = Callable[[int | None], int | None]
"""Which speaker of the new interview a speaker of the old one is."""


def rows(found: Sequence[Row], moves: Moves) -> dict[int, list[Row]]:
    """Where the rows of a transcript go, in the order of their new starts, by the interview that has them then.

    One that is torn apart becomes several: a word goes where its middle goes.
    """
    gone: dict[int, list[Row]] = {}
    for row in found:
        for move, part in _torn(row, moves):
            gone.setdefault(move.interview, []).append(part)
    return {interview: sorted(parts, key=lambda row: row.start_ms) for interview, parts in gone.items()}


def go(db: Database, interview: int, moves: Moves) -> None:
    """Let all revisions of an interview go where its moments go, to itself and to others that have no words yet.

    Each interview has each revision that says something in it, by its number; what is current stays current.
    """
    others = dict.fromkeys(move.interview for move in moves if move.interview != interview)
    who = {other: speakers(db, other) for other in others}
    every = db.execute(
        "SELECT id, current AND NOT translation FROM transcripts WHERE interview_id = ? ORDER BY revision",
        [interview],
    ).fetchall()
    for number, always in every:
        found = texts.kept(db, number)
        gone = rows(found, moves)
        for other in others:
            if other in gone or always:
                said = [row._replace(speaker=who[other](row.speaker)) for row in gone.get(other, ())]
                _settle(db, _copy(db, number, other), said, moves, other)
        if found and interview not in gone and not always:
            db.execute("DELETE FROM transcripts WHERE id = ?", [number])
        else:
            _settle(db, number, gone.get(interview, []), moves, interview)
    for each in (interview, *others):
        _name_languages(db, each)
        _name_parents(db, each)


def speakers(db: Database, interview: int) -> Who:
    """Finds in an interview who is called as a speaker of another one is; one that is not there yet is made."""
    known: dict[int, int] = {}

    def who(speaker: int | None) -> int | None:
        if speaker is not None and speaker not in known:
            known[speaker] = _same(db, interview, speaker)
        return None if speaker is None else known[speaker]

    return who


def write(db: Database, transcript: int, said: Sequence[Row]) -> None:
    """Give a revision its rows, and where it is current the text that is searched."""
    texts.write(db, transcript, said)
    db.execute(
        "INSERT INTO folded (transcript_id, text) SELECT id, ? FROM transcripts WHERE id = ? AND current"
        " ON CONFLICT (transcript_id) DO UPDATE SET text = excluded.text",
        ["\n".join(row.folded for row in said), transcript],
    )


def looked_at(reviewed: int | None, moves: Moves, interview: int) -> int | None:
    """Up to where people have looked at an interview's transcript then; None for all of it."""
    if reviewed is None:
        return None
    done = 0
    for move in sorted((move for move in moves if move.interview == interview), key=_begin):
        if reviewed <= move.start_ms:
            return max(done, 0)
        if reviewed < move.end_ms:
            return max(move.to(reviewed), 0)
        done = move.to(move.end_ms)
    return None


def told(notes: str, moves: Moves, interview: int) -> str:
    """The notes of a transcript that go to an interview, with their new times; JSON."""
    found = []
    for note in json.loads(notes):
        timed = _NOTE.fullmatch(note)
        at = moment(timed[1]) if timed else 0
        move = moving.of(moves, at)
        if move.interview == interview:
            found.append(_noted(timed, at, move) if timed else note)
    return json.dumps(found, ensure_ascii=False)


def _settle(db: Database, transcript: int, said: Sequence[Row], moves: Moves, interview: int) -> None:
    """Give a revision what it has by now."""
    write(db, transcript, said)
    reviewed, notes = db.execute(
        "SELECT reviewed_ms, notes FROM transcripts WHERE id = ?", [transcript]
    ).fetchone()
    db.execute(
        "UPDATE transcripts SET reviewed_ms = ?, notes = ? WHERE id = ?",
        [looked_at(reviewed, moves, interview), told(notes, moves, interview), transcript],
    )


def _begin(move: Move) -> int:
    return move.to(move.start_ms)


def _noted(timed: re.Match[str], at: int, move: Move) -> str:
    return f"{clock(max(move.to(at), 0))} to {clock(max(move.to(moment(timed[2])), 0))}: {timed[3]}"


def _torn(row: Row, moves: Moves) -> list[tuple[Move, Row]]:
    words = json.loads(row.words)
    ends = [word[0] for word in words[1:]] + [len(row.text)]
    middles = [(start + end) // 2 for _, start, end, *_ in words] or [row.start_ms]
    whole = moving.of(moves, min(middles))
    if whole is moving.of(moves, max(middles)):
        return [(whole, _moved(row, whole, words))]
    placed = zip((moving.of(moves, middle) for middle in middles), words, ends, strict=True)
    found = []
    for move, group in groupby(placed, key=lambda one: one[0]):
        said = [(word, end) for _, word, end in group]
        first, last = said[0][0][0], said[-1][1]
        there = [[place - first, *rest] for (place, *rest), _ in said]
        text = row.text[first:last].rstrip()
        part = row._replace(start_ms=there[0][1], end_ms=max(word[2] for word in there), text=text)
        moved = _moved(part, move, there)
        found.append((move, moved._replace(folded=texts.folded(texts.unpack(text, moved.words)))))
    return found


def _moved(row: Row, move: Move, words: Sequence[Sequence[int]]) -> Row:
    there = [[place, move.to(start), move.to(end), *rest] for place, start, end, *rest in words]
    packed = json.dumps(there, separators=(",", ":"))
    return row._replace(start_ms=move.to(row.start_ms), end_ms=move.to(row.end_ms), words=packed)


def _copy(db: Database, transcript: int, interview: int) -> int:
    columns = ", ".join(_COLUMNS)
    (number,) = db.execute(
        f"INSERT INTO transcripts (interview_id, {columns}) SELECT ?, {columns} FROM transcripts WHERE id = ?"  # noqa: S608
        " RETURNING id",
        [interview, transcript],
    ).fetchone()
    db.execute(
        "INSERT INTO name_fix_revisions (fix_id, transcript_id) SELECT fix_id, ? FROM name_fix_revisions"
        " WHERE transcript_id = ?",
        [number, transcript],
    )
    return int(number)


def _same(db: Database, interview: int, speaker: int) -> int:
    db.execute(
        "INSERT INTO speakers (interview_id, name, person_id) SELECT ?, name, person_id FROM speakers WHERE id = ?"
        " ON CONFLICT DO NOTHING",
        [interview, speaker],
    )
    (number,) = db.execute(
        "SELECT id FROM speakers WHERE interview_id = ? AND name = (SELECT name FROM speakers WHERE id = ?)",
        [interview, speaker],
    ).fetchone()
    return int(number)


def _name_parents(db: Database, interview: int) -> None:
    """Where the revision from which one was made says nothing here and is left out, the one before stands for it."""
    db.execute(
        "UPDATE transcripts SET parent = (SELECT max(revision) FROM transcripts AS before"
        " WHERE before.interview_id = transcripts.interview_id AND before.translation = transcripts.translation"
        " AND before.revision < transcripts.revision) WHERE interview_id = ?1 AND parent IS NOT NULL"
        " AND parent NOT IN (SELECT revision FROM transcripts WHERE interview_id = ?1)",
        [interview],
    )


def _name_languages(db: Database, interview: int) -> None:
    """Where all that is left of a transcript is in another language than it says, it is in that one."""
    rows = db.execute(
        "SELECT transcript_id, min(segments.language) FROM segments"
        " JOIN transcripts ON transcripts.id = transcript_id WHERE interview_id = ? AND NOT translation"
        " GROUP BY transcript_id HAVING count(*) = count(segments.language)"
        " AND min(segments.language) = max(segments.language)",
        [interview],
    ).fetchall()
    for transcript, language in rows:
        db.execute("UPDATE transcripts SET language = ? WHERE id = ?", [language, transcript])
        db.execute("UPDATE segments SET language = NULL WHERE transcript_id = ?", [transcript])
    db.execute(
        "UPDATE interviews SET language = (SELECT language FROM transcripts WHERE interview_id = interviews.id"
        " AND current AND NOT translation) WHERE id = ? AND NOT language_given AND EXISTS (SELECT 1 FROM"
        " transcripts WHERE interview_id = interviews.id AND current AND NOT translation)",
        [interview],
    )
