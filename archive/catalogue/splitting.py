"""One interview becomes several: at moments of its time line, also within a clip."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from archive.catalogue import (
    Reader,
    former,
    giving_back,
    interviews,
    joining,
    parted,
    passages,
    retimed,
    speakers,
)
from archive.catalogue.moments import now
from archive.catalogue.moves import FAR, NEAR, Move, ms
from archive.catalogue.timeline import PlacedClip
from archive.errors import UserError
from media.timecode import clock


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes an interview: its row, and from when to when it lay on the time line, in seconds."""

    interview: int
    begin: Fraction
    end: Fraction | None


def split(db: Database, slug: str, moments: Sequence[Fraction]) -> list[str]:
    """Cut an interview in parts: the first keeps its slug, the others become interviews of their own.

    Each keeps its status, its releases, its people and its themes. A part that was an interview before, and became
    part of this one as a whole, is again what it was, but for what was changed or added since (`giving_back`).

    Args:
        db: the catalogue.
        slug: the interview.
        moments: seconds on its time line, where the second part begins, and so on.

    Returns:
        The slugs of the others, in their order.

    Raises:
        UserError: there is no such interview, or a moment does not lie within it.
    """
    with db.atomic():
        whole = interviews.find(db, slug)
        before, noted = parted.pieces(db, whole.id), parted.notes(db)
        borders = [Fraction(0), *_borders(whole.slug, whole.clips, whole.duration_ms, moments)]
        parts = [
            Part(whole.id if begin == 0 else _begin(db, whole.id, begin, end, number), begin, end)
            for number, (begin, end) in enumerate(pairwise([*borders, None]), 1)
            if begin is not None
        ]
        moved = [
            Move(ms(part.begin), FAR if part.end is None else ms(part.end), part.interview, -ms(part.begin))
            for part in parts
        ]
        former.follow(db, whole.id, moved, again=False)
        for part in reversed(parts):
            _clips(db, whole.id, whole.clips, part)
        passages.go(db, whole.id, moved)
        retimed.go(db, whole.id, moved)
        for part in parts:
            _speakers(db, whole.id, part.interview)
            former.forget_what_stays(db, part.interview)
            interviews.measure(db, part.interview)
        giving_back.to_parts(db, whole.id, [part.interview for part in parts], before, noted)
        former.settle(db)
        return [_slug(db, part.interview) for part in parts[1:]]


def _borders(
    slug: str, clips: Sequence[PlacedClip], duration_ms: int, moments: Sequence[Fraction]
) -> list[Fraction]:
    """The moments in order; each the start of a clip where it is as good as that.

    Raises:
        UserError: one of them does not lie within the interview, or no clip lies before or behind it.
    """
    starts = sorted(clip.begin for clip in clips if clip.track == 0)
    found = set()
    for moment in moments:
        near = [start for start in starts if abs(start - moment) <= NEAR]
        found.add(near[0] if near else moment)
    borders = sorted(found)
    for begin, end in pairwise([Fraction(0), *borders, Fraction(duration_ms, 1000)]):
        if not any(_lies(clip, begin, end) for clip in clips):
            raise UserError(
                f"There is no part of {slug} from {clock(ms(begin))} to {clock(ms(end))}:"
                f" it lasts {clock(duration_ms)}.",
                f"Give moments on its time line. Its clips begin at {', '.join(clock(ms(s)) for s in starts)}.",
            )
    return borders


def _lies(clip: PlacedClip, begin: Fraction, end: Fraction | None) -> bool:
    """Whether some of a clip lies in a part."""
    until = end is None or clip.begin < end
    return until and begin < clip.end if clip.begin < clip.end else until and begin <= clip.begin


def _begin(db: Database, whole: int, begin: Fraction, end: Fraction | None, number: int) -> int:
    """Make the interview of a part: one that there was before, or another like the whole."""
    about = joining.row(db, whole)
    until = about["duration_ms"] if end is None else ms(end)
    slug, was = _before(db, whole, ms(begin), until)
    title = str(about["title"])
    about |= was or {"title": f"{title} ({number})", **dict.fromkeys(parted.SINGLE), "time_line": 0}
    about["slug"] = slug or interviews.free_slug(db, str(about["title"]))
    about |= {"created": was.get("created", now()), "duration_ms": 0}
    del about["id"]
    marks = ", ".join("?" * len(about))
    (part,) = db.execute(
        f"INSERT INTO interviews ({', '.join(about)}) VALUES ({marks}) RETURNING id",  # noqa: S608 - our columns
        [*about.values()],
    ).fetchone()
    return int(part)


def _before(db: Database, whole: int, begin_ms: int, end_ms: int) -> tuple[str | None, dict[str, Any]]:
    """The slug of the interview that a part was, and what was noted of it; it is no former one from then on.

    What was decided about it is left out: the whole has the stricter status.
    """
    rows = db.execute(
        "SELECT former_slugs.slug, was FROM former_slugs JOIN former_moments AS led USING (slug)"
        " WHERE former_slugs.interview_id = ?1 AND led.interview_id = ?1 AND led.start_ms = 0"
        " AND led.time_line = json_extract(was, '$.time_line')"
        " AND abs(shift_ms - ?2) <= 1 AND abs(shift_ms + json_extract(was, '$.duration_ms') - ?3) <= 1",
        [whole, begin_ms, end_ms],
    ).fetchall()
    if not rows:
        return None, {}
    slug, was = rows[0]
    db.execute("DELETE FROM former_slugs WHERE slug = ?", [slug])
    return slug, giving_back.still_true(db, json.loads(was))


def _clips(db: Database, whole: int, clips: Sequence[PlacedClip], part: Part) -> None:
    """Give a part its clips, each as far as it lies in it."""
    held = [clip for clip in clips if _lies(clip, part.begin, part.end)]
    if part.interview == whole:
        db.conn.executemany(
            "DELETE FROM interview_clips WHERE interview_id = ? AND clip = ?",
            [(whole, clip.hash) for clip in clips if clip not in held],
        )
    for position, clip in enumerate(held):
        clip_in = clip.inside(part.begin) if clip.begin < part.begin else clip.clip_in
        clip_out = clip.inside(part.end) if part.end is not None and part.end < clip.end else clip.clip_out
        place = [position, str(clip.offset - part.begin), _text(clip_in), _text(clip_out)]
        if part.interview == whole:
            db.execute(
                "UPDATE interview_clips SET position = ?, offset = ?, clip_in = ?, clip_out = ?"
                " WHERE interview_id = ? AND clip = ?",
                [*place, whole, clip.hash],
            )
        else:
            db.execute(
                "INSERT INTO interview_clips (interview_id, position, offset, clip_in, clip_out, clip, pace, track,"
                " heard, why, voices) SELECT ?, ?, ?, ?, ?, clip, pace, track, heard, why, voices"
                " FROM interview_clips WHERE interview_id = ? AND clip = ?",
                [part.interview, *place, whole, clip.hash],
            )


def _text(seconds: Fraction | None) -> str | None:
    return None if seconds is None else str(seconds)


def _speakers(db: Database, whole: int, part: int) -> None:
    """Say who speaks on the channels of a part, and forget who says nothing in it."""
    voices = db.execute(
        "SELECT DISTINCT voices FROM interview_clips WHERE interview_id = ? AND heard", [part]
    ).fetchall()
    if len(voices) == 1 and voices[0][0]:
        named = [name for name in enumerate(json.loads(voices[0][0])) if name[1]]
        db.execute("UPDATE interview_clips SET voices = NULL WHERE interview_id = ?", [part])
        db.execute("UPDATE speakers SET channel = NULL WHERE interview_id = ?", [part])
    else:
        named = [*speakers.of_channels(db, whole).items()]
    for channel, name in named:
        db.execute(
            "INSERT INTO speakers (interview_id, name, channel, person_id) SELECT ?1, ?2, ?3, person_id FROM speakers"
            " WHERE interview_id = ?4 AND name = ?2 UNION ALL SELECT ?1, ?2, ?3, NULL LIMIT 1"
            " ON CONFLICT (interview_id, name) DO UPDATE SET channel = excluded.channel",
            [part, name, channel, whole],
        )
    db.execute(
        "DELETE FROM speakers WHERE interview_id = ? AND channel IS NULL"
        " AND id NOT IN (SELECT speaker_id FROM segments WHERE speaker_id IS NOT NULL)",
        [part],
    )


def _slug(db: Reader, interview: int) -> str:
    (slug,) = db.execute("SELECT slug FROM interviews WHERE id = ?", [interview]).fetchone()
    return str(slug)
