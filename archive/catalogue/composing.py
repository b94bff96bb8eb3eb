"""An interview's transcript, put together from those of its clips."""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version

from pydantic import TypeAdapter
from sqlite_utils import Database

from archive.catalogue import interviews, timeline, transcripts
from archive.catalogue.timeline import PlacedClip
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
    interview = interviews.row_of(db, slug)
    rows = db.execute(
        "SELECT steps.clip, result, voices FROM interview_clips"
        " JOIN steps ON steps.clip = interview_clips.clip AND steps.step = ? AND steps.state = 'done'"
        " WHERE interview_id = ? AND heard",
        [step, interview],
    )
    said = {
        clip: (TRANSCRIPT.validate_json(result), json.loads(voices or "[]")) for clip, result, voices in rows
    }
    heard = [clip for clip in timeline.of_interview(db, interview) if clip.hash in said]
    return [
        Part(
            _own(*said[clip.hash], clip, [other for other in heard if _counts_before(other, clip)]),
            clip.offset,
            clip.pace,
        )
        for clip in heard
    ]


def _counts_before(one: PlacedClip, other: PlacedClip) -> bool:
    """Whether what one says counts and not what another one beside it says at the same time: a recorder comes first."""
    return one.track != other.track and (one.kind != "audio", one.track) < (
        other.kind != "audio",
        other.track,
    )


def _own(
    transcript: Transcript, names: Sequence[str | None], clip: PlacedClip, before: Sequence[PlacedClip]
) -> Transcript:
    """What a clip says as far as it belongs to the interview and nothing that counts more has heard it.

    A word lies where its middle lies; `names` say who speaks on which channel.
    """

    def lies(one: Word | Note) -> bool:
        middle = clip.at(Fraction(one.start_ms + one.end_ms, 2000))
        inside = clip.begin <= middle and (clip.clip_out is None or middle < clip.end)
        return inside and not any(other.begin <= middle < other.end for other in before)

    if not (before or clip.clip_in or clip.clip_out):
        return replace(transcript, segments=tuple(_named(segment, names) for segment in transcript.segments))
    said = ((segment, tuple(filter(lies, segment.words))) for segment in transcript.segments)
    segments = tuple(_named(replace(segment, words=words), names) for segment, words in said if words)
    return replace(transcript, segments=segments, notes=tuple(filter(lies, transcript.notes)))


def _named(segment: Segment, names: Sequence[str | None]) -> Segment:
    channel = segment.channel
    if segment.speaker or channel is None or channel >= len(names) or names[channel] is None:
        return segment
    return replace(segment, channel=None, speaker=names[channel])
