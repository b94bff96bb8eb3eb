"""An interview's transcript, put together from those of its clips."""

from fractions import Fraction
from importlib.metadata import version

from pydantic import TypeAdapter
from sqlite_utils import Database

from archive.catalogue import interviews, transcripts
from ingest.transcript import Transcript, joined

TRANSCRIPT = TypeAdapter(Transcript)


def compose(db: Database, clip: str) -> None:
    """Save the transcript of the interview that holds `clip` from what its clips have by now.

    While some of its clips were transcribed by another model than the others, because they are being made
    again, what is there stays. A clip in which nobody speaks was transcribed by no model.
    """
    slug = interviews.of_clip(db, clip)
    if slug is None:
        return
    found = [
        (Fraction(offset), TRANSCRIPT.validate_json(result))
        for offset, result in db.execute(
            "SELECT interview_clips.offset, steps.result FROM interview_clips"
            " JOIN steps ON steps.clip = interview_clips.clip AND steps.step = 'transcribe' AND steps.state = 'done'"
            " WHERE interview_clips.interview_id = ? ORDER BY interview_clips.position",
            [interviews.row_of(db, slug)],
        )
    ]
    if len({one.model for _, one in found if one.model}) > 1:
        return
    whole = joined(found)
    by = version("faster-whisper") if whole.kind == "machine" else None
    transcripts.save(db, slug, whole, version=by)
