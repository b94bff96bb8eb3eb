"""JSON: the transcript with the time of every word, as `archive transcript show --json` has it, and of what it is."""

import json
from typing import Any

from archive.catalogue.transcripts import SavedTranscript
from archive.export.material import Material


def write(found: Material) -> bytes:
    """All that is said, with the review state and the language."""
    interview = found.interview
    about = {
        "interview": interview.slug,
        "title": interview.title,
        "date": interview.date,
        "people": [{"name": person.name, "role": person.role} for person in found.people],
        "licence": found.consent.release.licence if found.consent.release else None,
        "use": found.use,
    }
    said = record(found.transcript) if found.transcript else {"segments": []}
    return json.dumps({**about, **said}, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def record(transcript: SavedTranscript) -> dict[str, Any]:
    """A transcript as scripts get it."""
    return {
        "interview": transcript.interview,
        "language": transcript.language,
        "translation": transcript.translation,
        "revision": transcript.revision,
        "state": transcript.state,
        "reviewed_ms": transcript.reviewed_ms,
        "author": transcript.author,
        "segments": [
            {
                "start_ms": segment.start_ms,
                "end_ms": segment.end_ms,
                "speaker": segment.speaker,
                "language": segment.language or transcript.language,
                "text": segment.text,
                "words": [
                    {
                        "text": word.text,
                        "start_ms": word.start_ms,
                        "end_ms": word.end_ms,
                        "probability": word.probability,
                    }
                    for word in segment.words
                ],
            }
            for segment in transcript.segments
        ],
    }
