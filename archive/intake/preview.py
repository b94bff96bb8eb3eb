"""What a run would do, without doing it: what was found, how it groups, hours, and disk needed and free."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue import originals
from archive.catalogue.originals import Source
from archive.config import Archive
from archive.intake import again, shoot
from archive.intake.request import Request
from archive.intake.steps import of_each_clip, profile
from archive.intake.summary import Failed
from ingest.steps import Step
from media import card, renditions, spanning
from media.card import Skipped
from media.errors import Problem
from media.fingerprint import Seen
from media.probe import Probe
from media.probing import Prober
from media.sound.model import RATE

SOUND = 2 * RATE  # bytes a second of what the recogniser hears: one channel of 16 bits


@dataclass(frozen=True, slots=True)
class Preview:
    """What was found.

    Attributes:
        interviews: a title and the file names of each interview that would be made.
        new: clips that can be read and are not in the archive.
        present: clips that are, unchanged since they were seen.
        failed: files with the ending of a clip that cannot be read as one, and paths that are not there.
        companions: files that are no clips and would be kept with those beside which they lie.
        skipped: files that are no clips and would not be taken.
        length: of the new clips in seconds.
        needed: bytes for the new clips and what is made from them.
        unfinished: how many clips of the whole archive lack a step that could be done.
        free: bytes on the archive's disk.
    """

    interviews: tuple[tuple[str, tuple[str, ...]], ...]
    new: tuple[Path, ...]
    present: tuple[Path, ...]
    failed: tuple[Failed, ...]
    companions: tuple[Skipped, ...]
    skipped: tuple[Skipped, ...]
    length: Fraction
    needed: int
    free: int
    unfinished: int


def look(archive: Archive, db: Database, requests: Sequence[Request]) -> Preview:
    """Look at files and folders as a run would.

    Raises:
        UserError: a signed form cannot be read, or a shoot.toml says what cannot be.
    """
    requests = [shoot.prepared(archive, each) for each in requests]
    paths = [path for each in requests for path in each.paths]
    in_place = any(each.in_place for each in requests)
    here = again.clips(archive, db, paths)
    found = card.scan([Path(path) for path in paths if path not in here], own=archive.folder)
    known = originals.sources(db)
    new = tuple(path for path in found.clips if not _is_known(path, known))
    shots, failed = (
        [],
        [
            Failed(str(path), "copy", f"{path} is not there.", "Mount its card, then name it again.")
            for path in found.missing
        ],
    )
    with Prober() as prober:
        for path in new:
            try:
                shots.append(spanning.Shot(path, prober.probe(path)))
            except (Problem, OSError) as error:
                failed.append(Failed(str(path), "probe", str(error), getattr(error, "remedy", "")))
    copied = [*new, *(each.path for each in found.companions if not _is_known(each.path, known))]
    length = sum((shot.probe.duration for shot in shots), Fraction(0))
    return Preview(
        interviews=tuple(_interviews(requests, shots)),
        new=tuple(shot.path for shot in shots),
        present=(
            *(Path(path) for clips in here.values() for path, _ in clips),
            *(path for path in found.clips if path not in set(new)),
        ),
        failed=tuple(failed),
        companions=() if in_place else found.companions,
        skipped=(*found.companions, *found.skipped) if in_place else found.skipped,
        length=length,
        needed=sum(_made(archive, shot.probe) for shot in shots)
        + (0 if in_place else sum(path.stat().st_size for path in copied)),
        free=shutil.disk_usage(archive.folder).free,
        unfinished=_unfinished(db, of_each_clip(archive)),
    )


def _interviews(
    requests: Sequence[Request], shots: Sequence[spanning.Shot]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The interviews that new clips would make, each clip by the first request that names it."""
    left = {str(shot.path): shot for shot in shots}
    for request in requests:
        own = [path for path in left if _is_named(path, request)]
        for part in shoot.parts(request, [(path, "") for path in own]):
            chosen = [left.pop(path) for path, _ in part.clips]
            if part.request.interview:
                yield part.request.interview, tuple(shot.path.name for shot in chosen)
            else:
                for group in spanning.joined(chosen):
                    yield group.title, tuple(shot.path.name for shot in group.shots)


def _is_named(path: str, request: Request) -> bool:
    return any(Path(path).absolute().is_relative_to(Path(each).absolute()) for each in request.paths)


def _made(archive: Archive, probe: Probe) -> int:
    """About the bytes of what is made from a clip."""
    heard = int(probe.duration * SOUND) if probe.audio else 0
    return heard + renditions.needed(probe, profile(archive))


def _is_known(path: Path, known: dict[str, Source]) -> bool:
    before = known.get(str(path.absolute()))
    return before is not None and before.seen == Seen.of(path)


def _unfinished(db: Database, steps: Sequence[Step]) -> int:
    """Clips that lack a step; what failed for good, and keeps the steps behind it away, is no work to come."""
    (count,) = db.execute(
        "SELECT count(*) FROM clips WHERE"
        " (SELECT count(*) FROM steps WHERE steps.clip = clips.hash AND state = 'done'"
        " AND step IN (SELECT value FROM json_each(?1))) < json_array_length(?1)"
        " AND NOT EXISTS (SELECT 1 FROM steps WHERE steps.clip = clips.hash AND permanent)",
        [json.dumps(steps)],
    ).fetchone()
    return int(count)
