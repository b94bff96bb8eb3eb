"""An interview's transcript, put together from those of its clips."""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version

from pydantic import TypeAdapter
from sqlite_utils import Database

from archive.catalogue import interviews, transcripts
from ingest.steps import Step
from ingest.transcript import Note, Part, Segment, Transcript, Word, joined

TRANSCRIPT = TypeAdapter(Transcript)


def compose(db: Database, clip: str) -> None:
    """Save the transcript, and the translation, of each interview that holds `clip` from what its clips have by now.

    Only clips whose sound counts are asked, each as far as it belongs to the interview. While some of them were
    transcribed by another model than the others, because they are being made again, what is there stays; a person's
    revision gains what is said in new clips all the same. A clip in which nobody speaks was transcribed by no model.
    """
    for slug in interviews.all_of_clip(db, clip):
        _compose(db, slug)
        _compose_translation(db, slug)


def _compose(db: Database, slug: str) -> None:
    found = _parts(db, slug, "transcribe")
    if not found:
        return
    whole = joined(found)
    if len({part.transcript.model for part in found if part.transcript.model}) > 1:
        transcripts.extend(db, slug, whole)
        return
    by = version("faster-whisper") if whole.kind == "machine" else None
    transcripts.save(db, slug, whole, version=by)


def _compose_translation(db: Database, slug: str) -> None:
    """The same of what its clips say in English; nothing where they say all in English, or were translated by two."""
    found = _parts(db, slug, "translate")
    if len({part.transcript.model for part in found if part.transcript.model}) == 1:
        transcripts.save(db, slug, joined(found), version=version("faster-whisper"), translation=True)


def _parts(db: Database, slug: str, step: Step) -> list[Part]:
    return [
        Part(_cut(TRANSCRIPT.validate_json(result), *part), Fraction(offset), Fraction(pace))
        for offset, pace, result, *part in db.execute(
            "SELECT interview_clips.offset, pace, steps.result, clip_in, clip_out, voices FROM interview_clips"
            " JOIN steps ON steps.clip = interview_clips.clip AND steps.step = ? AND steps.state = 'done'"
            " WHERE interview_clips.interview_id = ? AND heard ORDER BY interview_clips.position",
            [step, interviews.row_of(db, slug)],
        )
    ]


def _cut(transcript: Transcript, clip_in: str | None, clip_out: str | None, voices: str | None) -> Transcript:
    """What a part of a clip says, a word where its middle lies; `voices` names who speaks on which channel, JSON."""
    begin = Fraction(clip_in or 0) * 1000
    end = Fraction(clip_out) * 1000 if clip_out else None
    names = json.loads(voices) if voices else []

    def lies(one: Word | Note) -> bool:
        middle = (one.start_ms + one.end_ms) // 2
        return begin <= middle and (end is None or middle < end)

    said = (
        (segment, tuple(filter(lies, segment.words))) if clip_in or clip_out else (segment, segment.words)
        for segment in transcript.segments
    )
    segments = tuple(_named(replace(segment, words=words), names) for segment, words in said if words)
    return replace(transcript, segments=segments, notes=tuple(filter(lies, transcript.notes)))


def _named(segment: Segment, names: Sequence[str | None]) -> Segment:
    channel = segment.channel
    if segment.speaker or channel is None or channel >= len(names) or names[channel] is None:
        return segment
    return replace(segment, channel=None, speaker=names[channel])
