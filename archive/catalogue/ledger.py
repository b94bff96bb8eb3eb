"""The ledger in the catalogue: each step is recorded in the same transaction as what it found."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter
from sqlite_utils import Database

from archive.catalogue import originals
from archive.catalogue.composing import TRANSCRIPT, compose
from archive.catalogue.moments import now
from ingest.clip import Clip
from ingest.errors import StepFailed
from ingest.ledger import Record
from ingest.steps import Step
from ingest.steps.sound import moved
from ingest.transcript import Block
from media.fingerprint import content_hash
from media.probe import Probe
from media.probing import PROBE
from media.sound import Sound

SOUND = TypeAdapter(Sound)
BLOCK = TypeAdapter(Block)


class CatalogueLedger:
    """What `ingest.ledger.Ledger` asks for, kept in the archive's database."""

    def __init__(self, db: Database, folder: Path) -> None:
        """Remember in `db`, the catalogue of the archive in `folder`."""
        self._db = db
        self._folder = folder
        self._records = {
            (clip, step): Record(settings, state, error or "", remedy or "", bool(permanent))
            for clip, step, settings, state, error, remedy, permanent in db.execute(
                "SELECT clip, step, settings, state, error, remedy, permanent FROM steps"
            )
        }

    def record(self, clip: str, step: Step) -> Record | None:
        """What is remembered of this step."""
        return self._records.get((clip, step))

    def copied(self, clip: originals.Original, settings: str) -> None:
        """Remember that a clip is safe; part of the caller's transaction, with the place it was seen at."""
        record = Record(settings, "done")
        originals.add(self._db, clip)
        self._write(clip.hash, "copy", record, None)
        self._records[clip.hash, "copy"] = record

    def done(self, clip: Clip, step: Step, settings: str) -> None:
        """Remember, in one transaction, that the step is done, what it found, and what was damaged."""
        record = Record(settings, "done", clip.damage)
        with self._db.atomic():
            self._write(clip.hash, step, record, self._found(clip, step))
            if step in ("transcribe", "translate"):
                self._db.execute("DELETE FROM blocks WHERE clip = ?", [clip.hash])
                compose(self._db, clip.hash)
        self._records[clip.hash, step] = record

    def failed(self, clip: Clip, failure: StepFailed, settings: str) -> None:
        """Remember that the step failed and why; what an earlier run made stays as it is."""
        earlier = self.record(clip.hash, failure.step)
        if earlier is None or earlier.state == "failed":
            record = Record(settings, "failed", failure.message, failure.remedy, failure.permanent)
            self._write(clip.hash, failure.step, record, None)
            self._records[clip.hash, failure.step] = record

    def blocks(self, clip: str, settings: str) -> Mapping[int, Block]:
        """The blocks of an unfinished transcription, by position."""
        rows = self._db.execute(
            "SELECT position, result FROM blocks WHERE clip = ? AND settings = ?", [clip, settings]
        )
        return {position: BLOCK.validate_json(result) for position, result in rows}

    def keep(self, clip: str, settings: str, position: int, block: Block) -> None:
        """Remember one block of an unfinished transcription."""
        self._db.execute(
            "INSERT OR REPLACE INTO blocks (clip, settings, position, result) VALUES (?, ?, ?, ?)",
            [clip, settings, position, BLOCK.dump_json(block).decode()],
        )

    def probe(self, clip: str) -> Probe | None:
        """What a clip was found to be."""
        row = self._db.execute(
            "SELECT result FROM steps WHERE clip = ? AND step = 'probe' AND state = 'done'", [clip]
        ).fetchone()
        return PROBE.validate_json(row[0]) if row else None

    def sound(self, clip: str) -> Sound | None:
        """What was heard in a clip."""
        row = self._db.execute(
            "SELECT result FROM steps WHERE clip = ? AND step = 'sound' AND state = 'done'", [clip]
        ).fetchone()
        return moved(SOUND.validate_json(row[0]), self._folder / "renditions" / clip) if row else None

    def restore(self, clip: Clip) -> Clip:
        """The clip with what its finished steps found."""
        rows = self._db.execute(
            "SELECT step, result FROM steps WHERE clip = ? AND state = 'done' AND result IS NOT NULL",
            [clip.hash],
        )
        found = dict(rows.fetchall())
        return replace(
            clip,
            probe=PROBE.validate_json(found["probe"]) if "probe" in found else None,
            sound=moved(SOUND.validate_json(found["sound"]), self._folder / "renditions" / clip.hash)
            if "sound" in found
            else None,
            transcript=TRANSCRIPT.validate_json(found["transcribe"]) if "transcribe" in found else None,
        )

    def _found(self, clip: Clip, step: Step) -> str | None:
        """What the step found, as JSON for later steps, and in the tables for everybody."""
        if step == "probe" and clip.probe:
            originals.describe(self._db, clip.hash, clip.probe)
            return PROBE.dump_json(clip.probe).decode()
        if step == "sound" and clip.sound:
            files = (("sound", clip.sound.path), ("levels", clip.sound.levels))
            self._add_renditions(clip, [(kind, path) for kind, path in files if path])
            bare = moved(clip.sound, Path())  # an archive may be moved
            return SOUND.dump_json(bare).decode()
        if step == "renditions":
            self._add_renditions(clip, [(file.kind, file.path) for file in clip.renditions])
        if step == "transcribe" and clip.transcript:
            return TRANSCRIPT.dump_json(clip.transcript).decode()
        if step == "translate" and clip.translation:
            return TRANSCRIPT.dump_json(clip.translation).decode()
        return None

    def _add_renditions(self, clip: Clip, files: list[tuple[str, Path]]) -> None:
        rows = [
            (kind, str(path.relative_to(self._folder)), path.stat().st_size, content_hash(path))
            for kind, path in files
        ]
        originals.add_renditions(self._db, clip.hash, rows)

    def _write(self, clip: str, step: Step, record: Record, result: str | None) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO steps (clip, step, settings, state, result, error, remedy, permanent, finished)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                clip,
                step,
                record.settings,
                record.state,
                result,
                record.error or None,
                record.remedy or None,
                record.permanent,
                now(),
            ],
        )
