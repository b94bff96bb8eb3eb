"""An interview's transcript, put together from those of its clips."""

from fractions import Fraction
from importlib.metadata import version

from pydantic import TypeAdapter
from sqlite_utils import Database

from archive.catalogue import interviews, transcripts
from ingest.transcript import Part, Transcript, joined

TRANSCRIPT = TypeAdapter(Transcript)


def compose(db: Database, clip: str) -> None:
    """Save the transcript of the interview that holds `clip` from what its clips have by now.

    Only clips whose sound counts are asked. While some of them were transcribed by another model than the others,
    because they are being made again, what is there stays; a person's revision gains what is said in new clips all the
    same. A clip in which nobody speaks was transcribed by no model.
    """
    slug = interviews.of_clip(db, clip)
    if slug is None:
        return
    found = [
        Part(TRANSCRIPT.validate_json(result), Fraction(offset), Fraction(pace))
        for offset, pace, result in db.execute(
            "SELECT interview_clips.offset, interview_clips.pace, steps.result FROM interview_clips"
            " JOIN steps ON steps.clip = interview_clips.clip AND steps.step = 'transcribe' AND steps.state = 'done'"
            " WHERE interview_clips.interview_id = ? AND heard ORDER BY interview_clips.position",
            [interviews.row_of(db, slug)],
        )
    ]
    if not found:
        return
    whole = joined(found)
    if len({part.transcript.model for part in found if part.transcript.model}) > 1:
        transcripts.extend(db, slug, whole)
        return
    by = version("faster-whisper") if whole.kind == "machine" else None
    transcripts.save(db, slug, whole, version=by)
