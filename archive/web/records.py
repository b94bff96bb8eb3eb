"""One interview as its page shows it: its clips with what was made of them, and its words.

Every function takes a read-only `sqlite3.Connection` whose rows can be read by name.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from archive.catalogue.texts import places
from archive.catalogue.transcripts import is_heard
from archive.search.gate import Gate
from archive.web import wording
from archive.web.cards import ASKS, CARDS, Card, address, card
from media.timecode import in_seconds

PLAYED = ("proxy", "audio")  # what a browser plays, best first


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that failed: its name, what happened, and what to do next."""

    step: str
    error: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip of an interview.

    Attributes:
        start_ms: where it begins on the interview's time line.
        end_ms: where it ends there.
        files: addresses of its renditions, by kind.
        failures: the steps that failed.
        damage: what of it cannot be read, where that was accepted.
        beside: whether it lies beside what plays: another camera, a recorder.
        from_ms: the moment of the clip with which it begins, where an earlier part of it belongs to another interview.
        ends_early: whether a later part of it does.
    """

    hash: str
    name: str
    start_ms: int
    end_ms: int
    start_timecode: str | None
    files: Mapping[str, str]
    failures: tuple[Failure, ...]
    damage: str | None = None
    beside: bool = False
    from_ms: int = 0
    ends_early: bool = False

    def inside(self, ms: int) -> int:
        """The moment of the clip at a moment of the interview."""
        return max(ms - self.start_ms, 0) + self.from_ms

    @property
    def span(self) -> str:
        """What is put behind its address where not all of it is to be played (https://www.w3.org/TR/media-frags/)."""
        until = f",{in_seconds(self.inside(self.end_ms))}" if self.ends_early else ""
        return f"#t={in_seconds(self.from_ms)}{until}" if self.from_ms or until else ""

    @property
    def plays(self) -> str | None:
        """The address of what a browser plays, or None."""
        if self.beside:
            return None
        return next((self.files[kind] for kind in PLAYED if kind in self.files), None)

    @property
    def pictured(self) -> bool:
        """Whether there is something to see while it plays."""
        return "proxy" in self.files

    def file(self, renditions: Path, kind: str) -> Path | None:
        """Where a rendition of it lies below the renditions folder; None where it has none, or it is gone."""
        address = self.files.get(kind)
        path = renditions / self.hash / address.partition("?")[0].rpartition("/")[2] if address else None
        return path if path and path.is_file() else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment as it is read.

    Attributes:
        asks: whether it is a question of the interviewer.
        language: where it is another one than the transcript's.
        words: (place of its first character in text, start_ms, end_ms) of each word.
    """

    start_ms: int
    end_ms: int
    speaker: str | None
    asks: bool
    text: str
    words: tuple[tuple[int, int, int], ...]
    language: str | None = None

    @property
    def spoken(self) -> tuple[tuple[str, int, int], ...]:
        """Each word with the space after it, and its times."""
        ends = [place for place, _, _ in self.words[1:]] + [len(self.text)]
        return tuple(
            (self.text[a:b], start, end) for (a, start, end), b in zip(self.words, ends, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview with its clips in order, and its words in one language.

    Attributes:
        passages: None until there is a transcript.
        language: of the words.
        translation: whether they say in another language what is said.
        made: who wrote them down, as a sentence; empty until there is a transcript.
        review: how far people have looked at them.
        shut: why nothing of it may be seen, as a sentence; empty where something may.
        withheld: from when to when something is, in milliseconds.
        languages: in which there are words, that of the interview's own first, and whether each is a translation.
    """

    card: Card
    clips: tuple[Clip, ...]
    passages: tuple[Passage, ...] | None
    language: str | None
    translation: bool = False
    made: str = ""
    review: str = ""
    shut: str = ""
    withheld: tuple[tuple[int, int], ...] = ()
    languages: tuple[tuple[str | None, bool], ...] = ()


def interview(
    db: sqlite3.Connection, slug: str, language: str | None = None, *, form_first: bool = False
) -> Interview | None:
    """An interview with its clips and its words in a language; in its own where there are none in that one.

    What is withheld is left out, and of one that may not be seen all but its card; `form_first` as in archive.toml.

    Returns:
        None where there is no such slug.
    """
    row = db.execute(f"{CARDS} WHERE slug = ?", (slug,)).fetchone()
    if row is None:
        return None
    gate = Gate(db, form_first=form_first)
    if why := gate.why_shut(row["id"]):
        return Interview(card(row), (), None, row["language"], shut=why)
    withheld = gate.withheld(row["id"])
    there = db.execute(
        "SELECT id, language, translation, kind, model, state, reviewed_ms, author FROM transcripts"
        " WHERE interview_id = ? AND current = 1 ORDER BY translation, language",
        (row["id"],),
    ).fetchall()
    placed = clips(db, [slug])[slug]
    if not there:
        return Interview(card(row), placed, None, row["language"], withheld=withheld)
    found = next((one for one in there if language and one["language"] == language), there[0])
    return Interview(
        card(row),
        placed,
        tuple(_open(_passages(db, found["id"]), gate, row["id"], exact=is_heard(db, found["id"]))),
        found["language"] or row["language"],
        bool(found["translation"]),
        wording.made(found["kind"], found["model"], translation=bool(found["translation"])),
        wording.review(found["state"], found["reviewed_ms"], found["author"]),
        withheld=withheld,
        languages=tuple((one["language"], bool(one["translation"])) for one in there),
    )


def clips(db: sqlite3.Connection, slugs: Sequence[str]) -> dict[str, tuple[Clip, ...]]:
    """The clips of each of these interviews in the order of its time line, by few queries however many they are."""
    rows = db.execute(
        "SELECT slug, hash, clips.name, offset, duration, start_timecode, pace, track, clip_in, clip_out"
        " FROM interview_clips"
        " JOIN clips ON hash = clip JOIN interviews ON interviews.id = interview_id"
        " WHERE slug IN (SELECT value FROM json_each(?)) ORDER BY track, interview_clips.position",
        (json.dumps(list(slugs)),),
    ).fetchall()
    hashes = [row["hash"] for row in rows]
    steps = _of_clips(
        db,
        "SELECT clip, step, state, error, remedy, finished FROM steps"
        " WHERE clip IN (SELECT value FROM json_each(?))",
        hashes,
    )
    files = _of_clips(
        db,
        "SELECT clip, kind, path FROM renditions WHERE clip IN (SELECT value FROM json_each(?))",
        hashes,
    )
    found: dict[str, list[Clip]] = {slug: [] for slug in slugs}
    for row in rows:
        found[row["slug"]].append(_clip(row, steps[row["hash"]], files[row["hash"]]))
    return {slug: tuple(placed) for slug, placed in found.items()}


def _of_clips(db: sqlite3.Connection, sql: str, hashes: Sequence[str]) -> Mapping[str, list[sqlite3.Row]]:
    found = defaultdict(list)
    for row in db.execute(sql, (json.dumps(hashes),)):
        found[row["clip"]].append(row)
    return found


def _clip(row: sqlite3.Row, steps: Sequence[sqlite3.Row], files: Sequence[sqlite3.Row]) -> Clip:
    finished = next((step["finished"] for step in steps if step["step"] == "renditions"), "")
    offset, pace = Fraction(row["offset"]), Fraction(row["pace"])
    begin, end = Fraction(row["clip_in"] or 0), Fraction(row["clip_out"] or row["duration"] or 0)
    return Clip(
        hash=row["hash"],
        name=row["name"],
        start_ms=round((offset + begin * pace) * 1000),
        end_ms=round((offset + end * pace) * 1000),
        start_timecode=row["start_timecode"],
        # What a poster shows of a clip that belongs to several interviews is the first of them.
        files={
            file["kind"]: address(file["path"], finished)
            for file in files
            if not (begin and file["kind"] == "poster")
        },
        failures=tuple(
            Failure(step["step"], step["error"] or "", step["remedy"] or "")
            for step in steps
            if step["state"] == "failed"
        ),
        damage=next((step["error"] for step in steps if step["state"] == "done" and step["error"]), None),
        beside=row["track"] != 0,
        from_ms=round(begin * 1000),
        ends_early=row["clip_out"] is not None,
    )


def holding(clips: Sequence[Clip], ms: int) -> Clip | None:
    """The clip that plays at a moment of an interview; between two clips it is the earlier one."""
    playing = sorted((clip for clip in clips if not clip.beside), key=lambda clip: clip.start_ms)
    begun = (clip for clip in reversed(playing) if clip.start_ms <= ms)
    return next(begun, next(iter(playing), None))


def _open(passages: Sequence[Passage], gate: Gate, interview: int, *, exact: bool) -> Iterator[Passage]:
    """What is left of passages; `exact` as `archive.release.open_words` has it."""
    spans = [[(start, end) for _, start, end in each.words] for each in passages]
    for passage, runs in zip(passages, gate.open_words(interview, spans, exact=exact), strict=True):
        yield from _parts(passage, runs)


def _parts(passage: Passage, runs: Sequence[range]) -> Iterator[Passage]:
    """Stretches of a passage: it ends where something is withheld, and another one begins behind that."""
    spoken = passage.spoken
    for run in runs:
        if len(run) == len(spoken):
            yield passage
            continue
        words = spoken[run.start : run.stop]
        first = passage.words[run.start][0]
        yield replace(
            passage,
            start_ms=words[0][1],
            end_ms=words[-1][2],
            text="".join(text for text, _, _ in words).rstrip(),
            words=tuple(
                (place - first, start, end) for place, start, end in passage.words[run.start : run.stop]
            ),
        )


def _passages(db: sqlite3.Connection, transcript: int) -> tuple[Passage, ...]:
    rows = db.execute(
        f"SELECT start_ms, end_ms, speakers.name AS speaker, {ASKS} AS asks, text, words, language FROM segments"  # noqa: S608 - nothing in it comes from outside
        " LEFT JOIN speakers ON speakers.id = speaker_id WHERE transcript_id = ? ORDER BY segments.position",
        (transcript,),
    )
    return tuple(
        Passage(
            row["start_ms"],
            row["end_ms"],
            row["speaker"],
            bool(row["asks"]),
            row["text"],
            places(row["words"]),
            row["language"],
        )
        for row in rows
    )
