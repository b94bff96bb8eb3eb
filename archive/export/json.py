"""JSON: the transcript with the time of every word, as `archive transcript show --json` has it, and what is known."""

import json
from typing import Any

from archive.catalogue.chapters import Chapter
from archive.catalogue.transcripts import SavedTranscript
from archive.export.material import Material


def write(found: Material) -> bytes:
    """All that is said, with the review state and the language, and what each passage is about."""
    interview = found.interview
    about = {
        "interview": interview.slug,
        "title": interview.title,
        "date": interview.date,
        "identifier": interview.identifier,
        "series": interview.series,
        "episode": interview.episode,
        "abstract": interview.abstract,
        "place": interview.place,
        "organisation": interview.organisation,
        "themes": list(interview.themes),
        "people": [{"name": person.name, "role": person.role} for person in found.people],
        "chapters": [_passage(chapter) for chapter in found.chapters],
        "licence": found.consent.release.licence if found.consent.release else None,
        "use": found.use,
    }
    said = record(found.transcript) if found.transcript else {"segments": []}
    return json.dumps({**about, **said}, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _passage(chapter: Chapter) -> dict[str, Any]:
    return {
        "start_ms": chapter.start_ms,
        "end_ms": chapter.end_ms,
        "title": chapter.title,
        "synopsis": chapter.synopsis,
        "themes": list(chapter.themes),
        "places": list(chapter.places),
        "organisations": list(chapter.organisations),
    }


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
