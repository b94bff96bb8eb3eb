"""Rows that a recovered catalogue has lost, made again from what its other rows say."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import cards, interviews, originals, volumes
from archive.catalogue.cards import Kept
from archive.catalogue.description import Description
from archive.catalogue.moments import now
from archive.catalogue.originals import Original
from archive.catalogue.paths import named
from archive.catalogue.transcripts import PERSONS
from archive.catalogue.volumes import Volume
from ingest.ledger import canonical
from media.probing import PROBE


def volumes_by_id(db: Database, there: Sequence[Volume]) -> int:
    """Record again the volumes that were found by their id files, where copies say that they are the archive's.

    Returns:
        How many.
    """
    gone = "SELECT DISTINCT volume FROM copies WHERE volume NOT IN (SELECT id FROM volumes)"
    ours = {number for (number,) in db.execute(gone).fetchall()}
    found = [each for each in there if each.id in ours]
    for each in found:
        volumes.remember(db, each)
    return len(found)


def clips(db: Database) -> int:
    """Say again what the clips are of which only files and the ledger tell.

    Returns:
        How many.
    """
    found = db.execute(
        "SELECT hash, name, path, size,"
        " (SELECT result FROM steps WHERE clip = files.hash AND step = 'probe' AND state = 'done') FROM files"
        " WHERE hash IN (SELECT clip FROM steps) AND hash NOT IN (SELECT hash FROM clips)"
        " GROUP BY hash ORDER BY rowid"
    ).fetchall()
    for digest, name, path, size, probe in found:
        originals.add(db, Original(digest, Path(named(name)).name, Path(named(path)), False, size))
        if probe:
            originals.describe(db, digest, PROBE.validate_json(probe))
    return len(found)


def nameless(db: Database) -> int:
    """Make interviews again of which only the clips and the transcripts are known: each is called after its first clip.

    Returns:
        How many.
    """
    found = db.execute(
        "SELECT interview_id, min(position), clips.name, substr(clips.recorded, 1, 10),"
        " (SELECT language FROM transcripts WHERE interview_id = placed.interview_id AND current"
        " AND NOT translation)"
        " FROM interview_clips AS placed JOIN clips ON clips.hash = placed.clip"
        " WHERE interview_id NOT IN (SELECT id FROM interviews)"
        " GROUP BY interview_id ORDER BY interview_id"
    ).fetchall()
    for number, _, name, date, language in found:
        slug = interviews.create(db, title=Path(named(name)).stem, clips=(), about=Description(date=date))
        db.execute("UPDATE interviews SET id = ?, language = ? WHERE slug = ?", [number, language, slug])
        interviews.measure(db, number)
    return len(found)


def currents(db: Database, known: Collection[int]) -> None:
    """Let one revision of each transcript be current, though rows are gone, or came from a backup that is older.

    It is the one that was (`known` are the rows of these); where that is gone the last of a person, else of a machine.
    """
    lines: dict[tuple[object, ...], int] = {}
    rows = db.execute(
        "SELECT id, interview_id, translation, iif(translation, language, NULL) FROM transcripts"  # noqa: S608 - ours
        f" ORDER BY id IN (SELECT value FROM json_each(?)), {PERSONS}, revision",
        [json.dumps([*known])],
    )
    for number, *line in rows:
        lines[tuple(line)] = number
    db.execute(
        "UPDATE transcripts SET current = NOT current WHERE current <> (id IN (SELECT value FROM json_each(?)))",
        [json.dumps([*lines.values()])],
    )


def steps(db: Database) -> int:
    """Say again that the clips were copied of which the ledger says nothing: a run does the other steps again.

    Returns:
        How many.
    """
    return db.execute(
        "INSERT INTO steps (clip, step, settings, state, finished) SELECT hash, 'copy', ?, 'done', ? FROM clips"
        " WHERE hash NOT IN (SELECT clip FROM steps WHERE step = 'copy')",
        [canonical({}), now()],
    ).rowcount


def places(db: Database) -> int:
    """Say again where the clips lie of which no file tells, as they say it themselves.

    Returns:
        How many.
    """
    known = {file.path for file in cards.files(db)}
    lost = [each for each in originals.every(db).values() if not each.in_place and each.path not in known]
    by_folder = {card.name: card.id for card in cards.cards(db)}
    for clip in lost:
        folder, *rest = clip.path.parts[1:] or ("",)
        card = by_folder.get(folder)
        name = str(Path(*rest)) if card else clip.name
        cards.keep(db, Kept(clip.path, card, name, clip.hash, clip.size, None))
    return len(lost)
