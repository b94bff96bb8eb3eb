"""Interviews: a title and a slug, clips on one time line, who and what they are about."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlite_utils import Database

from archive.catalogue import (
    Reader,
    by_name,
    initiatives,
    organisations,
    people,
    places,
    series,
    shoots,
    speakers,
    themes,
    timeline,
)
from archive.catalogue.description import NOTHING, Description
from archive.catalogue.folding import fold
from archive.catalogue.moments import now
from archive.catalogue.people import Person
from archive.catalogue.timeline import PlacedClip
from archive.errors import UserError

# A title that was made from a file name may hold bytes that are no UTF-8.
_LONE = re.compile("[\ud800-\udfff]")

# What a description calls so, and where it stands.
_LISTS = {"people": "interview_people", "themes": "interview_themes"}
_COLUMNS = {
    "place": "place_id",
    "organisation": "organisation_id",
    "date": "date",
    "series": "series_id",
    "episode": "episode",
    "identifier": "identifier",
    "abstract": "abstract",
    "shoot": "shoot_id",
    "initiative": "initiative_id",
}

_SELECT = """
SELECT interviews.id, interviews.slug, interviews.title, interviews.language, interviews.language_given,
       interviews.date, places.name, organisations.name, interviews.duration_ms, series.title, interviews.episode,
       interviews.identifier, interviews.abstract, shoots.name, initiatives.name, interviews.status, interviews.until
FROM interviews
LEFT JOIN places ON places.id = interviews.place_id
LEFT JOIN organisations ON organisations.id = interviews.organisation_id
LEFT JOIN series ON series.id = interviews.series_id
LEFT JOIN shoots ON shoots.id = interviews.shoot_id
LEFT JOIN initiatives ON initiatives.id = interviews.initiative_id
"""


@dataclass(frozen=True, slots=True)
class Interview:
    """A conversation that is catalogued.

    Attributes:
        id: its row; never shown to anybody.
        slug: what it is called in addresses and commands; never changes.
        language: ISO 639-1; None where nobody speaks.
        language_given: whether the crew said which, so that none is detected.
        date: `YYYY-MM-DD`.
        duration_ms: the length of its time line.
        clips: in the order of their time line.
        speakers: in the order of their voice channels.
        series: title of the series that it belongs to.
        episode: its number in that.
        identifier: the institution's own.
        abstract: what is said in it, in a paragraph.
        shoot: the outing of the crew on which it was filmed.
        initiative: of the organisation, which it is about.
        status: what was decided about it, as `releases.Status`.
        until: the last day of an embargo, `YYYY-MM-DD`.
    """

    id: int
    slug: str
    title: str
    language: str | None
    language_given: bool
    date: str | None
    place: str | None
    organisation: str | None
    duration_ms: int
    clips: tuple[PlacedClip, ...]
    people: tuple[Person, ...]
    themes: tuple[str, ...]
    speakers: tuple[str, ...]
    series: str | None
    episode: int | None
    identifier: str | None
    abstract: str | None
    shoot: str | None
    initiative: str | None
    status: str
    until: str | None


def create(
    db: Database, *, title: str, clips: Sequence[tuple[str, Fraction]], about: Description = NOTHING
) -> str:
    """Make an interview of clips that the catalogue has already.

    Args:
        db: the catalogue.
        title: what people read; the slug is made from it.
        clips: hash, and seconds from the start of the time line, in its order.
        about: what is known of it.

    Returns:
        Its slug.
    """
    title = _LONE.sub("\N{REPLACEMENT CHARACTER}", title)
    with db.atomic():
        slug = free_slug(db, title)
        (interview,) = db.execute(
            "INSERT INTO interviews (slug, title, created) VALUES (?, ?, ?) RETURNING id",
            [slug, title, now()],
        ).fetchone()
        for clip, offset in clips:
            append_clip(db, slug, clip, offset)
        _describe(db, interview, about)
    return slug


def amend(db: Database, slug: str, about: Description) -> bool:
    """Change what is said about an interview; what is not given stays as it is.

    Returns:
        Whether anything changed.

    Raises:
        UserError: there is no such interview.
    """
    before = find(db, slug)
    say(db, slug, about)
    return find(db, slug) != before


def say(db: Database, slug: str, about: Description) -> None:
    """The same for many interviews at once, of which nobody asks whether anything changed.

    Raises:
        UserError: there is no such interview.
    """
    interview = row_of(db, slug)
    with db.atomic():
        if about.people:
            db.execute("DELETE FROM interview_people WHERE interview_id = ?", [interview])
        if about.themes:
            db.execute("DELETE FROM interview_themes WHERE interview_id = ?", [interview])
        _describe(db, interview, about)


def clear(db: Database, slug: str, what: Collection[str]) -> None:
    """Say nothing any more of this about an interview, by the names that `Description` has for it.

    Its title, language and speakers cannot be cleared.

    Raises:
        UserError: there is no such interview.
    """
    interview = row_of(db, slug)
    with db.atomic():
        for name in what:
            if name in _LISTS:
                db.execute(f"DELETE FROM {_LISTS[name]} WHERE interview_id = ?", [interview])  # noqa: S608 - ours
            else:
                db.execute(f"UPDATE interviews SET {_COLUMNS[name]} = NULL WHERE id = ?", [interview])  # noqa: S608
        _set_initiative(db, interview, None)


def append_clip(
    db: Database,
    slug: str,
    clip: str,
    offset: Fraction,
    *,
    pace: Fraction = Fraction(1),
    track: int = 0,
    heard: bool = True,
    why: str | None = None,
) -> None:
    """Put one more clip on an interview's time line, `offset` seconds from its start.

    Args:
        db: the catalogue.
        slug: the interview.
        clip: its hash.
        offset: seconds, 0 or more.
        pace: how long a second of the clip lasts on the time line.
        track: 0 for what plays, another for what lies beside it.
        heard: whether its sound is what is transcribed.
        why: how its place was found.

    Raises:
        UserError: there is no such interview.
    """
    interview = row_of(db, slug)
    with db.atomic():
        db.execute(
            "INSERT INTO interview_clips (interview_id, clip, position, offset, pace, track, heard, why) SELECT"
            " ?, ?, coalesce(max(position) + 1, 0), ?, ?, ?, ?, ? FROM interview_clips WHERE interview_id = ?",
            [interview, clip, str(offset), str(pace), track, int(heard), why, interview],
        )
        measure(db, interview)


def measure(db: Database, interview: int) -> None:
    """Work out the length of the time line from its clips, as far as they were probed: to the end of the last."""
    placed = timeline.of_interview(db, interview)
    end = max((clip.end for clip in placed), default=Fraction(0))
    db.execute("UPDATE interviews SET duration_ms = ? WHERE id = ?", [round(end * 1000), interview])


def of_clip(db: Reader, clip: str) -> str | None:
    """The slug of the interview that holds a clip, by its hash; None where none does.

    Where several share it that is the one that has its end: what was recorded next goes on there.
    """
    return next(iter(all_of_clip(db, clip)), None)


def all_of_clip(db: Reader, clip: str) -> tuple[str, ...]:
    """The slugs of the interviews that hold a clip or a part of it; first the one that has its end."""
    found = db.execute(
        "SELECT interviews.slug FROM interview_clips"
        " JOIN interviews ON interviews.id = interview_clips.interview_id"
        " WHERE interview_clips.clip = ? ORDER BY clip_out IS NOT NULL, interviews.id",
        [clip],
    )
    return tuple(slug for (slug,) in found)


def row_of(db: Reader, slug: str) -> int:
    """The row of an interview, by its slug or one that it had before.

    Raises:
        UserError: there is no such interview; says which slugs are spelt nearly so.
    """
    found = db.execute(
        "SELECT id FROM interviews WHERE slug = ?1"
        " UNION ALL SELECT interview_id FROM former_slugs WHERE slug = ?1",
        [slug],
    ).fetchone()
    if found:
        return int(found[0])
    slugs = [row[0] for row in db.execute("SELECT slug FROM interviews ORDER BY slug")]
    raise UserError(
        f"There is no interview '{slug}' here.",
        by_name.nearly(slug, slugs, "archive list names all that there are."),
    )


def former(db: Reader) -> dict[str, str]:
    """What each interview is called, by every slug that one had before."""
    rows = db.execute(
        "SELECT former_slugs.slug, interviews.slug FROM former_slugs"
        " JOIN interviews ON interviews.id = former_slugs.interview_id"
    )
    return dict(rows.fetchall())


def find(db: Reader, slug: str) -> Interview:
    """One interview.

    Raises:
        UserError: there is no such interview.
    """
    return _load(db, "WHERE interviews.id = ?", [row_of(db, slug)])[0]


def listing(db: Reader) -> tuple[Interview, ...]:
    """Every interview, in the order they were made."""
    return _load(db, "", [])


def _load(db: Reader, where: str, parameters: Sequence[object]) -> tuple[Interview, ...]:
    rows = db.execute(f"{_SELECT} {where} ORDER BY interviews.id", list(parameters)).fetchall()
    chosen = [row[0] for row in rows]
    placed = timeline.of_interviews(db, chosen)
    present = people.of_interviews(db, chosen)
    about = themes.of_interviews(db, chosen)
    heard = speakers.of_interviews(db, chosen)
    return tuple(
        Interview(
            id=row[0],
            slug=row[1],
            title=row[2],
            language=row[3],
            language_given=bool(row[4]),
            date=row[5],
            place=row[6],
            organisation=row[7],
            duration_ms=row[8],
            clips=placed[row[0]],
            people=tuple(present.get(row[0], ())),
            themes=tuple(about.get(row[0], ())),
            speakers=tuple(heard.get(row[0], ())),
            series=row[9],
            episode=row[10],
            identifier=row[11],
            abstract=row[12],
            shoot=row[13],
            initiative=row[14],
            status=row[15],
            until=row[16],
        )
        for row in rows
    )


def _describe(db: Database, interview: int, about: Description) -> None:
    place = places.find_or_add(db, about.place) if about.place else None
    given = {
        "title": _LONE.sub("\N{REPLACEMENT CHARACTER}", about.title) if about.title else None,
        "language": about.language,
        "language_given": 1 if about.language else None,
        "date": about.date,
        "place_id": place,
        "organisation_id": organisations.find_or_add(db, about.organisation) if about.organisation else None,
        "series_id": series.find_or_add(db, about.series) if about.series else None,
        "episode": about.episode,
        "identifier": about.identifier,
        "abstract": about.abstract,
        "shoot_id": shoots.find_or_add(db, about.shoot, about.date, place) if about.shoot else None,
    }
    for column, value in given.items():
        if value is not None:
            db.execute(f"UPDATE interviews SET {column} = ? WHERE id = ?", [value, interview])  # noqa: S608
    _set_initiative(db, interview, about.initiative)
    people.add(db, interview, about.people)
    themes.add(db, interview, about.themes)
    speakers.name(db, interview, about.speakers)


def _set_initiative(db: Database, interview: int, name: str | None) -> None:
    """Name the initiative of the interview's organisation; that of another organisation is none of it any more."""
    (organisation,) = db.execute(
        "SELECT organisation_id FROM interviews WHERE id = ?", [interview]
    ).fetchone()
    if name and organisation is None:
        raise UserError(f"{name}: whose initiative is it?", "Name its organisation, too.")
    db.execute(
        "UPDATE interviews SET initiative_id = NULL WHERE id = ? AND initiative_id NOT IN"
        " (SELECT id FROM initiatives WHERE organisation_id = ?)",
        [interview, organisation],
    )
    if name:
        row = initiatives.find_or_add(db, organisation, name)
        db.execute("UPDATE interviews SET initiative_id = ? WHERE id = ?", [row, interview])


def free_slug(db: Reader, title: str) -> str:
    """The title folded to letters, digits and hyphens; with -2, -3 behind it where that is or was taken."""
    plain = "-".join(fold(title))[:80].strip("-") or "interview"
    # "." sorts right behind "-": every slug that begins with this one and a hyphen lies between.
    rows = db.execute(
        "SELECT slug FROM (SELECT slug FROM interviews UNION SELECT slug FROM former_slugs)"
        " WHERE slug >= ? AND slug < ?",
        [plain, f"{plain}."],
    )
    taken = {row[0] for row in rows}
    number, slug = 1, plain
    while slug in taken:
        number += 1
        slug = f"{plain}-{number}"
    return slug
