"""An interview's transcript, put together from those of its clips."""

from importlib.metadata import version

from pydantic import TypeAdapter
from sqlite_utils import Database

from archive.catalogue import interviews, transcripts
from ingest.transcript import Transcript, joined

TRANSCRIPT = TypeAdapter(Transcript)


def compose(db: Database, clip: str) -> None:
    """Save the transcript of the interview that holds `clip` from what its clips have by now.

    While some of its clips were transcribed by another model than the others (they are being made again), what
    is there stays.
    """
    slug = interviews.of_clip(db, clip)
    if slug is None:
        return
    placed = interviews.find(db, slug).clips
    found = {
        digest: TRANSCRIPT.validate_json(result)
        for digest, result in db.execute(
            "SELECT clip, result FROM steps WHERE step = 'transcribe' AND state = 'done' AND clip IN"
            f" ({', '.join('?' * len(placed))})",  # noqa: S608 - question marks
            [one.hash for one in placed],
        )
    }
    if len({one.model for one in found.values() if one.kind == "machine"}) > 1:
        return
    whole = joined([(one.offset, found[one.hash]) for one in placed if one.hash in found])
    by = version("faster-whisper") if whole.kind == "machine" else None
    transcripts.save(db, slug, whole, version=by)
