"""Speakers: who speaks in an interview, one a voice channel or one a name in captions."""

from collections.abc import Sequence

from sqlite_utils import Database

from archive.catalogue import Reader


def name(db: Database, interview: int, names: Sequence[str]) -> None:
    """Name an interview's voice channels in their order; a channel that has a name gets the new one instead."""
    channels = range(len(names))
    for channel in channels:  # two channels may change names with each other
        db.execute(
            "UPDATE speakers SET name = 'channel ' || channel || char(1) WHERE interview_id = ? AND channel = ?",
            [interview, channel],
        )
    for channel in channels:
        db.execute(
            "UPDATE OR IGNORE speakers SET name = ?1, person_id = (SELECT id FROM people WHERE name = ?1)"
            " WHERE interview_id = ?2 AND channel = ?3",
            [names[channel], interview, channel],
        )
        _insert(db, interview, names[channel], channel)
    db.execute(  # a channel whose name another one has
        "UPDATE OR IGNORE speakers SET name = 'Speaker ' || (channel + 1)"
        " WHERE interview_id = ? AND name LIKE '%' || char(1)",
        [interview],
    )


def find_or_add(db: Database, interview: int, channel: int | None, name: str | None) -> int | None:
    """The row of who speaks: by the name that came with the words, else by the voice channel.

    One that is not there yet is made; a channel without a name is `Speaker 1`, `Speaker 2`.
    """
    if channel is None and name is None:
        return None
    if name is None:
        found = db.execute(
            "SELECT id FROM speakers WHERE interview_id = ? AND channel = ?", [interview, channel]
        ).fetchone()
        if found:
            return int(found[0])
        name = f"Speaker {(channel or 0) + 1}"
    _insert(db, interview, name, channel)
    (speaker,) = db.execute(
        "SELECT id FROM speakers WHERE interview_id = ? AND name = ?", [interview, name]
    ).fetchone()
    return int(speaker)


def of_interviews(db: Reader, interviews: Sequence[int]) -> dict[int, list[str]]:
    """The names of each interview's speakers, in the order of their voice channels."""
    found: dict[int, list[str]] = {}
    rows = db.execute(
        "SELECT interview_id, name FROM speakers"  # noqa: S608 - whole numbers
        f" WHERE interview_id IN ({','.join(map(str, interviews))}) ORDER BY channel IS NULL, channel, id"
    )
    for interview, name in rows:
        found.setdefault(interview, []).append(name)
    return found


def of_channels(db: Reader, interview: int) -> dict[int, str]:
    """The names of those who speak on the voice channels of an interview, by its row."""
    rows = db.execute(
        "SELECT channel, name FROM speakers WHERE interview_id = ? AND channel IS NOT NULL", [interview]
    )
    return dict(rows.fetchall())


def _insert(db: Database, interview: int, name: str, channel: int | None) -> None:
    db.execute(
        "INSERT INTO speakers (interview_id, name, channel, person_id) VALUES"
        " (?, ?, ?, (SELECT id FROM people WHERE name = ?)) ON CONFLICT DO NOTHING",
        [interview, name, channel, name],
    )
